"""Answers a message: a turn of the talk, with the station and the time it is to know, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot import turn
from bot.content.edition import Edition
from bot.domain.delivery import STALE, Delivery, Lane
from bot.domain.handover import Alert
from bot.domain.health import Condition
from bot.domain.heard import Urgent
from bot.domain.message import WEBCHAT, Address, Incoming, Kind, Moment, Reply
from bot.domain.session import Session
from bot.domain.step import AnyRequest, AnyResult
from bot.errors import where
from bot.metrics import Metrics
from bot.officer.desk import OfficerDesk
from bot.services.desk import Desk
from bot.services.shut import ShutDoors
from bot.store.inbox import Lease
from bot.store.outcome import Outcome

ANSWER_FOR = timedelta(hours=24)  # an answer that could not be sent for so long is dropped
_TURN = 20.0  # seconds one request may take
_ALERT = 2.0  # seconds that telling the officers of a cry for help may hold up the answer to it

StationOf = Callable[[Address], str | None]
_log: Any = structlog.get_logger("turn")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a clerk is told: the content in use, the station an account belongs to, the time."""

    current: Callable[[], Edition]
    station_of: StationOf
    clock: Callable[[], datetime]  # of the talk; tests move it
    shut: ShutDoors | None = None


class Clerk:
    """Takes the turns of all talks. Keeps nothing: what came of a message is for the courier to carry."""

    def __init__(self, desk: Desk, officer: OfficerDesk, around: Surroundings, metrics: Metrics) -> None:
        self._desk, self._officer = desk, officer
        self._around, self._current = around, around.current
        self._metrics = metrics

    def is_cry(self, incoming: Incoming) -> bool:
        """Whether somebody cries for help."""
        return isinstance(self._current().understanding.understand(incoming.text), Urgent)

    async def answered(self, lease: Lease) -> tuple[Outcome, tuple[str, str | None]]:
        """What comes of a message; an apology when we break on it, so that it does not come back for ever."""
        incoming, edition = lease.incoming, self._current()
        at = Moment(self._around.clock(), incoming.id)
        session = lease.session
        if session.station is None:
            session = replace(session, station=self._around.station_of(incoming.address))
        handover = await self._desk.handed_over(session.handover) if session.handover else None
        if session.handover and (handover is None or not handover.live):
            session, handover = replace(session, handover=""), None

        async def act(request: AnyRequest) -> AnyResult | None:
            if isinstance(request, Alert):
                return await self._alerted(request, lease, at)
            async with asyncio.timeout(_TURN):
                return await self._desk.carry_out(
                    request, lease.person, at.now, incoming.address, incoming.network, incoming.text
                )

        try:
            session = self._officer.left(incoming, session, at)
            # Words of a warning that sound like a cry for help may be one: they are heard, and kept as well.
            cries = session.writing is not None and incoming.choice is None and self.is_cry(incoming)
            step = await self._officer.take(incoming, lease.person, session, at)
            if step and not cries:
                return self._outcome(lease, turn.by_officer(step)), ("officer", None)
            shut = None if step or handover else self._shut(incoming)
            if shut and not self.is_cry(incoming):
                replies = await shut[0].said(incoming.address, shut[1], lease.person, incoming.id)
                return self._outcome(lease, turn.shut(session, replies)), ("shut", None)
            taken = await turn.take(edition, step.session if step else session, incoming, at, act, handover)
            if step:
                taken = turn.beside(taken, step, Reply(edition.known.says("officer_warn_cry")))
        except RedisError:
            raise  # the store is away: the message stays where it is
        except Exception as error:  # whatever it is, its writer must hear something
            self._metrics.failed.inc()
            _log.error("turn failed", error=type(error).__name__, where=where(error))
            sorry = Reply(edition.known.says("apology"))
            return self._outcome(lease, turn.failed(session, sorry)), ("failed", None)
        before = self._before(lease, session, taken) if taken.outcome != "urgent" else ()
        taken = replace(taken, replies=(*before, *taken.replies))
        return self._outcome(lease, taken), (taken.outcome, taken.intent)

    def _before(self, lease: Lease, session: Session, taken: turn.Turn) -> tuple[Reply, ...]:
        """What stands before an answer: that the talk begins anew, that another door is shut."""
        anew = (Reply(self._current().known.says("fresh_start")),) if lease.outdated else ()
        greeted = taken.session.greeted and not session.greeted
        if self._around.shut and greeted:
            return (*self._around.shut.beside(lease.incoming.address, datetime.now(UTC)), *anew)
        return anew

    def _shut(self, incoming: Incoming) -> tuple[ShutDoors, Condition] | None:
        """Who tells of a door that is closed by hand, and how it stands; None while it is not."""
        doors = self._around.shut
        found = doors.closed(incoming.address) if doors else None
        return (doors, found) if doors and found else None

    async def _alerted(self, request: Alert, lease: Lease, at: Moment) -> AnyResult | None:
        """Officers are told of a cry for help; whatever goes wrong there, the answer to it goes out."""
        try:
            async with asyncio.timeout(_ALERT):
                return await self._desk.carry_out(request, lease.person, at.now, lease.incoming.address)
        except Exception as error:
            self._metrics.alarm("alert")
            _log.error("alert failed", error=type(error).__name__, where=where(error))
            return None

    def _outcome(self, lease: Lease, taken: turn.Turn) -> Outcome:
        address, now = lease.incoming.address, datetime.now(UTC)
        outcome = Outcome(
            taken.session,
            counts=taken.counts,
            unclear=taken.unclear,
            sighting=taken.sighting,
            trace=taken.trace,
        )
        if not taken.replies:
            return outcome
        if address.channel == WEBCHAT:  # kept to be asked for, not sent
            return replace(outcome, said=taken.replies)
        answer = Delivery(
            f"answer:{lease.person.id}:{lease.incoming.id}", address, Lane.ANSWER, taken.replies,
            now, now + (STALE if lease.incoming.kind is Kind.JOINED else ANSWER_FOR),
        )  # fmt: skip
        return replace(outcome, deliveries=(answer,))
