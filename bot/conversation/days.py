"""Days as people in Vietnam count them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.message import Moment

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(at: Moment) -> date:
    """The day it is in Vietnam."""
    return at.now.astimezone(VIETNAM).date()
