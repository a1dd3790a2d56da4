"""What people call the doors of the desk."""

from __future__ import annotations

from bot.domain.knowledge import Knowledge

_NAMED = ("telegram", "zalo_oa", "zalo_bot", "webchat")  # doors that have a name for people
DOOR_NAMES: dict[str, tuple[str, ...]] = {f"door_name_{channel}": () for channel in (*_NAMED, "other")}


def door_name(known: Knowledge, channel: str) -> str:
    """A door by its name; any that has none is another one."""
    return known.texts.get(f"door_name_{channel}") or known.says("door_name_other")
