"""What the error codes of template messages ask of us (zalo-api 1.9); other messages have others."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What to do about an error."""

    REFRESH = "refresh"  # the access token: renew it once, try once more
    SLOWER = "slower"  # too many calls
    MORNING = "morning"  # not between 22:00 and 06:00
    NOBODY = "nobody"  # this phone has no Zalo, cannot be written to, or does not want it
    OPERATOR = "operator"  # money, quota, right or template: kept back, the operator is told


_ACTS: dict[Act, tuple[int, ...]] = {
    Act.REFRESH: (-124,),
    Act.SLOWER: (-32,),
    Act.MORNING: (-133,),
    Act.NOBODY: (-108, -114, -118, -139, -141),
    Act.OPERATOR: (-109, -112, -115, -126, -127, -131, -132, -135, -137, -144, -147),
}
_BY_CODE = {code: act for act, codes in _ACTS.items() for code in codes}


def act(code: int) -> Act:
    """What to do; of an unknown code the operator is told."""
    return _BY_CODE.get(code, Act.OPERATOR)
