"""Warnings: what is told to many at once, how it comes to be sent, and who may move it on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.officer import Officer, Refusal, Right, refused

TITLE, TEXT, LINK = (5, 100), (20, 1000), 200  # characters
BLANK = "[điền"  # what the places begin with that a template leaves open
LASTS = timedelta(days=7)  # the longest a warning may be sent after it was written
_STATIONS = 50
_SHOUTED, _FEW = 0.3, 5  # share of the words in capitals; with fewer words they may be names
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<![\w.@-])(?:[\w-]+\.)+[a-z]{2,}(?![\w-])", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}")


class Topic(StrEnum):
    """What citizens choose to hear of."""

    SCAM = "lua_dao"
    TRAFFIC = "giao_thong"
    DRUGS = "ma_tuy"
    FIRE = "pccc"
    ROUNDS = "luu_dong"  # where papers are taken away from the station


class State(StrEnum):
    """Where a warning stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    STOPPED = "stopped"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What may be done with one."""

    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"  # the author takes it back to change it
    WITHDRAW = "withdraw"  # the author gives it up
    RETURN = "return"  # somebody else gives it back with a reason
    APPROVE = "approve"
    SCHEDULE = "schedule"
    SEND = "send"
    BEGIN = "begin"  # the time it was scheduled for has come
    STOP = "stop"
    HALT = "halt"  # the store was brought back from a file: a person looks before more goes out
    RESUME = "resume"
    REPEAT = "repeat"  # once more to those of whom nobody knows whether they got it
    CANCEL = "cancel"
    FINISH = "finish"
    EXPIRE = "expire"


class Whose(StrEnum):
    """Who of those with the right may make a move."""

    AUTHOR = "author"
    OTHER = "other"  # anybody but the author
    ANY = "any"
    DESK = "desk"  # no person: the desk itself


@dataclass(frozen=True, slots=True)
class Step:
    """A move: from where to where, by whom. `timely`: not once the warning has expired."""

    after: frozenset[State]
    to: State
    right: Right | None
    whose: Whose
    timely: bool = False


_S = State
_OPEN = frozenset(_S) - {_S.DONE, _S.EXPIRED, _S.CANCELLED}
_READY = frozenset({_S.APPROVED, _S.SCHEDULED})
# The only moves there are; the store's scripts read this very table.
MOVES: dict[Move, Step] = {
    Move.EDIT: Step(frozenset({_S.DRAFT}), _S.DRAFT, Right.DRAFT, Whose.AUTHOR),
    Move.SUBMIT: Step(frozenset({_S.DRAFT}), _S.SUBMITTED, Right.DRAFT, Whose.AUTHOR, timely=True),
    Move.RECALL: Step(frozenset({_S.SUBMITTED}), _S.DRAFT, Right.DRAFT, Whose.AUTHOR),
    Move.WITHDRAW: Step(frozenset({_S.DRAFT, _S.SUBMITTED}), _S.CANCELLED, Right.DRAFT, Whose.AUTHOR),
    Move.RETURN: Step(frozenset({_S.SUBMITTED}), _S.DRAFT, Right.APPROVE, Whose.OTHER),
    Move.APPROVE: Step(frozenset({_S.SUBMITTED}), _S.APPROVED, Right.APPROVE, Whose.OTHER, timely=True),
    Move.SCHEDULE: Step(_READY, _S.SCHEDULED, Right.SEND, Whose.ANY, timely=True),
    Move.SEND: Step(_READY, _S.SENDING, Right.SEND, Whose.ANY, timely=True),
    Move.BEGIN: Step(frozenset({_S.SCHEDULED}), _S.SENDING, None, Whose.DESK, timely=True),
    Move.STOP: Step(frozenset({_S.SENDING}), _S.STOPPED, Right.STOP, Whose.ANY),
    Move.HALT: Step(frozenset({_S.SENDING, _S.SCHEDULED}), _S.STOPPED, None, Whose.DESK),
    Move.RESUME: Step(frozenset({_S.STOPPED}), _S.SENDING, Right.SEND, Whose.ANY, timely=True),
    Move.REPEAT: Step(frozenset({_S.DONE}), _S.SENDING, Right.SEND, Whose.ANY, timely=True),
    Move.CANCEL: Step(_READY | {_S.STOPPED}, _S.CANCELLED, Right.STOP, Whose.ANY),
    Move.FINISH: Step(frozenset({_S.SENDING}), _S.DONE, None, Whose.DESK),
    Move.EXPIRE: Step(_OPEN, _S.EXPIRED, None, Whose.DESK),  # only once it has
}


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is told. No station named means all; a drill reaches officers only; `urgent`: danger to life."""

    topic: Topic
    stations: tuple[str, ...]
    title: str
    text: str
    expires: datetime | None = None
    link: str = ""
    urgent: bool = False
    drill: bool = False
    corrects: str | None = None  # the id of the warning this one puts right
    picture: str = ""  # the https address of one of the state's


@dataclass(frozen=True, slots=True)
class Case:
    """A warning as it stands; `version` rises with every move, `reason` says why it was given back."""

    id: str
    bulletin: Bulletin
    author: str
    state: State
    version: int
    made: datetime
    reason: str = ""
    approved_by: str = ""
    begins: datetime | None = None  # when a scheduled one is sent

    def over(self, now: datetime) -> bool:
        """Whether nothing of it may go out any more."""
        return self.bulletin.expires is not None and now >= self.bulletin.expires


class Fault(StrEnum):
    """What is wrong with a draft; with any of these it is not submitted."""

    TITLE = "title"
    TEXT = "text"
    LETTERS = "letters"  # signs that cannot be seen, or turn the text around
    SHOUTING = "shouting"
    NO_EXPIRY = "no_expiry"
    PAST = "past"
    LONG = "long"
    LINK = "link"
    PICTURE = "picture"
    LINK_INSIDE = "link_inside"  # a link has a field of its own, where it is checked
    STATIONS = "stations"
    BLANK = "blank"  # a place of a template that nobody filled in
    DEAD = "dead"  # the link does not answer; looked at when it is submitted
    DEAD_PICTURE = "dead_picture"  # no picture is there


def faults(bulletin: Bulletin, now: datetime, official: Collection[str]) -> tuple[Fault, ...]:
    """All that is wrong with a draft; `official` are endings of hosts that may be linked to."""
    whole = f"{bulletin.title}\n{bulletin.text}"
    expires = bulletin.expires
    found = {
        Fault.TITLE: not TITLE[0] <= len(bulletin.title.strip()) <= TITLE[1] or "\n" in bulletin.title,
        Fault.TEXT: not TEXT[0] <= len(bulletin.text.strip()) <= TEXT[1],
        Fault.LETTERS: any(unicodedata.category(char)[0] == "C" and char != "\n" for char in whole),
        Fault.SHOUTING: _shouts(bulletin.title) or _shouts(bulletin.text) or "!!" in whole,
        Fault.NO_EXPIRY: expires is None,
        Fault.PAST: expires is not None and expires <= now,
        Fault.LONG: expires is not None and expires > now + LASTS,
        Fault.LINK: bool(bulletin.link) and not is_official(bulletin.link, official),
        Fault.PICTURE: bool(bulletin.picture) and not is_official(bulletin.picture, official),
        Fault.LINK_INSIDE: bool(_ADDRESS.search(whole)),
        Fault.BLANK: BLANK in whole.lower(),
        Fault.STATIONS: len(bulletin.stations) > _STATIONS,
    }
    return tuple(fault for fault, so in found.items() if so)


def is_official(link: str, official: Collection[str]) -> bool:
    """Whether a link leads to a host of the state, and to nothing else by any reading of it."""
    if len(link) > LINK or not link.isascii() or not link.isprintable() or set(link) & set(' \\@<>"'):
        return False
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc.lower()  # a port, a login, an empty label do not fit the pattern
    fits = parts.scheme == "https" and port is None and _HOST.fullmatch(host)
    return bool(fits) and any(host == ending or host.endswith(f".{ending}") for ending in official)


def may_not(officer: Officer, right: Right, stations: tuple[str, ...], now: datetime) -> Refusal | None:
    """Why an officer may not do something for all of these stations; None when they may."""
    found = (refused(officer, right, station, now) for station in stations or (None,))
    return next(filter(None, found), None)


def _shouts(text: str) -> bool:
    words = _WORD.findall(text)
    return len(words) >= _FEW and sum(word.isupper() for word in words) > _SHOUTED * len(words)
