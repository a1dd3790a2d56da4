"""How old somebody is, said in words or figures: "con 5 tuổi", "cháu 13t", "sinh năm 2011"."""

from __future__ import annotations

import re
from datetime import date

from bot.conversation.text import clean, fold

Span = tuple[int, int]  # the youngest and the oldest the person can be

_UNITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8,
          "chin": 9, "nham": 5}  # fmt: skip
_UNIT = "|".join(_UNITS)
_SAID = rf"(?:(?:{_UNIT}) )?muoi(?: (?:{_UNIT}))?|(?:{_UNIT}) (?:{_UNIT})|(?:{_UNIT})"
_BELOW, _ABOVE, _NEARLY = "duoi|chua du|chua toi|chua den|chua", "tren|hon|ngoai|qua", "gan|sap|sap du"
_YEARS = re.compile(
    rf"(?:\b({_BELOW})|\b({_ABOVE})|\b({_NEARLY}))? ?(?<![\d.,/])"
    rf"(?:(\d{{1,3}}) ?(?:tuoi|t(?![a-z0-9]))|\b({_SAID}) tuoi)( tro len)?"
)
_MONTHS = re.compile(rf"\b(?:\d{{1,2}}|{_SAID}) thang tuoi|\bso sinh\b|\bmoi (?:sinh|de)\b")
_DAY = re.compile(r"\bsinh (?:ngay )?(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)\b")
_BORN = re.compile(r"\b(?:sinh nam|nam sinh|sinh|sn|doi)\s?:?\s?((?:19|20)\d\d)\b|\b2k(\d{1,2})?\b")
_LIKELY = re.compile(
    r"tuoi|\dt\b|\d t\b|sinh|\bsn\b|\bdoi\b|2k|moi de|thang"
)  # a quick look: most name no age
_OLDEST = 120


def ages(text: str, day: date) -> tuple[Span, ...]:
    """The ages named in a message as it was typed; a year of birth leaves two, for want of the birthday."""
    folded = fold(clean(text))
    if not _LIKELY.search(folded):
        return ()
    found: list[Span] = []
    for match in _YEARS.finditer(folded):
        below, above, nearly, figures, words, upwards = match.groups()
        age = int(figures) if figures else _number(words)
        if age > _OLDEST:
            continue
        if below or nearly:
            found.append((max(0, age - 1) if nearly else 0, max(0, age - 1)))
        else:
            found.append((age, _OLDEST if above or upwards else age))
    if _MONTHS.search(folded):
        found.append((0, 0))
    exact = _DAY.search(folded)
    if exact:
        found.extend(_since(int(exact[3]), int(exact[2]), int(exact[1]), day))
        return tuple(dict.fromkeys(found))
    for match in _BORN.finditer(folded):
        year = int(match[1]) if match[1] else 2000 + int(match[2] or 0)
        if 0 <= day.year - year <= _OLDEST:
            found.append((max(0, day.year - year - 1), day.year - year))
    return tuple(dict.fromkeys(found))


def _since(year: int, month: int, of_month: int, day: date) -> list[Span]:
    if not (1 <= month <= 12 and 1 <= of_month <= 31 and year <= day.year):
        return []
    age = day.year - year - ((day.month, day.day) < (month, of_month))
    return [(age, age)] if age >= 0 else []


def _number(said: str) -> int:
    """`muoi ba` is 13, `hai muoi lam` and `hai lam` are 25."""
    words = said.split()
    if "muoi" not in words:
        return _UNITS[words[0]] * 10 + _UNITS[words[1]] if len(words) == 2 else _UNITS[words[0]]
    at = words.index("muoi")
    tens = _UNITS[words[0]] if at else 1
    return tens * 10 + (_UNITS[words[at + 1]] if len(words) > at + 1 else 0)
