"""How the accounts are through which we reach people: in order, dead, or closed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

SENDS, AWAY, TOKEN, REFUSED, HAND, TRIAL = "sends", "away", "token", "refused", "hand", "trial"
DOWN, SHUT = "down", "shut"  # why an account cannot be sent to: it is dead, or closed by hand
LONGEST = 200  # characters of a reason and of a notice


class Standing(StrEnum):
    """Whether an account can be sent to."""

    OPEN = "open"
    DOWN = "down"  # the platform takes nothing, or our key to it is lost: found out by the desk itself
    CLOSED = "closed"  # by an operator, until they open it


@dataclass(frozen=True, slots=True)
class Condition:
    """How an account stands, why (a short key), and since when.

    `reason` and `notice` are an operator's words about an account they closed.
    """

    standing: Standing = Standing.OPEN
    why: str = ""
    since: datetime | None = None
    reason: str = ""
    notice: str = ""

    @property
    def open(self) -> bool:
        """Whether something can be sent."""
        return self.standing is Standing.OPEN

    @property
    def obstacle(self) -> str | None:
        """Why nothing can be sent: `DOWN`, `SHUT`; "closed" is what a person's own window is."""
        return {Standing.DOWN: DOWN, Standing.CLOSED: SHUT}.get(self.standing)


IN_ORDER = Condition()


class Watch(Protocol):
    """Whoever knows how accounts stand. Both calls are quick and ask no store."""

    def condition(self, channel: str, account: str) -> Condition:
        """How an account stands, as this process knew it a moment ago."""
        ...

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """A platform took something or said itself that it does not (`took`), or was not to be reached.

        A refusal that concerns one person (blocked, gone, no window) is not told: our own ledger may know it.
        """
        ...


class Trusting:
    """A watch that has no reason to doubt any account."""

    def condition(self, channel: str, account: str) -> Condition:
        """In order."""
        del channel, account
        return IN_ORDER

    def heard(self, channel: str, account: str, *, took: bool) -> None:
        """Nothing follows from it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How soon what is concluded. Tests shorten the spans."""

    dead: timedelta = timedelta(minutes=3)  # nothing taken, or no probe answered, for so long
    tries: int = 5  # sends of all processes together, that must have been tried meanwhile
    apart: timedelta = timedelta(minutes=1)  # at least, between two changes
    trial: timedelta = timedelta(minutes=10)  # a trial that nobody used ends well
    believed: timedelta = timedelta(minutes=1)  # that an account is down, after it was last probed
    every: timedelta = timedelta(seconds=30)  # between probes
    down_every: timedelta = timedelta(seconds=10)  # while it is down
    round: timedelta = timedelta(seconds=2)  # between looks at the store

    @property
    def bucket(self) -> timedelta:
        """What sends are counted by."""
        return self.dead / 12

    @property
    def counted(self) -> timedelta:
        """How long a count of sends is kept."""
        return 3 * self.dead


@dataclass(frozen=True, slots=True)
class Tally:
    """Sends within one bucket of time: tried, and of these taken."""

    start: datetime
    tried: int
    took: int


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept of one account.

    `number` counts the changes that people hear of, `told` those they have heard of. `changed` is when the
    desk last changed its mind. `failing` is since when no probe was answered well, `trouble` why the last one
    was not. An account that opens on `trial` is sent to, and nobody hears of it yet.
    """

    standing: Standing = Standing.OPEN
    why: str = ""
    since: datetime | None = None
    changed: datetime | None = None
    away: datetime | None = None  # of one that is open again: since when it was not
    probed: datetime | None = None
    failing: datetime | None = None
    trouble: str = ""
    number: int = 0
    told: int = 0
    reason: str = ""
    notice: str = ""

    @property
    def on_trial(self) -> bool:
        """Whether it is to be seen if it takes something."""
        return self.standing is Standing.OPEN and self.why == TRIAL


def condition(state: State, now: datetime, rules: Rules) -> Condition:
    """How an account stands. That it is down is not believed when nobody has probed it lately."""
    lately = state.probed is not None and now - state.probed < rules.believed
    if state.standing is Standing.DOWN and not lately:
        return IN_ORDER
    return Condition(state.standing, state.why, state.since, state.reason, state.notice)


def due(state: State, now: datetime, rules: Rules, begun: datetime | None = None) -> bool:
    """Whether it is time for a probe. Who begins to look has no haste with what was in order (`begun`)."""
    if state.standing is Standing.DOWN or state.failing is not None:
        return state.probed is None or now - state.probed >= rules.down_every
    last = max((each for each in (state.probed, begun) if each is not None), default=None)
    return last is None or now - last >= rules.every


def probed(state: State, trouble: str | None, now: datetime) -> State:
    """After a probe: `trouble` is what stood in its way, None when it was answered well."""
    if trouble is None:
        return replace(state, probed=now, failing=None, trouble="")
    return replace(state, probed=now, failing=state.failing or now, trouble=trouble)


def judged(state: State, sends: Iterable[Tally], now: datetime, rules: Rules) -> State:
    """What the desk makes of all it knows; what an operator closed stays closed."""
    if state.standing is Standing.CLOSED:
        return state
    if state.changed is not None and now - state.changed < rules.apart and not state.on_trial:
        return state
    lately = [each for each in sends if state.changed is None or each.start >= state.changed]
    trouble = _trouble(state, now, rules)
    if state.standing is Standing.DOWN:
        return _risen(state, trouble, now)
    if state.on_trial:
        return _tried(state, lately, trouble, now, rules)
    why = trouble or (SENDS if _refused(lately, now, rules) else "")
    if not why:
        return state
    return replace(
        state, standing=Standing.DOWN, why=why, since=now, changed=now, away=None, number=state.number + 1
    )


def closed(state: State, reason: str, notice: str, now: datetime) -> State:
    """By an operator."""
    return replace(
        state, standing=Standing.CLOSED, why=HAND, since=now, changed=now, away=None,
        reason=reason[:LONGEST], notice=notice[:LONGEST], number=state.number + 1,
    )  # fmt: skip


def opened(state: State, now: datetime) -> State:
    """By an operator: whatever was thought of it, it is tried again from now on."""
    return _open(replace(state, failing=None, trouble=""), now)


def _trouble(state: State, now: datetime, rules: Rules) -> str:
    """Why probes say that it is dead; a key that is refused is known for certain, all else may pass."""
    if state.failing is None:
        return ""
    return state.trouble if state.trouble == TOKEN or now - state.failing >= rules.dead else ""


def _refused(sends: list[Tally], now: datetime, rules: Rules) -> bool:
    """Whether nothing was taken for long enough, though it was tried."""
    since, tried = None, 0
    for each in sorted(sends, key=lambda tally: tally.start):
        if each.took:
            since, tried = None, 0
        elif each.tried and now - each.start < rules.counted:
            since, tried = since or each.start, tried + each.tried
    return since is not None and tried >= rules.tries and now - since >= rules.dead


def _risen(state: State, trouble: str, now: datetime) -> State:
    """A dead one, when a probe was answered well since."""
    if trouble or state.failing is not None or state.probed is None:
        return state
    if state.changed is not None and state.probed <= state.changed:
        return state
    if state.why == SENDS:
        return replace(state, standing=Standing.OPEN, why=TRIAL, changed=now)
    return _open(state, now)


def _tried(state: State, sends: list[Tally], trouble: str, now: datetime, rules: Rules) -> State:
    """One on trial: what it was given decides."""
    if any(each.took for each in sends):
        return _open(state, now)
    if trouble or any(each.tried for each in sends):
        return replace(state, standing=Standing.DOWN, why=trouble or SENDS, changed=now)
    if state.changed is not None and now - state.changed >= rules.trial:
        return _open(state, now)
    return state


def _open(state: State, now: datetime) -> State:
    return replace(
        state, standing=Standing.OPEN, why="", since=now, changed=now, away=state.since, reason="", notice="",
        number=state.number + 1,
    )  # fmt: skip
