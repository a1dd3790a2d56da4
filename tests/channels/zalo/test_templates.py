"""Templates to a phone, and what becomes of them when Zalo does not take them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import ZALO_ZNS, Templates
from bot.content.shelf import Shelf
from bot.conversation.days import VIETNAM
from bot.conversation.forms import LIMITS
from bot.domain.delivery import CANCELLED, REMINDER, Delivery, Form, Lane
from bot.domain.message import Address, Reply
from bot.store.connection import Store
from tests.channels.zalo.desk import OA, Desk, open_zalo
from tests.doubles.zalo import OAUTH, TEMPLATE

PHONE = Address(ZALO_ZNS, OA.id, "84912000001")
FIELDS = {
    "code": "TB-26P35E4", "day": "thứ 3, 01/12/2026", "time": "8:00", "service": "Làm thẻ căn cước",
    "station": "Công an xã Mai Phụ",
}  # fmt: skip


@pytest.fixture
async def desk(store: Store, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_zalo(store, shelf, tmp_path, zns=Templates(reminder="300001")) as opened:
        opened.zalo.api.approved["300001"] = LIMITS
        yield opened
        assert opened.zalo.wrong == []


async def remind(desk: Desk, id_: str = "visit:1@x", kind: str = REMINDER) -> None:
    now = datetime.now(UTC)
    made = Delivery(id_, PHONE, Lane.REMINDER, (Reply("Nhắc hẹn"),), now, now + timedelta(days=1))
    await desk.outbox.put(replace(made, form=Form(kind, tuple(FIELDS.items()))))


async def test_a_visit_goes_out_in_the_fields_of_its_template(desk: Desk) -> None:
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="sent")
    (call,) = desk.zalo.api.templates
    assert (call.body["phone"], call.body["template_id"]) == ("84912000001", "300001")
    assert call.body["template_data"] == FIELDS
    assert "visit" not in call.body["tracking_id"]
    await remind(desk, "visit:2@x")
    await desk.counted("sends", 2, door=ZALO_ZNS, result="sent")
    assert len({call.body["tracking_id"] for call in desk.zalo.api.templates}) == 2


async def test_a_token_that_is_not_taken_is_renewed_once(desk: Desk) -> None:
    desk.zalo.expire_access(OA)
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="sent")
    assert [call.error for call in desk.zalo.calls if call.path == TEMPLATE] == [-124, 0]


@pytest.mark.parametrize("code", [-108, -114, -118, -139, -141])
async def test_a_phone_that_gets_none_is_refused_and_nobody_is_alarmed(desk: Desk, code: int) -> None:
    desk.zalo.fault("code", path=TEMPLATE, code=code)
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="refused")
    assert await desk.metric("alarms") == 0


@pytest.mark.parametrize("code", [-109, -115, -131, -132, -135, -137, -144, -147, -9999])
async def test_money_right_and_template_are_the_operators_and_the_message_is_kept_back(
    desk: Desk, code: int
) -> None:
    desk.zalo.fault("code", path=TEMPLATE, code=code)
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="held")
    await desk.counted("alarms", kind=f"zns{code}")


async def test_what_zalo_takes_by_day_only_waits_for_the_morning(desk: Desk, store: Store) -> None:
    desk.zalo.fault("code", path=TEMPLATE, code=-133)
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="later")
    (key,) = [key async for key in store.redis.scan_iter("*sending")]
    ((_, until),) = await store.redis.zrange(key, 0, -1, withscores=True)
    assert f"{datetime.fromtimestamp(until / 1000, VIETNAM):%H:%M}" == "06:05"


async def test_an_answer_that_is_lost_is_not_paid_for_twice(desk: Desk) -> None:
    desk.zalo.fault("lost", path=TEMPLATE)
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="unsure")
    assert len(desk.zalo.api.templates) == 1


async def test_a_gateway_in_between_is_tried_again(desk: Desk) -> None:
    desk.zalo.fault("html", path=TEMPLATE)
    await remind(desk)
    await desk.counted("sends", door=ZALO_ZNS, result="sent")


async def test_a_kind_without_a_template_is_sent_by_nobody(desk: Desk) -> None:
    await remind(desk, kind=CANCELLED)
    await desk.counted("sends", door=ZALO_ZNS, result="held")
    await desk.counted("alarms", kind="zns_template")
    assert [call.path for call in desk.zalo.calls if call.path != OAUTH] == []
