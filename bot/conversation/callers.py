"""Telephone numbers in a message: from abroad, or from here."""

from __future__ import annotations

import re
from collections.abc import Iterator

HOME = "84"
ABROAD, HERE = "q0abroad", "q0phone"  # the words that stand for a number while a message is read
_NUMBER = re.compile(
    r"(?<![\w.,/•])(?P<plus>\+\s?|00(?=[1-9])|\(\+)?(?P<digits>\d(?:[\s.()-]{0,2}\d){6,16})(?!\w|[.,]\d|\s?(?:%|đ\b|d\b|vnd|vnđ|đồng|dong|điểm|diem|usd))",
    re.IGNORECASE,
)
_HOME_SHAPE = re.compile(r"(?:0[235789]\d{8}|02\d{9}|1[89]00\d{4,6})$")


def numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of each number that can be called; sums, dates and accounts are none."""
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match["digits"])
        if match["plus"]:
            yield match.start(), match.end(), HERE if digits.startswith(HOME) else ABROAD
        elif _HOME_SHAPE.match(digits):
            yield match.start(), match.end(), HERE
