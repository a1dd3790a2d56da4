"""Which phone and which account a message falls back on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.accounts import ZALO_ZNS
from bot.domain.appointment import Personal
from bot.domain.delivery import CANCELLED, REMINDER, Form
from bot.domain.message import WEBCHAT, Address, Reply
from bot.services.telling import Teller
from bot.store.connection import Store
from tests.services.row import MINUTE, NOON, PAGE, Row, door, row

FORM = "mai_phu", Form(REMINDER, (("code", "TB-1"),))
LAN = Personal("Lan", "+84912000001", door(0))
PHONE = Address(ZALO_ZNS, "888", "84912000001")
SPAN = NOON, NOON + timedelta(hours=1)


def templates(kind: str, station: str) -> str | None:
    return "888" if (kind, station) == (REMINDER, "mai_phu") else None


def teller(here: Row) -> Teller:
    return Teller(here.outbox, here.senders, here.onward, templates)


@pytest.mark.parametrize(
    ("personal", "form", "last"),
    [
        (LAN, FORM, PHONE),
        (LAN, None, None),
        (LAN, ("vung_ang", FORM[1]), None),
        (LAN, ("mai_phu", Form(CANCELLED, ())), None),
        (replace(LAN, phone="+85620555000"), FORM, None),
    ],
)
async def test_the_phone_of_the_booking_if_it_is_of_here_and_there_is_a_template(
    store: Store, personal: Personal, form: tuple[str, Form] | None, last: Address | None
) -> None:
    async with row(store, 1) as here:
        assert await teller(here).tell("remind:1", personal, Reply("Nhắc hẹn"), NOON, SPAN, form)
        claim = await here.outbox.claim(here.inbox.person(door(0)).tag, "door0", NOON)
        assert claim
        assert claim.delivery.last == last


async def test_who_booked_on_a_page_gets_the_template_and_reads_it_there_too(store: Store) -> None:
    async with row(store, 1) as here:
        telling = teller(here)
        personal = replace(LAN, address=PAGE)
        assert not await telling.tell(
            "remind:1", personal, Reply("Nhắc hẹn"), NOON - timedelta(hours=1), SPAN, FORM
        )
        assert await telling.tell("remind:1", personal, Reply("Nhắc hẹn"), NOON, SPAN, FORM)
        assert telling.knows("remind:1")
        assert not await teller(here).tell("remind:1", personal, Reply("Nhắc hẹn"), NOON, SPAN, FORM)
        assert await here.pages() == ["Nhắc hẹn"]
        claim = await here.outbox.claim(here.inbox.person(PHONE).tag, ZALO_ZNS, NOON)
        assert claim
        assert (claim.delivery.address, claim.delivery.trail) == (PHONE, (PAGE,))


async def test_a_page_whose_other_door_is_shut_is_looked_at_again(store: Store) -> None:
    async with row(store, 1) as here:
        await here.live(PAGE)
        here.doors["door0"].shut = "closed"
        telling, personal = teller(here), replace(LAN, address=Address(WEBCHAT, PAGE.account, PAGE.user))
        assert not await telling.tell("remind:1", personal, Reply("Nhắc hẹn"), NOON, SPAN)
        assert not telling.knows("remind:1")
        assert await here.pages() == ["Nhắc hẹn"]
        here.doors["door0"].shut = None
        assert await telling.tell("remind:1", personal, Reply("Nhắc hẹn"), NOON, SPAN)
        await here.settle()
        assert [text for _, text in here.platform.arrived] == ["Nhắc hẹn"]
        assert await here.pages() == ["Nhắc hẹn"]


async def test_what_is_kept_at_a_door_goes_on_when_another_one_opens_and_is_not_sent_twice(
    store: Store,
) -> None:
    async with row(store) as here:
        await here.live(door(1))
        here.platform.answers["door0"] = ["held"]
        here.doors["door1"].shut = "blocked"
        telling, given = teller(here), ("remind:1", LAN, Reply("Nhắc hẹn"))
        assert await telling.tell(*given, NOON, SPAN)
        await here.settle(MINUTE)
        telling = teller(here)  # of another process
        assert not await telling.tell(*given, here.now, SPAN)
        assert not telling.knows("remind:1")  # it is looked at again
        here.doors["door1"].shut = None
        assert not await telling.tell(*given, here.now, SPAN)
        await here.settle(MINUTE)
        assert here.platform.arrived == [("door1", "Nhắc hẹn")]
        assert await here.fate("remind:1") == "sent"
        assert not await telling.tell(*given, here.now, SPAN)
        assert telling.knows("remind:1")
        await here.contacts.wrote(door(0), here.now, here.now)
        await here.settle(MINUTE)
        assert len(here.platform.arrived) == 1


async def test_what_they_have_just_asked_for_by_writing_stays_at_its_door(store: Store) -> None:
    async with row(store) as here:
        await here.live(door(1))
        here.platform.answers["door0"] = ["held"]
        here.doors["door1"].shut = "blocked"
        given = ("remind:1", LAN, Reply("Nhắc hẹn"))
        await teller(here).tell(*given, NOON, SPAN)
        await here.settle(MINUTE)
        here.doors["door1"].shut = None
        await here.contacts.wrote(door(0), here.now, here.now)
        await teller(here).tell(*given, here.now, SPAN)
        await here.settle(MINUTE)
        assert here.platform.arrived == [("door0", "Nhắc hẹn")]
