"""Whether a message is a code that ties doors, or words about one's own doors. Pure."""

from __future__ import annotations

import re

from bot.conversation.text import fold
from bot.domain.heard import Links, Meant
from bot.domain.knowledge import DOORS, Knowledge
from bot.domain.pairing import read

_CODE = re.compile(
    r"(?<![^\W_])n[\s.]?k[\s:.\-–]{0,3}(?:[a-z0-9][\s.\-–]{0,2}){9}[a-z0-9](?![^\W_])", re.IGNORECASE
)
_LIKE = re.compile(
    r"(?<![^\W_])nk\s?[-–:]?\s?(?=[a-z]*\d)(?:[a-z0-9]{5,12}|[a-z0-9]{3,6}[\s-][a-z0-9]{3,6})(?![^\W_])",
    re.IGNORECASE,
)
_BARE = re.compile(r"[a-z0-9]{5}[\s-]?[a-z0-9]{5}", re.IGNORECASE)
# What may stand around a code without making the message one about something else.
_AROUND = frozenset(
    "ma so noi kenh ket cua cho o a la day nay kia nhe nha voi gium giup minh toi tui em con chau bac day"
    " nhap vua lay ben qua sang may dien thoai zalo telegram web trang".split()
)
_FEW, _LONGEST = 3, 40  # words beside a code of any kind; of a question that a code stands in
_LEAVES = re.compile(r"\b(?:bo|go|huy|ngat|tach|roi|thoat|cat|thoi noi|khong noi|xoa)\b")
_HERE = re.compile(r"\b(?:kenh nay|o day|noi day|cho nay|kenh ni|cho ni|may nay|may ni)\b")


class Hearing:
    """Hears it, where the content has the intent."""

    def __init__(self, known: Knowledge) -> None:
        self._intent = next((id_ for id_, each in known.intents.items() if each.does == DOORS), "")

    def plain(self, text: str) -> Links | None:
        """A message that is nothing but a code, or would be one."""
        if not self._intent:
            return None
        if _BARE.fullmatch(text.strip(" .")) and (code := read(text)):
            return Links(intent=self._intent, code=code)
        found, rest = self._written(text)
        return found if found and (len(rest) <= _FEW or _AROUND.issuperset(rest)) else None

    def named(self, text: str) -> Links | None:
        """A whole code in a question of some length."""
        if not self._intent or len(text.split()) > _LONGEST:
            return None
        found, _ = self._written(text)
        return found if found and found.code else None

    def told(self, heard: Meant, text: str) -> Links | None:
        """A question about one's doors: to see them, to tie another, or to leave one."""
        if heard.intent != self._intent or heard.others:
            return None
        folded = fold(text)
        leaves = bool(_LEAVES.search(folded))
        here = leaves and bool(_HERE.search(folded))
        return Links(intent=heard.intent, leaves=leaves, here=here, guesses=heard.guesses)

    def _written(self, text: str) -> tuple[Links | None, list[str]]:
        """A code with its `NK`, and the other words."""
        for match in _CODE.finditer(text):
            code = read(match[0])
            if code:
                return Links(intent=self._intent, code=code), _without(text, match.span())
        like = _LIKE.search(text)
        if like is None or not re.search(r"[-–\d]", like[0]):
            return None, []
        return Links(intent=self._intent, wrong=True), _without(text, like.span())


def _without(text: str, span: tuple[int, int]) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(f"{text[: span[0]]} {text[span[1] :]}"))
