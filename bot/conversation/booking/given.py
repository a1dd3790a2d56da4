"""Whether a message is what a booking waits for: a name, a phone, a code."""

from __future__ import annotations

import re

from bot.conversation.booking import acts
from bot.conversation.booking.acts import choice
from bot.conversation.booking.contact import contact
from bot.conversation.text import fold
from bot.domain.draft import Draft
from bot.domain.heard import Chose, Gave, Guess
from bot.domain.ticket import Tickets

_CODE = re.compile(r"\btb[\s-]{0,2}(?:[a-z0-9][\s-]?){7}(?![a-z0-9])", re.IGNORECASE)
_STOP = re.compile(
    r"(?:da )?(?:thoi|bo)\b.{0,12}\b(?:dat|hen|lich)\b"
    r"|(?:toi |em |tui )?(?:khong|ko|k|hong) (?:dat|hen|xin|ghi) nua"
    r"|(?:da )?thoi\b.{0,10}\b(?:xin|can|ghi) nua"
)
_LONGEST = 16  # words of an answer; a story with a phone number in it is none
SURE = 0.9  # of a question from which on a line of letters is no name
_NO_NAME = re.compile(r"\d|^(?:(?:da|vang|ok|oke|okie|dong y|duoc|dc|co|roi|u|uh|a|nhe|nha) ?)+$")
_ASKS = re.compile(
    r"\?|\b(?:bao (?:lâu|lau|nhiêu|nhieu|giờ|gio)|không|khong|gì|gi|sao|đâu|dau|nào|nao|mấy|may|thôi|thoi|"
    r"huỷ|hủy|huy)\b",
    re.IGNORECASE,
)


def given(
    text: str, draft: Draft | None, guesses: tuple[Guess, ...], tickets: Tickets
) -> Gave | Chose | None:
    """What the talk asked for, or a booking code; a question is neither."""
    code = _CODE.search(text)
    # "tb nop phat" has as many letters as a code: one that is none of ours is taken for one if written so.
    if code and ("-" in code[0] or tickets.read(code[0])):
        rest = contact(text.replace(code[0], " "))
        return Gave(code=code[0], phone=rest.phone)
    if draft and _STOP.match(fold(text)):
        return Chose(choice=choice(acts.NO))
    if draft is None or draft.asks is None or len(text.split()) > _LONGEST:
        return None
    found = contact(text)
    if found.phone or found.wrong:
        return Gave(name="" if draft.asks == "phone" else found.name, phone=found.phone, wrong=found.wrong)
    sure = bool(guesses) and guesses[0].score >= SURE
    no_name = sure or _ASKS.search(text) or _NO_NAME.search(fold(text))
    if draft.asks == "contact" and found.name and not draft.name and not no_name:
        return Gave(name=found.name)
    return None
