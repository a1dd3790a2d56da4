"""Everything the desk can say fits Zalo, and what has no button can be typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.zalo_oa import reading
from bot.channels.zalo_oa.showing import BUTTONS, TEXT, TITLE, Shown, show
from bot.content.edition import Edition
from bot.conversation.screens import MENU, answer_choice
from bot.domain.heard import Chose
from bot.domain.message import Button, Link, Moment, Reply
from bot.domain.session import Session
from tests.channels.zalo.desk import OA
from tests.doubles.zalo import CS, citizen
from tests.doubles.zalo_forms import misfit

NOW = datetime.now(UTC)
NUMBERED = "Hoặc nhắn số:"


def screens(edition: Edition) -> list[tuple[str, Session, tuple[Reply, ...]]]:
    """Everything that can be chosen from the menu on, with the session it leaves."""
    found, seen, waiting = [], set[str](), [MENU, *map(answer_choice, edition.known.answers)]
    while waiting:
        choice = waiting.pop()
        if choice in seen or choice.startswith(("d:", "u:", "w:")):
            continue
        seen.add(choice)
        step = edition.dialogue.step(Session(greeted=True), Chose(choice=choice), Moment(NOW, "m1"))
        found.append((choice, step.session, step.replies))
        waiting += [button.choice for reply in step.replies for button in reply.buttons]
    return found


def event(text: str) -> reading.Event:
    data = {
        "event_name": "user_send_text", "sender": {"id": citizen(1)}, "recipient": {"id": OA.id},
        "message": {"text": text, "msg_id": "a"},
    }  # fmt: skip
    return reading.Event("user_send_text", OA.app_id, OA.id, citizen(1), NOW, "1", data)


def pressed(button: dict[str, object]) -> str | None:
    incoming = reading.read(event(str(button["payload"])))
    assert incoming
    return incoming.choice


def buttons(shown: Shown) -> list[dict[str, object]]:
    message = shown.body(citizen(1))["message"]
    found: list[dict[str, object]] = message.get("attachment", {}).get("payload", {}).get("buttons", [])
    return found


def test_every_answer_and_every_button_fits_and_says_what_it_does(edition: Edition) -> None:
    known = screens(edition)
    assert len(known) > len(edition.known.answers)
    as_numbers = 0
    for choice, session, replies in known:
        messages = show(replies, edition.known.says("numbered"))
        offered = [button for reply in replies for button in reply.buttons]
        for message in messages:
            assert misfit("POST", CS, message.body(citizen(1))) is None, choice
            assert len(message.text) <= TEXT
            for mark in ("**", "](", "__", "<b>", "\\"):
                assert mark not in message.text, (choice, mark)
        keys = [key for message in messages for key in buttons(message)]
        own = [key for key in keys if key["type"] == "oa.query.hide"]
        assert len(keys) <= BUTTONS
        if len(offered) <= BUTTONS:
            assert [pressed(key) for key in own] == [button.choice for button in offered]
            continue
        as_numbers += 1
        assert not own
        for number, button in enumerate(offered, start=1):
            assert f"\n{number}. {button.label}" in "\n".join(message.text for message in messages)
            heard = edition.understanding.understand(str(number), session)
            assert isinstance(heard, Chose)
            assert heard.choice == button.choice
    assert as_numbers > 3


def test_two_replies_of_one_turn_are_one_message() -> None:
    replies = (Reply("**Một**"), Reply("Hai", (Button("Ba", "m"),)))
    assert show(replies, NUMBERED) == (Shown("Một\n\nHai", (Button("Ba", "m"),)),)


def test_a_picture_goes_first_and_the_words_and_buttons_follow() -> None:
    reply = Reply("Mẫu thẻ", (Button("Xem", "m"),), picture="https://example.invalid/a.png")
    first, second = show((reply,), NUMBERED)
    assert first.body(citizen(1))["message"] == {
        "attachment": {"type": "template", "payload": {"template_type": "media", "elements": [
            {"media_type": "image", "url": "https://example.invalid/a.png"}]}}}  # fmt: skip
    assert (second.text, second.buttons) == ("Mẫu thẻ", reply.buttons)
    only = show((Reply("", (Button("Xem", "m"),), picture="https://example.invalid/a.png"),), NUMBERED)
    assert [misfit("POST", CS, message.body(citizen(1))) for message in only] == [None, None]


def test_long_texts_are_cut_between_paragraphs_and_nothing_is_lost() -> None:
    paragraphs = [f"Đoạn {number}. " + "chữ " * 150 for number in range(9)]
    messages = show((Reply("\n\n".join(paragraphs)),), NUMBERED)
    assert [line for message in messages for line in message.text.split("\n\n")] == [
        paragraph.strip() for paragraph in paragraphs
    ]
    assert all(len(message.text) <= TEXT for message in messages)
    assert len(messages) == 3
    assert [len(m.text) for m in show((Reply("ạ" * 4500),), NUMBERED)] == [1125] * 4


def test_five_buttons_are_buttons_and_six_are_lines() -> None:
    choices = tuple(Button(f"Việc {number}", f"t:{number}") for number in range(1, 7))
    assert len(show((Reply("Chọn", choices[:5]),), NUMBERED)[0].buttons) == 5
    [lines] = show((Reply("Chọn", choices),), NUMBERED)
    assert not lines.buttons
    assert lines.text.endswith("6. Việc 6")


@pytest.mark.parametrize(
    ("number", "code"), [("tel:0238123456", "84238123456"), ("tel:+84900000002", "84900000002")]
)
def test_a_number_is_a_button_that_calls(number: str, code: str) -> None:
    [shown] = show((Reply("Gọi", links=(Link("Trực ban", number),)),), NUMBERED)
    assert buttons(shown)[0]["payload"] == {"phone_code": code}
    assert misfit("POST", CS, shown.body(citizen(1))) is None


def test_a_short_number_is_words_because_zalo_refuses_it_as_a_button() -> None:
    [shown] = show((Reply("Gọi", links=(Link("Công an", "tel:113"),)),), NUMBERED)
    assert shown == Shown("Gọi\n\nCông an: 113")


def test_a_label_that_is_too_long_is_cut_and_still_does_what_it_says() -> None:
    [shown] = show((Reply("Chọn", (Button("rất dài " * 40, "t:can_cuoc"),)),), NUMBERED)
    [key] = buttons(shown)
    assert len(str(key["title"])) <= TITLE
    assert misfit("POST", CS, shown.body(citizen(1))) is None
    assert pressed(key) == "t:can_cuoc"


@pytest.mark.parametrize("choice", ["m", "b", "h", "n", "t:can_cuoc:1", "a:can_cuoc.cap_lai:0.1", "d:erase!",
                                    "u:can_cuoc.cap_lai", "start:mai_phu"])  # fmt: skip
def test_every_kind_of_choice_comes_back_from_a_press(choice: str) -> None:
    assert pressed({"payload": f"Xem [{choice}]"}) == choice


@pytest.mark.parametrize(
    "text", ["cứu với [help]", "xin chào [hình ảnh]", "[a:b] cháy nhà", "giá [x:1]", "[]"]
)
def test_other_brackets_are_words(text: str) -> None:
    incoming = reading.read(event(text))
    assert incoming
    assert (incoming.choice, incoming.text) == (None, text)
