"""An officer's day as it is read in `days/`, at every door; the citizens in it are at the same kind of door.

What varies has a name: `{DAN}`, `{KHAC}` and `{MAY}`, `{MAY2}` are two people and their phones, `{SO}` a
number that nobody may read again, `{GM}` the code of the letter that was shown by itself last.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from tests import test_handover_everywhere as talking
from tests import transcript
from tests.doors import LISTED, SOURCE, TYPING
from tests.officer.test_desk import SECRET, invited
from tests.open_house import OpenHouse, open_house
from tests.services.test_officers import totp
from tests.somebody import Somebody
from tests.transcript import Seen, Turn, fits

pytestmark = pytest.mark.asyncio(loop_scope="module")
DAYS = sorted((Path(__file__).parent / "days").glob("*.txt"))
STATION, OFFICER = "mai_phu", "Cán bộ"
LETTER = re.compile(r"GM-[0-9A-Z]{6}")
NAMES = ("Tư", "Năm", "Sáu", "Bảy", "Chín", "Mười")
NUMBER = "038085004321"
PATIENCE = 60.0
_number = count(1)


class OnZalo(talking.OnZalo):
    """More buttons than a message can have are numbered lines."""

    async def next(self) -> tuple[str, dict[str, str]]:
        text, keys = await super().next()
        lines = "\n".join(found[0] for found in LISTED.finditer(text))
        listed = {label: number for number, label in re.findall(r"^(\d+)\. (.+)$", lines, re.MULTILINE)}
        return LISTED.sub("", text), listed or keys


class OnZaloBot(talking.OnZaloBot):
    """All that can be pressed is a numbered line, or one with a code in a message that answers nobody."""

    async def next(self) -> tuple[str, dict[str, str]]:
        text, keys = await super().next()
        return CODED.sub("", LISTED.sub("", SOURCE.sub("", text))), keys


CODED = re.compile(r"Nhắn chữ và số ở đầu dòng để chọn:(?:\n[A-Z]\d+\. .+)+")  # `lettered` of texts.yaml
PRESSING: tuple[type[Somebody], ...] = (talking.OnTheWeb, talking.OnTelegram, OnZalo)
DOORS = (*PRESSING, OnZaloBot)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(600), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        yield house
    assert house.telegram.wrong == []
    assert house.zalo.wrong == []
    assert house.zalo_bot.wrong == []


class Day:
    """Everybody in one transcript."""

    def __init__(self, house: OpenHouse, door: type[Somebody]) -> None:
        self.house, self.door = house, door
        self.people: dict[str, Somebody] = {}
        first = next(_number) * 2
        self.blanks = {
            "DAN": f"Trần Thị {NAMES[first % 6]}", "KHAC": f"Lê Thị {NAMES[(first + 1) % 6]}",
            "MAY": f"09{first:08}", "MAY2": f"09{first + 1:08}", "SO": NUMBER, "GM": "",
        }  # fmt: skip

    async def play(self, path: Path) -> None:
        said = Counter[datetime]()
        for turn in transcript.read(path):
            self.house.now = turn.moment + TYPING * said[turn.at]
            said[turn.at] += 1
            async with asyncio.timeout(PATIENCE):
                await self._played(turn)

    async def _played(self, turn: Turn) -> None:
        who = self.people.get(turn.who) or await self._comes(turn.who)
        wanted = self._shown(turn)
        if turn.pressed:
            [choice, *_] = [
                choice for label, choice in who.keys.items() if fits(wanted.said, label)
            ] or pytest.fail(f"line {turn.line}: no {wanted.said} in {list(who.keys)}")
            await who.choose(choice)
        elif not turn.comes:
            await who.say(wanted.said)
        seen = []
        for _ in wanted.replies:
            text, keys = await who.next()
            who.keys = keys or who.keys
            seen.append(Seen(text, tuple(keys)))
            codes = list(set(LETTER.findall(text)))
            self.blanks["GM"] = codes[0] if len(codes) == 1 else self.blanks["GM"]
            assert NUMBER not in text
        wanted.check(seen)

    def _shown(self, turn: Turn) -> Turn:
        """The turn at this door, with everything that varies."""
        shown = turn.bare()
        if self.door in {OnZalo, OnZaloBot} and turn.replies:
            shown = shown.merged()
        shown.said = self._filled(turn.said)
        for each in shown.replies:
            each.text = self._filled(each.text)
            each.labels = [self._filled(label) for label in each.labels]
        return shown

    def _filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.blanks[found[1]], text)

    async def _comes(self, who: str) -> Somebody:
        """Somebody new: a citizen from the poster, or an officer with a code and the six digits."""
        new = self.people[who] = self.door(self.house)
        if isinstance(new, talking.OnTheWeb):
            await new.connected()
        if who != OFFICER:
            await new.start()
            await new.hears("xin chào")
            return new
        await new.say(await invited(self.house, STATION))
        secret = SECRET.search(await new.hears("mục nhập khóa"))
        assert secret
        await new.say(totp(secret[0].replace(" ", ""), self.house.now))
        await new.hears("· không trực")
        return new


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
async def test_day(path: Path, door: type[Somebody], house: OpenHouse) -> None:
    await Day(house, door).play(path)
    house.now = datetime.now(UTC)
