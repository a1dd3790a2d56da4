"""What each method of the Bot Platform takes, as far as the API sheet confirms it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Body = dict[str, Any]
# For each method: its fields, those that must be there first.
METHODS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "getMe": ((), ()),
    "getUpdates": ((), ("timeout",)),
    "setWebhook": (("url", "secret_token"), ()),
    "deleteWebhook": ((), ()),
    "getWebhookInfo": ((), ()),
    "sendMessage": (("chat_id", "text"), ("parse_mode", "text_styles")),
    "sendPhoto": (("chat_id", "photo"), ("caption",)),
    "sendSticker": (("chat_id", "sticker"), ()),
    "sendChatAction": (("chat_id", "action"), ()),
}


def misfit(method: str, given: Body) -> str:
    """What is wrong with the fields of a call, or nothing."""
    must, may = METHODS[method]
    if missing := set(must) - given.keys():
        return f"without {sorted(missing)}"
    if unknown := given.keys() - {*must, *may}:
        return f"unknown {sorted(unknown)}"
    return next((wrong for name in given if (wrong := _unsound(name, given[name]))), "")


def _letters(value: object, least: int, most: int) -> bool:
    return isinstance(value, str) and least <= len(value.encode("utf-16-le", "replace")) // 2 <= most


_SOUND: dict[str, Callable[[Any], bool]] = {
    "chat_id": lambda given: _letters(given, 1, 64),
    "text": lambda given: _letters(given, 1, 2000) and bool(given.strip()),
    "caption": lambda given: _letters(given, 0, 2000),
    "parse_mode": lambda given: given in {"markdown", "html"},
    "photo": lambda given: _letters(given, 1, 2000) and given.startswith("https://"),
    "action": lambda given: given == "typing",
    "timeout": lambda given: str(given).isdecimal(),
    "url": lambda given: _letters(given, 1, 2000) and given.startswith("https://"),
    "secret_token": lambda given: _letters(given, 8, 256),
}


def _unsound(name: str, value: object) -> str:
    sound = _SOUND.get(name)
    return f"{name} {value!r:.60}" if sound and not sound(value) else ""
