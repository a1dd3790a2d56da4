"""Is this officer real? Officers issue letters, citizens check them; the answer by default is no."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.domain.letter import (
    AHEAD,
    EARLIEST,
    Checked,
    CheckLetter,
    Letter,
    LetterChecked,
    LetterKind,
    LetterStatus,
    Tries,
    read,
)
from bot.domain.officer import Hand, Right, refused
from bot.domain.seat import today
from bot.domain.wish import Act
from bot.services.booking import own_act
from bot.services.officers import TERMINAL
from bot.store.audit import Audit, Entry
from bot.store.connection import Store
from bot.store.letters import Letters as Register
from bot.store.naming import Person
from bot.store.roster import Roster

_TIDY = 3600.0  # seconds between two looks for letters that were kept long enough
_PATIENCE = 8.0  # seconds a citizen waits for the register; then it is away
_log: Any = structlog.get_logger("letters")


class LetterOutcome(StrEnum):
    """What became of an officer's act on a letter."""

    DONE = "done"
    REFUSED = "refused"  # not with this role, or not at this station
    LIMIT = "limit"  # the station has too many open letters
    WRONG_TIME = "wrong_time"  # gone, or too far ahead
    WRONG_YEAR = "wrong_year"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"  # somebody was quicker, or that is no move from there


Turned = tuple[LetterOutcome, Letter | None]


class Letters:
    """Issues, lists, ends and checks letters. Request ids: repeated, an act gives its first result."""

    def __init__(self, store: Store, tries: Tries | None = None) -> None:
        self._audit = Audit(store)
        self._roster = Roster(store, self._audit)
        self.register = Register(store, tries or Tries())

    # -- citizens

    async def check(self, who: Person, asked: CheckLetter, now: datetime, network: str = "") -> LetterChecked:
        """Look into the register. Whatever goes wrong with it is an answer: AWAY, which means no."""
        try:
            async with asyncio.timeout(_PATIENCE):
                act = own_act(who, Act(asked.id, now))
                outcome, letter = await self.register.check(act, asked.code, asked.year, who.id, network)
        except (RedisError, OSError, TimeoutError):
            return LetterChecked(Checked.AWAY)
        return LetterChecked(Checked(outcome), letter)

    # -- officers

    async def issue(  # noqa: PLR0913, PLR0917 - what a letter is made of
        self, hand: Hand, request: str, station: str, kind: LetterKind, at: datetime, year: int
    ) -> Turned:
        """A new letter with its code; year: of birth, of who is invited or lives where the officers go."""
        if not await self._may(hand, station):
            return LetterOutcome.REFUSED, None
        if not EARLIEST <= year <= today(hand.at).year:
            return LetterOutcome.WRONG_YEAR, None
        act = Act(request, hand.at)
        done = await self.register.done_already("issue", act)
        if not done and not hand.at < at <= hand.at + AHEAD:
            return LetterOutcome.WRONG_TIME, None
        while True:
            code = self.register.code(request, 0 if done else await self.register.free(request))
            if not done:
                await self._note(hand, "letter.issue", station, self.register.named(code), kind)
            outcome, letter = await self.register.issue(
                act, code, by=hand.who, station=station, kind=kind, at=at, year=year
            )
            if outcome != "taken":  # by somebody who drew the same in this moment
                return LetterOutcome(outcome), letter

    async def turn(self, hand: Hand, request: str, seen: Letter, to: LetterStatus) -> Turned:
        """Say that a letter was used, is cancelled, or is open after all; if it stands as it was seen."""
        if not await self._may(hand, seen.station):
            return LetterOutcome.REFUSED, None
        act = Act(request, hand.at)
        if not await self.register.done_already("turn", act):
            await self._note(hand, f"letter.{to}", seen.station, seen.name)
        outcome, letter = await self.register.turn(act, seen, to)
        return LetterOutcome(outcome), letter

    async def listed(self, hand: Hand, stations: Iterable[str]) -> list[Letter]:
        """The letters of those stations that are theirs, by the time of the visit."""
        found = [
            each
            for station in stations
            if await self._may(hand, station)
            for each in await self.register.of(station)
        ]
        return sorted(found, key=lambda each: (each.at, each.made))

    async def find(self, hand: Hand, typed: str) -> Letter | None:
        """The letter of a code, at a station of theirs."""
        code = read(typed)
        found = await self.register.read(self.register.named(code)) if code else None
        return found if found and await self._may(hand, found.station) else None

    async def work(self) -> None:
        """Forget what was kept long enough, for ever."""
        while True:
            try:
                await self.tidy(datetime.now(UTC))
            except (RedisError, OSError) as error:
                _log.warning("store away", doing="letters", error=type(error).__name__)
            await asyncio.sleep(_TIDY)

    async def tidy(self, now: datetime) -> None:
        """Forget what was kept long enough."""
        await self.register.tidy(now)

    async def _may(self, hand: Hand, station: str) -> bool:
        """Whether somebody may speak for a station; until officers have their menu, also the terminal."""
        if hand.who == TERMINAL:
            return True
        card = await self._roster.card(hand.who)
        return card is not None and refused(card.value.officer, Right.LETTERS, station, hand.at) is None

    async def _note(self, hand: Hand, act: str, station: str, name: str, kind: str = "") -> None:
        more = {"kind": str(kind)} if kind else {}
        await self._audit.note(Entry(hand.who, act, hand.at, hand.door, station, name, more))
