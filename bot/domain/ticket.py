"""Booking codes: `TB-K7M3PX4`, to be read over a bad line, typed by thick fingers, and checked.

Two characters name the station, four the appointment, the last is the check. The alphabet leaves out what
looks alike (0/O, 1/I/L, 2/Z, 5/S, 6/G, 8/B, U/V) and what sounds alike when Vietnamese letters are read out
(C/K/Q are all "cờ", D/R/GI, S/X, L/N, M/N, B/P). It has 19 characters, a prime: so the weighted check catches
every single wrong character and every two that changed places.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

ALPHABET = "23456789AEFHKMPRTXY"
_BASE = len(ALPHABET)
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_STATION, _NUMBER = 2, 4  # characters
_PREFIX, _LONG_AS = "TB", _STATION + _NUMBER + 1
NUMBERS = _BASE**_NUMBER  # appointments a station can have at once
_TRIES = 2  # parts of each station that are read; hardly ever has one another than its first
_MEANT = str.maketrans("BSZGNV", "8526MY")  # typed for what they look or sound like
_NAMES = {
    "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "sau": "6", "bay": "7", "tam": "8",
    "chin": "9", "ep": "F", "pho": "F", "hat": "H", "ho": "H", "ca": "K", "ka": "K", "co": "K",
    "em": "M", "mo": "M", "pe": "P", "po": "P", "ro": "R", "te": "T", "to": "T", "ich": "X", "xo": "X",
    "i": "Y", "be": "B",
}  # fmt: skip
_LONG = {"ep pho": "F", "em mo": "M", "e ro": "R", "ich xi": "X", "i dai": "Y", "y dai": "Y", "i co ret": "Y"}


_ALIKE = re.compile(r"(.)\1\1")


@dataclass(frozen=True, slots=True)
class Ticket:
    """An appointment, as its code names it."""

    station: str
    number: int


class Tickets:
    """Writes and reads the codes of some stations; `parts` are those that were given to some for ever."""

    def __init__(self, stations: Iterable[str], parts: Mapping[str, str] | None = None) -> None:
        self._parts: dict[str, str] = {}
        self._stations: dict[str, list[str]] = {}
        self.learn(stations, parts or {})

    def learn(self, stations: Iterable[str], parts: Mapping[str, str]) -> None:
        """From now on these stations, and those that have parts."""
        self._parts = dict(parts)
        for station in sorted({*stations} - parts.keys()):
            taken = frozenset(self._parts.values())
            self._parts[station] = next(part for part in drawn(station) if part not in taken)
        self._stations = {part: [station] for station, part in self._parts.items()}
        # A station may have had another part, when others were there; its old codes are still read.
        for station in self._parts:
            for part in islice(drawn(station), _TRIES):
                others = self._stations.setdefault(part, [])
                if station not in others:
                    others.append(station)

    def code(self, ticket: Ticket) -> str:
        """The code people are given."""
        if ticket.station not in self._parts:  # it came a moment ago
            self.learn({ticket.station}, self._parts)
        body = self._parts[ticket.station] + _digits(ticket.number, _NUMBER)
        return f"TB-{body}{check(body)}"

    def written(self, text: str) -> str | None:
        """A typed code as it was given out; None when it is none of ours."""
        return next((f"TB-{body}" for body in self._ours(text)), None)

    def fit(self, ticket: Ticket) -> bool:
        """Whether its code may be given out: three alike in a row are miscounted, and squeezed by `clean`."""
        return not _ALIKE.search(self.code(ticket))

    def read(self, text: str) -> tuple[Ticket, ...]:
        """What a typed code can name; nothing when it is none of ours. More than one hardly ever."""
        for body in self._ours(text):
            stations = self._stations[body[:_STATION]]
            return tuple(Ticket(station, _value(body[_STATION:-1])) for station in stations)
        return ()

    def _ours(self, text: str) -> Iterator[str]:
        for body in spellings(text, _PREFIX, _LONG_AS):
            if body[:_STATION] in self._stations and check(body[:-1]) == body[-1]:
                yield body


def well_formed(text: str) -> bool:
    """Whether a text is a code without a typing mistake, of whichever station."""
    return any(check(body[:-1]) == body[-1] for body in spellings(text, _PREFIX, _LONG_AS))


def drawn(station: str) -> Iterator[str]:
    """Parts a station may have, the preferred one first."""
    for attempt in range(_BASE**_STATION):
        digest = hashlib.sha256(f"{attempt} {station}".encode()).digest()
        yield _digits(int.from_bytes(digest[:8]) % _BASE**_STATION, _STATION)


def spellings(text: str, prefix: str, length: int) -> Iterator[str]:
    """The characters behind the prefix that a text can stand for: as typed, as read out letter by letter."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for found in (re.sub(r"[^0-9A-Z]", "", plain.upper()), _read_out(plain)):
        body = found.removeprefix(prefix).translate(_MEANT)
        if len(body) == length and set(body) <= set(ALPHABET):
            yield body


def _read_out(text: str) -> str:
    """Letter names to letters: "tê bê, ca bảy em …"."""
    folded = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    words = " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in folded if not unicodedata.combining(c))))
    for name, letter in _LONG.items():
        words = re.sub(rf"\b{name}\b", letter, words)
    return "".join(_NAMES.get(word, word.upper()) for word in words.split())


def check(body: str) -> str:
    """The check character of some others: one wrong, or two that changed places, have another."""
    total = 0
    for weight, char in enumerate(body, 2):
        total += weight * _VALUES[char]
    return ALPHABET[total % _BASE]


def _digits(value: int, places: int) -> str:
    text = ""
    for _ in range(places):
        value, digit = divmod(value, _BASE)
        text = ALPHABET[digit] + text
    return text


def _value(text: str) -> int:
    value = 0
    for char in text:
        value = value * _BASE + ALPHABET.index(char)
    return value
