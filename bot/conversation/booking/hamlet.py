"""What somebody who cannot come writes: that officers should come, and where in the commune they live."""

from __future__ import annotations

import re

from bot.conversation.booking.contact import without_phones
from bot.conversation.text import fold

_LONGEST = 120  # characters of a place that are kept
_STORY = 40  # words from which on it is none
_UNFIT = re.compile(r"[^\w\s.,;:/'’()-]|_")
_LONG_NUMBER = re.compile(r"\d{5,}")  # of no house
_NAMES_ONE = re.compile(
    r"\b(?:thon|xom|tdp|to dan pho|khoi pho|so nha|ngach|kiet)\b|\b(?:to|doi|khu|ban|ap|khoi|ngo|hem|cum) \d"
)
_ASKS = re.compile(
    r"\?|\b(?:bao (?:lau|nhieu|gio)"
    r"|(?:khong|ko|hong|nao|gi|sao|the nao|o dau|may gio)(?: a| vay| the| day)?$)"
)
_STOPS = re.compile(r"^(?:da )?(?:thoi|bo|huy|dung|khong|ko|k|quay lai|menu|tro lai|rut)\b")

# "xin công an đến nhà làm thẻ cho …" asks somebody to come; "công an có đến nhà không" only asks whether.
_PLEASE = r"(?:xin|nho|de nghi|mong|moi|yeu cau|dang ky|ghi ten|cho)"
_OFFICERS = r"(?:cong an|ca|can bo|canh sat|(?:may |cac )?(?:chu|anh)|dong chi|nguoi|ai do)"
_COME = r"(?:den|toi|ve|xuong|vao|vo|qua|ra|ghe) (?:tan |tai )?(?:nha|noi|cho o|giuong)"
_ASKED = re.compile(
    rf"\b{_PLEASE}(?: \w+){{0,3}} {_OFFICERS}(?: \w+){{0,5}} {_COME}\b"
    r"|\b(?:xin|dang ky|ghi ten)(?: \w+){0,7} (?:tai|tan|o) (?:nha|noi o|cho o)\b"
)
_WITHDRAWN = re.compile(
    r"\b(?:rut (?:ten|lai)|huy|xoa ten|(?:khong|ko|k|hong|no) (?:can|xin))\b"
    r"(?: \w+){0,5} (?:tai|tan|den|toi) nha\b"
)
_QUESTION = re.compile(r"\?|\b(?:co (?:duoc|phai|can)|the nao|ra sao|khong|ko|gi|nao|sao)(?: a| vay)?$")
_WHETHER = re.compile(
    r"\?|\b(?:khong|ko|hong|hok|hk|k|no)(?: a| vay| the| nhi| he| em| chu)?$"
    r"|\b(?:co (?:duoc|phai|can|mat|ton)|the nao|ra sao|lam sao|ntn|nhu nao|kieu gi|la gi|can gi)\b"
    r"|\b(?:gi|nao|sao)(?: a| vay| the| nhi| he)?$"
    r"|\b(?:huy|rut|doi|hoan|xem|da (?:xin|dang ky|ghi ten))\b"
    r"|\b(?:bao (?:nhieu|lau|gio)|o dau|(?:goi|hoi|gap) ai|mat tien|thu tuc|(?:duoc|dc) (?:khong|k|ko|no))\b"
)


def withdraws(folded: str) -> bool:
    """Whether a message without marks takes back that officers were asked to come."""
    return bool(_WITHDRAWN.search(folded)) and not _QUESTION.search(folded)


def asks_home(folded: str) -> bool:
    """Whether a message without marks asks officers to come, not whether they do."""
    return bool(_ASKED.search(folded)) and not _WHETHER.search(folded)


def place(text: str, *, sure: bool = False) -> str:
    """Where somebody lives, out of an answer to that question; empty when it is no answer.

    `sure`: as a question of its own it would be plain. What looks like a phone is left out.
    """
    folded = fold(text).strip(" .!")
    named = bool(_NAMES_ONE.search(folded))
    if (
        _ASKS.search(folded)
        or (sure and not named)
        or (_STOPS.match(folded) and not named)
        or len(text.split()) > _STORY
    ):
        return ""
    rest = _LONG_NUMBER.sub(" ", _UNFIT.sub(" ", without_phones(text)))
    found = " ".join(rest.split()).strip(" ,.;:/-")
    if len(found) > _LONGEST:
        found = found[:_LONGEST].rpartition(" ")[0].rstrip(" ,.;:/-")
    return found if any(char.isalnum() for char in found) else ""
