"""Which message is a trace for the radar: one that tells of a trick, or has a text judged. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.domain.heard import AnyHeard, Doubted, Meant
from bot.domain.knowledge import Knowledge
from bot.domain.radar import Trace
from bot.domain.scam import Finding


def trace(known: Knowledge, heard: AnyHeard, station: str | None, at: datetime) -> Trace | None:
    """What a message leaves; None for what tells of nothing, and for buttons: who reads has met nothing."""
    where = station if station and station in known.stations else ""
    if isinstance(heard, Doubted):
        met = _met(known, heard.finding)
        sketch = heard.finding.sighting.sketch
        return Trace(at, where, met) if met else Trace(at, where, sketch=sketch) if sketch else None
    if isinstance(heard, Meant):
        tricks = {each.intent for each in known.scams.tricks.values()}
        met = _met(known, heard.told) if heard.told else ""
        met = met or (heard.intent if heard.intent in tricks else "")
        return Trace(at, where, met) if met else None
    return None


def _met(known: Knowledge, finding: Finding) -> str:
    """The intent of the trick that was found."""
    trick = known.scams.tricks.get(finding.trick or "")
    return trick.intent if trick else ""
