"""Which law is meant, however it is spelt, and which of our texts rest on it.

«Nghị định 70/2024», «nd 70 2024» and «70/2024/NĐ-CP» are one document; so are «Luật Căn cước» and
«luat can cuoc 2023». What is not written (year, issuer) is taken to fit: better a text too many to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from bot.conversation.text import clean, fold
from bot.domain.answer import Answer, Body, Source, Spell
from bot.domain.knowledge import Knowledge

# Kinds of documents by their names, as folded words.
_KINDS = {
    "thong tu lien tich": "ttlt", "nghi dinh": "nd", "thong tu": "tt", "quyet dinh": "qd", "nghi quyet": "nq",
    "chi thi": "ct", "phap lenh": "pl", "bo luat": "luat", "luat": "luat",
    "ttlt": "ttlt", "nd": "nd", "tt": "tt", "qd": "qd", "nq": "nq", "ct": "ct",
}  # fmt: skip
_NAMES = {
    "blhs": "bo luat hinh su",
    "blds": "bo luat dan su",
    "bltths": "bo luat to tung hinh su",
    "blttds": "bo luat to tung dan su",
}
_YEAR = r"(?:19|20)\d\d"
# Behind the number: «NĐ-CP», «TT-BCA», «QH15», «QĐ-BCA-C06».
_ISSUER = (
    r"(?:ttlt|nd|tt|qd|nq|ct|cp|ttg|(?:ubtv)?qh\d*|c\d\d|bca|btc|bqp|btp|bnv|byt|bct|bng|bxd|bgtvt|bgddt|bkhcn"
    r"|btttt|bldtbxh|bvhttdl|btnmt|bnnmt|nhnn|vksndtc|tandtc|hdtp)"
)
_NUMBERED = re.compile(
    rf"(?:\b(?P<kind>{'|'.join(_KINDS)})(?: so)?(?: |(?=\d))|\b)"
    rf"(?P<number>\d{{1,5}}(?:\.\d{{1,3}})?)(?: (?:nam )?(?P<year>{_YEAR}))?(?P<issuer>(?: {_ISSUER}\b)*)\b"
)
_ARTICLE = re.compile(r"\b(?:dieu|khoan|chuong|muc)(?: \d{1,3}[a-z]?\b)+|\bdiem [a-z]\b")
_DAY = re.compile(rf"\b\d{{1,2}}/\d{{1,2}}/{_YEAR}\b")
_ENDS_WITH_YEAR = re.compile(rf" (?:nam )?(?P<year>{_YEAR})$")


@dataclass(frozen=True, slots=True)
class _Number:
    """A document by its number; None and the empty set mean that it is not written."""

    number: str
    kind: str | None
    year: str | None
    issuer: frozenset[str]

    def asks_for(self, other: _Number) -> bool:
        return (
            self.number == other.number
            and (None in (self.kind, other.kind) or self.kind == other.kind)
            and (None in (self.year, other.year) or self.year == other.year)
            and (not other.issuer or self.issuer <= other.issuer)
        )


class Law:
    """A law somebody asks for."""

    def __init__(self, asked: str) -> None:
        text = " ".join(_NAMES.get(word, word) for word in _plain(asked).split())
        numbers = [each for each in _numbers(text) if each.kind or each.year or each.issuer]
        self._number = numbers[0] if numbers else None
        self._name, self._year = _name(text, numbered=bool(numbers))

    def stands_in(self, text: str) -> bool:
        """Whether a text names this law."""
        plain = _plain(text)
        if self._number:
            # With neither kind nor issuer it is no document but a month: «Thanh Niên, 7/2024».
            written = (each for each in _numbers(plain) if each.kind or (each.year and each.issuer))
            if any(self._number.asks_for(each) for each in written):
                return True
        return bool(self._name) and any(
            None in (self._year, found["year"]) or found["year"] == self._year
            for found in re.finditer(rf"\b{self._name}\b(?: (?:nam )?(?P<year>{_YEAR})\b)?", plain)
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """A place in the content that rests on a law: whose it is, and the text that names the law."""

    id: str
    title: str
    text: str


def resting_on(law: str, known: Knowledge) -> tuple[Ground, ...]:
    """Everything in the content that names a law: an entry for each answer, with the first text that does."""
    wanted = Law(law)
    found: dict[str, Ground] = {}
    for ground in _grounds(known):
        if ground.id not in found and wanted.stands_in(ground.text):
            found[ground.id] = ground
    return tuple(found.values())


def _grounds(known: Knowledge) -> Iterator[Ground]:
    for field in fields(known):
        held = getattr(known, field.name)
        for each in held.values() if hasattr(held, "values") else held if isinstance(held, tuple) else ():
            if is_dataclass(each):
                yield from _of(each)


def _of(thing: Any) -> Iterator[Ground]:
    """The texts of an answer, or of any other thing with `law` or `sources`: laws first."""
    id_ = str(next((getattr(thing, n) for n in ("intent", "id", "kind") if hasattr(thing, n)), ""))
    title = str(getattr(thing, "title", ""))
    texts: Iterable[str]
    if isinstance(thing, Answer):
        texts = (text for variant in thing.variants for text in _texts(variant.body))
    else:
        texts = getattr(thing, "law", None) or ()
    for text in (*texts, *(_named(source) for source in getattr(thing, "sources", None) or ())):
        yield Ground(id_, title, text)


_SAID = (
    "short", "notes", "steps", "bring", "where", "time", "fee", "online", "instead", "proxy", "warn",
)  # fmt: skip


def _texts(body: Body) -> Iterator[str]:
    yield from body.law or ()
    for name in _SAID:
        held: str | tuple[str | Spell, ...] = getattr(body, name) or ()
        for text in (held,) if isinstance(held, str) else held:
            yield text.text if isinstance(text, Spell) else text
    for case in body.cases or ():
        for option in case.options:
            yield from _texts(option.body)


def _named(source: Source | str) -> str:
    return source.name if isinstance(source, Source) else source


def _plain(text: str) -> str:
    """Folded words and numbers, a blank between each two; no days, no articles, no leading zeros."""
    folded = _DAY.sub(" ", fold(clean(text)).lower())
    words = " ".join(re.findall(r"\d+(?:\.\d+)?|[a-z]+\d*", folded))
    return _ARTICLE.sub(" ", re.sub(r"\b0+(?=\d)", "", words))


def _numbers(text: str) -> Iterator[_Number]:
    for found in _NUMBERED.finditer(text):
        if not found["kind"] and not found["year"] and found["issuer"].strip() in _KINDS:
            continue  # «31, 32 NĐ 69/2024»: an article, and the kind of what follows
        issuer = set(found["issuer"].split())
        kind = _KINDS.get(found["kind"] or "") or next((k for k in _KINDS.values() if k in issuer), None)
        yield _Number(found["number"], kind, found["year"], frozenset(issuer - {kind}))


def _name(text: str, *, numbered: bool) -> tuple[str | None, str | None]:
    """The name and year of a law asked for in words: («luat can cuoc», «2023»)."""
    if numbered:
        text = _NUMBERED.split(text, maxsplit=1)[0]
        if not re.match(r"(?:bo )?luat \w", text):
            return None, None
    year = _ENDS_WITH_YEAR.search(f" {text.strip()}")
    words = " ".join(_ENDS_WITH_YEAR.sub("", f" {text.strip()}").split())
    if words in _KINDS or not re.search(r"[a-z]{2}", words):
        return None, None
    return (words if "luat" in words.split() else f"luat {words}"), year["year"] if year else None
