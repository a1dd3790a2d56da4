"""A visit that is booked, moved or cancelled in words: "lùi lịch của tôi 1 tiếng", "huỷ lịch thứ 5"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

from bot.conversation.booking.wishing import hoped, named
from bot.conversation.text import clean, fold
from bot.conversation.times.days import Doubt
from bot.conversation.times.wishes import when
from bot.domain.draft import CANCEL, MOVE, When
from bot.domain.heard import Changes, Guess
from bot.domain.knowledge import topic_of

_TOPIC = "dat_lich"
INTENTS = {MOVE: "dat_lich.doi", CANCEL: "dat_lich.huy"}
_MOVES = (
    r"(?:doi|chuyen|lui|hoan|khat|day(?= (?:lui|lich|hen|som|len|xuong|gio|buoi))|nhich|keo|dich|sua|"
    r"thay doi|di doi)"
)
_VISIT = (
    r"(?:(?<!ly )(?<!li )(?<!du )lich|hen|gio hen|slot|suat)\b"
    r"(?! (?:am|su|trinh|hoc|bay|tau|kham|giay|phong))"
)
_FEW = r"(?: (?!khong\b)\w+){0,3}?"
_MOVING = re.compile(
    rf"\b{_MOVES}{_FEW} {_VISIT}|\b(?:lich|hen)\b(?: \w+){{0,6}}? {_MOVES} (?:sang|qua|den|lai|len|som)\b"
)
_MOVER = re.compile(rf"\b(?:{_MOVES}|som|tre|muon|cham)\b")
_ANOTHER = frozenset(
    "đòi đợi đời đội đối đôi đây đấy dạy dậy dây dày đầy đáy bố bộ bơ bò bó hèn lí lý".split()
)
_AGAIN = re.compile(r"\bhen lai\b")
_CANCELLING = re.compile(
    rf"(?<!cho )(?<!cua )(?<!dua )\b(?:huy|bo|xoa)(?: bo)?{_FEW} {_VISIT}|"
    r"\b(?:lich|hen)\b(?: \w+){0,6}? (?:huy|bo) (?:giup|ho|dum|di|giom|cho|nhe|nha)\b"
)
_CANCELS = re.compile(r"\b(?:huy|bo|xoa)\b(?! het\b)")
_ELSE = re.compile(r"\b(?:du lieu|thong tin|tai khoan|tin nhan|so may|dien thoai|ho so|tam tru|thuong tru)\b")
# Asked about and not asked for: how, where, how often, and what is booked elsewhere.
_ABOUT = re.compile(
    r"\b(?:cho nao|o dau|vao dau|muc nao|the nao|kieu gi|kieu chi|lam sao|sao (?:duoc|day|vay)|lam the nao|"
    r"may lan|bao nhieu|bao lau|co sao|sao khong|sao ko|mat phi|ton phi|phi huy|vneid|dich vu cong|tren app|"
    r"tren mang|tren cong|he thong|khong cho|ko cho|khong duoc|mien phi|cong an (?:bao|hoan)|co can|co phai|"
    r"mo lich|mo ra|lua dao|bi phat|bi khoa|tra lai tien|cach nao|khong (?:huy|doi) duoc|"
    r"(?:doi|sua|chuyen) (?:nguoi|ten|dia diem|cho|phuong|noi|diem|viec|tru so)|"
    r"goi (?:dien|toi|bao)|nhan tin)\b"
)
_LATE = re.compile(r"\b(?:den|toi|ra|len|tre|muon) (?:tre|muon|som|cham|gio)\b")
_MANY = {
    "nua": 0.5,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "muoi": 10,
    "muoi lam": 15,
    "ba muoi": 30,
}
_FILLER = (
    r"(?:lich|hen|gio|buoi|cua|toi|tui|em|e|minh|mk|con|chau|bac|giup|ho|cho|lai|xuong|len|ra|vao|them|khoang|"
    r"tam|chung|hon|som|tre|muon|cham|truoc|sau|di|xin|duoc|khong|voi|nay|day|lam)"
)
_AMOUNT = re.compile(
    rf"\b(?P<lead>(?:{_MOVES}|som|tre|muon|cham|truoc|sau|them)(?: {_FILLER})*)"
    r" (?P<many>\d{1,2}|nua|mot|hai|ba|bon|nam|muoi lam|muoi|ba muoi)\s?"
    r"(?P<unit>tieng|gio dong ho|gio|h|phut|p|ngay|hom|bua|tuan)\b(?P<half> ruoi\b)?"
    r"(?! ?\d)(?! (?:sang|chieu|trua|toi|dem|mai|kem|qua|den)\b)"
    r"(?P<behind>(?: (?:nua|som|len|truoc|tre|muon|hon|lai))*)"
)
_TO = re.compile(r"\b(?:sang|qua|den|toi|thanh)\b")
_BY = re.compile(
    r"\b(?:lui|nhich|keo|hoan|day (?:lui|som)|som|tre|muon)(?: \w+){0,6}? "
    r"(?:\d+|nua|mot|hai|ba) ?(?:tieng|phut|p|ngay|hom|bua|tuan)\b"
)
_EARLIER = re.compile(r"\b(?:som|len|truoc)\b")
_A_LITTLE = re.compile(r"\b(?P<way>som|tre|muon|cham)\s+(?:hon|len|lai)?\s*(?:mot )?(?:chut|ti|xiu|hon)\b")
_SURELY_BY = re.compile(r"\b(?:lui|day|nhich|keo|som|tre|muon|cham|them|lai|len|truoc|hoan|khat|di doi)\b")
_HOURS = frozenset({"tieng", "gio dong ho", "gio", "h"})
_DAYS = frozenset({"ngay", "hom", "bua"})
_MINUTES = frozenset({"phut", "p"})
_SURE = 0.9  # of another matter from which on a word of moving is about that
_A_LOT = 4  # hours from which on "lùi 5h" is a time of day
_LITTLE = 60  # minutes that "sớm hơn chút" is taken for


def changes(
    text: str, guesses: tuple[Guess, ...], today: date, *, code: str = "", shown: bool = False
) -> Changes | None:
    """What a message wants of a visit that is booked; None when it wants nothing, or only asks how.

    `shown` says that a visit is on show, and `code` that one is named, so that a word for it is not needed.
    """
    if not (shown or code or any(topic_of(guess.intent) == _TOPIC for guess in guesses)):
        return None
    folded = _folded(text)
    if _ABOUT.search(folded):
        return None
    top = guesses[0].intent if guesses else ""
    if (
        guesses
        and guesses[0].score >= _SURE
        and topic_of(top) != _TOPIC
        and not (_MOVING.search(folded) or _CANCELLING.search(folded))
    ):
        return None
    moves = bool(_MOVING.search(folded)) or (
        (shown or bool(code) or top == INTENTS[MOVE]) and bool(_MOVER.search(folded) or _AGAIN.search(folded))
    )
    on_show = (shown or bool(code)) and not _ELSE.search(folded)
    cancels = bool(_CANCELLING.search(folded)) or (on_show and bool(_CANCELS.search(folded)))
    if not (moves or cancels):
        return None
    if not _MOVING.search(folded) and _LATE.search(folded):
        return None
    cancels = cancels and (not moves or top != INTENTS[MOVE])
    heard = _told(text, folded, today, code, cancelled=cancels)
    return replace(heard, guesses=guesses) if heard else None


def _told(text: str, folded: str, today: date, code: str, *, cancelled: bool) -> Changes | None:
    """Which visit, and when it would suit better."""
    later, rest = _later(folded)
    wish = when(text if later == (0, 0) else rest, today, time())
    if cancelled:
        of = named((*wish.choices, *wish.avoid), today) if wish else ()
        return Changes(intent=INTENTS[CANCEL], seeks=CANCEL, code=code, of=of)
    hope = hoped(wish, today)
    hope = When() if hope.doubt == Doubt.PAST else hope  # that is when the visit was
    if not (_MOVING.search(folded) or code or hope or later != (0, 0)):
        return None
    of = named(wish.avoid, today) if wish else ()
    if wish and later == (0, 0) and not _TO.search(folded):
        later = _later(fold(wish.rest(text)))[0]
        of, hope = (hope.days, When()) if later != (0, 0) else (of, hope)  # "lùi lịch thứ 6 một tiếng"
    return Changes(intent=INTENTS[MOVE], seeks=MOVE, code=code, of=of, when=hope, later=later)


def _folded(text: str) -> str:
    """A text without marks, and without the words that would look like a change only without them."""
    return " ".join(fold(word) for word in clean(text).split() if word.lower() not in _ANOTHER)


def may_change(folded: str) -> bool:
    """Whether a text without marks has a word in it that a visit may be changed with."""
    return any(words.search(folded) for words in (_MOVER, _AGAIN, _CANCELS))


def cancels(folded: str) -> bool:
    """Whether a text without marks gives a visit up."""
    return bool(_CANCELLING.search(folded))


def changes_booked(folded: str) -> bool:
    """Whether a text without marks can only be about a visit that is booked already."""
    return cancels(folded) or (bool(_BY.search(folded)) and not _ABOUT.search(folded))


def _later(folded: str) -> tuple[tuple[int, int], str]:
    """By how many days and minutes a visit is put off, and the text without the words for it."""
    found = _AMOUNT.search(folded)
    if found is None:
        little = _A_LITTLE.search(folded)
        if little is None or re.search(r"\b(?:ngay|hom|bua|tuan)\b", folded):
            return (0, 0), folded
        minutes = -_LITTLE if little["way"] == "som" else _LITTLE
        return (0, minutes), folded.replace(little[0], " ")
    many = _MANY.get(found["many"]) or float(found["many"])
    unit, lead = found["unit"], found["lead"] + found["behind"]
    if unit in _HOURS - {"tieng", "gio dong ho"} and (many > _A_LOT or not _SURELY_BY.search(lead)):
        return (0, 0), folded
    many += 0.5 if found["half"] else 0
    sign = -1 if _EARLIER.search(lead) else 1
    rest = folded[: found.start()] + " " + folded[found.end() :]
    if unit in _HOURS:
        return (0, sign * int(many * 60)), rest
    if unit in _MINUTES:
        return (0, sign * int(many)), rest
    return (sign * int(many * (1 if unit in _DAYS else 7)), 0), rest
