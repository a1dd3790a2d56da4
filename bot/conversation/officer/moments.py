"""A moment that an officer typed: "18:00 25/11", "3 ngày", "hết hôm nay"."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from bot.conversation.text import clean, fold
from bot.conversation.times.wishes import when
from bot.domain.seat import LOCAL

_LASTS = re.compile(r"(?:trong |sau |het )?(\d{1,3}) ?(phut|gio|tieng|ngay|tuan)(?: nua| toi)?")
_LONG = {
    "phut": timedelta(minutes=1), "gio": timedelta(hours=1), "tieng": timedelta(hours=1),
    "ngay": timedelta(days=1), "tuan": timedelta(days=7),
}  # fmt: skip
_HOURS = re.compile(r"\d{1,2} ?gio")  # "6 giờ" alone is an hour of the day or six hours: the first word says
_UNTIL = re.compile(r"^(?:den |toi )?(?:het )?(?:ngay )?(?=\S)")
_END = (23, 59)


def moment(text: str, now: datetime, *, ends: bool) -> datetime | None:
    """The one moment a text says, aware; None when it says none, or could mean several.

    A day without an hour is its end when something `ends` then, and says nothing otherwise.
    """
    said = clean(text)
    plain = " ".join(fold(said).split()).strip(" .")
    lasts = _LASTS.fullmatch(plain)
    bare = _HOURS.fullmatch(plain) and not ends
    if lasts and not bare:
        return now + int(lasts[1]) * _LONG[lasts[2]]
    local = now.astimezone(LOCAL)
    wish = when(said, local.date(), local.time()) or when(_UNTIL.sub("", plain), local.date(), local.time())
    choices = wish.choices if wish else ()
    if len(choices) != 1 or choices[0].doubts:
        return None
    [choice] = choices
    hours = choice.hours.at if choice.hours else None
    if choice.hours and hours is None:
        return None  # "buổi chiều" is no moment
    day = choice.first
    if day is None:
        if hours is None:
            return None
        found = datetime.combine(local.date(), time(), LOCAL) + timedelta(minutes=hours)
        return found if found > now else found + timedelta(days=1)
    if (choice.last or day) != day or (hours is None and not ends):
        return None
    if hours is None:
        return datetime.combine(day, time(*_END), LOCAL)
    return datetime.combine(day, time(), LOCAL) + timedelta(minutes=hours)
