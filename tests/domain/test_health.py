"""When an account counts as dead and when as alive again, whatever probes and sends say in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import health
from bot.domain.health import AWAY, IN_ORDER, SENDS, TOKEN, Rules, Standing, State, Tally

RULES = Rules()
START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
STEP = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)


class Account:
    """An account whose life a test tells in steps of ten seconds."""

    def __init__(self) -> None:
        self.state, self.now = State(), START
        self.sends: list[Tally] = []
        self.seen: list[State] = [self.state]

    def live(self, probe: str | None, tried: int = 0, took: int = 0) -> None:
        """Ten seconds: what a probe finds, what is sent."""
        self.now += STEP
        self.sends.append(Tally(self.now, tried, took))
        if health.due(self.state, self.now, RULES):
            self.state = health.probed(self.state, probe, self.now)
        self.state = health.judged(self.state, self.sends, self.now, RULES)
        self.seen.append(self.state)

    def lives(self, span: timedelta, probe: str | None, tried: int = 0, took: int = 0) -> None:
        for _ in range(span // STEP):
            self.live(probe, tried, took)


@pytest.fixture
def account() -> Account:
    return Account()


def test_one_that_takes_nothing_for_three_minutes_is_down(account: Account) -> None:
    account.lives(3 * MINUTE, None, tried=1)
    assert account.state.standing is Standing.OPEN
    account.live(None, tried=1)
    assert (account.state.standing, account.state.why) == (Standing.DOWN, SENDS)


def test_four_sends_are_too_few_to_tell(account: Account) -> None:
    account.lives(40 * timedelta(seconds=1), None, tried=1)
    account.lives(20 * MINUTE, None)
    assert account.state.standing is Standing.OPEN


def test_one_that_takes_now_and_then_is_open(account: Account) -> None:
    for _ in range(10):
        account.lives(2 * MINUTE, None, tried=5)
        account.live(None, tried=5, took=1)
    assert account.state.standing is Standing.OPEN


def test_one_that_answers_no_probe_for_three_minutes_is_down_though_nothing_was_sent(
    account: Account,
) -> None:
    account.lives(3 * MINUTE, AWAY)
    assert account.state.standing is Standing.OPEN
    account.live(AWAY)
    assert (account.state.standing, account.state.why) == (Standing.DOWN, AWAY)


def test_a_lost_key_counts_at_once(account: Account) -> None:
    account.live(TOKEN)
    assert (account.state.standing, account.state.why) == (Standing.DOWN, TOKEN)


def test_one_that_answers_again_is_open_after_a_minute(account: Account) -> None:
    account.live(TOKEN)
    account.lives(MINUTE - STEP, None)
    assert account.state.standing is Standing.DOWN
    account.live(None)
    assert account.state.standing is Standing.OPEN
    assert account.state.away == START + STEP
    assert account.state.number == 2


def test_one_whose_sends_failed_is_on_trial_first_and_nobody_hears_of_it(account: Account) -> None:
    account.lives(4 * MINUTE, None, tried=1)
    down = account.state.since
    account.lives(MINUTE, None)
    assert account.state.on_trial
    assert account.state.number == 1
    account.live(None, tried=1)
    assert (account.state.standing, account.state.since, account.state.number) == (Standing.DOWN, down, 1)
    account.lives(MINUTE, None)
    assert account.state.on_trial
    account.lives(2 * MINUTE, None, tried=1, took=1)
    assert (account.state.standing, account.state.why, account.state.number) == (Standing.OPEN, "", 2)
    assert account.state.away == down


def test_a_trial_that_nobody_used_ends_well(account: Account) -> None:
    account.lives(4 * MINUTE, None, tried=1)
    account.lives(12 * MINUTE, None)
    assert (account.state.standing, account.state.why) == (Standing.OPEN, "")


def test_a_closed_one_stays_closed_until_it_is_opened(account: Account) -> None:
    account.state = health.closed(account.state, "bảo trì", "x" * 300, START)
    account.lives(10 * MINUTE, TOKEN, tried=5)
    account.lives(10 * MINUTE, None, tried=5, took=5)
    assert account.state.standing is Standing.CLOSED
    assert len(account.state.notice) == health.LONGEST
    account.state = health.opened(account.state, account.now)
    assert (account.state.standing, account.state.away, account.state.reason) == (Standing.OPEN, START, "")


def test_that_one_is_down_is_believed_while_it_is_probed(account: Account) -> None:
    account.live(TOKEN)
    assert not health.condition(account.state, account.now, RULES).open
    assert health.condition(account.state, account.now + RULES.believed, RULES) == IN_ORDER
    shut = health.closed(account.state, "", "", account.now)
    assert not health.condition(shut, account.now + timedelta(days=30), RULES).open


LIVES = st.lists(
    st.tuples(st.sampled_from([None, AWAY, TOKEN]), st.integers(0, 3), st.booleans(), st.integers(1, 24)),
    min_size=1,
    max_size=25,
)


def lived(story: list[tuple[str | None, int, bool, int]]) -> Account:
    account = Account()
    for probe, tried, taken, steps in story:
        account.lives(steps * STEP, probe, tried, tried if taken else 0)
    return account


@settings(deadline=None)
@given(LIVES)
def test_two_changes_are_a_minute_apart(story: list[tuple[str | None, int, bool, int]]) -> None:
    seen = lived(story).seen
    told = [after.changed for before, after in pairwise(seen) if before.number != after.number]
    at = [change for change in told if change]
    assert all(later - earlier >= RULES.apart for earlier, later in pairwise(at))
    trials = [after.changed for before, after in pairwise(seen) if after.on_trial and not before.on_trial]
    at = [change for change in trials if change]
    assert all(later - earlier >= RULES.apart for earlier, later in pairwise(at))


@settings(deadline=None)
@given(LIVES)
def test_people_hear_of_down_and_back_in_turn(story: list[tuple[str | None, int, bool, int]]) -> None:
    heard = [State(), *(state for state in lived(story).seen)]
    told = [after for before, after in pairwise(heard) if after.number != before.number]
    assert [state.number for state in told] == list(range(1, len(told) + 1))
    assert all(state.standing is (Standing.OPEN, Standing.DOWN)[state.number % 2] for state in told)


@settings(deadline=None)
@given(LIVES)
def test_one_that_lives_is_open_in_the_end_and_a_dead_one_down(
    story: list[tuple[str | None, int, bool, int]],
) -> None:
    account = lived(story)
    kept = replace(account.state)
    account.lives(12 * MINUTE, None, tried=1, took=1)
    assert (account.state.standing, account.state.why) == (Standing.OPEN, "")
    account.state = kept
    account.lives(5 * MINUTE, AWAY, tried=1)
    assert account.state.standing is Standing.DOWN
