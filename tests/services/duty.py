"""Officers on duty and citizens at their doors, on a real store, without a platform."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.content.rota import rota
from bot.domain.delivery import Delivery
from bot.domain.handover import AnyHandover, HandedOver, HandOver, Handover, HangUp, PassOn, Reason
from bot.domain.knowledge import Knowledge
from bot.domain.message import Address
from bot.domain.officer import Hand, Officer, Role
from bot.metrics import Metrics
from bot.officer.talks import TalkDesk
from bot.services.handover import Calls
from bot.services.officers import TERMINAL, Officers
from bot.services.relay import Relay
from bot.services.talks import Talks
from bot.store.connection import Store
from bot.store.drafts import Drafts
from bot.store.handovers import Handovers
from bot.store.inbox import Inbox
from bot.store.naming import TAGS, person
from bot.store.outbox import Outbox
from tests.conftest import ROOT

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # ten in the morning, the station is open
NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # ten in the evening
STATION, OTHER = "mai_phu", "thanh_sen"
AN = Address("telegram", "bot", "an")
HOA = Address("zalo_oa", "oa", "hoa")
BINH = Address("webchat", "web", "binh")
_ids = count(1)


class Duty:
    """A desk whose doors send nothing: what would be sent is read from the outbox."""

    def __init__(self, store: Store, known: Callable[[], Knowledge] | None = None) -> None:
        self.store, self.now = store, MONDAY
        texts = rota(ROOT) if known is None else known()
        self.known = lambda: texts
        self.officers, self.handovers = Officers(store), Handovers(store)
        self.inbox = Inbox(store)
        self.outbox = Outbox(store, self.inbox)
        self.metrics = Metrics()
        self.shown: list[object] = []
        self.relay = self.fresh_relay()
        self.calls = Calls(self.handovers, self.officers, self.relay, self.known)
        self.talks = Talks(self.handovers, Drafts(store), self.officers, self.known, self.relay, self.metrics)
        self.desk = TalkDesk(self.talks, self.known)

    def fresh_relay(self) -> Relay:
        """A relay of another process: it remembers nothing."""
        doors = lambda: {"telegram", "zalo_oa"}  # noqa: E731
        return Relay(
            self.handovers, self.officers, self.outbox, self.known, doors, self.metrics, self.shown.append
        )

    async def officer(  # noqa: PLR0913 - who they are
        self, name: str, *, stations: tuple[str, ...] = (STATION,), duty: bool = True,
        role: Role = Role.OFFICER, until: datetime | None = None, channel: str = "telegram",
    ) -> Officer:  # fmt: skip
        """Somebody new, linked at a door."""
        address = Address(channel, "bot", f"officer.{name}")
        talk, hand = person(address, self.store.names), Hand(TERMINAL, TERMINAL, self.now)
        code = await self.officers.invite(hand, name, role, stations, until)
        assert code
        enlisted = await self.officers.redeem(code, talk, Hand("", channel, self.now))
        totp = TOTP(base64.b32decode(enlisted.secret), 6, SHA1(), 30).generate(int(self.now.timestamp()))  # noqa: S303 - RFC 6238
        done = await self.officers.confirm(code, totp.decode(), talk, address, Hand("", channel, self.now))
        assert done.officer
        if duty:
            await self.officers.set_duty(Hand(done.officer.id, channel, self.now), on=True)
        return replace(done.officer, duty=duty)

    def hand(self, officer: Officer) -> Hand:
        return Hand(officer.id, "telegram", self.now)

    def post(self, officer: Officer, channel: str = "telegram") -> Address:
        return Address(channel, "bot", f"officer.{officer.name}")

    def request(self) -> str:
        return f"r{next(_ids)}"

    async def asks(self, request: AnyHandover, words: str = "", address: Address = AN):
        who = person(address, self.store.names)
        return await self.calls.carry_out(request, who, address, self.now, words)

    async def opened(
        self, words: str = "thẻ của tôi xong chưa", address: Address = AN, reason: Reason = Reason.ASKED
    ) -> Handover:
        """A question for the officers."""
        found = await self.asks(HandOver(self.request(), STATION, reason, bool(words)), words, address)
        assert isinstance(found, HandedOver)
        assert found.handover
        return found.handover

    async def writes(self, ref: str, words: str, address: Address = AN, request: str = ""):
        return await self.asks(PassOn(request or self.request(), ref), words, address)

    async def hangs_up(self, ref: str, address: Address = AN):
        return await self.asks(HangUp(self.request(), ref), "", address)

    async def takes(self, officer: Officer, handover: Handover):
        return await self.talks.take(self.hand(officer), self.request(), handover.ref, self.post(officer))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def tend(self) -> None:
        for station in (STATION, OTHER, ""):
            await self.relay.tend(station, self.now)

    async def sent(self, address: Address) -> list[str]:
        """Take what waits for somebody, in the order in which it would be sent, and send it."""
        return [reply.text for each in await self.delivered(address) for reply in each.replies]

    async def delivered(self, address: Address) -> list[Delivery]:
        tag, found = person(address, self.store.names).tag, []
        assert 0 <= tag < TAGS
        others = []
        while claim := await self.outbox.claim(tag, address.channel, self.now):
            if claim.delivery.address == address:
                await self.outbox.done(claim, "sent")
                found.append(claim.delivery)
            else:
                others.append(claim)
        for claim in others:
            await self.outbox.later(claim, self.now)
        return found
