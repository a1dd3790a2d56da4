"""Name and phone of who comes, out of one typed line or two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.phones import e164

_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[\s.()-]{0,2}\d){7,14}(?!\w)")
_FILLER = re.compile(
    r"\b(?:họ tên|ho ten|họ và tên|ho va ten|tên là|ten la|tên|ten|là|la|tôi|toi|tui|em|con|cháu|chau|mình|"
    r"minh|số điện thoại|so dien thoai|điện thoại|dien thoai|số máy|so may|số|so|sđt|sdt|đt|dt|dạ|da|ạ|nha|"
    r"nhé|nhe|và|va|của|cua)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST = 40  # characters of a name
_MOST = 7  # words of a name


@dataclass(frozen=True, slots=True)
class Contact:
    """What a line told: a name, a phone (E.164), and whether some digits are no phone at all."""

    name: str = ""
    phone: str = ""
    wrong: bool = False


def contact(text: str) -> Contact:
    """The name and phone in a clean text; Vietnamese numbers may leave out the country."""
    phone, wrong, rest = "", False, text
    for match in _PHONE.finditer(text):
        found = e164(match[0]) or ""
        phone, wrong = phone or found, wrong or not found
        rest = rest.replace(match[0], " ")
    name = " ".join(_LETTERS.findall(_FILLER.sub(" ", rest)))
    if len(name) > _LONGEST or len(name.split()) > _MOST or len(name) < 2:
        name = ""
    return Contact(name.title() if name == name.lower() else name, phone, wrong and not phone)


def without_phones(text: str) -> str:
    """The rest of a clean text, without whatever is written like a phone."""
    return _PHONE.sub(" ", text)
