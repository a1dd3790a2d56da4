"""The acts of this talk's buttons: a choice is `b:<act>` or `b:<act>:<value>`."""

from __future__ import annotations

KIND = "b"
NEW, GO, FOR, ANYWAY = "new", "go", "for", "anyway"
STATION, SERVICE, WHO, PEOPLE, PRIORITY = "station", "service", "who", "people", "priority"
DAYS, DAY, TIMES, SEAT, WAIT = "days", "day", "times", "seat", "wait"
AGREE, YES, NO, AGAIN = "agree", "yes", "no", "again"
MINE, SHOW, MOVE, CANCEL, COMING = "mine", "show", "move", "cancel", "coming"
CLAIM, DECLINE, LEAVE = "claim", "decline", "leave"
WITHDRAW = "withdraw"
LATE = frozenset({AGREE, YES, AGAIN})  # good only while the seat is held


def choice(act: str, *values: object) -> str:
    """The choice of a button."""
    return ":".join((KIND, act, *map(str, values)))
