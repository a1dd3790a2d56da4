"""Whether a message is the code of a letter, the year of birth that goes with it, or both. Pure."""

from __future__ import annotations

import re
from datetime import date

from bot.conversation.letters.years import year_of_birth
from bot.conversation.offers import is_number
from bot.conversation.text import fold
from bot.domain.heard import Checks
from bot.domain.knowledge import LETTER, Knowledge
from bot.domain.letter import read
from bot.domain.session import Session

ASKED = "?"  # of a session: the code was asked for
_CODE = re.compile(
    r"(?<![^\W_])g[\s.]?m[\s:.\-–]{0,3}(?:[a-z0-9][\s.\-–]?){5}[a-z0-9](?![^\W_])", re.IGNORECASE
)
_LIKE = re.compile(r"(?<![^\W_])gm\s?[-–:]\s?[a-z0-9]{2,12}(?![^\W_])", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9](?:[\s-]?[a-z0-9]){2,9}", re.IGNORECASE)
_BODY = re.compile(r"(?<![^\W_])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{6}(?![^\W_])", re.IGNORECASE)
_DIGITS = re.compile(r"[\d\s./-]{1,14}")
# What may stand around a code and a year without making the message one about something else.
_AROUND = frozenset(
    "ma so giay moi thu lenh lich hen cua cho o a la day nay kia nhe nha voi gium giup ho minh toi tui em con"
    " chau bac me bo ba ong anh chi nha nguoi duoc sinh nam sn ns ngay kiem tra xem cuu hoi co khong that"
    " dung hay gia va thi do ni cong an xa phuong tru den len ve viec lam cai to".split()
)
_FEW, _SHORT = 3, 6  # words of any kind beside a code, beside a year that was asked for
_LONGEST = 40  # words of a question that a code stands in; longer ones are somebody else's message


class Hearing:
    """Hears letters, where the content has an intent that checks them."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._works = any(intent.does == LETTER for intent in known.intents.values())

    def plain(self, text: str, session: Session, day: date | None) -> Checks | None:
        """A message that is nothing but what a check needs: neither a cry for help nor anybody's message."""
        if not self._works:
            return None
        found = self._written(text, day, session.letter)
        if found:
            heard, rest = found
            return heard if len(rest) <= _FEW or _AROUND.issuperset(rest) else None
        return self._asked(text, session, day) if session.letter else None

    def named(self, text: str, day: date | None) -> Checks | None:
        """A code in a question of some length."""
        found = self._written(text, day, None) if self._works else None
        return found[0] if found and len(text.split()) <= _LONGEST else None

    def told(self, intent: str, text: str, day: date | None) -> Checks | None:
        """Somebody asks for the check, and has written the code without its `GM`."""
        if self._known.intents[intent].does != LETTER:
            return None
        code = next((found for match in _BODY.finditer(text) if (found := read(match[0]))), None)
        year = year_of_birth(text, day, asked=False) if code and day else None
        return Checks(code=code, year=year[0] if year else 0) if code else None

    @staticmethod
    def _written(text: str, day: date | None, asked: str | None) -> tuple[Checks, list[str]] | None:
        """A code with its `GM`, perhaps a year; and the other words."""
        for match in _CODE.finditer(text):
            code = read(match[0])
            if code:
                rest = _without(text, match.span())
                year = year_of_birth(rest, day, asked=asked is not None) if day else None
                rest = _without(rest, year[1]) if year else rest
                return Checks(code=code, year=year[0] if year else 0), _words(rest)
        like = _LIKE.search(text)
        return (Checks(wrong=True), _words(_without(text, like.span()))) if like else None

    @staticmethod
    def _asked(text: str, session: Session, day: date | None) -> Checks | None:
        """What was asked for: a code without its `GM` and a year, or the year to a code."""
        if is_number(text) and int(re.sub(r"\D", "", text)) <= len(session.offers):
            return None  # the number of a button
        year = year_of_birth(text, day, asked=True) if day else None
        rest = _without(text, year[1]) if year else text
        waits = session.letter or ASKED
        if waits != ASKED:
            if year and (len(_words(rest)) <= _SHORT or _AROUND.issuperset(_words(rest))):
                return Checks(code=waits, year=year[0])
            return Checks(code=waits, wrong=True) if _DIGITS.fullmatch(text.strip(" .")) else None
        around = [word for word in re.split(r"[\s,;:.]+", rest) if word and fold(word) not in _AROUND]
        code = read("".join(around)) or read(rest)
        if code:
            return Checks(code=code, year=year[0] if year else 0)
        typed = " ".join(around)
        return Checks(wrong=True) if (year and not around) or _TOKEN.fullmatch(typed) else None


def _without(text: str, span: tuple[int, int]) -> str:
    return f"{text[: span[0]]} {text[span[1] :]}"


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))
