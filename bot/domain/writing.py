"""What is awaited of an officer who writes a warning: which one, as it was seen, and what of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

WAITS = timedelta(minutes=30)  # then what is typed is a message like any other again


class Field(StrEnum):
    """What of a warning, or of a move with one, is typed or chosen."""

    TITLE = "title"
    TEXT = "text"
    LINK = "link"
    PICTURE = "picture"
    UNTIL = "until"
    URGENT = "urgent"
    DRILL = "drill"
    TOPIC = "topic"
    STATION = "station"
    TEMPLATE = "template"
    # of a move
    REASON = "reason"
    BEGINS = "begins"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Writing:
    """The next words belong to warning `case`, if it still is of `version`; they are never kept here.

    `guided`: what is missing is asked for one after the other. `move` is what the code is for, `begins` when
    a scheduled one starts; both times are seconds since 1970. After `until` nothing is awaited any more.
    """

    case: str
    version: int
    field: Field
    until: int
    guided: bool = False
    move: str = ""
    begins: int = 0
