"""What can be measured from outside: one registry for a process, handed to whoever counts."""

from __future__ import annotations

from time import monotonic
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

_ALARM_EVERY = 600.0  # seconds between log lines of one alarm
_log: Any = structlog.get_logger("alarm")
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters and gauges of one process. Labels are ids of ours, never anything a citizen wrote."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._alarmed: dict[tuple[str, str], float] = {}
        to = self.registry
        self.heard = Counter("trucban_heard_total", "Messages taken in", ["door", "result"], registry=to)
        self.turns = Counter("trucban_turns_total", "Messages answered", ["door", "outcome"], registry=to)
        self.turn_seconds = Histogram(
            "trucban_turn_seconds", "From heard to answered", buckets=_BUCKETS, registry=to
        )
        self.lost = Counter("trucban_leases_lost_total", "Answers another worker gave first", registry=to)
        self.failed = Counter("trucban_turns_failed_total", "Messages answered with an apology", registry=to)
        self.swept = Counter("trucban_swept_total", "Abandoned messages given back", registry=to)
        self.sends = Counter("trucban_sends_total", "Deliveries", ["door", "result"], registry=to)
        self.mailed = Counter(
            "trucban_mailed_total", "What became of warnings", ["door", "fate"], registry=to
        )
        self.told = Counter("trucban_told_total", "Messages begun by us, put out", ["what"], registry=to)
        self.handovers = Gauge(
            "trucban_handovers", "Talks that wait for an officer or have one", ["stage"], registry=to
        )
        self.handover_oldest = Gauge(
            "trucban_handover_waits_seconds", "Of who waits longest for an officer", registry=to
        )
        self.handover_wait = Histogram(
            "trucban_handover_wait_seconds", "From asked for to taken", buckets=_WAITS, registry=to
        )
        self.updates = Counter(
            "trucban_updates_total", "What platforms told us", ["door", "what"], registry=to
        )
        self.alarms = Counter(
            "trucban_alarms_total", "An operator must look", ["kind", "account"], registry=to
        )
        self.doors = Gauge("trucban_door_open", "Doors that are set up", ["door", "account"], registry=to)
        self.door_changes = Counter(
            "trucban_door_changes_total", "Doors found dead, back, closed", ["door", "account", "to"],
            registry=to,
        )  # fmt: skip
        self.tokens = Gauge(
            "trucban_token_made_seconds", "When a token was made", ["door", "account"], registry=to
        )
        self.waiting = Gauge("trucban_waiting", "People whose messages wait", registry=to)
        self.oldest = Gauge("trucban_inbox_age_seconds", "Since the oldest waiting message", registry=to)
        self.sockets = Gauge("trucban_sockets", "Open talks on the web", registry=to)
        self.content = Gauge("trucban_content_info", "Hash of the content in use", ["digest"], registry=to)
        self.content_loaded = Gauge("trucban_content_loaded_seconds", "When it was taken up", registry=to)
        self.content_broken = Gauge("trucban_content_broken", "Problems of an edit not taken up", registry=to)
        self.content_due = Gauge("trucban_content_due", "Answers past their review day", registry=to)
        self.store_restarts = Gauge("trucban_store_restarts", "Restarts of the embedded store", registry=to)

    def alarm(self, kind: str, account: str = "") -> None:
        """Somebody must look: counted always, logged once in a while; docs/van-hanh.md explains `kind`."""
        self.alarms.labels(kind, account).inc()
        now = monotonic()
        if now - self._alarmed.get((kind, account), -_ALARM_EVERY) >= _ALARM_EVERY:
            self._alarmed[kind, account] = now
            _log.error("alarm", kind=kind, account=account)

    def page(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)


_WAITS = (30, 60, 180, 300, 600, 900, 1_800, 3_600, 14_400, 86_400)
_BUCKETS = (0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600)
