"""A citizen at each door that talks over a network, and a house where all of them are open."""

from __future__ import annotations

import asyncio
import json
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from tests import open_desk, transcript
from tests.doubles import zalo_bot
from tests.doubles.zalo import citizen
from tests.open_desk import PATIENCE
from tests.open_house import OpenHouse, open_house
from tests.transcript import Seen, Turn

LISTED = re.compile(r"Bác nhắn số để chọn:(?:\n\d+\. .+)+")  # `numbered` of texts.yaml, and what follows
SOURCE = re.compile(r"\n\n[^\n]+: https://\S+\Z")  # what elsewhere is a button that opens it
TYPING = timedelta(seconds=2)  # who writes forty messages within one minute gets no full answers
_number = count(1)


class Citizen(ABC):
    """Somebody new, at one door."""

    def __init__(self, house: OpenHouse) -> None:
        self.house, self.number = house, next(_number)

    @abstractmethod
    async def say(self, text: str) -> Sequence[Seen]:
        """Type something and read the answer."""

    @abstractmethod
    async def press(self, label: str) -> Sequence[Seen]:
        """Press the button of the last answer that is called so."""

    @abstractmethod
    def came(self) -> str:
        """The last answer with all that it carries, as it came over the wire."""

    @staticmethod
    def shown(turn: Turn) -> Turn:
        """How an expected turn looks here."""
        return turn.bare()


class OnTheWeb(Citizen):
    """A frame for every reply; its text is without markup."""

    def __init__(self, house: OpenHouse) -> None:
        super().__init__(house)
        self._page = open_desk.Citizen(house.web)
        self._frames: list[dict[str, Any]] = []

    async def say(self, text: str) -> Sequence[Seen]:
        await self._connected()
        return await self._answered(await self._page.send(text))

    async def press(self, label: str) -> Sequence[Seen]:
        keys = [key for frame in self._frames for key in frame["buttons"]]
        choice = _called(label, {key["label"]: key["choice"] for key in reversed(keys)})
        return await self._answered(await self._page.send(choice=choice))

    def came(self) -> str:
        return json.dumps(self._frames, ensure_ascii=False)

    async def _connected(self) -> None:
        if self._page.token is None:
            await self._page.connect(self.house.url)

    async def _answered(self, id_: str) -> Sequence[Seen]:
        self._frames = await self._page.answered(id_)
        return [
            Seen(frame["text"], tuple(key["label"] for key in frame["buttons"])) for frame in self._frames
        ]


class OnTelegram(Citizen):
    """Every reply is a message of its own."""

    def __init__(self, house: OpenHouse) -> None:
        super().__init__(house)
        self.user = 7_000_000_000 + self.number
        self._calls: list[Any] = []

    async def say(self, text: str) -> Sequence[Seen]:
        return await self._answered(self.house.telegram.say(self.user, text))

    async def press(self, label: str) -> Sequence[Seen]:
        keys = {
            key["text"]: (key["callback_data"], call.message["message_id"])
            for call in reversed(self._calls)
            for key in reversed(_keys(call))
        }
        return await self._answered(self.house.telegram.press(self.user, *_called(label, keys)))

    def came(self) -> str:
        return json.dumps([call.fields for call in self._calls], ensure_ascii=False)

    async def _answered(self, act: Any) -> Sequence[Seen]:
        phone = self.house.telegram
        before = len(phone.sent)
        await act
        await phone.news(before + 1, PATIENCE)
        self.house.answers["telegram"] += 1
        await self.house.delivered("telegram", self.house.answers["telegram"])
        self._calls = phone.sent[before:]
        assert {call.fields["chat_id"] for call in self._calls} == {self.user}
        return [Seen(call.formatted.text, tuple(key["text"] for key in _keys(call))) for call in self._calls]


class OnZalo(Citizen):
    """All replies stand in one message; more buttons than it can have are numbered lines."""

    def __init__(self, house: OpenHouse) -> None:
        super().__init__(house)
        self.user = citizen(self.number)
        self._calls: list[Any] = []

    @staticmethod
    def shown(turn: Turn) -> Turn:
        return turn.bare().merged()

    async def say(self, text: str) -> Sequence[Seen]:
        zalo, before = self.house.zalo, len(self.house.zalo.sent)
        await zalo.say(self.user, text)
        await zalo.news(before + 1, PATIENCE)
        self.house.answers["zalo_oa"] += 1
        await self.house.delivered("zalo_oa", self.house.answers["zalo_oa"])
        self._calls = zalo.sent[before:]
        assert {call.user for call in self._calls} == {self.user}
        text = LISTED.sub("", "\n\n".join(call.text for call in self._calls))
        return [Seen(text, tuple(self._choices()))]

    async def press(self, label: str) -> Sequence[Seen]:
        return await self.say(_called(label, self._choices()))

    def came(self) -> str:
        return json.dumps([call.body["message"] for call in self._calls], ensure_ascii=False)

    def _choices(self) -> dict[str, str]:
        """What to send for each label."""
        lines = _lines(self._calls)
        keys = {
            key["title"]: key["payload"] for key in self._calls[-1].buttons if key["type"] == "oa.query.hide"
        }
        assert not (lines and keys)
        return lines or keys


class OnZaloBot(Citizen):
    """As few messages as the replies fit in; there are no buttons: what can be pressed is a numbered line."""

    def __init__(self, house: OpenHouse) -> None:
        super().__init__(house)
        self.user = zalo_bot.citizen(self.number)
        self._calls: list[Any] = []

    @staticmethod
    def shown(turn: Turn) -> Turn:
        return turn.bare().merged()

    async def say(self, text: str) -> Sequence[Seen]:
        zalo, before = self.house.zalo_bot, len(self.house.zalo_bot.sent)
        await zalo.say(self.user, text)
        await zalo.news(before + 1, PATIENCE)
        self.house.answers["zalo_bot"] += 1
        await self.house.delivered("zalo_bot", self.house.answers["zalo_bot"])
        self._calls = zalo.sent[before:]
        assert {call.chat for call in self._calls} == {self.user}
        text = LISTED.sub("", SOURCE.sub("", "\n\n".join(call.text for call in self._calls)))
        return [Seen(text, tuple(_lines(self._calls)))]

    async def press(self, label: str) -> Sequence[Seen]:
        return await self.say(_called(label, _lines(self._calls)))

    def came(self) -> str:
        return json.dumps([call.fields["text"] for call in self._calls], ensure_ascii=False)


def _lines(calls: Sequence[Any]) -> dict[str, str]:
    """The number to type for each label."""
    lists = "\n".join(found[0] for call in calls for found in LISTED.finditer(call.text))
    return {label: number for number, label in re.findall(r"^(\d+)\. (.+)$", lists, re.MULTILINE)}


def _keys(call: Any) -> list[dict[str, str]]:
    """The buttons of a Telegram message that come back to us."""
    rows = call.fields.get("reply_markup", {}).get("inline_keyboard", [])
    return [key for row in rows for key in row if "callback_data" in key]


def _called(label: str, shown: dict[str, Any]) -> Any:
    assert label in shown, f"no button «{label}» in {list(shown)}"
    return shown[label]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    """One house for all talks; at the end nothing was sent that nobody had waited for."""
    async with asyncio.timeout(600), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        yield house
    assert house.telegram.wrong == []
    assert house.zalo.wrong == []
    assert house.zalo.given_up == []
    assert house.zalo_bot.wrong == []


async def play(path: Path, door: type[Citizen], house: OpenHouse) -> None:
    """Have somebody new play a transcript at a door; no number they type may come back."""
    person, typed = door(house), set[str]()
    said = Counter[datetime]()
    for turn in transcript.read(path):
        house.now = turn.moment + TYPING * said[turn.at]
        said[turn.at] += 1
        typed.update(() if turn.pressed else re.findall(r"\d{5,}", turn.said))
        async with asyncio.timeout(PATIENCE):
            seen = await (person.press(turn.said) if turn.pressed else person.say(turn.said))
        door.shown(turn).check(seen)
        back = [number for number in typed if number in person.came()]
        assert not back, f"the desk repeats what the citizen typed: {back}"


DOORS = (OnTheWeb, OnTelegram, OnZalo, OnZaloBot)
