"""Web addresses in a message: where they really lead, and whom they pretend to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from bot.conversation.impostors import Impostors
from bot.conversation.syllable import is_bare
from bot.conversation.text import fold
from bot.domain.scam import Brand, Webs

MOST = 20  # addresses of one message that are looked at
_PLAIN = frozenset(["com", "net", "org", "vn"])  # "com" is a syllable, and an ending all the same
_RESERVED = frozenset(["example", "invalid", "test", "localhost"])  # of nobody, and yet an address

Registrable = Callable[[str], str | None]  # `a.b.com.vn` → `b.com.vn`; None when no such ending exists

_ADDRESS = re.compile(
    r"(?P<scheme>h(?:tt|xx)ps?://)(?P<login>[^\s/@]{1,200}@)?(?P<host>[^\s/?#:,;\"'<>()\[\]{}@]{1,253})(?P<rest>[^\s\"'<>]{0,500})"
    r"|(?<![\w.\-/])(?P<bare>(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,18}|\d{1,3}(?:\.\d{1,3}){3}(?=[:/]))(?![\w-])"
    r"(?P<tail>(?::\d{1,5})?(?:[/?#][^\s\"'<>]{0,500})?)",
    re.IGNORECASE,
)
_PACKAGE = re.compile(r"(?<!\w)[\w.-]{0,60}\.?apk(?!\w)", re.IGNORECASE)
# "vneid[.]gov", "bit . ly", "vcb chấm com", "。" – as people write who want to slip through.
_DOT = re.compile(r"\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\[chấm\]|。|｡)\s?", re.IGNORECASE)
_WIDE = re.compile(
    r"(?<=\w)(?:\s+\.\s?|\s+chấm\s+|\s+cham\s+|\.\s+(?=(?:com|xyz|cc|info|icu|online|site)\b))"
    r"(?=(?:com|net|org|vn|xyz|top|vip|cc|info|icu|club|online|site|live|shop|ly)\b)",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What an address is, as the word that stands for it while a message is read."""

    OWN = "q0own"  # of the state, or of somebody known
    FAKE = "q0fake"  # pretends to be theirs
    SHORT = "q0short"  # hides where it leads
    OPEN = "q0open"  # a place where anybody may put up a page
    BARE = "q0bare"  # numbers instead of a name
    ODD = "q0odd"  # unknown, with an ending that costs nothing
    STRANGE = "q0strange"  # unknown
    PACKAGE = "q0apk"  # a program to be installed by hand
    MAIL = "q0mail"  # somebody's e-mail


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a message: where it stands, its registrable domain, what it is."""

    start: int
    stop: int
    domain: str
    kind: Kind
    package: bool = False


class Links:
    """Finds and judges addresses. `registrable` knows the public suffixes."""

    def __init__(self, webs: Webs, brands: Mapping[str, Brand], registrable: Registrable) -> None:
        self._webs = webs
        self._registrable = registrable
        own = {domain for brand in brands.values() for domain in brand.own}
        self._trusted = frozenset({*own, *webs.known})
        self._short, self._open, self._odd = frozenset(webs.short), frozenset(webs.open), frozenset(webs.odd)
        self._impostors = Impostors(webs, brands.values(), self._trusted)

    def found(self, text: str) -> list[Link]:
        """The addresses in a text whose dots are `mended`, left to right."""
        links: list[Link] = []
        for match in _ADDRESS.finditer(text):
            link = self._link(match)
            if link:
                links.append(link)
            if len(links) >= MOST:
                break
        return (
            links
            + [
                Link(m.start(), m.end(), "", Kind.PACKAGE, package=True)
                for m in _PACKAGE.finditer(text)
                if not any(link.start < m.end() and m.start() < link.stop for link in links)
            ][:MOST]
        )

    def _link(self, match: re.Match[str]) -> Link | None:
        host = (match["host"] or match["bare"]).rstrip(".-").lower()
        rest = (match["rest"] if match["scheme"] else match["tail"]) or ""
        mail = not match["scheme"] and match.start() > 0 and match.string[match.start() - 1] == "@"
        sure = bool(match["scheme"]) or rest[:1] == "/"
        kind, domain = self.kind(host, sure=sure)
        if kind is None:
            return None
        if match["login"] and kind is Kind.OWN:  # https://vietcombank.com.vn@elsewhere
            kind = Kind.STRANGE
        if match["login"] and self._impostors.named(match["login"]):
            kind = Kind.FAKE
        if mail and kind is not Kind.FAKE:
            kind = Kind.MAIL
        package = rest.lower().partition("?")[0].rstrip(".,;)").endswith(".apk")
        return Link(match.start(), match.start() + len(match[0].rstrip(".,;:!?)")), domain, kind, package)

    def kind(self, host: str, *, sure: bool = True) -> tuple[Kind | None, str]:
        """What a host is, and its registrable domain; None when it is no address at all.

        Not `sure` means that neither a scheme nor a path stood with it: "vâng.cam on" is none.
        """
        if _is_number(host):
            return Kind.BARE, host
        name = decoded(host)
        ending = name.rpartition(".")[2]
        domain = self._registrable(_ascii(name))
        if domain is None and "." in name and (sure or ending in _RESERVED):
            domain = name if self._is_official(name) else ".".join(name.split(".")[-2:])
        if domain is None:
            return None, ""
        if (
            not sure
            and is_bare(fold(ending))
            and not {ending, domain} & (_PLAIN | self._odd | self._short | self._trusted)
        ):
            return None, ""
        domain = decoded(domain)
        if self._is_official(name) or domain in self._trusted:
            return Kind.OWN, domain
        if self._impostors.imitates(name, domain):
            return Kind.FAKE, domain
        if domain in self._short:
            return Kind.SHORT, domain
        if domain in self._open or any(domain.endswith(f".{each}") or name == each for each in self._open):
            return Kind.OPEN, domain
        return (Kind.ODD if ending in self._odd else Kind.STRANGE), domain

    def _is_official(self, name: str) -> bool:
        return any(name == ending or name.endswith(f".{ending}") for ending in self._webs.official)


def mended(text: str) -> str:
    """The text with the dots of its addresses where they belong."""
    return (
        _WIDE.sub(".", _DOT.sub(".", text))
        if "." in text or "ch" in text or "。" in text or "[" in text
        else text
    )


def decoded(host: str) -> str:
    """A host with its punycode read: `xn--…` → letters. What cannot be read stays as it is."""
    return ".".join(_label(label) for label in host.split("."))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _ascii(name: str) -> str:
    """The host as the list of suffixes knows it."""
    if name.isascii():
        return name
    parts = []
    for label in name.split("."):
        try:
            parts.append(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii"))
        except UnicodeError:
            parts.append("x")
    return ".".join(parts)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
