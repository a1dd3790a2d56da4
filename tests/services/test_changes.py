"""What the station does to a visit is told to whose it is: once, why, and what they can do about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.content.loading import knowledge
from bot.conversation.changes import REASON, because
from bot.domain.appointment import Appointment, News, Personal, Status
from bot.domain.delivery import Lane
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address
from bot.domain.reminder import Why
from bot.domain.seat import LOCAL, Seat
from bot.domain.station import Closure, Station, Village
from bot.domain.ticket import Ticket
from bot.domain.wish import Change, Closing, Wish
from bot.store.connection import Store
from tests.conftest import ROOT
from tests.services.test_notices import AN, BINH, MINUTE, MONDAY_NOON, SERVICE, STATION, TUESDAY, Hall

NIGHT = datetime(2026, 11, 30, 22, tzinfo=LOCAL)
SEVEN = datetime(2026, 12, 1, 7, tzinfo=LOCAL)
TEN = 10 * 60


@pytest.fixture(scope="module")
def content() -> Knowledge:
    return knowledge(ROOT)


@pytest.fixture
async def hall(store: Store, content: Knowledge) -> Hall:
    made = Hall(store, content)
    await made.steward.tend(STATION, MONDAY_NOON)
    return made


def ticket(visit: Appointment) -> Ticket:
    return Ticket(STATION, visit.number)


async def moved(hall: Hall, visit: Appointment, begins: int = TEN, now: datetime = MONDAY_NOON, **how: bool):
    change = Change(ticket(visit), (hall.seat(begins),))
    result = await hall.reception.move(hall.act(now), change, **how)
    assert result.done
    return result.appointment


async def cancelled(hall: Hall, visit: Appointment, reason: str = "", **how: bool) -> Appointment:
    result = await hall.reception.cancel(hall.act(), ticket(visit), reason, **how)
    assert result.done
    return result.appointment


async def texts(hall: Hall, now: datetime = MONDAY_NOON, address: Address = AN) -> list[str]:
    """What is said to somebody now, after a round of the steward."""
    await hall.steward.tend(STATION, now)
    return [each.replies[0].text for each in await hall.sent(now, address=address) if "remind" not in each.id]


class TestAnOfficer:
    async def test_who_moves_a_visit_has_the_citizen_told_the_new_time(self, hall: Hall) -> None:
        visit = await hall.booked()
        await moved(hall, visit)
        await hall.steward.tend(STATION, MONDAY_NOON)
        (delivery,) = await hall.sent(MONDAY_NOON)
        code = hall.booking.code(visit)
        assert (delivery.id, delivery.lane) == (f"changed:{STATION}:{visit.number}:3", Lane.REMINDER)
        (reply,) = delivery.replies
        assert reply.text == (
            "**Trụ sở đã đổi giờ hẹn của bác sang sáng mai, thứ 3 01/12, 10:00.** Làm thẻ căn cước, tại Công "
            f"an xã Mai Phụ. Bác đừng đến theo giờ cũ; mã hẹn **{code}** vẫn giữ nguyên. Giờ mới không tiện "
            "thì bác bấm Đổi giờ giúp."
        )
        assert [(key.label, key.choice) for key in reply.buttons] == [
            ("Đổi giờ", f"b:move:{code}"), ("Hủy hẹn", f"b:cancel:{code}"),
        ]  # fmt: skip
        assert reply.links[0].url == f"https://x/{visit.number}"

    async def test_who_cancels_a_visit_has_the_citizen_told_why_and_one_tap_books_anew(
        self, hall: Hall
    ) -> None:
        visit = await hall.booked()
        await cancelled(hall, visit, "Vì máy chụp ảnh bị hỏng.")
        await hall.steward.tend(STATION, MONDAY_NOON)
        (delivery,) = await hall.sent(MONDAY_NOON)
        (reply,) = delivery.replies
        assert reply.text.startswith(
            "**Trụ sở đã hủy lịch hẹn sáng mai, thứ 3 01/12, 8:00 của bác vì máy chụp ảnh bị hỏng. Mong bác "
            "thông cảm, đừng đến theo giờ này.**"
        )
        assert [(key.label, key.choice) for key in reply.buttons] == [
            ("Đặt lịch khác", f"b:new:{SERVICE}:{STATION}")
        ]
        assert reply.links == ()

    async def test_need_not_say_why(self, hall: Hall) -> None:
        await cancelled(hall, await hall.booked())
        (text,) = await texts(hall)
        assert "8:00 của bác. Mong bác thông cảm" in text

    async def test_is_told_of_once_by_however_many_processes_and_after_a_restart(
        self, hall: Hall, store: Store, content: Knowledge
    ) -> None:
        await moved(hall, await hall.booked())
        await cancelled(hall, await hall.booked(9 * 60))
        other = Hall(store, content)
        for each in (hall, other, hall):
            await each.steward.tend(STATION, MONDAY_NOON)
        assert len(await hall.sent(MONDAY_NOON)) == 2
        hall.begin()
        assert await texts(hall, MONDAY_NOON + MINUTE) == []

    async def test_who_moves_it_twice_has_only_the_last_time_told(self, hall: Hall) -> None:
        visit = await hall.booked()
        await moved(hall, visit)
        await hall.notices.report(STATION, MONDAY_NOON)
        await moved(hall, visit, 11 * 60)
        (text,) = await texts(hall)
        assert "11:00" in text

    async def test_who_acts_at_night_wakes_nobody(self, hall: Hall) -> None:
        await moved(hall, await hall.booked(), now=NIGHT)
        assert await texts(hall, NIGHT) == []
        assert await texts(hall, SEVEN - MINUTE) == []
        (text,) = await texts(hall, SEVEN)
        assert "sang sáng nay, thứ 3 01/12, 10:00" in text

    async def test_who_has_told_them_already_has_nothing_written(self, hall: Hall) -> None:
        await moved(hall, await hall.booked(), tell=False)
        gone = await cancelled(hall, await hall.booked(9 * 60), tell=False)
        assert await texts(hall) == []
        assert await hall.reception.to_call(STATION, [gone], MONDAY_NOON) == {}

    async def test_is_not_told_of_again_when_deliveries_are_forgotten(self, hall: Hall) -> None:
        await moved(hall, await hall.booked())
        await cancelled(hall, await hall.booked(9 * 60))
        assert len(await texts(hall)) == 2
        await hall.steward.tend(STATION, MONDAY_NOON + MINUTE)
        assert await hall.booking.bookings.news(STATION) == []
        async for key in hall.store.redis.scan_iter("*delivery:*"):  # as after a backup was brought back
            await hall.store.redis.delete(key)
        hall.begin()
        assert await texts(hall, MONDAY_NOON + 2 * MINUTE) == []

    async def test_who_moves_it_after_its_time_is_past_has_nothing_written(self, hall: Hall) -> None:
        visit = await hall.booked()
        await moved(hall, visit)
        assert await texts(hall, datetime(2026, 12, 1, 10, tzinfo=LOCAL)) == []


class TestWhoActsThemselves:
    async def test_is_told_nothing_besides_the_answer(self, hall: Hall) -> None:
        visit, other = await hall.booked(), await hall.booked(9 * 60)
        change = Change(ticket(visit), (hall.seat(TEN),))
        assert (await hall.booking.move(hall.who(), hall.act(), change)).done
        assert (await hall.booking.cancel(hall.who(), hall.act(), ticket(other))).done
        assert await texts(hall) == []

    async def test_before_it_was_sent_is_not_told_any_more_what_the_officer_did(self, hall: Hall) -> None:
        first, second = await hall.booked(), await hall.booked(9 * 60)
        for visit, begins in ((first, TEN), (second, 11 * 60)):
            await moved(hall, visit, begins, NIGHT)
        await hall.steward.tend(STATION, NIGHT)
        change = Change(ticket(first), (hall.seat(14 * 60),))
        assert (await hall.booking.move(hall.who(), hall.act(NIGHT), change)).done
        assert (await hall.booking.cancel(hall.who(), hall.act(NIGHT), ticket(second))).done
        hall.begin()
        assert await texts(hall, SEVEN) == []
        assert await hall.booking.bookings.news(STATION) == []


class TestWhoCannotBeReached:
    async def test_about_a_change_stands_in_the_phone_list_until_somebody_called(self, hall: Hall) -> None:
        web = await hall.booked(8 * 60, Address(WEBCHAT, "web", "token"))
        shut = await hall.booked(9 * 60, Address("telegram", "bot", "shut"))
        wish = Wish(STATION, SERVICE, (hall.seat(9 * 60 + 30),))
        lan = Personal("Lan", "+84912999999")
        by_hand = (await hall.reception.add(hall.act(), wish, lan)).appointment
        assert by_hand
        for visit in (web, shut, by_hand):
            await cancelled(hall, visit)
        assert await self.calls(hall) == {web.number: Why.WEB, by_hand.number: Why.BY_HAND}
        await hall.steward.tend(STATION, MONDAY_NOON)
        await hall.sent(MONDAY_NOON, "refused", Address("telegram", "bot", "shut"))
        assert (await self.calls(hall))[shut.number] == Why.REFUSED
        for visit in (web, shut, by_hand):
            assert (await hall.reception.told(hall.act(), await hall.now(visit))).done
        assert await self.calls(hall) == {}

    async def test_of_a_new_time_that_begins_before_anybody_may_be_written_to_is_to_be_called(
        self, hall: Hall
    ) -> None:
        visit = await moved(hall, await hall.booked(), 6 * 60, NIGHT)
        assert await hall.reception.to_call(STATION, [visit], NIGHT) == {visit.number: Why.UNSENT}

    async def test_but_was_told_of_the_change_needs_no_call(self, hall: Hall) -> None:
        visit = await moved(hall, await hall.booked())
        assert len(await texts(hall)) == 1
        assert await hall.reception.to_call(STATION, [visit], MONDAY_NOON) == {}

    @staticmethod
    async def calls(hall: Hall) -> dict[int, Why]:
        found = await hall.reception.unreached(STATION, TUESDAY, MONDAY_NOON)
        return {each.appointment.number: each.why for each in found}


class TestAClosing:
    span = Closing(STATION, "a1", TUESDAY, ("quay_1",), 7 * 60, 9 * 60, "Cán bộ đi tập huấn")

    async def test_says_why(self, hall: Hall) -> None:
        await hall.booked()
        await hall.reception.close(hall.act(), self.span)
        (text,) = await texts(hall)
        assert "8:00, không còn nữa vì cán bộ đi tập huấn. Mong bác thông cảm.**" in text

    async def test_without_a_reason_names_the_calendar(self, hall: Hall) -> None:
        await hall.booked()
        await hall.reception.close(hall.act(), replace(self.span, reason=""))
        (text,) = await texts(hall)
        assert "không còn nữa vì lịch của trụ sở thay đổi." in text

    async def test_that_is_undone_tells_that_the_old_time_holds(self, hall: Hall) -> None:
        visit = await hall.booked()
        await hall.reception.close(hall.act(), self.span)
        assert len(await texts(hall)) == 1
        await hall.reception.open(hall.act(), STATION, "a1", TUESDAY)
        (text,) = await texts(hall)
        assert text.startswith("**Giờ hẹn cũ của bác, sáng mai, thứ 3 01/12, 8:00, vẫn giữ.**")
        now = await hall.now(visit)
        assert (now.status, now.news, now.reason) == (Status.BOOKED, News.RESTORED, "")
        hall.begin()
        assert await texts(hall, MONDAY_NOON + MINUTE) == []

    async def test_that_is_undone_is_told_on_an_open_page_too_where_the_loss_was(self, hall: Hall) -> None:
        page = Address(WEBCHAT, "web", "token")
        await hall.booked(8 * 60, page)
        await hall.reception.close(hall.act(), self.span)
        await hall.steward.tend(STATION, MONDAY_NOON)
        await hall.reception.open(hall.act(), STATION, "a1", TUESDAY)
        for _ in range(2):
            hall.begin()
            await hall.steward.tend(STATION, MONDAY_NOON)
        said = [each.reply.text for each in await hall.inbox.replies.since(hall.who(page), 0, MONDAY_NOON)]
        assert ["không còn nữa" in said[0], "vẫn giữ" in said[1], len(said)] == [True, True, 2]

    async def test_that_is_undone_before_anybody_read_of_it_is_not_told_at_all(self, hall: Hall) -> None:
        await hall.booked()
        await hall.reception.close(hall.act(NIGHT), self.span)
        await hall.steward.tend(STATION, NIGHT)
        await hall.reception.open(hall.act(NIGHT), STATION, "a1", TUESDAY)
        for now in (NIGHT, SEVEN, SEVEN + MINUTE):
            assert await texts(hall, now) == []


class TestAnEditThatIsUndone:
    def closed(self, hall: Hall) -> Station:
        closure = Closure(TUESDAY, TUESDAY, "cúp điện", spans=((7 * 60, 9 * 60),))
        return replace(hall.known.stations[STATION], closures=(closure,))

    async def test_gives_seats_back_and_says_so_once(self, hall: Hall) -> None:
        before = hall.known.stations[STATION]
        visit = await hall.booked()
        hall.edited(self.closed(hall))
        (lost,) = await texts(hall)
        assert "vì cúp điện" in lost
        hall.edited(before)
        hall.begin()  # also while the desk was closed
        (text,) = await texts(hall)
        assert "vẫn giữ" in text
        now = await hall.now(visit)
        assert (now.status, now.seat, now.closure) == (Status.BOOKED, visit.seat, None)
        assert await hall.reception.displaced(STATION) == []
        hall.begin()
        assert await texts(hall, MONDAY_NOON + MINUTE) == []

    async def test_leaves_those_alone_who_chose_another_time_or_whose_seat_is_taken(self, hall: Hall) -> None:
        before = hall.known.stations[STATION]
        chose, late = await hall.booked(), await hall.booked(8 * 60 + 30, BINH)
        hall.edited(self.closed(hall))
        await hall.steward.tend(STATION, MONDAY_NOON)
        change = Change(ticket(chose), (hall.seat(TEN),))
        assert (await hall.booking.move(hall.who(), hall.act(), change)).done
        hall.edited(before)  # and somebody is quicker than the next round
        await hall.booked(8 * 60 + 30, Address("telegram", "bot", "chi"))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert (await hall.now(chose)).seat == hall.seat(TEN)
        assert (await hall.now(late)).status is Status.DISPLACED

    async def test_gives_nothing_back_that_officers_have_closed_meanwhile(self, hall: Hall) -> None:
        before = hall.known.stations[STATION]
        visit = await hall.booked()
        hall.edited(self.closed(hall))
        await hall.steward.tend(STATION, MONDAY_NOON)
        await hall.reception.close(hall.act(), TestAClosing.span)
        hall.edited(before)
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert (await hall.now(visit)).status is Status.DISPLACED

    async def test_at_another_place_gives_nothing_back(self, hall: Hall) -> None:
        here = hall.known.stations[STATION]
        village = Village("dong", "Nhà văn hóa thôn Đông", TUESDAY, ((8 * 60, 11 * 60),), (SERVICE,))
        away = replace(here, villages=(village,))
        hall.edited(away)
        await hall.steward.tend(STATION, MONDAY_NOON)
        wish = Wish(STATION, SERVICE, (Seat(STATION, TUESDAY, "dong_1", 8 * 60, 15),))
        personal = Personal("Lan", "+84912000001", AN)
        visit = (await hall.reception.add(hall.act(), wish, personal)).appointment
        assert visit
        hall.edited(replace(here, villages=(replace(village, place="Trường mầm non xã"),)))
        await hall.steward.tend(STATION, MONDAY_NOON)
        hall.edited(replace(here, villages=(replace(village, place="Trường mầm non xã", officers=2),)))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert (await hall.now(visit)).status is Status.DISPLACED
        hall.edited(away)
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert (await hall.now(visit)).status is Status.BOOKED


class TestAStationThatIsTakenOut:
    async def test_owes_everybody_another_time_and_gives_it_back_when_it_returns(self, hall: Hall) -> None:
        all_of_them = hall.known
        visit = await hall.booked()
        code = hall.booking.code(visit)
        others = {id_: each for id_, each in hall.known.stations.items() if id_ != STATION}
        hall.known = replace(hall.known, stations=others)
        await hall.booking.follow()
        await hall.steward.tend(STATION, MONDAY_NOON)
        (delivery,) = await hall.sent(MONDAY_NOON)
        assert code in delivery.replies[0].text
        assert [key.choice for key in delivery.replies[0].buttons] == ["b:new", f"b:cancel:{code}"]
        assert (await hall.now(visit)).status is Status.DISPLACED
        assert hall.booking.tickets(code)[0] == ticket(visit)
        assert [each.number for each in await hall.booking.mine(hall.who(), MONDAY_NOON)] == [visit.number]
        hall.known = all_of_them
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert (await hall.now(visit)).status is Status.BOOKED


class TestTheListOfChanges:
    async def test_is_empty_again_when_nobody_is_told_of_them_any_more(self, hall: Hall) -> None:
        await moved(hall, await hall.booked())
        later = datetime(2026, 12, 3, 12, tzinfo=LOCAL)
        assert len(await hall.booking.bookings.news(STATION)) == 1
        await hall.reception.tend(STATION, later)
        assert await hall.booking.bookings.news(STATION) == []


class TestAReason:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("Cán bộ đi tập huấn", " vì cán bộ đi tập huấn"),
            ("do mất điện.", " vì mất điện"),
            ("lý do: họp đột xuất!", " vì họp đột xuất"),
            ("Dọn trụ sở", " vì dọn trụ sở"),
            ("Công An tỉnh kiểm tra", " vì Công An tỉnh kiểm tra"),
            ("VNeID nâng cấp", " vì VNeID nâng cấp"),
            ("**bấm** [vào đây](https://x)", " vì bấm vào đây(https://x)"),
            ("  ", ""),
        ],
    )
    def test_reads_well_in_a_sentence(self, content: Knowledge, given: str, said: str) -> None:
        assert because(content, given) == said

    def test_is_no_letter(self, content: Knowledge) -> None:
        assert len(because(content, "mưa lũ " * 100)) <= REASON + len(" vì …")
