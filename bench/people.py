"""The people of `bench/blackout.py`: citizens with one door or two, officers, and what they begin."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from evening import SERVICE, STATION
from mailing import there, totp
from surroundings import Surroundings

from bot.domain.appointment import Personal
from bot.domain.mailing import Fate
from bot.domain.officer import Hand, Role
from bot.domain.seat import today
from bot.domain.ticket import Ticket
from bot.domain.warning import Bulletin, Move, State, Topic
from bot.domain.wish import Act, Wish
from bot.services.officers import TERMINAL, Officers
from bot.services.unreachable import Unreachable
from bot.store.circles import Circles
from bot.store.naming import person
from bot.store.warnings import By, Kept, Warnings
from tests.somebody import OnTelegram, OnZalo, OnZaloBot, Somebody

KINDS: dict[str, type[Somebody]] = {"telegram": OnTelegram, "zalo_oa": OnZalo, "zalo_bot": OnZaloBot}
TEXT = "Kẻ gian tự xưng là cán bộ, bắt chuyển tiền để giữ hộ. Gác máy, gọi lại số của trụ sở mà hỏi."
EARLIER = timedelta(hours=4)  # ago the visits were booked
SOON = timedelta(minutes=70), timedelta(minutes=118)  # until they begin: reminders are due
_number = count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with their doors, that of the dark platform first. `kind`: both, only, other."""

    kind: str
    doors: tuple[Somebody, ...]


@dataclass(frozen=True)
class Talk:
    """A citizen and an officer; `speaker` writes in the dark, `to` is who reads it."""

    speaker: Somebody
    to: Person


class Town:
    """Everybody, and the services they use."""

    def __init__(self, around: Surroundings, dead: str, spare: str, third: str) -> None:
        self._around, self._dead, self._spare, self._third = around, dead, spare, third
        self._offices = around.services._offices
        self._warnings = Warnings(around.store)
        self._visits: list[int] = []

    # -- who they are

    async def settled(self, counts: dict[str, int]) -> list[Person]:
        """Citizens who have greeted the desk, at the dark platform last, and subscribed to warnings."""
        doors = {"both": (self._dead, self._spare), "only": (self._dead,), "other": (self._spare,)}
        people = [self._person(kind, doors[kind]) for kind, number in counts.items() for _ in range(number)]
        await asyncio.gather(*(self._arrive(each) for each in people))
        for each in people:
            address = each.doors[0].address
            await self._offices.subscriptions.join(address, (STATION,), (Topic.SCAM,), "1", datetime.now(UTC))
        return people

    def _person(self, kind: str, channels: tuple[str, ...]) -> Person:
        return Person(kind, tuple(KINDS[channel](self._around.house) for channel in channels))

    async def _arrive(self, each: Person) -> None:
        for somebody in reversed(each.doors):
            await somebody.start()
            await somebody.hears("xin chào")
        if len(each.doors) > 1:
            first, other = each.doors
            there(
                await Circles(self._around.store).tie(first.address, other.address, datetime.now(UTC)) or None
            )

    # -- talks with officers

    async def talking(self) -> tuple[Talk, Talk]:
        """A citizen whose door will be dark with an officer elsewhere; and the other way round."""
        third = (self._third,)
        dan, lan = self._person("both", (self._dead, self._spare)), self._person("other", third)
        await asyncio.gather(self._arrive(dan), self._arrive(lan))
        await self._enlisted(lan)
        await self._handed_over(dan.doors[0], lan.doors[0])
        binh, minh = self._person("other", third), self._person("officer", (self._dead, self._spare))
        await self._arrive(binh)
        for each in reversed(minh.doors):
            await each.start()
            await each.hears("xin chào")
        await self._enlisted(minh)
        await self._handed_over(binh.doors[0], minh.doors[0])
        return Talk(lan.doors[0], dan), Talk(binh.doors[0], Person("both", minh.doors))

    async def _handed_over(self, citizen: Somebody, officer: Somebody) -> None:
        await citizen.say("cho tôi gặp cán bộ")
        await citizen.hears("viết câu cần hỏi")
        await citizen.say("hồ sơ của nhà tôi xong chưa")
        await officer.hears("Có người cần gặp cán bộ")
        await officer.press("Nhận")
        await officer.hears("là của đồng chí")
        await citizen.hears("đang ở đây")

    async def _enlisted(self, them: Person) -> None:
        """An officer on duty, at all their doors."""
        officers, now, id_, secret = Officers(self._around.store), datetime.now(UTC), "", ""
        at_home = Hand(TERMINAL, TERMINAL, now)
        for number, door in enumerate(them.doors):
            talk = person(door.address, self._around.store.names)
            if id_:
                code = there(await officers.invite_again(at_home, id_))
            else:
                code = there(await officers.invite(at_home, "Cán bộ", Role.OFFICER, (STATION,)))
            hand = Hand("", door.channel, now + timedelta(seconds=30 * (number - 1)))
            secret = (await officers.redeem(code, talk, hand)).secret or secret
            done = await officers.confirm(code, totp(secret, hand.at), talk, door.address, hand)
            id_ = there(done.officer).id
        await officers.set_duty(Hand(id_, TERMINAL, now), on=True)
        async with asyncio.timeout(30):
            while "Cán bộ" not in (await self._menu(them.doors[0])):
                pass

    @staticmethod
    async def _menu(door: Somebody) -> str:
        await door.say("/canbo")
        text, _ = await door.next()
        return text

    # -- visits

    async def visit(self, each: Person) -> tuple[str, int]:
        """A visit soon, booked hours ago at their first door: its code and number."""
        booking, now, address = self._offices.booking, datetime.now(UTC), each.doors[0].address
        who, number = person(address, self._around.store.names), next(_number)
        free = [
            seat
            for day in {today(now + since) for since in SOON}
            for seat in await booking.free(Wish(STATION, SERVICE), day, now)
            if now + SOON[0] <= seat.at < now + SOON[1]
        ]
        wish = Wish(STATION, SERVICE, (free[0],))
        held = await booking.hold(who, Act(f"h{number}", now - EARLIER), wish)
        ticket = Ticket(STATION, there(held.appointment).number)
        personal = Personal("Nguyễn Văn Mẫu", f"+8490000{number:04}", address)
        done = await booking.confirm(who, Act(f"c{number}", now - EARLIER), ticket, personal)
        appointment = there(done.appointment)
        self._visits.append(appointment.number)
        return booking.code(appointment), appointment.number

    async def planned(self) -> None:
        """Their reminders are put at once: the desk itself looks only every half minute."""
        await self._around.services._steward.tend(STATION, datetime.now(UTC))

    async def cancelled(self, each: Person, visit: int) -> None:
        """They give it back."""
        around = self._around
        who = person(each.doors[0].address, around.store.names)
        act = Act(f"x{next(_number)}", datetime.now(UTC))
        done = await self._offices.booking.cancel(who, act, Ticket(STATION, visit))
        there(done.done or None)

    async def to_be_called(self) -> set[int]:
        """The visits whose people officers are to call by phone now."""
        around, booking = self._around, self._offices.booking
        found = await booking.bookings.read(STATION, self._visits)
        watch = around.services._watch
        await watch.refresh()
        unreached = await Unreachable(around.store, booking, watch).of(STATION, found, datetime.now(UTC))
        return {each.appointment.number for each in unreached}

    # -- warnings

    async def warned(self, title: str, lasts: timedelta) -> str:
        """A warning that is being sent from now on."""
        now, id_ = datetime.now(UTC), secrets.token_hex(5)
        bulletin = Bulletin(Topic.SCAM, (STATION,), title, TEXT, now + lasts)
        await self._warnings.draft(By("an", f"{id_} draft", now), id_, bulletin)
        for who, move in (("an", Move.SUBMIT), ("binh", Move.APPROVE), ("binh", Move.SEND)):
            seen = there(await self._warnings.read(id_))
            by = By(who, f"{id_} {move}", now)
            kept = await self._warnings.move(by, id_, seen.version, move)
            there(kept is Kept.DONE or None)
        return id_

    async def state(self, id_: str) -> State:
        return there(await self._warnings.read(id_)).state

    async def fates(self, id_: str) -> Counter[Fate]:
        """What the desk says became of a warning's recipients."""
        progress = there(await self._offices.mailings.progress(id_))
        counted = Counter[Fate]()
        for (_, fate, _), people in progress.counts.items():
            counted[fate] += people
        return counted
