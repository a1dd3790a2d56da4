"""Name and phone of who comes, out of one typed line or two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module

_PHONE = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[\s.()-]{0,2}\d){7,14}(?!\w)")
_FILLER = re.compile(
    r"\b(?:họ tên|ho ten|họ và tên|ho va ten|tên là|ten la|tên|ten|là|la|tôi|toi|tui|em|con|cháu|chau|mình|"
    r"minh|số điện thoại|so dien thoai|điện thoại|dien thoai|số máy|so may|số|so|sđt|sdt|đt|dt|dạ|da|ạ|nha|"
    r"nhé|nhe|và|va)\b",
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
        found = number(match[0])
        phone, wrong = phone or found, wrong or not found
        rest = rest.replace(match[0], " ")
    name = " ".join(_LETTERS.findall(_FILLER.sub(" ", rest)))
    if len(name) > _LONGEST or len(name.split()) > _MOST or len(name) < 2:
        name = ""
    return Contact(name.title() if name == name.lower() else name, phone, wrong and not phone)


def number(typed: str) -> str:
    """The number in E.164, or nothing when no such number can be called."""
    # Half a megabyte of tables: loaded when the first number is given.
    phonenumbers = import_module("phonenumbers")
    try:
        parsed = phonenumbers.parse(typed, "VN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
