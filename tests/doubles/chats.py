"""What stands in the chats: messages of people and of the bot."""

from __future__ import annotations

import time
from typing import Any

from tests.doubles.faults import Call
from tests.doubles.fields import Upload
from tests.doubles.updates import RefusedError

Message = dict[str, Any]


class Chats:
    """All messages, by chat and message_id. A message is never changed, only replaced."""

    def __init__(self) -> None:
        self.messages: dict[tuple[int, int], Message] = {}
        self._last = 40

    def newest_with(self, chat: int, data: str) -> int | None:
        """The newest message of a chat that has a button with this data."""
        having = [number for (at, number), each in self.messages.items() if at == chat and _has(each, data)]
        return max(having, default=None)

    def send(self, call: Call) -> Message:
        """Put a message into a chat."""
        fields, chat = call.fields, call.fields["chat_id"]
        if not isinstance(chat, int):
            raise RefusedError(400, "Bad Request: chat not found")  # the double knows no channels
        message: Message = {"from": bot(call.token)}
        answered = fields.get("reply_parameters", {})
        if (chat, answered.get("message_id")) in self.messages:
            original = self.messages[chat, answered["message_id"]]
            message["reply_to_message"] = {k: v for k, v in original.items() if k != "reply_to_message"}
        elif answered and not answered.get("allow_sending_without_reply"):
            raise RefusedError(400, "Bad Request: message to be replied not found")
        if call.method == "sendPhoto":
            size = len(fields["photo"].data) if isinstance(fields["photo"], Upload) else 1
            photo = {"file_id": f"photo{size}", "file_unique_id": f"p{size}", "width": 800, "height": 600}
            message["photo"] = [photo]
        message |= _words(call, "caption" if call.method == "sendPhoto" else "text")
        if fields.get("protect_content"):
            message["has_protected_content"] = True
        if "inline_keyboard" in fields.get("reply_markup", {}):  # only these are echoed
            message["reply_markup"] = fields["reply_markup"]
        return self.add(chat, message)

    def add(self, chat: int, body: Message) -> Message:
        self._last += 1
        message = {"message_id": self._last, "date": int(time.time()), "chat": chat_of(chat), **body}
        self.messages[message["chat"]["id"], message["message_id"]] = message
        return message

    def edit(self, call: Call) -> Message:
        """Change an own message; without a keyboard in the request, the old keyboard goes."""
        fields = call.fields
        place = (fields.get("chat_id"), fields.get("message_id"))
        old = self.messages.get(place)
        if old is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if not old["from"]["is_bot"]:
            raise RefusedError(400, "Bad Request: message can't be edited")
        if call.method == "editMessageText" and "text" not in old:
            raise RefusedError(400, "Bad Request: there is no text in the message to edit")
        gone = {"text", "entities"} if call.method == "editMessageText" else set()
        kept = {name: value for name, value in old.items() if name not in {"reply_markup", *gone}}
        markup = fields.get("reply_markup", {}).get("inline_keyboard")
        new = {**kept, **(_words(call, "text") if gone else {})}
        new |= {"reply_markup": fields["reply_markup"]} if markup else {}
        if new == old:
            raise RefusedError(400, "Bad Request: message is not modified")
        self.messages[place] = {**new, "edit_date": int(time.time())}
        return self.messages[place]


def bot(token: str) -> dict[str, Any]:
    """The bot as a `User`."""
    number = int(token.partition(":")[0])
    return {"id": number, "is_bot": True, "first_name": "Bot Mẫu", "username": "mau_bot"}


def person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "Lan", "language_code": "vi"}


def chat_of(chat: int) -> dict[str, Any]:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "Xóm Mẫu"}
    return {"id": chat, "type": "private", "first_name": "Lan"}


def _has(message: Message, data: str) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(button.get("callback_data") == data for row in rows for button in row)


def _words(call: Call, place: str) -> Message:
    """A call's text or caption as fields of a message."""
    text, entities = call.formatted
    named = "entities" if place == "text" else "caption_entities"
    return {**({place: text} if text else {}), **({named: entities} if entities else {})}
