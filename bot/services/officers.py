"""Officers come, act and leave: invited by a code, bound to a talk and a TOTP, checked at every act."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.message import WEBCHAT, Address
from bot.domain.officer import Hand, Officer
from bot.services import authenticator
from bot.services.people import LASTS, TERMINAL, Outcome, People
from bot.store.audit import Entry, Verified
from bot.store.naming import Person
from bot.store.roster import Card, Invitation, Read

__all__ = ["LASTS", "TERMINAL", "Enlisted", "Officers", "Outcome", "spelt"]
_WRONG, _WITHIN = 5, timedelta(minutes=15)  # wrong codes of an officer, then they wait
_TRIES = 5  # wrong TOTPs of an invitation, then it is gone


@dataclass(frozen=True, slots=True)
class Enlisted:
    """How far somebody has come; `name` and `secret` are shown once, with the outcome CODE.

    `ends` is when the session ends that begins with it in a talk on the web.
    """

    outcome: Outcome
    officer: Officer | None = None
    name: str = ""
    secret: str = ""
    ends: datetime | None = None


class Officers(People):
    """Everything about officers. Expected refusals are outcomes."""

    async def redeem(self, code: str, talk: Person, hand: Hand) -> Enlisted:
        """A code was sent: bound to this talk, for which the secret is shown."""
        if await self._roster.of(talk.id):
            return Enlisted(Outcome.ALREADY)
        plain = spelt(code)
        seen = await self._roster.invitation(plain)
        if seen is None or hand.at >= seen.value.expires or seen.value.taken not in {None, talk.id}:
            return Enlisted(Outcome.UNKNOWN)
        invitation = seen.value
        if invitation.taken is None:
            entry = _entry(hand, "officer.redeem", invitation.stations)
            taken = replace(invitation, taken=talk.id)
            if not await self._roster.take(plain, seen, taken, entry):
                return await self.redeem(code, talk, hand)
        if invitation.officer:  # another door: the secret is on their phone already, and is not shown again
            return Enlisted(Outcome.CODE)
        return Enlisted(Outcome.CODE, None, invitation.name, invitation.secret)

    async def confirm(self, code: str, totp: str, talk: Person, address: Address, hand: Hand) -> Enlisted:
        """The first TOTP after a code: with the right one this talk is an officer's."""
        plain = spelt(code)
        seen = await self._roster.invitation(plain)
        if seen is None or hand.at >= seen.value.expires or seen.value.taken != talk.id:
            return Enlisted(Outcome.UNKNOWN)
        invitation = seen.value
        before = await self._roster.card(invitation.officer) if invitation.officer else None
        secret = before.value.secret if before else invitation.secret
        step = authenticator.step(secret, totp, hand.at, before.value.used if before else 0)
        if step is None:
            return await self._missed(plain, seen, hand)
        card = before.value if before else Card(_new(invitation, hand.at), secret)
        links = (*card.officer.links, talk.id)
        after = replace(
            card,
            officer=replace(card.officer, links=links),
            used=step,
            addresses={**card.addresses, talk.id: address},
            web={**card.web, talk.id: hand.at} if address.channel == WEBCHAT else card.web,
        )
        own = replace(hand, who=after.officer.id)
        entry = _entry(own, "officer.link", after.officer.stations, after.officer.id)
        if not await self._roster.enlist(plain, seen, before, after, entry):
            return Enlisted(Outcome.UNKNOWN)
        await self._replies.forget((talk,))  # the secret was shown there
        return Enlisted(Outcome.DONE, after.officer, ends=after.ends(talk.id, hand.at))

    async def _missed(self, code: str, seen: Read[Invitation], hand: Hand) -> Enlisted:
        """A wrong TOTP; after too many the invitation is good for nothing."""
        wrong = seen.value.wrong + 1
        after = replace(seen.value, wrong=wrong, expires=hand.at if wrong >= _TRIES else seen.value.expires)
        await self._roster.take(code, seen, after, _entry(hand, "officer.wrong_code", ()))
        return Enlisted(Outcome.OFTEN if wrong >= _TRIES else Outcome.WRONG)

    async def of(self, talk: Person, now: datetime) -> Officer | None:
        """The officer whose talk this is, if they may act there now; on the web only with a session."""
        found = await self._roster.of(talk.id)
        live = found and not found.value.officer.ended(now) and found.value.open(talk.id, now)
        return found.value.officer if found and live else None

    async def talks(self) -> frozenset[str]:
        """The pseudonyms of all officers' talks: to know quickly who is none."""
        return await self._roster.links()

    async def everyone(self) -> list[Officer]:
        """All of them, those who left too."""
        return [card.officer for card in await self._roster.everyone()]

    async def on_duty(self, station: str, now: datetime) -> list[tuple[Officer, tuple[Address, ...]]]:
        """Who is on duty for a station, and where they can be written to now."""
        return [
            (card.officer, card.reached(now))
            for card in await self._roster.everyone()
            if card.officer.duty and card.officer.serves(station) and not card.officer.ended(now)
        ]

    async def reach(self, id_: str, now: datetime) -> tuple[Officer, tuple[Address, ...]] | None:
        """An officer and where they can be written to; None for whoever is none (any more)."""
        card = await self._roster.card(id_)
        if card is None or card.value.officer.ended(now):
            return None
        return card.value.officer, card.value.reached(now)

    async def fresh(self, hand: Hand, totp: str) -> Outcome:
        """Whether this is the TOTP of whoever acts, of now; each is good for one act."""
        seen, now = await self._roster.card(hand.who), hand.at
        if seen is None or seen.value.officer.ended(now):
            return Outcome.REFUSED
        lately = tuple(at for at in seen.value.wrong if now.timestamp() - at < _WITHIN.total_seconds())
        if len(lately) >= _WRONG:
            return Outcome.OFTEN
        step = authenticator.step(seen.value.secret, totp, now, seen.value.used)
        if step is None:
            after = replace(seen.value, wrong=(*lately, int(now.timestamp())))
            await self._roster.change(seen, after, _entry(hand, "officer.wrong_code", ()))
            return Outcome.WRONG
        after = replace(seen.value, used=step, wrong=())
        done = await self._roster.change(seen, after, _entry(hand, "officer.code", ()))
        return Outcome.DONE if done else Outcome.WRONG  # somebody used it in the same moment

    async def set_duty(self, hand: Hand, *, on: bool) -> Outcome:
        """Begin or end one's own duty."""
        seen = await self._roster.card(hand.who)
        if seen is None or seen.value.officer.ended(hand.at):
            return Outcome.REFUSED
        after = replace(seen.value, officer=replace(seen.value.officer, duty=on))
        entry = _entry(hand, "officer.duty_on" if on else "officer.duty_off", after.officer.stations)
        return Outcome.DONE if await self._roster.change(seen, after, entry) else Outcome.WRONG

    async def verified(self) -> Verified:
        """Whether the audit is whole."""
        return await self.audit.verified()


def spelt(code: str) -> str:
    """A code as it is kept: without `CB`, spaces and hyphens, in capitals."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return plain.removeprefix("CB")


def _entry(
    hand: Hand, act: str, stations: tuple[str, ...], subject: str = "", more: Mapping[str, str] | None = None
) -> Entry:
    return Entry(hand.who, act, hand.at, hand.door, ",".join(stations), subject, more or {})


def _new(invitation: Invitation, now: datetime) -> Officer:
    id_ = "cb" + secrets.token_hex(4)
    return Officer(id_, invitation.name, invitation.role, invitation.stations, now, invitation.until)
