"""What Zalo's error codes ask of us (zalo-api 1.6). Texts differ; unknown codes stop nothing else."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What to do about an error."""

    REFRESH = "refresh"  # the access token: renew it once, try once more
    SLOWER = "slower"  # too many calls: the whole account waits
    AGAIN = "again"  # try later
    QUOTA = "quota"  # used up: kept until they write again, the operator is told
    WINDOW = "window"  # too long since they wrote: kept until they write again
    GONE = "gone"  # give up on this person
    MORNING = "morning"  # not between 22:00 and 06:00
    MISTAKE = "mistake"  # ours: this message is dropped, the operator is told
    OPERATOR = "operator"  # the account cannot send at all until somebody acts


_ACTS: dict[Act, tuple[int, ...]] = {
    Act.REFRESH: (-216, -220, -124, 216, 401, -401),
    Act.SLOWER: (-32,),
    Act.AGAIN: (-200, -214),
    Act.QUOTA: (-211, -218, -311),
    Act.WINDOW: (-230, -232, -305),
    Act.GONE: (-213, -217, -222, -227, -244),
    Act.MORNING: (-234,),
    Act.MISTAKE: (-100, -201, -202, -210, -233, -240, -248),
    Act.OPERATOR: (
        -204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224, -235, -242, -320, -321, -14003,
    ),
}  # fmt: skip
_BY_CODE = {code: act for act, codes in _ACTS.items() for code in codes}


def act(code: int) -> Act:
    """What to do; an unknown code is taken for a mistake in this one message."""
    return _BY_CODE.get(code, Act.MISTAKE)
