"""Phone numbers as people type them, in the form in which they are kept."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from types import ModuleType

HOME = "VN"
_HOME_CODE = "+84"
_LONGEST = 120  # characters that are looked at
# A run of digits with what people put between them; "o" is typed for a nought on old keyboards.
_RUN = re.compile(r"\+?\s?\(?[\doO][\doO\s.\-()/]{5,24}[\doO](?![\w])")
_TRUNK = re.compile(r"\(0\)")  # "+84 (0)912 …": not dialled behind a country's code


def e164(text: str) -> str | None:
    """The one phone number in a text, `+84912345678`; None when there is none, or more than one.

    Vietnamese numbers may lack their nought or carry 84 without a plus; foreign ones need their country's
    code. A number must be one that a person can be called at: no 1900, no 113.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST])
    found = {number for run in _RUN.findall(plain) for number in [_read(run)] if number}
    return found.pop() if len(found) == 1 else None


def national(number: str) -> str:
    """A kept number as it is dialled from Vietnam: `0912 345 678`, foreign ones `+82 10-1234-5678`."""
    library = _library()
    try:
        parsed = library.parse(number, None)
    except library.NumberParseException:
        return number
    home = library.region_code_for_number(parsed) == HOME
    style = library.PhoneNumberFormat.NATIONAL if home else library.PhoneNumberFormat.INTERNATIONAL
    return str(library.format_number(parsed, style))


def _read(run: str) -> str | None:
    typed = _TRUNK.sub("", run).replace("o", "0").replace("O", "0").strip()
    digits = re.sub(r"\D", "", typed)
    if typed.startswith("+"):
        return _valid(f"+{digits}")
    return _valid(digits) or _valid(f"+{digits}")


def _valid(typed: str) -> str | None:
    library = _library()
    try:
        number = library.parse(typed, HOME)
    except library.NumberParseException:
        return None
    kinds = library.PhoneNumberType
    callable_ = {
        kinds.MOBILE,
        kinds.FIXED_LINE,
        kinds.FIXED_LINE_OR_MOBILE,
        kinds.VOIP,
        kinds.PERSONAL_NUMBER,
    }
    if not library.is_valid_number(number) or library.number_type(number) not in callable_:
        return None
    return str(library.format_number(number, library.PhoneNumberFormat.E164))


@cache
def _library() -> ModuleType:
    """Loaded when the first number is read: it takes longer than an answer."""
    import phonenumbers  # noqa: PLC0415

    return phonenumbers
