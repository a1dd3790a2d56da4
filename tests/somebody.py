"""Somebody at each door who reads whatever comes, asked for or not, and presses what came with it."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from itertools import count

from bot.domain.message import WEBCHAT, Address
from tests import open_desk
from tests.doubles import zalo_bot
from tests.doubles.zalo import citizen
from tests.open_house import BOT, OA, ZALO_BOT, OpenHouse

STATION = "mai_phu"
PATIENCE = 20.0
_number = count(500)


class Somebody(ABC):
    """Who talks at one door. What was read is not read again."""

    channel: str

    def __init__(self, house: OpenHouse) -> None:
        self.house, self.number, self.read = house, next(_number), 0
        self.keys: dict[str, str] = {}  # of the newest message that had any

    @property
    @abstractmethod
    def address(self) -> Address:
        """Where they are written to."""

    @abstractmethod
    async def say(self, text: str) -> None:
        """Type something."""

    @abstractmethod
    async def choose(self, choice: str) -> None:
        """Press a button."""

    @abstractmethod
    async def next(self) -> tuple[str, dict[str, str]]:
        """The next message to them, and its buttons: choices by label."""

    async def start(self) -> None:
        """Begin at the station's poster."""
        await self.choose(f"start:{STATION}")

    async def press(self, label: str) -> None:
        await self.choose(self.keys[label])

    async def hears(self, *parts: str) -> str:
        """Read on until a message with all these parts has come."""
        seen = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    text, keys = await self.next()
                    seen.append(text)
                    self.keys = keys or self.keys
                    if all(part in text for part in parts):
                        return text
        except TimeoutError:
            raise AssertionError(f"{parts} not in {seen}") from None


class OnTheWeb(Somebody):
    """Every frame is a message; buttons stand on the frames."""

    channel = WEBCHAT

    def __init__(self, house: OpenHouse) -> None:
        super().__init__(house)
        self._page = open_desk.Citizen(house.web)

    @property
    def address(self) -> Address:
        assert self._page.token
        return Address(WEBCHAT, "web", self._page.token)

    async def connected(self) -> None:
        if self._page.token is None:
            await self._page.connect(self.house.url)

    async def say(self, text: str) -> None:
        await self.connected()
        await self._page.send(text)

    async def choose(self, choice: str) -> None:
        await self._page.send(choice=choice)

    async def next(self) -> tuple[str, dict[str, str]]:
        while True:
            frames = sorted((f for each in self._page.replies.values() for f in each), key=lambda f: f["n"])
            if len(frames) > self.read:
                frame = frames[self.read]
                self.read += 1
                return frame["text"], {key["label"]: key["choice"] for key in frame["buttons"]}
            await self._page._next("reply")


class OnTelegram(Somebody):
    """A person, not a group."""

    channel = "telegram"

    @property
    def user(self) -> int:
        return 7_100_000_000 + self.number

    @property
    def address(self) -> Address:
        return Address("telegram", BOT.token.partition(":")[0], f"{self.user}")

    async def start(self) -> None:
        await self.say(f"/start {STATION}")

    async def say(self, text: str) -> None:
        await self.house.telegram.say(self.user, text)

    async def choose(self, choice: str) -> None:
        await self.house.telegram.press(self.user, choice)

    async def next(self) -> tuple[str, dict[str, str]]:
        phone = self.house.telegram
        while True:
            mine = [call for call in phone.sent if call.fields["chat_id"] == self.user]
            if len(mine) > self.read:
                call = mine[self.read]
                self.read += 1
                rows = call.fields.get("reply_markup", {}).get("inline_keyboard", [])
                keys = {
                    key["text"]: key["callback_data"] for row in rows for key in row if "callback_data" in key
                }
                return call.formatted.text, keys
            await phone.news(len(phone.sent) + 1, PATIENCE)


class OnZalo(Somebody):
    """A follower of the Official Account."""

    channel = "zalo_oa"

    @property
    def user(self) -> str:
        return citizen(self.number)

    @property
    def address(self) -> Address:
        return Address("zalo_oa", OA.id, self.user)

    async def start(self) -> None:
        await self.say(f"Công an xã Mai Phụ [start:{STATION}]")

    async def say(self, text: str) -> None:
        await self.house.zalo.say(self.user, text)

    async def choose(self, choice: str) -> None:
        await self.house.zalo.say(self.user, choice)

    async def next(self) -> tuple[str, dict[str, str]]:
        zalo = self.house.zalo
        while True:
            mine = [call for call in zalo.sent if call.user == self.user]
            if len(mine) > self.read:
                call = mine[self.read]
                self.read += 1
                return call.text, {
                    each["title"]: each["payload"] for each in call.buttons if "payload" in each
                }
            await zalo.news(len(zalo.sent) + 1, PATIENCE)


class OnZaloBot(Somebody):
    """Nothing can be pressed: a number is typed, or the code of a line in a message that answers nobody."""

    channel = "zalo_bot"

    @property
    def user(self) -> str:
        return zalo_bot.citizen(self.number)

    @property
    def address(self) -> Address:
        return Address("zalo_bot", ZALO_BOT.id, self.user)

    async def start(self) -> None:
        await self.say(f"/start {STATION}")

    async def say(self, text: str) -> None:
        await self.house.zalo_bot.say(self.user, text)

    async def choose(self, choice: str) -> None:
        await self.say(choice)

    async def next(self) -> tuple[str, dict[str, str]]:
        zalo = self.house.zalo_bot
        while True:
            mine = [call for call in zalo.sent if call.chat == self.user]
            if len(mine) > self.read:
                text = mine[self.read].text
                self.read += 1
                lines = re.findall(r"^([A-Z]?\d+)\. (.+)$", text.partition(" để chọn:")[2], re.MULTILINE)
                return text, {label: code for code, label in lines}
            await zalo.news(len(zalo.sent) + 1, PATIENCE)
