"""A warning reaches a person once, by their best door, or by the next when one fails or is dead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.rota import rota
from bot.domain.health import Standing
from bot.domain.mailing import Audience, Fate
from bot.domain.warning import Move, State
from bot.store.connection import Store
from tests.conftest import ROOT
from tests.open_house import OA
from tests.services.warned import Wires, until, wires

pytestmark = pytest.mark.filterwarnings("ignore:.*`retry_after` will be of type:DeprecationWarning")
LONG_AGO = timedelta(days=9)  # nobody may be written to on Zalo any more


@pytest.fixture
async def desk(store: Store, tmp_path: Path) -> AsyncIterator[Wires]:
    async with wires(store, tmp_path, rota(ROOT)) as made:
        yield made


async def test_both_doors_subscribed_are_one_person_and_one_message(desk: Wires) -> None:
    phone, zalo, alone = (
        await desk.phone(),
        await desk.on_zalo(wrote=timedelta(minutes=5)),
        await desk.phone(),
    )
    await desk.subscribed(phone, zalo, alone)
    await desk.tied(phone, zalo)
    assert await desk.mailings.preview(desk.bulletin(), desk.now) == Audience(
        {"zalo_oa": 1, "telegram": 1}, {}
    )
    progress = await desk.ended(await desk.begun())
    assert progress.counts == {("zalo_oa", Fate.DELIVERED, ""): 1, ("telegram", Fate.DELIVERED, ""): 1}
    assert [desk.got(each) for each in (phone, zalo, alone)] == [0, 1, 1]
    assert progress.detours == {}
    assert sorted(desk.watch.heard_of) == [("telegram", True), ("zalo_oa", True)]


async def test_a_closed_window_is_gone_round_as_the_preview_said(desk: Wires) -> None:
    phone, zalo, lonely = (
        await desk.phone(),
        await desk.on_zalo(wrote=LONG_AGO),
        await desk.on_zalo(wrote=LONG_AGO),
    )
    await desk.subscribed(zalo, lonely)
    await desk.tied(phone, zalo)
    assert await desk.mailings.preview(desk.bulletin(), desk.now) == Audience(
        {"telegram": 1}, {("zalo_oa", "closed"): 1}, {("zalo_oa", "closed", "telegram"): 1}
    )
    progress = await desk.ended(await desk.begun())
    assert progress.counts == {
        ("telegram", Fate.DELIVERED, ""): 1, ("zalo_oa", Fate.REFUSED, "closed"): 1,
    }  # fmt: skip
    assert progress.detours == {("zalo_oa", "closed", "telegram"): 1}
    assert [desk.got(each) for each in (phone, zalo, lonely)] == [1, 0, 0]


async def test_who_has_blocked_one_door_gets_it_at_the_other(desk: Wires) -> None:
    phone, zalo = await desk.phone(wrote=timedelta(minutes=1)), await desk.on_zalo()
    await desk.subscribed(phone)
    await desk.tied(phone, zalo)
    desk.phones.fault("blocked", chat=int(phone.user))
    progress = await desk.ended(await desk.begun())
    assert progress.counts == {("zalo_oa", Fate.DELIVERED, ""): 1}
    assert progress.detours == {("telegram", "blocked", "zalo_oa"): 1}
    assert desk.got(zalo) == 1


async def test_with_no_ringing_door_it_stands_on_the_page_once(desk: Wires) -> None:
    phone, zalo, page = await desk.phone(), await desk.on_zalo(wrote=LONG_AGO), await desk.page()
    await desk.subscribed(zalo, page)
    await desk.tied(phone, zalo, page)
    desk.phones.fault("chat_not_found", chat=int(phone.user))
    progress = await desk.ended(await desk.begun())
    assert progress.counts == {("webchat", Fate.DELIVERED, ""): 1}
    assert await desk.shown(page) == 1


async def test_where_nothing_is_left_it_ends_at_the_last_door(desk: Wires) -> None:
    phone, other = await desk.phone(), await desk.phone(wrote=timedelta(minutes=1))
    await desk.subscribed(phone)
    await desk.tied(phone, other)
    for each in (phone, other):
        desk.phones.fault("blocked", chat=int(each.user))
    progress = await desk.ended(await desk.begun())
    assert progress.of(Fate.REFUSED) == progress.recipients == 1


async def test_what_may_have_arrived_goes_nowhere_else(desk: Wires) -> None:
    phone, zalo = await desk.phone(wrote=timedelta(minutes=1)), await desk.on_zalo()
    await desk.subscribed(phone, zalo)
    await desk.tied(phone, zalo)
    desk.phones.fault("lost", chat=int(phone.user))
    progress = await desk.ended(await desk.begun())
    assert progress.counts == {("telegram", Fate.UNSURE, ""): 1}
    assert (desk.got(phone), desk.got(zalo)) == (1, 0)
    assert desk.watch.heard_of == [("telegram", False)]


async def test_of_a_dead_account_who_can_goes_elsewhere_and_the_others_wait_for_it(desk: Wires) -> None:
    zalo = [await desk.on_zalo() for _ in range(3)]
    phone = await desk.phone()
    await desk.subscribed(*zalo)
    await desk.tied(zalo[0], phone)
    desk.watch.stands("zalo_oa", Standing.DOWN)
    preview = await desk.mailings.preview(desk.bulletin(), desk.now)
    assert preview.unreached == {("zalo_oa", "down"): 2}
    assert preview.detours == {("zalo_oa", "down", "telegram"): 1}
    id_ = await desk.begun()

    async def arrived() -> bool:
        return desk.got(phone) == 1

    await until(arrived)
    assert not desk.zalo.sent  # nothing is tried there
    desk.watch.stands("zalo_oa", Standing.OPEN)
    progress = await desk.ended(id_)
    assert progress.counts == {("zalo_oa", Fate.DELIVERED, ""): 2, ("telegram", Fate.DELIVERED, ""): 1}
    assert [desk.got(each) for each in (*zalo, phone)] == [0, 1, 1, 1]  # who was told is not told again


async def test_an_account_that_dies_in_the_middle_hands_on_who_stands_there(desk: Wires) -> None:
    zalo = [await desk.on_zalo() for _ in range(2)]
    phone = await desk.phone(wrote=timedelta(minutes=1))
    await desk.subscribed(*zalo, phone)
    await desk.tied(phone, zalo[0])
    desk.phones.fault("server", chat=int(phone.user), times=1)  # put off, for a second

    id_ = await desk.begun()

    async def put_off() -> bool:
        return ("telegram", False) in desk.watch.heard_of

    await until(put_off)
    desk.watch.stands("telegram", Standing.DOWN)
    progress = await desk.ended(id_)
    assert progress.counts == {("zalo_oa", Fate.DELIVERED, ""): 2}
    assert progress.detours == {("telegram", "down", "zalo_oa"): 1}
    assert desk.got(phone) == 0


async def test_who_was_put_off_for_long_goes_elsewhere_as_soon_as_the_account_is_dead(desk: Wires) -> None:
    zalo, phone = await desk.on_zalo(), await desk.phone(wrote=timedelta(minutes=1))
    await desk.subscribed(phone)
    await desk.tied(phone, zalo)
    desk.phones.fault("retry_after", chat=int(phone.user), after=600)
    id_ = await desk.begun()

    async def put_off() -> bool:
        return ("telegram", True) in desk.watch.heard_of

    await until(put_off)
    desk.watch.stands("telegram", Standing.CLOSED)
    assert (await desk.ended(id_)).detours == {("telegram", "shut", "zalo_oa"): 1}


async def test_what_expires_while_an_account_is_closed_is_never_sent(desk: Wires) -> None:
    zalo, phone = await desk.on_zalo(), await desk.phone()
    await desk.subscribed(zalo, phone)
    desk.watch.stands("zalo_oa", Standing.CLOSED)
    assert (await desk.mailings.preview(desk.bulletin(), desk.now)).unreached == {("zalo_oa", "shut"): 1}
    id_ = await desk.begun()

    async def arrived() -> bool:
        return desk.got(phone) == 1

    await until(arrived)
    desk.now += timedelta(hours=3)
    progress = await desk.ended(id_, State.EXPIRED)
    assert progress.counts["zalo_oa", Fate.EXPIRED, "door"] == 1
    desk.watch.stands("zalo_oa", Standing.OPEN)
    await desk.mailings.tend(desk.now)
    assert desk.got(zalo) == 0


async def test_what_waits_for_an_account_is_called_off_like_everything(desk: Wires) -> None:
    zalo = await desk.on_zalo()
    await desk.subscribed(zalo)
    desk.watch.stands("zalo_oa", Standing.DOWN)
    id_ = await desk.begun()

    async def waits() -> bool:
        found = await desk.ledger.progress(id_)
        return bool(found and found.fixed)

    await until(waits)
    await desk.moved(id_, Move.STOP)
    await desk.moved(id_, Move.CANCEL)
    progress = await desk.ended(id_, State.CANCELLED)
    assert progress.counts == {("zalo_oa", Fate.EXPIRED, "cancelled"): 1}


async def test_what_waits_for_an_account_does_not_go_out_at_night(desk: Wires) -> None:
    desk.now = desk.now.replace(hour=12)  # 19:00 in Vietnam
    zalo = await desk.on_zalo()
    await desk.subscribed(zalo)
    desk.watch.stands("zalo_oa", Standing.DOWN)
    id_ = await desk.begun()

    async def put_off() -> int:
        return int(await desk.store.redis.zcard(f"tb:{{o}}:mailing:{id_}:later:zalo_oa:{OA.id}"))

    await until(put_off)
    desk.now += timedelta(hours=2, minutes=5)  # and it lives again at 21:05
    desk.watch.stands("zalo_oa", Standing.OPEN)

    async def at_rest() -> bool:
        return not any(not task.done() for task in desk.mailings._running.values())

    await until(at_rest)
    assert desk.got(zalo) == 0


async def test_a_correction_goes_by_the_door_where_the_first_was_got(desk: Wires) -> None:
    phone, zalo, other = await desk.phone(), await desk.on_zalo(wrote=LONG_AGO), await desk.on_zalo()
    await desk.subscribed(zalo, other)
    await desk.tied(zalo, phone)
    first = await desk.begun()
    await desk.ended(first)
    assert (desk.got(phone), desk.got(zalo)) == (1, 0)
    await desk.tied(phone, await desk.on_zalo(wrote=timedelta(0)))  # which they used since
    await desk.people.stop(phone, desk.now)
    progress = await desk.ended(await desk.begun(corrects=first))
    assert progress.counts == {("telegram", Fate.DELIVERED, ""): 1, ("zalo_oa", Fate.DELIVERED, ""): 1}
    assert (desk.got(phone), desk.got(other)) == (2, 2)


async def test_a_correction_too_goes_on_when_that_door_fails(desk: Wires) -> None:
    phone, zalo = await desk.phone(wrote=timedelta(minutes=1)), await desk.on_zalo()
    await desk.subscribed(phone)
    await desk.tied(phone, zalo)
    first = await desk.begun()
    await desk.ended(first)
    desk.phones.fault("blocked", chat=int(phone.user))
    progress = await desk.ended(await desk.begun(corrects=first))
    assert progress.counts == {("zalo_oa", Fate.DELIVERED, ""): 1}
    assert (desk.got(phone), desk.got(zalo)) == (1, 1)


async def test_a_door_untied_on_the_way_gets_what_was_asked_for_there(desk: Wires) -> None:
    phone, zalo = await desk.phone(wrote=timedelta(minutes=1)), await desk.on_zalo()
    await desk.subscribed(zalo)
    await desk.tied(phone, zalo)
    for channel in ("zalo_oa", "telegram"):
        desk.watch.stands(channel, Standing.DOWN)
    id_ = await desk.begun()

    async def fixed() -> bool:
        found = await desk.ledger.progress(id_)
        return bool(found and found.fixed)

    await until(fixed)
    await desk.circles.untie(desk.inbox.person(phone))
    for channel in ("zalo_oa", "telegram"):
        desk.watch.stands(channel, Standing.OPEN)
    assert (await desk.ended(id_)).counts == {("zalo_oa", Fate.DELIVERED, ""): 1}
    assert (desk.got(phone), desk.got(zalo)) == (0, 1)


async def test_who_stops_at_one_door_gets_it_at_none(desk: Wires) -> None:
    phone, zalo = await desk.phone(), await desk.on_zalo()
    await desk.subscribed(phone, zalo)
    await desk.tied(phone, zalo)
    desk.watch.stands("zalo_oa", Standing.DOWN)
    desk.watch.stands("telegram", Standing.DOWN)
    id_ = await desk.begun()

    async def fixed() -> bool:
        found = await desk.ledger.progress(id_)
        return bool(found and found.fixed)

    await until(fixed)
    await desk.people.stop(zalo, desk.now)
    for channel in ("zalo_oa", "telegram"):
        desk.watch.stands(channel, Standing.OPEN)
    progress = await desk.ended(id_)
    assert progress.of(Fate.REFUSED) == 1
    assert {why for _, _, why in progress.counts} == {"stopped"}
    assert (desk.got(phone), desk.got(zalo)) == (0, 0)
