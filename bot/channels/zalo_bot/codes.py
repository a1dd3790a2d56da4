"""What the error codes of the Bot Platform ask of us when we send (zalo-api 2.1)."""

from __future__ import annotations

from enum import StrEnum

BAD_TOKEN, NOTHING, QUOTA = 401, 408, 429


class Act(StrEnum):
    """What to do about an error."""

    MISTAKE = "mistake"  # ours: this message is dropped, the operator is told
    TOKEN = "token"  # noqa: S105 - not taken: nothing can be sent until somebody acts
    MAYBE = "maybe"  # of the platform or of this person: later, but not for ever
    GONE = "gone"  # there is no such talk
    UNSURE = "unsure"  # it took too long: it may have arrived
    SLOWER = "slower"  # too many in a minute or in this month: the whole bot waits
    AGAIN = "again"  # the platform's own trouble


# 403 is called "internal server error" in the platform's own list, and may yet mean what it means elsewhere.
_ACTS = {
    BAD_TOKEN: Act.TOKEN, 403: Act.MAYBE, 404: Act.GONE, NOTHING: Act.UNSURE, QUOTA: Act.SLOWER,
}  # fmt: skip


def act(code: int) -> Act:
    """What to do; an unknown code is taken for a mistake in this one message."""
    return Act.AGAIN if 500 <= code < 600 else _ACTS.get(code, Act.MISTAKE)
