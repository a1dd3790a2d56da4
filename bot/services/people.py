"""Officers invited, changed, let go: nobody gives what they do not have, and nobody gives themselves more."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.officer import RIGHTS, Hand, Officer, Right, Role, fewer, outlasts, refused, wider
from bot.domain.ticket import ALPHABET
from bot.services import authenticator
from bot.store.audit import Audit, Entry
from bot.store.connection import Store
from bot.store.naming import Person
from bot.store.replies import Replies
from bot.store.roster import Invitation, Roster

LASTS = timedelta(hours=24)  # an invitation
_ALIKE = re.compile(r"(.)\1\1")
_LONG = 8  # characters of an invitation's code
TERMINAL = "terminal"  # the door of whoever has a shell on the machine; they are the operator


class Outcome(StrEnum):
    """What became of an act on the roster."""

    DONE = "done"
    CODE = "code"  # show the secret and ask for the first TOTP
    UNKNOWN = "unknown"  # no such code, or used, or too old
    WRONG = "wrong"  # that TOTP is not right, or was used already
    OFTEN = "often"  # too many wrong ones, wait
    ALREADY = "already"  # this talk is an officer's
    REFUSED = "refused"
    LAST = "last"  # then nobody could invite any more but the operator at the terminal; to be said twice


@dataclass(frozen=True, slots=True)
class Terms:
    """What an officer is: role, stations (none named: everywhere), the end of a guest's time."""

    role: Role
    stations: tuple[str, ...]
    until: datetime | None = None

    def given(self, officer: Officer) -> Officer:
        """An officer on these terms."""
        return replace(officer, role=self.role, stations=self.stations, until=self.until)


def terms(officer: Officer) -> Terms:
    """Those on which somebody is an officer now."""
    return Terms(officer.role, officer.stations, officer.until)


class People:
    """Acts of whoever may invite. Expected refusals are outcomes; codes are asked for before (`fresh`)."""

    def __init__(self, store: Store) -> None:
        self.audit = Audit(store)
        self._roster, self._replies = Roster(store, self.audit), Replies(store)

    async def invite(
        self, hand: Hand, name: str, role: Role, stations: tuple[str, ...], until: datetime | None = None
    ) -> str | None:
        """A code for a new officer, good for 24 hours and once; None when one may not give so much."""
        if not await self._may_give(hand, role, stations, until):
            return None
        return await self._invited(hand, Invitation(name, role, stations, hand.who, hand.at + LASTS, until))

    async def invite_again(self, hand: Hand, id_: str) -> str | None:
        """A code for another door of an officer; None when there is none such, or they are not one's own."""
        card = await self._roster.card(id_)
        if card is None or card.value.officer.ended(hand.at):
            return None
        known = card.value.officer
        if hand.who != id_ and not await self._may_let_go(hand, known):
            return None
        expires = hand.at + LASTS
        invitation = Invitation(
            known.name, known.role, known.stations, hand.who, expires, known.until, officer=id_
        )
        return await self._invited(hand, invitation)

    async def change(self, hand: Hand, id_: str, to: Terms, *, sure: bool = False) -> Outcome:
        """Another role, other stations, another end. LAST, unless `sure`, when nobody else may invite."""
        seen = await self._roster.card(id_)
        if seen is None or seen.value.officer.left:
            return Outcome.UNKNOWN
        before = seen.value.officer
        after = to.given(before)
        if not await self._may_change(hand, before, after):
            return Outcome.REFUSED
        if not sure and await self.is_last(before, after, hand.at):
            return Outcome.LAST
        until = after.until.isoformat(timespec="minutes") if after.until else ""
        entry = _entry(hand, "officer.change", after, {"role": str(after.role), "until": until})
        done = await self._roster.change(seen, replace(seen.value, officer=after), entry)
        return Outcome.DONE if done else await self.change(hand, id_, to, sure=sure)

    async def leave(self, hand: Hand, id_: str) -> Outcome:
        """Take every right and every door from an officer, at once."""
        seen = await self._roster.card(id_)
        if seen is None or seen.value.officer.left:
            return Outcome.UNKNOWN
        known = seen.value.officer
        if not await self._may_let_go(hand, known):
            return Outcome.REFUSED
        gone = replace(known, left=hand.at, duty=False, links=())
        after = replace(seen.value, officer=gone, addresses={}, web={})
        if not await self._roster.change(seen, after, _entry(hand, "officer.leave", gone)):
            return await self.leave(hand, id_)
        await self._replies.forget(Person(talk) for talk in seen.value.web)
        return Outcome.DONE

    async def is_last(self, before: Officer, after: Officer | None, now: datetime) -> bool:
        """Whether nobody but the terminal could invite once this officer is as `after`, or gone."""
        if not _invites(before, now) or (after and _invites(after, now)):
            return False
        every = [card.officer for card in await self._roster.everyone()]
        return not any(_invites(each, now) for each in every if each.id != before.id)

    async def _invited(self, hand: Hand, invitation: Invitation) -> str:
        code, stations = _coined(), ",".join(invitation.stations)
        more = {"role": str(invitation.role)}
        act = "officer.invite"
        entry = Entry(hand.who, act, hand.at, hand.door, stations, invitation.officer or "", more)
        await self._roster.invite(code, replace(invitation, secret=authenticator.drawn()), entry)
        return f"CB-{code[:4]}-{code[4:]}"

    async def _may_change(self, hand: Hand, before: Officer, after: Officer) -> bool:
        """One's own terms only down; another's, if one might have given both."""
        if hand.who == before.id:
            return not before.ended(hand.at) and fewer(before, after)
        until = after.until if after.until != before.until else None
        later = after.until != before.until
        return await self._may_let_go(hand, before) and await self._may_give(
            hand, after.role, after.stations, until, ends=later
        )

    async def _may_let_go(self, hand: Hand, known: Officer) -> bool:
        return await self._may_give(hand, known.role, known.stations, known.until, ends=False)

    async def _may_give(
        self, hand: Hand, role: Role, stations: tuple[str, ...], until: datetime | None, *, ends: bool = True
    ) -> bool:
        """Whether somebody may make officers of a role at these stations, for so long (`ends`)."""
        if hand.who == TERMINAL:
            return True
        giver = await self._roster.card(hand.who)
        if giver is None or wider(giver.value.officer, role, stations):
            return False
        own = giver.value.officer
        if ends and outlasts(own, until):
            return False
        return not any(refused(own, Right.PEOPLE, station, hand.at) for station in stations or (None,))


def _invites(officer: Officer, now: datetime) -> bool:
    return not officer.ended(now) and Right.PEOPLE in RIGHTS[officer.role]


def _entry(hand: Hand, act: str, officer: Officer, more: dict[str, str] | None = None) -> Entry:
    return Entry(hand.who, act, hand.at, hand.door, ",".join(officer.stations), officer.id, more or {})


def _coined() -> str:
    """A code without three alike in a row: people miscount them, and a message is read without the third."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(_LONG))
        if not _ALIKE.search(code):
            return code
