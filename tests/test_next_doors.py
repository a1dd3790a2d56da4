"""A whole house with all doors: what does not arrive at one goes to the next, then to the phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio

from bot.accounts import TELEGRAM, ZALO_OA, ZALO_ZNS, Templates
from bot.content.shelf import Shelf
from bot.conversation import forms, reminding
from bot.domain.appointment import Appointment, Personal
from bot.domain.delivery import Delivery, Lane
from bot.domain.health import Rules
from bot.domain.message import Address
from bot.domain.reminder import Kind, Why, remind_id
from bot.domain.seat import LOCAL, Seat
from bot.domain.ticket import Ticket
from bot.domain.wish import Act, Wish
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.services.standing import glance
from bot.store.circles import Circles
from bot.store.contacts import Contacts
from bot.store.fates import WAITS, Fates
from bot.store.inbox import Inbox
from bot.store.naming import person
from bot.store.outbox import Outbox
from tests.doubles.zalo import TEMPLATE, citizen
from tests.open_desk import PATIENCE
from tests.open_house import BOT, OA, OpenHouse, open_house

pytestmark = pytest.mark.asyncio(loop_scope="module")
STATION, SERVICE, TUESDAY = "mai_phu", "thu_nhan_can_cuoc", date(2026, 12, 1)
MONDAY_NOON = datetime(2026, 11, 30, 12, tzinfo=LOCAL)
QUICK = Rules(
    dead=timedelta(seconds=1), apart=timedelta(seconds=0.2), believed=timedelta(seconds=15),
    every=timedelta(seconds=0.1), down_every=timedelta(seconds=0.1), round=timedelta(seconds=0.1),
)  # fmt: skip
WEEK = timedelta(days=8)  # a little longer, after which Zalo lets nobody write
_number = count(7001)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    folder = tmp_path_factory.mktemp("house")
    templates = Templates(reminder="300001")
    async with asyncio.timeout(600), open_house(folder, shelf, QUICK, templates) as house:
        house.zalo.api.approved["300001"] = forms.LIMITS
        yield house
        assert house.zalo.wrong == []
        assert house.telegram.wrong == []


class Lan:
    """A citizen with a visit on Tuesday, and doors."""

    def __init__(self, house: OpenHouse) -> None:
        self.house, self.number = house, next(_number)
        self.booking = Booking(house.store, Almanac(lambda: house.known), [STATION])
        inbox = Inbox(house.store)
        self.contacts, self.outbox = Contacts(house.store, inbox), Outbox(house.store, inbox)
        self.telegram = Address(TELEGRAM, BOT.id, str(8_000_000_000 + self.number))
        self.zalo = Address(ZALO_OA, OA.id, citizen(self.number))
        self.phone = f"84912{self.number:06}"

    async def wrote(self, *doors: Address, ago: timedelta = timedelta()) -> None:
        """They wrote, at one after the other, some time ago."""
        now = datetime.now(UTC)
        for late, door in enumerate(doors):
            at = now - ago + timedelta(milliseconds=late)
            await self.contacts.wrote(door, at, now)
            if door == self.zalo:
                self.house.zalo.skip(-ago.total_seconds())
                self.house.zalo.interacted(door.user)
                self.house.zalo.skip(ago.total_seconds())

    async def tied(self) -> None:
        """Both doors are theirs."""
        assert await Circles(self.house.store).tie(self.telegram, self.zalo, MONDAY_NOON)

    async def reminded(self, door: Address, last: bool = True) -> str | None:
        """Booked at a door; the reminder is due now, and goes its way; what became of it."""
        id_, fates = await self.due(door, last), Fates(self.house.store)
        async with asyncio.timeout(PATIENCE):
            while (fate := (await fates.of(door, [id_]))[0]) in {WAITS, "moved"}:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return fate

    async def due(self, door: Address, last: bool = True) -> str:
        """The same, and no waiting: the id of the reminder."""
        booked, now = await self.booked(door), datetime.now(UTC)
        self.visit, code = booked, self.booking.code(booked)
        id_ = remind_id(booked, Kind.EVE)
        reply = reminding.reminder(self.house.known, booked, Kind.EVE, code, None)
        phone = Address(ZALO_ZNS, OA.id, self.phone) if last else None
        form = forms.visit(self.house.known, booked, code)
        await self.outbox.put(
            Delivery(id_, door, Lane.REMINDER, (reply,), now, now + timedelta(hours=1), id_, form, phone)
        )
        return id_

    async def booked(self, door: Address) -> Appointment:
        who = person(door, self.house.store.names)
        seat = Seat(STATION, TUESDAY, "quay_1", 8 * 60 + 15 * (self.number % 12), 15)
        held = await self.booking.hold(
            who, Act(f"h{self.number}", MONDAY_NOON), Wish(STATION, SERVICE, (seat,))
        )
        assert held.appointment
        ticket, personal = Ticket(STATION, held.appointment.number), Personal("Lan", f"+{self.phone}", door)
        done = await self.booking.confirm(who, Act(f"c{self.number}", MONDAY_NOON), ticket, personal)
        assert done.appointment
        return done.appointment

    async def call(self) -> Why | None:
        """Why the station has to call them."""
        seen = await glance(self.house.store, datetime.now(UTC))
        reception = Reception(self.house.store, self.booking, seen)
        visit = await self.booking.bookings.read(STATION, [self.visit.number])
        return (await reception.to_call(STATION, visit, MONDAY_NOON)).get(self.visit.number)

    def at_telegram(self) -> list[str]:
        return [
            call.formatted.text
            for call in self.house.telegram.sent
            if str(call.fields["chat_id"]) == self.telegram.user
        ]

    def at_zalo(self) -> list[str]:
        return [call.text for call in self.house.zalo.sent if call.user == self.zalo.user]

    def at_phone(self) -> list[dict[str, str]]:
        templates = self.house.zalo.api.templates
        return [call.body["template_data"] for call in templates if call.body["phone"] == self.phone]


async def test_who_blocked_us_at_telegram_is_reminded_at_zalo(house: OpenHouse) -> None:
    lan = Lan(house)
    await lan.tied()
    await lan.wrote(lan.zalo, lan.telegram)
    house.telegram.fault("blocked", chat=int(lan.telegram.user))
    assert await lan.reminded(lan.telegram) == "sent"
    (text,) = lan.at_zalo()
    assert "Bác có hẹn" in text
    assert lan.at_telegram() == []
    assert lan.at_phone() == []
    assert await lan.call() is None


async def test_whose_window_at_zalo_closed_is_reminded_at_telegram(house: OpenHouse) -> None:
    lan = Lan(house)
    await lan.tied()
    await lan.wrote(lan.zalo, ago=WEEK)
    await lan.wrote(lan.telegram)
    assert await lan.reminded(lan.zalo) == "sent"
    assert len(lan.at_telegram()) == 1
    assert lan.at_zalo() == []
    assert await lan.call() is None


async def test_who_has_only_a_window_that_closed_gets_a_template_at_their_phone(house: OpenHouse) -> None:
    lan = Lan(house)
    await lan.wrote(lan.zalo, ago=WEEK)
    assert await lan.reminded(lan.zalo) == "sent"
    (fields,) = lan.at_phone()
    assert fields["code"] == lan.booking.code(lan.visit)
    assert fields["day"] == "thứ 3, 01/12/2026"
    assert "Lan" not in str(fields)
    assert lan.at_zalo() == []
    assert await lan.call() is None


async def test_whose_phone_has_no_zalo_either_is_to_be_called(house: OpenHouse) -> None:
    lan = Lan(house)
    await lan.tied()
    await lan.wrote(lan.zalo, ago=WEEK)
    await lan.wrote(lan.telegram)
    house.telegram.fault("blocked", chat=int(lan.telegram.user))
    house.zalo.api.without.add(lan.phone)
    assert await lan.reminded(lan.telegram) == "refused"
    assert await lan.call() is Why.REFUSED


async def test_who_cannot_be_written_to_at_all_is_to_be_called_and_is_not_when_it_arrives_after_all(
    house: OpenHouse,
) -> None:
    lan = Lan(house)
    await lan.wrote(lan.zalo, ago=WEEK)
    assert await lan.reminded(lan.zalo, last=False) == "held"
    assert await lan.call() is Why.HELD
    await house.zalo.say(lan.zalo.user, "chào")
    async with asyncio.timeout(PATIENCE):
        while await lan.call():  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.02)
    assert any("Bác có hẹn" in text for text in lan.at_zalo())
    assert TEMPLATE not in {call.path for call in house.zalo.calls if call.body.get("phone") == lan.phone}


async def test_while_telegram_is_dead_who_has_another_door_is_reminded_there_and_who_has_none_is_listed(
    house: OpenHouse,
) -> None:
    lan, only, after = Lan(house), Lan(house), Lan(house)
    await lan.tied()
    await lan.wrote(lan.zalo, lan.telegram)
    await only.wrote(only.telegram)
    await house.telegram.life.die("refuses")
    await house.stands("telegram", "down: away")
    assert await lan.reminded(lan.telegram) == "sent"
    assert len(lan.at_zalo()) == 1
    await only.due(only.telegram, last=False)
    async with asyncio.timeout(PATIENCE):
        while await only.call() is not Why.DOOR:  # noqa: ASYNC110 - the store has no event for it
            await asyncio.sleep(0.02)
    assert await lan.call() is None
    told = await Reception(house.store, only.booking).told(Act("told", MONDAY_NOON), only.visit)
    assert told.done
    assert await only.call() is None
    await house.telegram.life.revive()
    await house.stands("telegram", "open")
    await after.wrote(after.telegram)
    assert (
        await after.reminded(after.telegram) == "sent"
    )  # the door is back, and what was told is not told again
    assert len(after.at_telegram()) == 1
    fates, id_ = Fates(house.store), remind_id(only.visit, Kind.EVE)
    async with asyncio.timeout(PATIENCE):  # what waits for an account is looked at every 20 seconds
        while WAITS in await fates.of(only.telegram, [id_]):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert await fates.of(only.telegram, [id_]) == ["unwanted"]
    assert lan.at_telegram() == only.at_telegram() == []
