"""A year of birth in a message: "1956", "sinh năm 56", "12/3/1956", "2k5". Pure."""

from __future__ import annotations

import re
from datetime import date

from bot.conversation.text import fold
from bot.domain.letter import EARLIEST

Found = tuple[int, tuple[int, int]]  # the year, and where it stands in the text
_MARKED = re.compile(
    r"\b(?:sinh nam|nam sinh|sinh ngay|ngay sinh|sinh|sn|ns)\b[\s:.]*(?:la |vao )?"
    r"(?:\d{1,2}[/.\s-]\d{1,2}[/.\s-])?(?:(?P<long>(?:19|20)\d\d)|(?P<short>\d\d)|2k(?P<young>\d{1,2}))(?!\d)"
)
_PLAIN = re.compile(r"(?<![\d/.,-])(?P<long>(?:19|20)\d\d)(?![\d/]|[.,-]\d)")
_DATE = re.compile(r"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}[/.-](?P<long>(?:19|20)\d\d)(?!\d)")
_CHILD = 6  # years: a later date with a year is that of the visit
_TWO = re.compile(r"^\W*(\d\d)\W*$")


def year_of_birth(text: str, today: date, *, asked: bool) -> Found | None:
    """The one year that can be one of birth; None when there is none, or several.

    `asked`: it was asked for, so that two digits are one. Where two digits can be two years they are none.
    """
    folded = fold(text)
    if len(folded) != len(text):  # positions would not agree; nobody types such letters beside a year
        return None
    marked = [(_year(match, today), match.span()) for match in _MARKED.finditer(folded)]
    dates = [(int(match["long"]), match.span()) for match in _DATE.finditer(folded)]
    plain = [(int(match["long"]), match.span()) for match in _PLAIN.finditer(folded)]
    born = [each for each in dates if each[0] <= today.year - _CHILD]
    two = _TWO.match(folded) if asked else None
    short = [(_of_two(int(two[1]), today), two.span(1))] if two else []
    for found in (marked, [*plain, *born], short):
        fit = [each for each in found if EARLIEST < each[0] <= today.year]
        if len({year for year, _ in fit}) == 1:
            return fit[0]
        if fit:
            return None
    return None


def _year(match: re.Match[str], today: date) -> int:
    if match["long"]:
        return int(match["long"])
    if match["short"]:
        return _of_two(int(match["short"]), today)
    return 2000 + int(match["young"])


def _of_two(digits: int, today: date) -> int:
    """`56` is 1956; `08` can only be 2008, as nobody born in 1908 is invited; `26` may be either."""
    if digits > today.year % 100:
        return 1900 + digits
    return 2000 + digits if digits <= today.year % 100 - _CHILD else 0
