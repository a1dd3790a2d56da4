"""Private numbers and passwords are taken out of a message before anything else sees it.

Recognised in the spellings people use: grouped (`038 085 001 234`), spelled out (`một hai ba…`), full-width,
behind `otp`, `mk`, `stk`. Not mistaken for them: dates, sums of money, phone numbers, our own `TB-` codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation.syllable import is_bare
from bot.conversation.text import clean, fold_each
from bot.domain.message import Secret
from bot.domain.pairing import read

MASK = "•••"

_DIGIT = re.compile(r"\d")
_GAP = r"[ .\-_/,]?"
_RUN = re.compile(rf"(?<![\w.,/-])\+?\d(?:{_GAP}\d){{3,24}}(?![\w])")
_LETTERED = re.compile(r"(?<!\w)\d{3}a\d{8,9}(?!\w)")  # VietinBank's older accounts
_SPELLED = re.compile(
    r"\b(?:(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi)\b[ ,.]*){4,19}", re.ASCII
)
_OURS = re.compile(r"\btb(?:-?[0-9a-z]{4,12}|[ -]{0,2}[0-9a-z]{3}[ -]?[0-9a-z]{4})\b", re.IGNORECASE)
# What ties two doors, where it reads as one: anything else in that shape may be private.
_TYING = re.compile(r"\bnk[\s:.-]{0,3}(?:[0-9a-z][\s.-]{0,2}){9}[0-9a-z](?![0-9a-z])")
# In an officer's or a letter's code "mk" is no word for a password.
_CODES = re.compile(
    r"\b(?:gm[\s:.-]{0,3}[0-9a-z]{3}[ -]?[0-9a-z]{3}|cb[\s-]{0,3}[0-9a-z]{4}[ -]?[0-9a-z]{4})(?![0-9a-z])"
)
_MONEY_AFTER = re.compile(
    r"\s*(?:d\b|dong|vnd|k\b|tr\b|trieu|nghin|ngan\b(?! hang)|ty\b|usd|do\b|%|phan tram)"
)
_DATE = re.compile(
    r"\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)\d{2}$|(?:19|20)\d{2}-\d{1,2}-\d{1,2}$|\d{1,2}[./-]\d{1,2}$"
)
_GROUPED_SUM = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)$")
_PHONE = re.compile(r"(?:\+?84|0)[235789]\d{8}$|(?:\+?84|0)2\d{8,9}$|1[89]00\d{4,6}$")
_YEAR = re.compile(r"(?:19|20)\d{2}$")

_CARD_WORDS = (
    r"(?:can cuoc|cccd|cmnd|cmt|cmtnd|chung minh|so the|so dinh danh|ma dinh danh|dinh danh ca nhan|the atm"
    r"|so cc|tin dung|visa|the ngan hang|so can)"
)
_CODE_WORDS = (
    r"(?:otp|ma xac (?:nhan|thuc|minh)|ma kich hoat|ma bao mat|ma gui ve|ma so gui|o te pe|ma code|\bcode)"
)
_PASS_WORDS = r"(?:mat khau|password|passcode|pass|\bmk|ma pin|\bpin|\bpw|ma khoa|mat ma)"  # noqa: S105
_BANK_WORDS = (
    r"(?:stk|so tai khoan|so tk|tknh|tai khoan|\btk|vietcombank|vcb|bidv|agribank|techcombank|vietinbank"
    r"|mbbank|\bmb|sacombank|acb|vpbank|tpbank)"
)
_OWNERS = (
    r"(?:vneid|app|dang nhap|cua|toi|em|minh|tui|chau|con|moi|cu|zalo|facebook|ngan hang|the|nay|do|atm)"
)
_NEAR = 28  # characters between a word and the number it names
_BEHIND = 22
_PASSWORD = re.compile(
    rf"{_PASS_WORDS}(?: {_OWNERS}){{0,5}}"
    r"\s*(?P<sure>(?:la|thi la|:|=|->|dat la|doi thanh)\s*)?(?P<word>[^\s,;]{4,64})"
)
# "đổi mật khẩu tại vcb-login.com": an address, which whoever judges the message must see.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)|(?:[a-z0-9-]+\.)+(?:com|vn|net|org|info|top|vip|xyz|cc|site|online|shop|app|ly|me)(?:/|$)"
)
# Behind these stands a number to be called, also where an account is spoken of.
_CALL_WORDS = re.compile(
    r"(?:lien he|lh|goi|hotline|sdt|so dien thoai|dien thoai|dt|zalo|tong dai)[ :.]*(?:so |la )?$"
)
_NO_PASSWORD = frozenset("vneid zalo facebook gmail email otp passcode password wifi iphone android".split())


@dataclass(frozen=True, slots=True)
class Redacted:
    """A message fit to keep, and what kinds of private data were in it."""

    text: str
    withheld: frozenset[Secret]


def redact(text: str) -> Redacted:
    """Clean a message and mask private data in it. Masking a masked message changes nothing."""
    text = clean(text)
    spans = sorted(_found(text), key=lambda item: (item[0], -item[1]))
    parts, kinds, end = [], set(), 0
    for start, stop, kind in spans:
        if start < end:
            continue
        parts += [text[end:start], MASK]
        kinds.add(kind)
        end = stop
    return Redacted("".join([*parts, text[end:]]), frozenset(kinds))


def _found(text: str) -> Iterator[tuple[int, int, Secret]]:
    folded = fold_each(text)
    yield from _passwords(text, folded)
    if _DIGIT.search(folded):
        yield from _numbers(folded)
    for match in _SPELLED.finditer(folded):
        before = folded[max(0, match.start() - _NEAR) : match.start()]
        if re.search(_CODE_WORDS, before):
            yield match.start(), match.start() + len(match[0].rstrip(" ,.")), Secret.CODE


def _numbers(folded: str) -> Iterator[tuple[int, int, Secret]]:
    """Runs of digits that are private; our own codes are not."""
    ours = [*(match.span() for match in _OURS.finditer(folded)), *_tying(folded)]
    for match in _RUN.finditer(folded):
        start, stop = match.span()
        if any(low < stop and start < high for low, high in ours):
            continue
        kind = _kind(folded, start, stop)
        if kind:
            yield start, stop, kind
    yield from ((*match.span(), Secret.ACCOUNT) for match in _LETTERED.finditer(folded))


def _tying(folded: str) -> Iterator[tuple[int, int]]:
    """Where codes stand that tie doors."""
    return (match.span() for match in _TYING.finditer(folded) if read(match[0]))


def _kind(folded: str, start: int, stop: int) -> Secret | None:
    """What a run of digits is, by its length, its shape and the words around it."""
    run = folded[start:stop]
    digits = "".join(char for char in run if char.isdigit())
    before = folded[max(0, start - _NEAR) : start]
    after = folded[stop : stop + _BEHIND]
    if _MONEY_AFTER.match(after) or _DATE.search(run) or _GROUPED_SUM.match(run):
        return None
    context = _context(before, after)
    phone = bool(_PHONE.match(("+" if run.startswith("+") else "") + digits))
    called = run.startswith("+") or (phone and _CALL_WORDS.search(before))
    if context is Secret.ACCOUNT and len(digits) >= 6 and not called:
        return context
    if phone or len(digits) < 4:
        return None
    if context in {Secret.CODE, Secret.PASSWORD} and len(digits) <= 8:
        named = re.search(r"(?:la|:|=|so|ma)\s*$", before)
        return context if not _YEAR.match(digits) or named else None
    return _by_length(digits, context)


def _by_length(digits: str, context: Secret | None) -> Secret | None:
    length = len(digits)
    if length == 12 and (digits[0] == "0" or context is Secret.CARD):  # personal id
        return Secret.CARD
    if length == 9 and context is Secret.CARD:  # the old identity card
        return Secret.CARD
    if 15 <= length <= 19:  # bank cards
        return Secret.CARD
    return None


def _context(before: str, after: str) -> Secret | None:
    """The kind named nearest before the number, else the one named right behind it."""
    named = (
        (_CARD_WORDS, Secret.CARD),
        (_CODE_WORDS, Secret.CODE),
        (_PASS_WORDS, Secret.PASSWORD),
        (_BANK_WORDS, Secret.ACCOUNT),
    )
    best: tuple[int, Secret] | None = None
    for words, kind in named:
        for match in re.finditer(words, before):
            if best is None or match.end() > best[0]:
                best = (match.end(), kind)
    if best:
        return best[1]
    for words, kind in named[:2]:
        if re.match(r"[ ,.:;-]{0,3}(?:la |day la |chinh la )?(?:ma |so )?" + words, after):
            return kind
    return None


def _passwords(text: str, folded: str) -> Iterator[tuple[int, int, Secret]]:
    tying = list(_tying(folded))
    ours = [*(match.span() for match in _CODES.finditer(folded)), *tying]
    for match in _PASSWORD.finditer(folded):
        start, stop = match.span("word")
        if any(low < match.start() < high for low, high in ours) or any(
            low <= start < high for low, high in tying
        ):
            continue
        word = text[start:stop].rstrip(".?!)")
        plain = folded[start : start + len(word)]
        odd = any(not char.isalpha() for char in word)
        if (
            MASK in word
            or plain in _NO_PASSWORD
            or _ADDRESS.match(plain)
            or not any(char.isalnum() for char in word)
        ):
            continue
        if (odd and (any(char.isalpha() for char in word) or match["sure"]) and not _DATE.search(word)) or (
            match["sure"] and word.isascii() and not is_bare(plain)
        ):
            yield start, start + len(word), Secret.PASSWORD
