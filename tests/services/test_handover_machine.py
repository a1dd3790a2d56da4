"""Any order of asking, taking, writing, giving back, ending and time passing: the store and a model agree."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from redis import Redis

from bot.domain.handover import HANDOVER_MOVES, KEPT, OPENINGS, QUIET, Outcome, Reason, Stage
from bot.domain.wish import Act
from bot.store.connection import open_store
from bot.store.handovers import Handovers
from bot.store.sealing import Seals
from tests.services.duty import AN, BINH, HOA, MONDAY, STATION
from tests.store.conftest import KEY

PEOPLE = (AN, HOA, BINH)
OFFICERS = ("cb1", "cb2")
LASTS = timedelta(hours=3)
people, officers = st.sampled_from(range(3)), st.sampled_from(OFFICERS)
reasons = st.sampled_from((Reason.ASKED, Reason.ASKED, Reason.MISSED, Reason.GUIDE))
pauses = st.sampled_from([timedelta(minutes=5), QUIET, timedelta(hours=1), LASTS, KEPT])


@dataclass
class Expected:
    """A handover as it should stand."""

    id: str
    stage: Stage
    reason: Reason
    lapses: datetime
    last: datetime
    officer: str = ""
    opens: int = 1
    ended: datetime | None = None
    words: list[str] = field(default_factory=list)
    moves: list[Stage] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        return self.stage is Stage.TAKEN or (self.stage is Stage.OPEN and self.reason is not Reason.URGENT)


class Station(RuleBasedStateMachine):
    """Three citizens and two officers; nobody sweeps but where it says so."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        with Redis.from_url(self.url) as client:
            client.flushall()
        self.store = self.loop.run_until_complete(open_store(self.url, Seals([KEY])))
        self.handovers = Handovers(self.store)
        self.who = [self.handovers.who(each) for each in PEOPLE]
        self.now, self.numbers = MONDAY, count()
        self.known: dict[int, Expected] = {}

    def teardown(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.loop.close()

    def twice(self, doing):
        """Ask, and ask again later under the same id: the first result, and nothing happens again."""
        act = Act(f"r{next(self.numbers)}", self.now)
        first = self.loop.run_until_complete(doing(act))
        again = Act(act.request, act.now + timedelta(seconds=1))
        assert self.loop.run_until_complete(doing(again)) == first
        return first

    def moved(self, it: Expected, to: Stage) -> None:
        it.moves.append(to)
        it.stage, it.last = to, self.now
        it.ended = self.now if to in {Stage.ENDED, Stage.LAPSED} else None

    @rule(nth=people, reason=reasons, worded=st.booleans())
    def ask(self, nth, reason, worded) -> None:
        words = f"w{next(self.numbers)}" if worded else None
        until = self.now + LASTS
        outcome, after = self.twice(
            lambda act: self.handovers.open(act, self.who[nth], PEOPLE[nth], STATION, reason, until, words)
        )
        it = self.known.get(nth)
        if it and it.stage in {Stage.OPEN, Stage.TAKEN}:
            assert outcome is Outcome.ALREADY
            if it.stage is Stage.OPEN and it.reason is Reason.URGENT:
                it.reason = reason
            it.lapses, it.last = max(it.lapses, until), self.now
        elif it and it.opens >= OPENINGS:
            assert outcome is Outcome.OFTEN
            return
        else:
            assert outcome is Outcome.DONE
            self.opened(nth, after.id, reason, until)
        self.known[nth].words += [words] if words else []
        assert after.id == self.known[nth].id

    @rule(nth=people)
    def cry(self, nth) -> None:
        until = self.now + timedelta(hours=2)
        outcome, after = self.twice(
            lambda act: self.handovers.open(
                act, self.who[nth], PEOPLE[nth], STATION, Reason.URGENT, until, kind="fire"
            )
        )
        it = self.known.get(nth)
        if it and it.stage in {Stage.OPEN, Stage.TAKEN}:
            assert outcome is Outcome.ALREADY
            it.last = self.now
        else:
            assert outcome is Outcome.DONE
            self.opened(nth, after.id, Reason.URGENT, until)

    def opened(self, nth: int, id_: str, reason: Reason, until: datetime) -> None:
        it = self.known.get(nth)
        if it is None:
            self.known[nth] = Expected(id_, Stage.OPEN, reason, until, self.now)
            return
        assert it.id == id_
        self.moved(it, Stage.OPEN)
        it.reason, it.lapses, it.officer, it.opens = reason, until, "", it.opens + 1

    @rule(nth=people, officer=officers)
    def take(self, nth, officer) -> None:
        it = self.known.get(nth)
        id_ = it.id if it else "nobody"
        outcome, _ = self.twice(lambda act: self.handovers.take(act, STATION, id_, officer, None))
        if it is None:
            assert outcome is Outcome.NOT_FOUND
        elif it.stage is Stage.OPEN:
            assert outcome is Outcome.DONE
            self.moved(it, Stage.TAKEN)
            it.officer = officer
        else:
            assert outcome is Outcome.NOT_ALLOWED

    @rule(nth=people, officer=officers)
    def give_back(self, nth, officer) -> None:
        it = self.known.get(nth)
        if it is None:
            return
        until = self.now + LASTS
        outcome, _ = self.twice(lambda act: self.handovers.give_back(act, STATION, it.id, officer, until))
        if it.stage is Stage.TAKEN and it.officer == officer:
            assert outcome is Outcome.DONE
            self.moved(it, Stage.OPEN)
            it.officer, it.lapses = "", max(it.lapses, until)
        elif it.stage in {Stage.ENDED, Stage.LAPSED}:
            assert outcome is Outcome.NOT_ALLOWED
        else:
            assert outcome is Outcome.NOT_ALLOWED

    @rule(nth=people, officer=officers)
    def close(self, nth, officer) -> None:
        it = self.known.get(nth)
        if it is None:
            return
        outcome, _ = self.twice(lambda act: self.handovers.close(act, STATION, it.id, officer))
        fits = it.stage is Stage.TAKEN and it.officer == officer
        assert outcome is (Outcome.DONE if fits else Outcome.NOT_ALLOWED)
        if fits:
            self.moved(it, Stage.ENDED)

    @rule(nth=people, by=people)
    def hang_up(self, nth, by) -> None:
        it = self.known.get(nth)
        if it is None:
            return
        outcome, _ = self.twice(lambda act: self.handovers.hang_up(act, STATION, it.id, self.who[by]))
        if by != nth:
            assert outcome is Outcome.NOT_FOUND
        elif it.stage in {Stage.OPEN, Stage.TAKEN}:
            assert outcome is Outcome.DONE
            self.moved(it, Stage.ENDED)
        else:
            assert outcome is Outcome.NOT_ALLOWED

    @rule(nth=people)
    def write(self, nth) -> None:
        it = self.known.get(nth)
        if it is None:
            return
        words = f"w{next(self.numbers)}"
        outcome, _ = self.twice(lambda act: self.handovers.write(act, STATION, it.id, self.who[nth], words))
        assert outcome is (Outcome.DONE if it.shown else Outcome.NOT_ALLOWED)
        if it.shown:
            it.words.append(words)
            it.last = self.now

    @rule(nth=people, officer=officers)
    def say(self, nth, officer) -> None:
        it = self.known.get(nth)
        if it is None:
            return
        words = f"w{next(self.numbers)}"
        outcome, _ = self.twice(lambda act: self.handovers.say(act, STATION, it.id, officer, words))
        fits = it.stage is Stage.TAKEN and it.officer == officer
        assert outcome is (Outcome.DONE if fits else Outcome.NOT_ALLOWED)
        if fits:
            it.words.append(words)
            it.last = self.now

    @rule(pause=pauses)
    def pass_time(self, pause) -> None:
        self.now += pause
        self.loop.run_until_complete(self.handovers.sweep(STATION, self.now))
        for nth, it in list(self.known.items()):
            if it.stage is Stage.OPEN and it.lapses <= self.now:
                last = it.last
                self.moved(it, Stage.LAPSED)
                it.last = last
            elif it.stage is Stage.TAKEN and it.last + QUIET <= self.now:
                last = it.last
                self.moved(it, Stage.ENDED)
                it.last = last
            elif it.ended and it.ended + KEPT <= self.now:
                del self.known[nth]

    @invariant()
    def agree(self) -> None:
        read, lines = self.handovers.read, self.handovers.lines
        for it in self.known.values():
            found = self.loop.run_until_complete(read(STATION, it.id))
            assert found
            assert (found.stage, found.reason, found.lapses, found.last, found.ended) == (
                it.stage, it.reason, it.lapses, it.last, it.ended,
            )  # fmt: skip
            if it.stage in {Stage.OPEN, Stage.TAKEN}:
                assert found.officer == it.officer
            told = self.loop.run_until_complete(lines(STATION, it.id))
            assert [each.number for each in told] == list(range(1, found.lines + 1))
            assert [each.text for each in told if each.text.startswith("w")] == it.words
            for before, after in zip([Stage.OPEN, *it.moves], it.moves, strict=False):
                assert after in HANDOVER_MOVES[before]
        live = {each.id for each in self.loop.run_until_complete(self.handovers.live(STATION))}
        assert live == {it.id for it in self.known.values() if it.stage in {Stage.OPEN, Stage.TAKEN}}


def test_the_store_and_the_model_agree(valkey: str) -> None:
    Station.url = valkey
    run_machine(
        Station,
        settings=settings(
            max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
