"""What a Bot API request or update may look like: the field table, and the limits the table does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aiohttp import web

_TABLE = json.loads((Path(__file__).parent.parent / "data/telegram-bot-api.json").read_text("utf-8"))
METHODS: dict[str, Any] = _TABLE["methods"]
TYPES: dict[str, Any] = _TABLE["types"]
_SCALARS: dict[str, tuple[type, ...]] = {"String": (str,), "Integer": (int,), "Float": (float, int)}
# Unions told apart by `type` or `status`, whose members are called <union><Value>.
_NAMED = {"BotCommandScope", "ChatMember", "MenuButton", "MessageOrigin", "ReactionType"}
_STATUS = {"creator": "owner", "kicked": "banned"}
_MEGABYTE = 2**20


class UnsoundError(ValueError):
    """Why a request may not be sent; `path` leads to the place."""

    def __init__(self, text: str, path: Sequence[str] = ()) -> None:
        super().__init__(f"{text} (in {'.'.join(path)})" if path else text)
        self.path = path


class Upload(NamedTuple):
    """A file that came with a request."""

    name: str
    data: bytes


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


async def received(request: web.Request) -> dict[str, Any]:
    """Parameters as they came: by query, form, multipart or JSON, or not at all."""
    pairs: list[tuple[str, Any]] = list(request.query.items())
    if request.content_type == "application/json":
        body = _json(await request.text(), ("body",))
        if not isinstance(body, dict):
            raise UnsoundError("the body is no object")
        pairs += body.items()
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            is_file = isinstance(value, web.FileField)
            pairs.append((name, Upload(value.filename, value.file.read()) if is_file else value))
    elif await request.read():
        raise UnsoundError(f"a body of type {request.content_type}")
    if len({name for name, _ in pairs}) < len(pairs):
        raise UnsoundError("a parameter comes twice")
    return dict(pairs)


def checked_request(method: str, came: dict[str, Any], *, as_json: bool) -> dict[str, Any]:
    """The parameters as values of the kinds the table asks for."""
    rules = METHODS[method].get("fields", {})
    came = _with_attachments(came, rules)
    if not as_json:
        came = {
            name: _parsed(rules[name]["types"], value, (name,))
            if name in rules and isinstance(value, str) else value
            for name, value in came.items()
        }  # fmt: skip
    _check_object(method, rules, came, ())
    return came


def check_type(kind: str, value: Any) -> None:
    """Raise `UnsoundError` unless `value` is a valid `kind`, e.g. an `Update`."""
    _check([kind], value, ())


def _with_attachments(came: dict[str, Any], rules: Collection[str]) -> dict[str, Any]:
    """Files sent under names of their own, put where `attach://name` refers to them."""
    texts = " ".join(value for value in came.values() if isinstance(value, str))
    extra = {
        f"attach://{name}": file for name, file in came.items()
        if isinstance(file, Upload) and name not in rules and f"attach://{name}" in texts
    }  # fmt: skip
    return {
        name: extra.get(value, value) if isinstance(value, str) else value
        for name, value in came.items() if f"attach://{name}" not in extra
    }  # fmt: skip


def _parsed(kinds: list[str], text: str, path: Sequence[str]) -> Any:
    """A form's string as a value; strings stay strings, whatever they look like."""
    if "Integer" in kinds and re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    if "Boolean" in kinds and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if "Float" in kinds and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    if {"String", "Integer", "Boolean", "Float", "InputFile"} & set(kinds):
        return text
    return _json(text, path)


def _json(text: str, path: Sequence[str]) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise UnsoundError("can't parse as JSON", path) from None


def _check(kinds: list[str], value: Any, path: Sequence[str]) -> None:
    problems = []
    for kind in kinds:
        try:
            return _check_one(kind, value, path)
        except UnsoundError as problem:
            problems.append(problem)
    # Where the check came deepest, the value was most likely meant to be that kind.
    raise max(problems, key=lambda problem: len(problem.path))


def _check_one(kind: str, value: Any, path: Sequence[str]) -> None:
    if kind.startswith("Array of "):
        _expect(isinstance(value, list), "an array", path)
        for number, item in enumerate(value):
            _check([kind.removeprefix("Array of ")], item, (*path, str(number)))
    elif kind in _SCALARS:
        _expect(isinstance(value, _SCALARS[kind]) and not isinstance(value, bool), kind, path)
        _expect(kind != "String" or _is_unicode(value), "UTF-8", path)
    elif kind == "Boolean":
        _expect(isinstance(value, bool), kind, path)
    elif kind == "InputFile":
        _expect(isinstance(value, Upload) and len(value.data) > 0, "a file that is not empty", path)
    elif "subtypes" in TYPES[kind] and TYPES[kind]["subtypes"]:
        _check(_members(kind, value, path), value, path)
    else:
        _expect(isinstance(value, dict), kind, path)
        _check_object(kind, TYPES[kind].get("fields", {}), value, path)


def _expect(holds: bool, what: str, path: Sequence[str]) -> None:
    if not holds:
        raise UnsoundError(f"should be {what}", path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, as "\ud83d" in JSON
        return False
    return True


def _members(union: str, value: Any, path: Sequence[str]) -> list[str]:
    """The types a value of a union may be of: one, where it says so itself."""
    members: list[str] = TYPES[union]["subtypes"]
    if union not in _NAMED or not isinstance(value, dict):
        return members
    named = str(value.get("type", value.get("status")))
    member = union + _STATUS.get(named, named).title().replace("_", "")
    _expect(member in members, f"a {union}, not {named!r}", path)
    return [member]


def _check_object(owner: str, rules: dict[str, Any], value: dict[str, Any], path: Sequence[str]) -> None:
    for name, rule in rules.items():
        if rule["required"] and name not in value:
            raise UnsoundError(f"{owner} lacks {name}", path)
    for name, item in value.items():
        if name not in rules:
            raise UnsoundError(f"{owner} has no field {name}", path)
        _check(rules[name]["types"], item, (*path, name))
        allowed, says = _LIMITS.get((owner, name), _FREE)
        if not allowed(item):
            raise UnsoundError(says, (*path, name))
    allowed, says = _WHOLE.get(owner, _FREE)
    if not allowed(value):
        raise UnsoundError(says, path)


Limit = tuple[Callable[[Any], bool], str]  # what is allowed, and what Telegram says otherwise


def _units(least: int, most: int) -> Callable[[str], bool]:
    return lambda text: least <= utf16(text) <= most


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _within(least: int, most: int) -> Callable[[int], bool]:
    return lambda number: least <= number <= most


def _actions(button: dict[str, Any]) -> int:
    return len(button.keys() - {"text", "style", "icon_custom_emoji_id"})


def _is_keyboard(rows: list[list[Any]]) -> bool:
    return all(0 < len(row) <= 8 for row in rows) and sum(map(len, rows)) <= 100


def _is_hook(url: str) -> bool:
    """HTTPS on Telegram's ports; this machine may be reached anyhow, as by a local Bot API server."""
    parts = urlsplit(url)
    at_home = parts.scheme in ("http", "https") and parts.hostname in ("127.0.0.1", "localhost")
    return url == "" or at_home or (parts.scheme == "https" and parts.port in (None, 443, 80, 88, 8443))


def _is_photo(photo: Upload | str) -> bool:
    return not isinstance(photo, Upload) or len(photo.data) <= 10 * _MEGABYTE


_FREE: Limit = (lambda _: True, "")
_LANGUAGE: Limit = (_like("([a-z]{2})?"), "language_code is invalid")
_STYLE: Limit = (lambda style: style in ("danger", "success", "primary"), "button style is invalid")
_LABEL: Limit = (lambda text: bool(text.strip()), "text buttons must be non-empty")
_PLACEHOLDER: Limit = (_units(1, 64), "input field placeholder is too long")
_DATA: Limit = (lambda data: 1 <= len(data.encode()) <= 64, "BUTTON_DATA_INVALID")
_KNOWN_UPDATES: Limit = (lambda kinds: set(kinds) <= TYPES["Update"]["fields"].keys(), "no such update")
_ACTION = "typing|(upload|record)_(photo|video|voice|document|video_note)|choose_sticker|find_location"

_LIMITS: dict[tuple[str, str], Limit] = {
    **{
        (f"{verb}My{what}", "language_code"): _LANGUAGE
        for verb in ("set", "get", "delete")
        for what in ("Commands", "Name", "Description", "ShortDescription")
    },
    **{(button, "text"): _LABEL for button in ("InlineKeyboardButton", "KeyboardButton")},
    **{(button, "style"): _STYLE for button in ("InlineKeyboardButton", "KeyboardButton")},
    **{(reply, "input_field_placeholder"): _PLACEHOLDER for reply in ("ReplyKeyboardMarkup", "ForceReply")},
    **{(method, "allowed_updates"): _KNOWN_UPDATES for method in ("setWebhook", "getUpdates")},
    ("InlineKeyboardButton", "callback_data"): _DATA,
    ("InlineKeyboardButton", "url"): (_like(r"(https?|tg)://\S+"), "BUTTON_URL_INVALID"),
    ("CopyTextButton", "text"): (_units(1, 256), "BUTTON_COPY_TEXT_INVALID"),
    ("InlineKeyboardMarkup", "inline_keyboard"): (_is_keyboard, "reply markup is too long or has empty rows"),
    ("answerCallbackQuery", "text"): (_units(0, 200), "MESSAGE_TOO_LONG"),
    ("sendChatAction", "action"): (_like(_ACTION), "wrong parameter action in request"),
    ("sendPhoto", "photo"): (_is_photo, "file of the photo is too big"),
    ("setMyName", "name"): (_units(0, 64), "BOT_TITLE_INVALID"),
    ("setMyShortDescription", "short_description"): (_units(0, 120), "BOT_SHORT_DESCRIPTION_INVALID"),
    ("setMyDescription", "description"): (_units(0, 512), "BOT_DESCRIPTION_INVALID"),
    ("setMyCommands", "commands"): (lambda commands: len(commands) <= 100, "BOT_COMMANDS_TOO_MUCH"),
    ("BotCommand", "command"): (_like("[a-z0-9_]{1,32}"), "BOT_COMMAND_INVALID"),
    ("BotCommand", "description"): (_units(1, 256), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setWebhook", "url"): (_is_hook, "bad webhook: must be HTTPS, on port 443, 80, 88 or 8443"),
    ("setWebhook", "secret_token"): (_like("[A-Za-z0-9_-]{1,256}"), "secret token has illegal characters"),
    ("setWebhook", "max_connections"): (_within(1, 100), "max_connections is out of range"),
    ("getUpdates", "limit"): (_within(1, 100), "limit is out of range"),
    ("getUpdates", "timeout"): (_within(0, 50), "timeout is out of range"),
}  # fmt: skip

_WHOLE: dict[str, Limit] = {
    "InlineKeyboardButton": (
        lambda button: _actions(button) == 1,
        "an inline button needs exactly one action",
    ),
    "KeyboardButton": (lambda button: _actions(button) <= 1, "a keyboard button has at most one action"),
    **{
        method: (
            lambda came: "inline_message_id" in came or {"chat_id", "message_id"} <= came.keys(),
            "message identifier is not specified",
        )
        for method in ("editMessageText", "editMessageReplyMarkup")
    },
}
