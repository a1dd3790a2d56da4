"""One platform's blackout: who is told of what before it, in the dark, and after it."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from people import KINDS, Person, Town
from surroundings import PATIENCE, Surroundings, until

from bot.domain.health import Standing
from bot.domain.mailing import Fate
from bot.domain.warning import State

__all__ = ["DARK", "Blackout", "Surroundings"]
DARK = timedelta(seconds=6)  # after which a silent platform is dead
BRIEF = timedelta(seconds=20)  # how long the second warning is good for
PEOPLE = {"both": 12, "only": 6, "other": 6}
VISITORS = {"both": 4, "only": 3, "other": 1}


@dataclass
class Thing:
    """Something that somebody is to be told; `mark` is in no other text."""

    kind: str  # warning, brief, reminder, cancelled, words
    mark: str
    person: Person
    number: int = 0  # of the visit
    where: list[tuple[str, str]] = field(default_factory=list)  # (channel, before, dark or after)


class Blackout:
    """From the first greeting to the figures."""

    def __init__(
        self, around: Surroundings, channel: str, how: str, rng: random.Random, *, restarts: bool
    ) -> None:
        self._around, self._dead, self._how, self._restarts = around, channel, how, restarts
        others = [each for each in KINDS if each != channel]
        rng.shuffle(others)
        self._spare, self._third = others
        self._things: list[Thing] = []
        self._moments: dict[str, dict[str, int]] = {}
        self._figures: dict[str, Any] = {}

    async def played(self) -> dict[str, Any]:
        """The figures."""
        around = self._around
        await around.start(DARK)
        try:
            self.town = Town(around, self._dead, self._spare, self._third)
            people = await self.town.settled(PEOPLE)
            talks = await self.town.talking()
            first = await self._warned("warning", people)
            await until(self._begun)
            await self._darkness(people, talks)
            await self._light()
            await self._counted(first)
        finally:
            await around.stop()
        return self._figures

    # -- what happens

    async def _darkness(self, people: list[Person], talks: tuple[Any, Any]) -> None:
        self._moments["dark"] = self._around.received()
        dark = time.monotonic()
        await self._around.platform(self._dead).life.die(self._how)
        await self._remind(people)
        await self._words(talks, "ngay")
        self._brief = await self._warned("brief", people, BRIEF)
        if not self._around.blind:
            await until(lambda: self._stands(Standing.DOWN))
        self._figures["noticed_s"] = round(time.monotonic() - dark, 1)
        await self._words(talks, "sau")
        with suppress(TimeoutError):  # what is missing is counted
            await until(self._elsewhere)
        self._figures["elsewhere_s"] = round(time.monotonic() - dark, 1)
        await self._phoned()
        if self._restarts:
            await self._restarted(people)
        await self._until_over()

    async def _restarted(self, people: list[Person]) -> None:
        """Killed, and started with the other doors only: reminders and a warning once more."""
        await self._around.kill()
        await self._around.start(DARK, without=self._dead)
        await self._remind(people, "again")
        self._again = await self._warned("again", people)
        with suppress(TimeoutError):
            await until(self._elsewhere)
        await self._phoned()

    async def _light(self) -> None:
        self._moments["light"] = self._around.received()
        await self._around.platform(self._dead).life.revive()
        if self._restarts:
            await self._around.kill()
            await self._around.start(DARK)
        await until(lambda: self._stands(Standing.OPEN))
        with suppress(TimeoutError):
            await until(self._all)
        await asyncio.sleep(5)  # whatever else it might still send

    async def _remind(self, people: list[Person], name: str = "") -> None:
        """Visits whose reminders are due at once; one is cancelled when its reminder waits already."""
        gone = None
        for kind, count in VISITORS.items():
            of_kind = [each for each in people if each.kind == kind]
            for each in of_kind[:count]:
                code, visit = await self.town.visit(each)
                self._things.append(Thing("reminder" + name, code, each, visit))
                gone = self._things[-1] if kind == "only" else gone
        await self.town.planned()
        if gone:
            await self.town.cancelled(gone.person, gone.number)
            gone.kind = "cancelled"

    async def _words(self, talks: tuple[Any, Any], name: str) -> None:
        """The officer writes to the citizen whose door is dead, a citizen to the officer whose door is."""
        for talk in talks:
            mark = f"{name} {secrets.token_hex(3)}"
            self._things.append(Thing("words", mark, talk.to))
            await talk.speaker.say(f"giấy xong rồi {mark}")

    async def _warned(self, kind: str, people: list[Person], lasts: timedelta = timedelta(days=1)) -> str:
        mark = f"Giả danh {kind} {secrets.token_hex(3)}"
        self._things += [Thing(kind, mark, each) for each in people]
        return await self.town.warned(mark, lasts)

    async def _phoned(self) -> None:
        """Who is on the officers' phone list now, of those who were told nothing."""
        listed = await self.town.to_be_called()
        self._place()
        untold = [
            each for each in self._things if each.kind.startswith("reminder") and not each.where
        ]  # fmt: skip
        self._figures["phoned"] = len([each for each in untold if each.number in listed])
        self._figures["unlisted"] = len([each for each in untold if each.number not in listed])

    async def _until_over(self) -> None:
        """The second warning is over."""
        await until(self._brief_is_over, PATIENCE + BRIEF.total_seconds())

    async def _brief_is_over(self) -> bool:
        return await self.town.state(self._brief) in {State.EXPIRED, State.DONE}

    # -- what arrived

    def _place(self) -> None:
        """Find where everything arrived, and when."""
        arrived = self._around.arrived()
        for thing in self._things:
            thing.where = [
                (somebody.channel, self._phase(somebody.channel, number))
                for somebody in thing.person.doors
                for number, text in arrived[somebody.channel].get(str(somebody.user), ())
                if thing.mark in text
            ]

    def _phase(self, channel: str, number: int) -> str:
        past = [name for name, counts in self._moments.items() if number >= counts[channel]]
        return {0: "before", 1: "dark", 2: "after"}[len(past)]

    async def _begun(self) -> bool:
        """Whether the dark platform has told some of the warning."""
        self._place()
        told = [each for each in self._things if each.kind == "warning" and each.where]
        return sum(channel == self._dead for each in told for channel, _ in each.where) >= 3

    async def _elsewhere(self) -> bool:
        """Whether everybody who has another door has been told there."""
        self._place()
        return all(each.where for each in self._things if each.person.kind != "only")

    async def _all(self) -> bool:
        """Whether whoever was to be told late has been; a desk without the door has refused the warning."""
        self._place()
        late = {"reminder", "reminderagain"} | (set() if self._restarts else {"warning"})
        return all(each.where for each in self._things if each.kind in late)

    async def _stands(self, standing: Standing) -> bool:
        return await self._around.standing(self._dead) is standing

    # -- figures

    async def _counted(self, first: str) -> None:
        self._place()
        fates = {
            "warning": await self.town.fates(first),
            "brief": await self.town.fates(self._brief),
            "again": await self.town.fates(self._again) if self._restarts else {},
        }
        listed = await self.town.to_be_called()
        missing = [each for each in self._things if not each.where and each.kind != "cancelled"]
        warnings = {kind: [each for each in missing if each.kind == kind] for kind in fates}
        said = (Fate.UNSURE, Fate.EXPIRED, Fate.REFUSED)
        self._figures |= {
            "elsewhere": self._by_kind(lambda thing: thing.person.kind == "both" and self._moved(thing)),
            "late": self._by_kind(lambda thing: "after" in dict(map(reversed, thing.where))),
            "unsure": sum(found.get(Fate.UNSURE, 0) for found in fates.values()),
            "lost": sum(
                max(0, len(warnings[kind]) - sum(found.get(fate, 0) for fate in said))
                for kind, found in fates.items()
            )
            + len([e for e in missing if e.kind.startswith("reminder") and e.number not in listed])
            + len([e for e in missing if e.kind == "words"]),
            "twice": len([each for each in self._things if len(each.where) > 1]),
            "stale": len([each for each in self._things if self._stale(each)]),
        }

    def _moved(self, thing: Thing) -> bool:
        return any(channel != self._dead for channel, _ in thing.where)

    def _stale(self, thing: Thing) -> bool:
        after = [channel for channel, phase in thing.where if phase == "after"]
        told = any(phase != "after" for _, phase in thing.where)
        return (bool(after) and (thing.kind == "brief" or told)) or (
            thing.kind == "cancelled" and bool(thing.where)
        )

    def _by_kind(self, holds: Callable[[Thing], bool]) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self._things:
            if each.kind != "cancelled":
                found[each.kind] = found.get(each.kind, 0) + holds(each)
        return found
