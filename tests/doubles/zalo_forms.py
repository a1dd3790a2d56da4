"""The forms of Zalo's requests that the API sheet confirms, closed: what it does not name is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

CS, QUOTA = "/v3.0/oa/message/cs", "/v3.0/oa/quota/message"
TEMPLATE = "/message/template"  # of another host at Zalo's
DETAIL, GETOA = "/v3.0/oa/user/detail", "/v2.0/oa/getoa"

Schema = dict[str, Any]


def _text(most: int, pattern: str = r"\S") -> Schema:
    return {"type": "string", "maxLength": most, "pattern": pattern}


def _only(required: Schema, **optional: Schema) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object", "properties": {**required, **optional}, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip


def _button(kind: str, payload: Schema) -> Schema:
    return _only({"title": _text(100), "type": {"const": kind}, "payload": payload})


def _one(element: Schema) -> Schema:
    return {"type": "array", "items": element, "minItems": 1, "maxItems": 1}


def _template(kind: str, element: Schema) -> Schema:
    payload = _only({"template_type": {"const": kind}, "elements": _one(element)})
    return _only({"type": {"const": "template"}, "payload": payload})


_USER = _text(20, r"^[0-9]{16,20}$")
_LINK = _text(2000, r"^https?://\S+$")
_PHONE = _text(12, r"^84[0-9]{8,10}$")
_TOKEN = _text(500)
_SIDE = {"type": "integer", "minimum": 1}

_BUTTON = {"oneOf": [
    _button("oa.query.show", _text(1000)),
    _button("oa.query.hide", _text(1000)),
    _button("oa.open.url", _only({"url": _LINK})),
    _button("oa.open.phone", _only({"phone_code": _PHONE})),
    _button("oa.open.sms", _only({"phone_code": _PHONE}, content=_text(160))),
]}  # fmt: skip
_BUTTONS = _only({
    "type": {"const": "template"},
    "payload": _only({"buttons": {"type": "array", "items": _BUTTON, "minItems": 1, "maxItems": 5}}),
})  # fmt: skip
_MEDIA = _template("media", {"oneOf": [
    _only({"media_type": {"const": "image"}, "url": _LINK}),
    _only({"media_type": {"const": "image"}, "attachment_id": _TOKEN}),
    _only({"media_type": {"const": "gif"}, "attachment_id": _TOKEN, "width": _SIDE, "height": _SIDE}),
    _only({"media_type": {"const": "sticker"}, "attachment_id": _TOKEN}),
]})  # fmt: skip
_FILE = _only({"type": {"const": "file"}, "payload": _only({"token": _TOKEN})})
_ASK = _template(
    "request_user_info", _only({"title": _text(100), "subtitle": _text(500), "image_url": _LINK})
)

_SAID, _QUOTE = _text(2000), _text(100)
_MESSAGE = {"oneOf": [
    _only({"text": _SAID}, quote_message_id=_QUOTE),
    _only({"text": _SAID, "attachment": _BUTTONS}, quote_message_id=_QUOTE),
    _only({"attachment": _MEDIA}, text=_SAID, quote_message_id=_QUOTE),
    _only({"attachment": {"oneOf": [_FILE, _ASK]}}),
]}  # fmt: skip

FORMS = {
    ("POST", CS): Draft202012Validator(_only({"recipient": _only({"user_id": _USER}), "message": _MESSAGE})),
    ("POST", TEMPLATE): Draft202012Validator(
        _only(
            {
                "phone": _PHONE,
                "template_id": _text(25, r"^[0-9]+$"),
                "template_data": {"type": "object", "minProperties": 1},
                "tracking_id": _text(48, r"^[A-Za-z0-9._-]+$"),
            },
            mode={"const": "development"},
        )
    ),
    ("POST", QUOTA): Draft202012Validator(_only({"user_id": _USER})),
    ("GET", DETAIL): Draft202012Validator(_only({"user_id": _USER})),
    ("GET", GETOA): Draft202012Validator(_only({})),
}


def misfit(method: str, path: str, body: object) -> str | None:
    """What is wrong with the form of a call to a known path."""
    error = best_match(FORMS[method, path].iter_errors(body))
    return error and "; ".join(dict.fromkeys(_reasons(error)))


def _reasons(error: ValidationError) -> Iterator[str]:
    """Of a choice of forms, why it is none of them."""
    for each in error.context or ():
        yield from _reasons(each)
    if not error.context:
        yield f"{error.json_path}: {error.message[-100:]}"  # what was found comes first and may be long
