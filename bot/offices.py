"""What is done for people, put together: booking, letters, talks handed over, the officers' chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.conversation.outages import OutageWords, StationOf
from bot.domain.health import Trusting, Watch
from bot.domain.knowledge import Knowledge
from bot.metrics import Metrics
from bot.officer.coded import Coded
from bot.officer.counter import OfficerCounter
from bot.officer.desk import OfficerDesk
from bot.officer.exports import OfficerExports
from bot.officer.figures import OfficerFigures
from bot.officer.letters import OfficerLetters
from bot.officer.people import OfficerPeople
from bot.officer.radar import OfficerRadar
from bot.officer.talks import TalkDesk
from bot.officer.visits import OfficerVisits
from bot.officer.warnings.desk import OfficerWarnings
from bot.services.almanac import Almanac, Open
from bot.services.appointments import Appointments
from bot.services.booking import Booking
from bot.services.desk import Desk
from bot.services.exports import Exports
from bot.services.handover import Calls
from bot.services.leaving import PAIR
from bot.services.letters import Letters
from bot.services.linking import Linking
from bot.services.links import Links
from bot.services.mailings import Mailings
from bot.services.officers import Officers
from bot.services.outages import Outages
from bot.services.overview import Overview
from bot.services.postmen import Postmen
from bot.services.radar import SIGN, Radar
from bot.services.reception import Reception
from bot.services.recipients import Recipients
from bot.services.relay import CALL, TALK, Relay
from bot.services.sessions import WebSessions
from bot.services.slips import Slips
from bot.services.standing import Present
from bot.services.subscribing import Subscribing
from bot.services.talk_doors import TalkDoors
from bot.services.talks import Talks
from bot.services.warning_news import CALL as WARNING_CALL
from bot.services.warning_news import WarningNews
from bot.services.warnings import Bulletins
from bot.services.watch import AccountsWatch
from bot.services.ways import PersonsWays
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.contacts import Contacts
from bot.store.drafts import Drafts
from bot.store.handovers import Handovers
from bot.store.inbox import Inbox
from bot.store.mailing import Ledger
from bot.store.naming import Person
from bot.store.outbox import Outbox
from bot.store.records import Records
from bot.store.subscribers import Subscribers


@dataclass(frozen=True, slots=True)
class Reach:
    """How people are reached: senders of the doors, how these are, word to a talk on the web; the time."""

    senders: Callable[[], Mapping[str, Any]]
    said: Callable[[Person], None]
    clock: Callable[[], datetime]
    watch: Watch = field(default_factory=Trusting)


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
        self._roster, self._outbox, self._known = officers, outbox, known
        self._store, self._reach = store, reach
        self.booking = Booking(store, almanac, Open(known))
        self.reception = Reception(store, self.booking, Present(reach.watch, reach.senders))
        self.letters = Letters(store)
        self.slips = Slips(self.booking, store.names, public_url)
        overview, audit = Overview(almanac, self.reception), officers.audit
        handovers = Handovers(store)
        self.relay = Relay(handovers, officers, outbox, known, reach.senders, metrics, reach.said)
        calls = Calls(handovers, officers, self.relay, known)
        talks = Talks(handovers, Drafts(store), officers, known, self.relay, metrics)
        inbox = Inbox(store)
        ledger, self.subscriptions = Ledger(store), Subscribers(store, inbox)
        self.circles = Circles(store)
        self.ways = PersonsWays(self.circles, Contacts(store, inbox), reach.senders, reach.watch)

        def official() -> Collection[str]:
            return known().scams.webs.official

        self.bulletins = Bulletins(store, officers, official, Links(official))
        recipients = Recipients(
            ledger, self.subscriptions, officers, self.circles, self.ways, inbox.person, reach.senders,
            reach.watch,
        )  # fmt: skip
        self.postmen = Postmen(
            ledger, outbox, recipients, known, reach.senders, reach.clock, metrics, reach.watch, reach.said
        )  # fmt: skip
        self.mailings = Mailings(
            ledger, self.bulletins, recipients, known, self.postmen, lambda: self.booking.rules.quiet
        )
        self.warning_news = WarningNews(
            self.bulletins.kept, officers, outbox, known, reach.senders, reach.clock, reach.said
        )
        self.mailings.over = self.warning_news.ended
        self.linking = Linking(store, self.circles, records, self.postmen.tell, known)
        self.desk = Desk(
            records,
            self.booking,
            Appointments(self.booking, known, self.slips.link),
            self.letters,
            calls,
            Subscribing(self.subscriptions, self.mailings),
            self.linking,
        )
        self.sessions = WebSessions(store, officers)
        self.exports = Exports(store, officers, self.reception, self.booking, known, public_url)
        self.radar = Radar(store, officers, self.relay, known)
        self.officers = OfficerDesk(
            officers,
            OfficerVisits(self.booking, self.reception, overview, audit, known),
            OfficerCounter(self.reception, overview, audit, known),
            OfficerLetters(self.letters, known),
            TalkDesk(talks, known),
            OfficerWarnings(self.bulletins, officers, self.mailings, self.warning_news, known),
            self.sessions,
            OfficerFigures(records, known),
            OfficerRadar(self.radar, self.bulletins, known),
            Coded(OfficerPeople(officers, known), OfficerExports(self.exports, known)),
            known,
        )

    def outages(self, watch: AccountsWatch, stations: StationOf) -> Outages:
        """Word of doors that die; `stations`: the station an account is tied to."""
        return Outages(
            watch, self._roster, self.relay, self.circles, self.ways, self._outbox, self._known, stations,
            lambda: self.booking.rules.quiet,
        )  # fmt: skip

    def talk_doors(self, words: Callable[[], OutageWords]) -> TalkDoors:
        """How words of a talk reach either side when a door is shut."""
        return TalkDoors(
            self._store, self._reach.watch, Handovers(self._store), self._roster, self.relay, self.ways,
            self._outbox, words, self._reach.said,
        )  # fmt: skip

    def loops(
        self, posts: Callable[[], Iterable[str]], clock: Callable[[], datetime]
    ) -> tuple[Coroutine[Any, Any, None], ...]:
        """What goes on while the desk is open, in whichever process works."""
        return (
            self.relay.work(posts, clock), self.sessions.work(clock), self.radar.work(clock),
            self.warning_news.work(), self.letters.work(),
        )  # fmt: skip

    def wanted(self, clock: Callable[[], datetime]) -> dict[str, Callable[[str], Awaitable[bool]]]:
        """Who is asked before a delivery to or from officers goes out, by what its reason begins with."""
        return {
            CALL: self.relay.call_wanted,
            WARNING_CALL: self.warning_news.call_wanted,
            TALK: lambda reason: self.relay.talk_wanted(reason, clock()),
            PAIR: lambda reason: self.linking.asked_wanted(reason, clock()),
            SIGN: lambda reason: self.radar.wanted(reason, clock()),
        }
