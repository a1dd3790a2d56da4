"""What citizens are told unasked: once, in time, and only while it is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.content.loading import knowledge
from bot.domain.appointment import Appointment, Personal, Status
from bot.domain.delivery import Delivery, Lane
from bot.domain.knowledge import Knowledge
from bot.domain.message import WEBCHAT, Address
from bot.domain.reminder import Kind, Why, remind_id
from bot.domain.seat import LOCAL, Seat
from bot.domain.station import Closure, Station
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Change, Closing, Desire, Loss, Wish
from bot.metrics import Metrics
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.notices import Notices
from bot.services.reception import Reception
from bot.steward import EDITED, Steward
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import Person, person
from bot.store.outbox import Claim, Outbox
from tests.conftest import ROOT

STATION, SERVICE = "mai_phu", "thu_nhan_can_cuoc"
TUESDAY = date(2026, 12, 1)
MONDAY_NOON = datetime(2026, 11, 30, 12, tzinfo=LOCAL)
SEVEN = datetime(2026, 11, 30, 19, 45, tzinfo=LOCAL)  # all of the evening's are due
AN, BINH = (Address("telegram", "bot", name) for name in ("an", "bình"))
LAN = Personal("Nguyễn Thị Lan", "+84912000001", AN)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def content() -> Knowledge:
    return knowledge(ROOT)


class Hall:
    """A station of the real content, its people, and the process that looks after it."""

    def __init__(self, store: Store, content: Knowledge) -> None:
        self.store, self.known, self._acts = store, content, 0
        self.inbox = Inbox(store)
        self.outbox = Outbox(store, self.inbox)
        self.booking = Booking(store, Almanac(lambda: self.known), content.stations)
        self.reception = Reception(store, self.booking)
        self.begin()

    def begin(self, said: Callable[[Person], None] = lambda _: None) -> None:
        """A process begins anew: nothing is remembered but the store."""
        self.notices = Notices(
            self.booking,
            self.outbox,
            lambda: self.known,
            {"telegram"},
            lambda each: f"https://x/{each.number}", said,
        )  # fmt: skip
        self.steward = Steward(
            self.store, self.booking, self.reception, self.notices, lambda: self.known,
            lambda: MONDAY_NOON, Metrics(),
        )  # fmt: skip

    def act(self, now: datetime = MONDAY_NOON) -> Act:
        self._acts += 1
        return Act(str(self._acts), now)

    def who(self, address: Address = AN) -> Person:
        return person(address, self.store.names)

    def seat(self, begins: int = 8 * 60, desk: str = "quay_1") -> Seat:
        return Seat(STATION, TUESDAY, desk, begins, 15)

    async def booked(self, begins: int = 8 * 60, address: Address = AN, now: datetime = MONDAY_NOON):
        wish = Wish(STATION, SERVICE, (self.seat(begins),))
        held = await self.booking.hold(self.who(address), self.act(now), wish)
        personal = Personal("Trần Văn Bình", f"+8491200{begins:04}", address)
        ticket = Ticket(STATION, held.appointment.number)
        result = await self.booking.confirm(self.who(address), self.act(now), ticket, personal)
        assert result.done
        return result.appointment

    async def sent(self, now: datetime, result: str = "sent", address: Address = AN) -> list[Delivery]:
        """What leaves the house for somebody at a moment, as `Dispatch` has it leave."""
        found, others, tag = [], [], self.inbox.person(address).tag
        while claim := await self.outbox.claim(tag, address.channel, now):
            if claim.delivery.address != address:  # of the same tag, by chance
                others.append(claim)
            elif now < claim.delivery.expires and await self._wanted(claim):
                found.append(claim.delivery)
                if result == "held":
                    await self.outbox.hold(claim, "closed")
                    continue
                await self.outbox.done(claim, result)
            else:
                await self.outbox.done(claim, "unwanted")
        for claim in others:
            await self.outbox.later(claim, now - MINUTE, tried=False)
        return found

    async def _wanted(self, claim: Claim) -> bool:
        reason = claim.delivery.reason or ""
        asked = {
            "remind": self.notices.reminder_wanted,
            "offer": self.notices.offer_wanted,
            "displaced": self.notices.displaced_wanted,
            "changed": self.notices.changed_wanted,
        }
        return await asked[reason.partition(":")[0]](reason)

    async def now(self, appointment: Appointment) -> Appointment:
        return (await self.booking.bookings.read(STATION, [appointment.number]))[0]

    def edited(self, change: Station) -> None:
        self.known = replace(self.known, stations={**self.known.stations, STATION: change})


@pytest.fixture
async def hall(store: Store, content: Knowledge) -> Hall:
    return Hall(store, content)


class TestAReminder:
    async def test_comes_the_evening_before_with_what_to_bring_and_what_to_press(self, hall: Hall) -> None:
        booked = await hall.booked()
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await hall.sent(SEVEN - timedelta(hours=2)) == []
        (delivery,) = await hall.sent(SEVEN)
        assert (delivery.id, delivery.lane) == (remind_id(booked, Kind.EVE), Lane.REMINDER)
        (reply,) = delivery.replies
        code = hall.booking.code(booked)
        assert reply.text.startswith(
            "**Bác có hẹn sáng mai, thứ 3 01/12, 8:00:** Làm thẻ căn cước, tại Công an xã"
        )
        assert code in reply.text
        assert "- *Đổi thẻ hết hạn:* Thẻ cũ" in reply.text
        assert "Bình" not in reply.text
        assert "8491" not in reply.text
        assert [(key.label, key.choice) for key in reply.buttons] == [
            ("Tôi sẽ đến", f"b:coming:{code}"),
            ("Đổi giờ", f"b:move:{code}"),
            ("Hủy hẹn", f"b:cancel:{code}"),
        ]  # fmt: skip
        assert reply.links[0].url == f"https://x/{booked.number}"

    async def test_comes_again_two_hours_before_and_never_after(self, hall: Hall) -> None:
        await hall.booked(10 * 60)
        await hall.notices.remind(STATION, MONDAY_NOON)
        assert len(await hall.sent(SEVEN)) == 1
        morning = datetime(2026, 12, 1, 8, tzinfo=LOCAL)
        assert await hall.sent(morning - MINUTE) == []
        (delivery,) = await hall.sent(morning)
        assert delivery.replies[0].text.startswith(
            "**Sắp đến giờ hẹn của bác, sáng nay, thứ 3 01/12, 10:00:**"
        )
        assert await hall.sent(morning + timedelta(hours=1)) == []

    async def test_is_planned_once_by_however_many_and_after_a_restart(self, hall: Hall) -> None:
        await hall.booked()
        assert await hall.notices.remind(STATION, MONDAY_NOON) == 2
        assert await hall.notices.remind(STATION, MONDAY_NOON) == 0
        for _ in range(3):
            hall.begin()
            assert await hall.notices.remind(STATION, MONDAY_NOON) == 0
        assert len(await hall.sent(SEVEN)) == 1
        hall.begin()
        await hall.notices.remind(STATION, SEVEN)
        assert await hall.sent(SEVEN) == []

    async def test_is_not_sent_when_the_visit_was_cancelled_or_moved(self, hall: Hall) -> None:
        cancelled, moved = await hall.booked(), await hall.booked(9 * 60)
        await hall.notices.remind(STATION, MONDAY_NOON)
        await hall.booking.cancel(hall.who(), hall.act(), Ticket(STATION, cancelled.number))
        change = Change(Ticket(STATION, moved.number), (hall.seat(10 * 60),))
        assert (await hall.booking.move(hall.who(), hall.act(), change)).done
        assert await hall.sent(SEVEN) == []
        await hall.notices.remind(STATION, SEVEN)
        (delivery,) = await hall.sent(SEVEN)  # of the new time, which was not planned before
        assert "10:00" in delivery.replies[0].text

    async def test_is_not_repeated_when_somebody_was_marked_by_mistake(self, hall: Hall) -> None:
        booked = await hall.booked(10 * 60)
        begins = datetime(2026, 12, 1, 8, 30, tzinfo=LOCAL)
        await hall.notices.remind(STATION, MONDAY_NOON)
        assert len(await hall.sent(begins)) == 1  # the evening's is past its time by then
        arrived = await hall.reception.mark(hall.act(begins), booked, Status.ARRIVED)
        assert (await hall.reception.mark(hall.act(begins), arrived.appointment, Status.BOOKED)).done
        hall.begin()
        await hall.notices.remind(STATION, begins)
        assert await hall.sent(begins) == []

    async def test_that_was_not_sent_in_the_evening_is_not_sent_at_night(self, hall: Hall) -> None:
        await hall.booked()
        await hall.notices.remind(STATION, MONDAY_NOON)
        for hour in (21, 23):
            assert await hall.sent(datetime(2026, 11, 30, hour, 30, tzinfo=LOCAL)) == []
        assert await hall.sent(datetime(2026, 12, 1, 6, 59, tzinfo=LOCAL)) == []
        assert len(await hall.sent(datetime(2026, 12, 1, 7, tzinfo=LOCAL))) == 1


class TestATalkOnTheWeb:
    async def test_shows_the_reminder_when_it_is_time_and_once(self, hall: Hall) -> None:
        page = Address(WEBCHAT, "web", "token")
        booked = await hall.booked(10 * 60, page)
        said: list[Person] = []
        for now, times in ((MONDAY_NOON, 0), (SEVEN, 1), (SEVEN + MINUTE, 1)):
            hall.begin(said.append)
            await hall.steward.tend(STATION, now)
            shown = await hall.inbox.replies.since(hall.who(page), 0, now)
            assert len(shown) == len(said) == times
        assert said == [hall.who(page)]
        assert hall.booking.code(booked) in shown[0].reply.text
        assert (shown[0].re, shown[0].more) == ("null", False)
        await hall.booking.cancel(hall.who(page), hall.act(SEVEN), Ticket(STATION, booked.number))
        morning = datetime(2026, 12, 1, 8, 30, tzinfo=LOCAL)
        await hall.steward.tend(STATION, morning)
        assert len(said) == 1


class TestWhoCannotBeReached:
    async def test_is_to_be_called_by_phone(self, hall: Hall) -> None:
        web, gone, shut, told = [
            await hall.booked(8 * 60 + 15 * number, Address(channel, "bot", str(number)))
            for number, channel in enumerate((WEBCHAT, "telegram", "telegram", "telegram"))
        ]
        wish = Wish(STATION, SERVICE, (hall.seat(10 * 60),))
        by_hand = await hall.reception.add(hall.act(), wish, Personal("Ông Tư", "+84912999999"))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await self.calls(hall, MONDAY_NOON) == {
            web.number: Why.WEB, by_hand.appointment.number: Why.BY_HAND,
        }  # fmt: skip
        for number, result in ((1, "refused"), (2, "held"), (3, "sent")):
            await hall.sent(SEVEN, result, Address("telegram", "bot", str(number)))
        found = await self.calls(hall, SEVEN)
        assert found == {
            web.number: Why.WEB, by_hand.appointment.number: Why.BY_HAND, gone.number: Why.REFUSED,
            shut.number: Why.HELD,
        }  # fmt: skip
        assert told.number not in found

    async def test_whose_reminders_all_stayed_here_is_to_be_called_too(self, hall: Hall) -> None:
        booked = await hall.booked(10 * 60)
        assert await self.calls(hall, SEVEN) == {}
        assert await self.calls(hall, datetime(2026, 12, 1, 8, 30, tzinfo=LOCAL)) == {
            booked.number: Why.UNSENT
        }

    async def test_who_lost_their_time_and_booked_on_the_web_is_to_be_called(self, hall: Hall) -> None:
        booked = await hall.booked(8 * 60, Address(WEBCHAT, "page", "token"))
        await hall.reception.close(hall.act(), Closing(STATION, "họp", TUESDAY, ("quay_1",), 420, 700))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await self.calls(hall, MONDAY_NOON) == {booked.number: Why.WEB}

    @staticmethod
    async def calls(hall: Hall, now: datetime) -> dict[int, Why]:
        return {
            each.appointment.number: each.why
            for each in await hall.reception.unreached(STATION, TUESDAY, now)
        }


class TestWhoWasPhoned:
    async def test_about_a_visit_that_is_near_is_reminded_of_it_no_more(self, hall: Hall) -> None:
        booked = await hall.booked(10 * 60)
        await hall.notices.remind(STATION, MONDAY_NOON)
        await hall.sent(SEVEN, "refused")
        assert (await hall.reception.to_call(STATION, [booked], SEVEN)).keys() == {booked.number}
        assert (await hall.reception.told(hall.act(SEVEN), await hall.now(booked))).done
        assert await hall.reception.to_call(STATION, [await hall.now(booked)], SEVEN) == {}
        assert await hall.sent(datetime(2026, 12, 1, 8, 30, tzinfo=LOCAL)) == []

    async def test_long_before_it_is_reminded_all_the_same(self, hall: Hall) -> None:
        friday = MONDAY_NOON - timedelta(days=3)
        booked = await hall.booked(now=friday)
        assert (await hall.reception.told(hall.act(friday), booked)).done
        await hall.notices.remind(STATION, MONDAY_NOON)
        assert len(await hall.sent(SEVEN)) == 1

    async def test_about_one_time_is_told_of_the_next(self, hall: Hall) -> None:
        booked = await hall.booked()
        await hall.reception.told(hall.act(), booked)
        change = Change(Ticket(STATION, booked.number), (hall.seat(10 * 60),))
        assert (await hall.reception.move(hall.act(), change)).done
        assert (await hall.now(booked)).phoned is None
        await hall.steward.tend(STATION, MONDAY_NOON)
        (delivery,) = await hall.sent(MONDAY_NOON)
        assert "10:00" in delivery.replies[0].text

    async def test_about_the_loss_of_their_time_is_not_written_to_about_it(self, hall: Hall) -> None:
        booked = await hall.booked()
        span = Closing(STATION, "họp", TUESDAY, ("quay_1",), 420, 700)
        await hall.reception.close(hall.act(), span)
        await hall.notices.regret(STATION, MONDAY_NOON)
        assert (await hall.reception.told(hall.act(), await hall.now(booked))).done
        assert await hall.sent(MONDAY_NOON) == []
        hall.begin()
        assert await hall.notices.regret(STATION, MONDAY_NOON) == 0
        assert await hall.reception.owed_a_call(STATION, MONDAY_NOON) == []


class TestAnOffer:
    async def waiting(self, hall: Hall, address: Address, begins: int = 0):
        personal = Personal("Lê Thị Hoa", f"+8491300000{len(address.user)}", address)
        desire = Desire(STATION, SERVICE, (TUESDAY,), begins=begins)
        joined = await hall.booking.wait(hall.who(address), hall.act(), desire, personal)
        assert joined.done
        return joined.waiter

    async def full(self, hall: Hall) -> list[Appointment]:
        """Nothing is left of the day but what is given back."""
        span = Closing(STATION, "đầy", TUESDAY, ("quay_1",), 9 * 60, 17 * 60)
        await hall.reception.close(hall.act(), span)
        hours = [f"p{number}" for number in range(6)]
        return [
            await hall.booked(7 * 60 + 30 + 15 * number, Address("telegram", "bot", name))
            for number, name in enumerate(hours)
        ]

    async def test_goes_to_the_first_for_a_quarter_of_an_hour_and_then_to_the_next(self, hall: Hall) -> None:
        taken = await self.full(hall)
        first, second = await self.waiting(hall, AN), await self.waiting(hall, BINH)
        freed = Address("telegram", "bot", "p2")
        assert (await hall.booking.cancel(hall.who(freed), hall.act(), Ticket(STATION, taken[2].number))).done
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await hall.sent(MONDAY_NOON, address=BINH) == []
        (delivery,) = await hall.sent(MONDAY_NOON)
        (reply,) = delivery.replies
        assert reply.text.startswith("**Có chỗ trống cho bác: sáng mai, thứ 3 01/12, 8:00.**")
        assert "**12:15**" in reply.text
        assert [key.choice for key in reply.buttons] == [
            f"b:claim:{STATION}:{first}", f"b:decline:{STATION}:{first}",
        ]  # fmt: skip
        assert all(len(key.choice.encode()) <= 64 for key in reply.buttons)
        hall.begin()
        await hall.steward.tend(STATION, MONDAY_NOON + 14 * MINUTE)
        assert await hall.sent(MONDAY_NOON + 14 * MINUTE) == []  # told once
        later = MONDAY_NOON + 15 * MINUTE
        await hall.steward.tend(STATION, later)
        assert await hall.sent(later) == []
        (delivery,) = await hall.sent(later, address=BINH)
        assert delivery.id.startswith(f"offer:{STATION}:{second}:")
        result = await hall.booking.claim(hall.who(BINH), hall.act(later), STATION, second)
        assert result.done
        assert result.appointment.seat == hall.seat()

    async def test_is_made_and_told_only_by_day(self, hall: Hall) -> None:
        taken = await self.full(hall)
        await self.waiting(hall, AN)
        night = datetime(2026, 11, 30, 22, tzinfo=LOCAL)
        who = Address("telegram", "bot", "p5")
        await hall.booking.cancel(hall.who(who), hall.act(night), Ticket(STATION, taken[5].number))
        await hall.steward.tend(STATION, night)
        assert await hall.sent(night) == []
        morning = datetime(2026, 12, 1, 7, tzinfo=LOCAL)
        await hall.steward.tend(STATION, morning)
        assert len(await hall.sent(morning)) == 1

    async def test_that_was_declined_before_it_was_sent_is_not_sent(self, hall: Hall) -> None:
        taken = await self.full(hall)
        waiter = await self.waiting(hall, AN)
        who = Address("telegram", "bot", "p3")
        await hall.booking.cancel(hall.who(who), hall.act(), Ticket(STATION, taken[3].number))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert (await hall.booking.leave(hall.who(), hall.act(), STATION, waiter)).done
        assert await hall.sent(MONDAY_NOON) == []


class TestAnEditOfTheCalendar:
    def closed(self, hall: Hall) -> Station:
        closure = Closure(TUESDAY, TUESDAY, "tập huấn", spans=((7 * 60, 9 * 60),))
        return replace(hall.known.stations[STATION], closures=(closure,))

    async def test_that_undoes_seats_takes_them_back_and_says_so_once(self, hall: Hall) -> None:
        await hall.steward.tend(STATION, MONDAY_NOON)
        lost, kept = await hall.booked(8 * 60), await hall.booked(10 * 60)
        hall.edited(self.closed(hall))
        await hall.steward.tend(STATION, MONDAY_NOON)
        (owed,) = await hall.reception.displaced(STATION)
        assert (owed.number, owed.status, owed.closure) == (lost.number, Status.DISPLACED, EDITED)
        assert await hall.now(kept) == kept
        (delivery,) = await hall.sent(MONDAY_NOON)
        code = hall.booking.code(lost)
        assert "8:00, không còn nữa vì tập huấn." in delivery.replies[0].text
        assert [key.choice for key in delivery.replies[0].buttons] == [f"b:move:{code}", f"b:cancel:{code}"]
        hall.begin()
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await hall.sent(MONDAY_NOON) == []
        change = Change(Ticket(STATION, lost.number), (hall.seat(11 * 60),))
        assert (await hall.booking.move(hall.who(), hall.act(), change)).done
        assert await hall.reception.displaced(STATION) == []

    async def test_made_while_the_desk_was_closed_is_noticed_when_it_opens(self, hall: Hall) -> None:
        await hall.steward.tend(STATION, MONDAY_NOON)
        lost = await hall.booked(8 * 60)
        hall.edited(self.closed(hall))
        hall.begin()
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert [each.number for each in await hall.reception.displaced(STATION)] == [lost.number]

    async def test_taken_up_by_two_processes_one_after_the_other_harms_nobody(
        self, hall: Hall, store: Store, content: Knowledge
    ) -> None:
        other = Hall(store, content)
        early = replace(
            content.stations[STATION],
            hours=(replace(content.stations[STATION].hours[0], spans=((6 * 60, 17 * 60),)),),
        )
        for each in (hall, other):
            await each.steward.tend(STATION, MONDAY_NOON)
        hall.edited(early)  # opens at six; the other has not read it yet
        await hall.steward.tend(STATION, MONDAY_NOON)
        await hall.booked(6 * 60 + 30)
        await other.steward.tend(STATION, MONDAY_NOON)
        other.edited(early)
        await other.steward.tend(STATION, MONDAY_NOON)
        assert await hall.reception.displaced(STATION) == []

    async def test_spares_a_visit_put_in_by_hand_outside_the_hours(self, hall: Hall) -> None:
        await hall.steward.tend(STATION, MONDAY_NOON)
        wish = Wish(STATION, SERVICE, (hall.seat(18 * 60),))
        assert (await hall.reception.add(hall.act(), wish, LAN)).done
        hall.edited(self.closed(hall))
        await hall.steward.tend(STATION, MONDAY_NOON)
        assert await hall.reception.displaced(STATION) == []

    async def test_at_night_is_told_in_the_morning(self, hall: Hall) -> None:
        await hall.steward.tend(STATION, MONDAY_NOON)
        await hall.booked(8 * 60)
        hall.edited(self.closed(hall))
        night = datetime(2026, 11, 30, 23, tzinfo=LOCAL)
        await hall.steward.tend(STATION, night)
        assert await hall.sent(night) == []
        assert len(await hall.sent(datetime(2026, 12, 1, 7, tzinfo=LOCAL))) == 1

    async def test_ends_a_hold_and_leaves_alone_what_has_changed_since(self, hall: Hall) -> None:
        booked = await hall.booked(8 * 60)
        held = await hall.booking.hold(
            hall.who(BINH), hall.act(), Wish(STATION, SERVICE, (hall.seat(8 * 60 + 15),))
        )
        change = Change(Ticket(STATION, booked.number), (hall.seat(10 * 60),))
        moved = await hall.booking.move(hall.who(), hall.act(), change)
        act, lost = Act("", MONDAY_NOON), [Loss(booked), Loss(held.appointment)]
        result = await hall.reception.displace(act, STATION, lost, EDITED)
        assert result.others == ()
        assert await hall.now(moved.appointment) == moved.appointment
        assert (await hall.now(held.appointment)).status is Status.EXPIRED
