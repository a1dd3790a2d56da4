"""A button without pressing it: the number or the label of what was last on show, typed."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from bot.conversation.text import fold
from bot.domain.heard import Chose
from bot.domain.session import Session

_NUMBER = re.compile(r"^(?:so|cau|muc|nut|chon|cai|y|thu|phuong an|truong hop)*\s*(?:thu )?(\d{1,2})[.)]?$")
_DIGITS = re.compile(r"\d+")
_DAYS = "b:day"  # what the choices of days begin with
_SAME_LABEL = 92  # rapidfuzz ratio of a label typed by hand


def is_number(text: str) -> bool:
    """Whether a clean text is nothing but the number of a button."""
    return bool(_NUMBER.match(_plain(text)))


def on_offer(text: str, session: Session) -> Chose | None:
    """The button a clean text names, if it is one of those on show; a number that is on none names itself."""
    if not session.offers:
        return None
    typed = _plain(text)
    number = _NUMBER.match(typed)
    if number and typed.startswith("thu ") and any(each.startswith(_DAYS) for each in session.offers):
        return None  # "thứ 5" is Thursday where days are on show
    if number:
        place = int(number[1])
        return Chose(choice=session.offers[place - 1] if 1 <= place <= len(session.offers) else typed)
    for label, choice in zip(session.labels, session.offers, strict=True):
        if _DIGITS.findall(typed) != _DIGITS.findall(_shown(label)):
            continue  # "30 ngày" is no misspelt "3 ngày"
        if len(typed) > 1 and fuzz.ratio(typed, _shown(label), score_cutoff=_SAME_LABEL):
            return Chose(choice=choice)
    return None


def _plain(text: str) -> str:
    """What stays of a text when it is compared with a label."""
    return fold(text).strip(" .!?")


_shown = lru_cache(maxsize=1_024)(_plain)  # labels are ours and come again and again; messages are not kept
