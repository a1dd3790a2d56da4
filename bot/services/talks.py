"""Talks with citizens, as officers hold them: take, write, give back, end, keep an answer as a draft.

Every act is in the audit before it is done, by the id of the handover. Who has left, or is a guest no more,
can neither take nor read. Request ids: repeating one gives its first result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.conversation.redaction import redact
from bot.domain.handover import LONGEST, Handover, Line, Outcome, Stage, What, parted
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address
from bot.domain.officer import Hand, Officer, Right, refused
from bot.domain.wish import Act
from bot.metrics import Metrics
from bot.services.handover import NOWHERE, until
from bot.services.officers import Officers
from bot.services.relay import Relay
from bot.store.audit import Entry
from bot.store.drafts import Draft, Drafts
from bot.store.handovers import Handovers


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of an officer's act: how the handover stands, and its lines where they may be read."""

    outcome: Outcome
    handover: Handover | None = None
    lines: tuple[Line, ...] = ()

    @property
    def done(self) -> bool:
        """Whether it was carried out."""
        return self.outcome is Outcome.DONE


_REFUSED = Worked(Outcome.REFUSED)


class Talks:
    """Acts of officers. Without a `relay` (on the terminal) the open desk relays within seconds."""

    def __init__(  # noqa: PLR0913, PLR0917 - the stores, who may, and who is told
        self,
        handovers: Handovers,
        drafts: Drafts,
        officers: Officers,
        known: Callable[[], Knowledge],
        relay: Relay | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._handovers, self._drafts, self._officers = handovers, drafts, officers
        self._known, self._relay, self._metrics = known, relay, metrics

    # -- looking

    async def listed(self, hand: Hand) -> list[Handover]:
        """What waits or is under way at the officer's stations, by who has waited longest."""
        officer = await self._officer(hand, None)
        if officer is None:
            return []
        stations = [each for each in (*self._stations(), NOWHERE) if _may(officer, each, hand.at)]
        found = [each for station in stations for each in await self._handovers.live(station)]
        return sorted(found, key=lambda each: each.asked)

    async def read(self, hand: Hand, ref: str) -> Worked:
        """A talk and what was written in it: to the officer in it; to others only before anybody took it."""
        station, id_ = parted(ref)
        if await self._officer(hand, station) is None:
            return _REFUSED
        found = await self._handovers.read(station, id_)
        if found is None:
            return Worked(Outcome.NOT_FOUND)
        if found.officer != hand.who:
            return Worked(Outcome.NOT_ALLOWED, found)
        await self._note("talk.read", hand, station, id_)
        return Worked(Outcome.DONE, found, tuple(await self._handovers.lines(station, id_)))

    async def current(self, hand: Hand) -> Handover | None:
        """The talk an officer writes into: the one chosen last, or the only one; None: not sure."""
        mine = [
            each for each in await self.listed(hand)
            if each.stage is Stage.TAKEN and each.officer == hand.who
        ]  # fmt: skip
        chosen = await self._drafts.chosen(hand.who)
        found = next((each for each in mine if each.ref == chosen), None)
        return found or (mine[0] if len(mine) == 1 else None)

    # -- acting

    async def take(self, hand: Hand, request: str, ref: str, post: Address | None) -> Worked:
        """Come into a talk; `post` is where its lines are read. NOT_ALLOWED: somebody was quicker."""
        station, id_ = parted(ref)
        if await self._officer(hand, station) is None:
            return _REFUSED
        await self._note("talk.take", hand, station, id_)
        act = self._act(hand, request)
        outcome, after = await self._handovers.take(act, station, id_, hand.who, post)
        if outcome is not Outcome.DONE or after is None:
            return Worked(outcome, after)
        await self._drafts.choose(hand.who, ref)
        if self._metrics:
            self._metrics.handover_wait.observe(max(0.0, (after.last - after.asked).total_seconds()))
        await self._told(after, hand.at)
        return Worked(outcome, after, tuple(await self._handovers.lines(station, id_)))

    async def choose(self, hand: Hand, ref: str) -> Worked:
        """Write into this talk from now on, and see it again."""
        found = await self.read(hand, ref)
        if found.done and found.handover and found.handover.stage is Stage.TAKEN:
            await self._drafts.choose(hand.who, ref)
        return found

    async def say(self, hand: Hand, request: str, ref: str, text: str) -> Worked:
        """Write to the citizen; private numbers are masked here too."""
        station, id_ = parted(ref)
        if await self._officer(hand, station) is None:
            return _REFUSED
        await self._note("talk.say", hand, station, id_)
        words = redact(text).text[:LONGEST]
        act = self._act(hand, request)
        outcome, after = await self._handovers.say(act, station, id_, hand.who, words)
        return await self._done(outcome, after, hand.at)

    async def close(self, hand: Hand, request: str, ref: str) -> Worked:
        """End the talk one is in."""
        station, id_ = parted(ref)
        if await self._officer(hand, station) is None:
            return _REFUSED
        await self._note("talk.end", hand, station, id_)
        outcome, after = await self._handovers.close(self._act(hand, request), station, id_, hand.who)
        return await self._done(outcome, after, hand.at)

    async def give_back(self, hand: Hand, request: str, ref: str) -> Worked:
        """Let another officer take it; those on duty are told anew."""
        station, id_ = parted(ref)
        if await self._officer(hand, station) is None:
            return _REFUSED
        await self._note("talk.back", hand, station, id_)
        lapses = until(self._known(), station, hand.at)
        act = self._act(hand, request)
        outcome, after = await self._handovers.give_back(act, station, id_, hand.who, lapses)
        return await self._done(outcome, after, hand.at)

    # -- drafts for the content

    async def draft(self, hand: Hand, ref: str) -> bool:
        """Keep one's last answer of a talk as a draft: the answer alone, nothing the citizen wrote."""
        found = await self.read(hand, ref)
        said = [each for each in found.lines if each.what is What.OFFICER]
        if not said or found.handover is None:
            return False
        await self._note("talk.draft", hand, found.handover.station, found.handover.id)
        draft = Draft(f"{ref}.{said[-1].number}", found.handover.station, hand.who, hand.at, said[-1].text)
        await self._drafts.keep(draft)
        return True

    async def drafts(self, stations: Iterable[str], now: datetime) -> list[Draft]:
        """What officers marked, the oldest first."""
        found = [each for station in stations for each in await self._drafts.of(station, now)]
        return sorted(found, key=lambda each: each.at)

    async def drop_draft(self, hand: Hand, draft: Draft) -> None:
        """It is in the content, or not wanted there."""
        await self._note(
            "talk.draft_drop", hand, draft.station, draft.id.rpartition(".")[0].rpartition(".")[2]
        )
        await self._drafts.drop(draft)

    # -- figures

    async def counts(self, stations: Iterable[str], first: date, last: date) -> Counter[str]:
        """What was counted over some days: how many were asked for, taken, and how soon."""
        total: Counter[str] = Counter()
        days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
        for station in stations:
            for day in days:
                total.update(await self._handovers.counts(station, day))
        return total

    # -- who may

    async def _officer(self, hand: Hand, station: str | None) -> Officer | None:
        """Whoever acts, if they may hold talks there (None: anywhere) at this moment."""
        found = await self._officers.reach(hand.who, hand.at)
        if found is None:
            return None
        officer = found[0]
        if station is None:
            return officer if _may(officer, next(iter(officer.stations), NOWHERE), hand.at) else None
        return officer if _may(officer, station, hand.at) else None

    def _stations(self) -> tuple[str, ...]:
        return tuple(self._known().stations)

    async def _note(self, act: str, hand: Hand, station: str, id_: str) -> None:
        await self._officers.audit.note(Entry(hand.who, act, hand.at, hand.door, station, id_))

    def _act(self, hand: Hand, request: str) -> Act:
        """Ids of requests are an officer's own, as those of a talk are a citizen's."""
        return Act(f"{hand.who}:{request}" if request else "", hand.at)

    async def _done(self, outcome: Outcome, after: Handover | None, now: datetime) -> Worked:
        if after and outcome is Outcome.DONE:
            await self._told(after, now)
        return Worked(outcome, after)

    async def _told(self, after: Handover, now: datetime) -> None:
        if self._relay:
            await self._relay.at_once(after, now)


def _may(officer: Officer, station: str, now: datetime) -> bool:
    return not refused(officer, Right.TALKS, station or None, now)
