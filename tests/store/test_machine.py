"""Any order of hearing, leasing, crashing, sweeping, finishing: nothing is lost, nothing answered twice."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis import Redis

from bot.domain.message import Address, Incoming, Reply
from bot.domain.session import Session
from bot.store.connection import open_store
from bot.store.inbox import LEASE, WAITING, Hearing, Inbox, Lease
from bot.store.outcome import Outcome
from bot.store.sealing import Seals
from tests.store.conftest import KEY

PEOPLE = [Address("webchat", "web", name) for name in ("an", "bình", "chi")]
people = st.sampled_from(range(len(PEOPLE)))
MONTH = timedelta(days=30)


class Desk(RuleBasedStateMachine):
    """A model of the inbox: what was heard and not answered, in order, for each person."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        with Redis.from_url(self.url) as client:
            client.flushall()
        self.store = self.loop.run_until_complete(open_store(self.url, Seals([KEY])))
        self.inbox = Inbox(self.store)
        self.now = datetime(2026, 11, 22, tzinfo=UTC)
        self.waiting: dict[int, list[str]] = defaultdict(list)
        self.answered: dict[int, list[str]] = defaultdict(list)
        self.leases: list[tuple[Lease, datetime]] = []  # and until when each is safe from the sweeper
        self.number = 0

    def run(self, doing):
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.settle()
        self.run(self.store.close())
        self.loop.close()

    @rule(who=people)
    def hear(self, who: int) -> None:
        self.number += 1
        message = Incoming(f"m{self.number}", PEOPLE[who], "?")
        assert self.run(self.inbox.hear(message, self.now)) is Hearing.HEARD
        self.waiting[who].append(message.id)

    @rule(who=people, told=st.booleans())
    def hear_and_lease(self, who: int, told: bool) -> None:
        """The worker may die, or never learn of it, before it begins."""
        self.number += 1
        message = Incoming(f"m{self.number}", PEOPLE[who], "?")
        result, lease = self.run(self.inbox.hear_and_lease(message, self.now, WAITING, "w"))
        assert result is Hearing.HEARD
        assert not (lease and self.waiting[who]), "out of order"
        self.waiting[who].append(message.id)
        if lease and told:
            self.leases.append((lease, self.now + LEASE))

    @rule(who=people, data=st.data())
    def hear_again(self, who: int, data: st.DataObject) -> None:
        known = self.waiting[who] + self.answered[who]
        if known:
            again = Incoming(data.draw(st.sampled_from(known)), PEOPLE[who], "?")
            assert self.run(self.inbox.hear(again, self.now)) is Hearing.AGAIN

    @rule(who=people)
    def lease(self, who: int) -> None:
        lease = self.run(self.inbox.lease(self.inbox.person(PEOPLE[who]).tag, "w", self.now))
        if lease:
            held = PEOPLE.index(lease.incoming.address)
            assert lease.incoming.id == self.waiting[held][0], "out of order"
            safe = [held for held, until in self.leases if held.person == lease.person and until > self.now]
            assert not safe, "two workers for one person"
            self.leases.append((lease, self.now + LEASE))

    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        """Also of leases long lost: a worker that was stopped for a while and goes on."""
        if not self.leases:
            return
        lease, until = data.draw(st.sampled_from(self.leases))
        who = PEOPLE.index(lease.incoming.address)
        outcome = Outcome(Session(), (Reply(lease.incoming.id),))
        if self.run(self.inbox.finish(lease, outcome, self.now)):
            assert self.waiting[who][:1] == [lease.incoming.id]
            self.answered[who].append(self.waiting[who].pop(0))
            self.leases = [pair for pair in self.leases if pair[0] is not lease]
        else:
            assert until <= self.now, "a lease that holds was refused"

    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        if self.leases:
            index = data.draw(st.integers(0, len(self.leases) - 1))
            lease, _ = self.leases[index]
            if self.run(self.inbox.renew(lease, self.now)):
                self.leases[index] = (lease, self.now + LEASE)

    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """A worker dies with its lease in hand."""
        if self.leases:
            self.leases.remove(data.draw(st.sampled_from(self.leases)))

    @rule(seconds=st.integers(1, 45))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        for tag in {self.inbox.person(who).tag for who in PEOPLE}:
            self.run(self.inbox.sweep(tag, self.now, MONTH, MONTH))

    @invariant()
    def what_was_answered_was_said_once(self) -> None:
        for who, address in enumerate(PEOPLE):
            said = self.run(self.inbox.replies.since(self.inbox.person(address), 0, self.now))
            assert [each.re for each in said] == self.answered[who][-50:]

    def settle(self) -> None:
        """All workers are gone; new ones answer everything that was heard."""
        self.now += LEASE + timedelta(seconds=1)
        self.leases.clear()
        self.sweep()
        for who, address in enumerate(PEOPLE):
            while lease := self.run(self.inbox.lease(self.inbox.person(address).tag, "w", self.now)):
                held = PEOPLE.index(lease.incoming.address)
                done = self.run(
                    self.inbox.finish(lease, Outcome(Session(), (Reply(lease.incoming.id),)), self.now)
                )
                assert done
                self.answered[held].append(self.waiting[held].pop(0))
            assert not self.waiting[who], "lost"


@pytest.mark.parametrize("steps", [40])
def test_nothing_is_lost_and_nothing_answered_twice(valkey: str, steps: int) -> None:
    Desk.url = valkey
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=40, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
