"""What is done for people, put together: booking, letters, talks handed over, the officers' chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.knowledge import Knowledge
from bot.metrics import Metrics
from bot.officer.counter import OfficerCounter
from bot.officer.desk import OfficerDesk
from bot.officer.letters import OfficerLetters
from bot.officer.talks import TalkDesk
from bot.officer.visits import OfficerVisits
from bot.services.almanac import Almanac, Open
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.services.desk import Desk
from bot.services.handover import Calls
from bot.services.letters import Letters
from bot.services.mailings import Mailings
from bot.services.officers import Officers
from bot.services.overview import Overview
from bot.services.postmen import Postmen
from bot.services.reception import Reception
from bot.services.relay import Relay
from bot.services.slips import Slips
from bot.services.subscribing import Subscribing
from bot.services.talks import Talks
from bot.services.warnings import Bulletins
from bot.store.connection import Store
from bot.store.drafts import Drafts
from bot.store.handovers import Handovers
from bot.store.inbox import Inbox
from bot.store.mailing import Ledger
from bot.store.naming import Person
from bot.store.outbox import Outbox
from bot.store.records import Records
from bot.store.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Reach:
    """How people are reached: the senders of the doors that are open, word to a talk on the web; the time."""

    senders: Callable[[], Mapping[str, Any]]
    said: Callable[[Person], None]
    clock: Callable[[], datetime]


class Offices:
    """Every service of one process. `known` gives the content in use."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that services stand on
        self,
        store: Store,
        outbox: Outbox,
        records: Records,
        known: Callable[[], Knowledge],
        public_url: str | None,
        metrics: Metrics,
        reach: Reach,
    ) -> None:
        almanac, officers = Almanac(known), Officers(store)
        self.booking = Booking(store, almanac, Open(known))
        self.reception = Reception(store, self.booking)
        self.letters = Letters(store)
        self.slips = Slips(self.booking, store.names, public_url)
        overview, audit = Overview(almanac, self.reception), officers.audit
        handovers = Handovers(store)
        self.relay = Relay(handovers, officers, outbox, known, reach.senders, metrics, reach.said)
        calls = Calls(handovers, officers, self.relay, known)
        talks = Talks(handovers, Drafts(store), officers, known, self.relay, metrics)
        ledger, self.subscriptions = Ledger(store), Subscriptions(store, Inbox(store))
        self.bulletins = Bulletins(store, officers, lambda: known().scams.webs.official)
        self.postmen = Postmen(
            ledger, outbox, self.subscriptions, known, reach.senders, reach.clock, metrics, reach.said
        )
        self.mailings = Mailings(
            ledger, self.bulletins, self.subscriptions, officers, known, reach.senders, self.postmen,
            lambda: self.booking.rules.quiet,
        )  # fmt: skip
        self.desk = Desk(
            records,
            self.booking,
            Appointments(self.booking, known, self.slips.link),
            self.letters,
            calls,
            Subscribing(self.subscriptions, self.mailings),
        )
        self.officers = OfficerDesk(
            officers,
            OfficerVisits(self.booking, self.reception, overview, records, audit, known),
            OfficerCounter(self.reception, overview, audit, known),
            OfficerLetters(self.letters, known),
            TalkDesk(talks, known),
            known,
        )
