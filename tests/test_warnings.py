"""Getting warnings: every transcript of `warnings/` at every door, and presses that come without a talk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.inbox import Inbox
from bot.store.subscriptions import Subscriptions
from tests.doors import DOORS, Citizen, OnTheWeb, house, play
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
TALKS = sorted((Path(__file__).parent / "warnings").glob("*.txt"))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
async def test_talk(path: Path, door: type[Citizen], house: OpenHouse) -> None:
    await play(path, door, house)


@pytest.mark.parametrize("path", ["/hoi/tro_chuyen.nhan_canh_bao", "/hoi?q=dang+ky+nhan+canh+bao"])
async def test_a_page_without_a_talk_tells_how_it_is_done(path: str, house: OpenHouse) -> None:
    async with house.web.get(f"{house.url}{path}") as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "nhận cảnh báo" in page


async def test_what_is_agreed_to_at_a_door_is_whom_warnings_find(house: OpenHouse) -> None:
    person = OnTheWeb(house)
    kept = Subscriptions(house.store, Inbox(house.store))
    topic = next(iter(house.known.warnings.topics))

    async def addressed() -> int:
        return sum([len(batch) async for batch in kept.addressed(("vung_ang",), topic, urgent=False)])

    before = await addressed()
    await person.say("nhận tin cảnh báo phường vũng áng")
    await person.press("Nhận tất cả")
    assert await addressed() == before + 1
    await person.say("ngừng")
    assert await addressed() == before
