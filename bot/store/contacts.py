"""Who can be written to: when they last wrote, how many free messages are left, whether they are gone.

Zalo lets an account answer freely for 48 hours and eight messages after somebody wrote, for money until seven
days have passed, and then not at all (zalo-api 1.4). Telegram knows only "blocked".
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.message import WEBCHAT, Address
from bot.store.circles import Circles
from bot.store.connection import Store
from bot.store.inbox import Inbox
from bot.store.naming import prefix
from bot.store.scripts import Script, ms, span_ms
from bot.store.subscribers import Subscribers

FREE = 8
WINDOW = timedelta(hours=48)
REACH = timedelta(days=7)
KEPT = timedelta(days=31)  # after they last wrote
_OURS = 40  # message ids of ours that are known again when the platform tells us of them
_OURS_FOR = timedelta(days=1)
_WISHED = frozenset({"left", "blocked"})  # why somebody is gone: because they wanted it so
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_NOW = 2**53  # later than whatever was written
_IN_FLIGHT = timedelta(minutes=2)  # after a sending began, an unknown message may be ours


class Reach(StrEnum):
    """Whether a message can go to somebody now."""

    FREE = "free"
    PAID = "paid"  # out of the account's package, or for money
    CLOSED = "closed"  # they have not written for seven days
    NEW = "new"  # they never wrote, as far as we know
    GONE = "gone"  # blocked us, left, does not exist


class Contacts:
    """The ledger of all contacts; times are handed in."""

    def __init__(self, store: Store, inbox: Inbox) -> None:
        self._store, self._person = store, inbox.person
        self._subscribers, self._circles = Subscribers(store, inbox), Circles(store)
        self._touch, self._spend, self._sent, self._leave = (
            Script(store.line, name) for name in ("touch", "spend", "sent", "leave")
        )

    async def wrote(self, address: Address, at: datetime, now: datetime) -> int:
        """They wrote at `at`: a new window; how many deliveries kept for this moment are due now."""
        who = self._person(address)
        start = prefix(who.tag)
        due = await self._touch(
            keys=[who.key("contact"), who.key("held"), f"{start}owed"],
            args=[ms(at), FREE, start, address.channel, ms(now), span_ms(KEPT), who.tag, who.id],
        )
        return int(due)

    async def spend(self, address: Address, now: datetime) -> Reach:
        """Whether something can be sent now; takes one of the free messages if there is one.

        `reached` or `unspent` follow, unless nobody knows whether it arrived.
        """
        key = self._person(address).key("contact")
        args: list[str | int] = [ms(now), span_ms(WINDOW), span_ms(REACH), span_ms(_IN_FLIGHT)]
        found = (await self._spend(keys=[key], args=args)).decode()
        return Reach(found) if found in set(Reach) else Reach.GONE

    async def look(self, address: Address, now: datetime) -> Reach:
        """Whether something could be sent now; nothing is taken for it."""
        key = self._person(address).key("contact")
        last, free, gone = await self._store.line.ask("HMGET", key, "last", "free", "gone")
        if gone:
            return Reach.GONE
        if last is None:
            return Reach.NEW
        since = ms(now) - int(last)
        if since > span_ms(REACH):
            return Reach.CLOSED
        return Reach.FREE if since <= span_ms(WINDOW) and int(free or 0) > 0 else Reach.PAID

    async def last(self, address: Address) -> datetime | None:
        """When they last wrote, as far as we remember."""
        found = await self._store.line.ask("HGET", self._person(address).key("contact"), "last")
        return datetime.fromtimestamp(int(found) / 1000, UTC) if found else None

    async def reached(self, address: Address, message_id: str, left: int | None) -> None:
        """Something arrived: its id, and how many free messages the platform says are left."""
        await self._over(address, message_id, "" if left is None else left, given_back=False)

    async def unspent(self, address: Address, reach: Reach) -> None:
        """Nothing was sent after all."""
        await self._over(address, "", "", given_back=reach is Reach.FREE)

    async def _over(self, address: Address, message_id: str, left: int | str, *, given_back: bool) -> None:
        who = self._person(address)
        await self._sent(
            keys=[who.key("contact"), who.key("ours")],
            args=[message_id, left, int(given_back), _OURS, span_ms(_OURS_FOR)],
        )

    async def is_ours(self, address: Address, message_id: str, now: datetime) -> bool:
        """Whether a message to somebody, of which the platform tells us, was sent by this program.

        The platform may tell us before our own sending has returned: then it is taken for ours.
        """
        who = self._person(address)
        if await self._store.line.ask("LPOS", who.key("ours"), message_id) is not None:
            return True
        sent = await self._store.line.ask("HGET", who.key("contact"), "sent")
        return sent is not None and ms(now) - int(sent) < span_ms(_IN_FLIGHT)

    async def gone(self, address: Address, reason: str, at: datetime | None = None) -> None:
        """They cannot be written to until they write themselves; with `at`, unless they wrote after that.

        Who blocks us or leaves wants no warnings there either: coming back, they would have to agree to them
        again. Who has tied another door is told there what they were told here.
        """
        key = self._person(address).key("contact")
        went = await self._leave(keys=[key], args=[reason, ms(at) if at else _NOW, span_ms(KEPT)])
        if went and reason in _WISHED:
            await self._subscribers.gone(address, at or datetime.now(UTC), await self._heir(address))

    async def _heir(self, address: Address) -> Address | None:
        """The other door of a person to which belongs what they had at this one: that they last wrote at.

        A page on the web rings nowhere: it is the heir only of who has no other door.
        """
        others = [
            each.address for each in (await self._circles.of(address)).members if each.address != address
        ]
        open_ = [each for each in others if await self.why_gone(each) is None]
        wrote = {each: await self.last(each) or _LONG_AGO for each in open_}
        return max(open_, key=lambda each: (each.channel != WEBCHAT, wrote[each]), default=None)

    async def back(self, address: Address) -> None:
        """They can be written to again, as far as they are concerned."""
        await self._store.line.ask("HDEL", self._person(address).key("contact"), "gone")

    async def why_gone(self, address: Address) -> str | None:
        """Why they cannot be written to, if so."""
        found = await self._store.line.ask("HGET", self._person(address).key("contact"), "gone")
        return found.decode() if found else None
