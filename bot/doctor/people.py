"""Officers: enough of them to send a warning, somebody on duty, and an audit that is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.finding import Finding, broken, fine, look
from bot.domain.officer import RIGHTS, Officer, Refusal, Right
from bot.services.officers import Officers
from bot.store.audit import Verified
from bot.store.connection import Store


@dataclass(frozen=True, slots=True)
class Facts:
    """All officers there ever were, whether anybody was ever on duty, and how the audit is."""

    officers: tuple[Officer, ...]
    dutiful: bool
    audit: Verified


async def facts(store: Store) -> Facts:
    """Read the roster and go through the audit."""
    officers = Officers(store)
    everyone = tuple(await officers.everyone())
    dutiful = any(each.duty for each in everyone)
    if everyone and not dutiful:
        dutiful = any(
            [True async for _, text, _ in officers.audit.entries() if '"officer.duty_on"' in text][:1]
        )
    return Facts(everyone, dutiful, await officers.verified())


def judged(found: Facts, now: datetime) -> list[Finding]:
    """What is wrong with the officers at a moment. Counts only: names are nobody's business here."""
    said = []
    if found.audit.broken is not None:
        said.append(broken("audit_broken", number=found.audit.broken))
    here = [each for each in found.officers if not each.ended(now)]
    if not here:
        return [*said, look("no_officers")]
    if not _two(here):
        said.append(look("not_two"))
    guests = sum(1 for each in found.officers if each.ended(now) is Refusal.ENDED)
    if guests:
        said.append(look("guests_ended", count=guests))
    if not found.dutiful:
        said.append(look("never_on_duty"))
    return said or [fine("officers", count=len(here))]


def _two(here: list[Officer]) -> bool:
    """Whether one can write a warning and another approve it."""
    writers, approvers = (
        {each.id for each in here if right in RIGHTS[each.role]} for right in (Right.DRAFT, Right.APPROVE)
    )
    return any(writers - {each} for each in approvers)
