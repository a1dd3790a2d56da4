"""Words about the talk itself, and about parts of an answer."""

from __future__ import annotations

from enum import StrEnum


class Command(StrEnum):
    """Words about the talk itself rather than about a matter."""

    MENU = "menu"
    BACK = "back"
    HELP = "help"
    USEFUL = "useful"
    WRONG = "wrong"
    DATA = "data"
    SHOW = "show"
    ERASE = "erase"
    DONE = "done"  # the step of a guide
    UNDONE = "undone"
    ONWARD = "onward"
    PREVIOUS = "previous"
    STOP = "stop"
    STILL = "still"  # the swindlers are at it again
    DANGER = "danger"  # more about the emergency that was just answered
    SCARED = "scared"
    ENOUGH = "enough"  # of whatever goes on; of warnings, when nothing does
    BRIEF = "brief"  # the same in few words


class Facet(StrEnum):
    """A part of an answer that people ask for afterwards ("còn lệ phí?")."""

    FEE = "fee"
    TIME = "time"
    WHERE = "where"
    BRING = "bring"
    ONLINE = "online"
    STEPS = "steps"
    LAW = "law"
    FINE = "fine"
    PROXY = "proxy"  # may somebody else go instead
