"""What a Telegram update says to us, and what of it is none of our business."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.channels.telegram.reading import COMMANDS, Me, read
from bot.conversation.text import LIMIT
from bot.domain.message import Address, Incoming, Kind, Secret

BOT, LAN, GROUP = 900000001, 500000001, -1001234567890
ME = Me(str(BOT), "mau_bot")
US = {"id": BOT, "is_bot": True, "first_name": "Bot Mẫu", "username": "mau_bot"}
PRIVATE = {"id": LAN, "type": "private", "first_name": "Lan"}
XOM = {"id": GROUP, "type": "supergroup", "title": "Xóm Mẫu"}
FILE = {"file_id": "f", "file_unique_id": "u"}
SIZED = {**FILE, "width": 8, "height": 8}
WHO = {"id": LAN, "is_bot": False, "first_name": "Lan"}


def message(text: str | None = None, *, chat: dict[str, Any] = PRIVATE, **more: Any) -> dict[str, Any]:
    said = {} if text is None else {"text": text}
    return {"message_id": 41, "date": 1764000000, "chat": chat, "from": WHO, **said, **more}


def heard(body: dict[str, Any], me: Me = ME) -> Incoming | None:
    return read(Update.de_json({"update_id": 700000001, **body}, None), me)


def said(text: str | None = None, **more: Any) -> Incoming | None:
    return heard({"message": message(text, **more)})


def marked(text: str, kind: str, words: str, **more: Any) -> dict[str, Any]:
    """Entities of a text: one of a kind, over these words."""
    return {"entities": [{"type": kind, "offset": text.index(words), "length": len(words), **more}]}


def in_group(text: str, **more: Any) -> Incoming | None:
    return said(text, chat=XOM, **more)


def press(data: str | None = "m", **more: Any) -> Incoming | None:
    query = {"id": "2147", "from": WHO, "chat_instance": "-1", **more}
    return heard({"callback_query": query | ({} if data is None else {"data": data})})


def test_words_come_as_they_are_with_where_they_were_said() -> None:
    assert said("mat can cuoc thi sao") == Incoming(
        "700000001", Address("telegram", str(BOT), str(LAN)), "mat can cuoc thi sao", origin="41"
    )


def test_a_card_number_goes_no_further_than_the_door() -> None:
    incoming = said("số căn cước của tôi là 038085001234")
    assert incoming
    assert "038085001234" not in incoming.text
    assert incoming.withheld == {Secret.CARD}


def test_a_card_number_under_a_photo_goes_no_further_either() -> None:
    incoming = said(photo=[SIZED], caption="số căn cước 038085001234")
    assert incoming
    assert "038085001234" not in incoming.text
    assert incoming.withheld == {Secret.CARD}


def test_a_text_longer_than_we_read_is_cut() -> None:
    incoming = said("mất thẻ " * 500)
    assert incoming
    assert LIMIT - 1 <= len(incoming.text) <= LIMIT  # a space at the cut goes too


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("/start", "start:"),
        ("/start mai_phu", "start:mai_phu"),
        ("/start Mai Phụ!", "start:"),  # no station of ours can be called so
        ("/START", "start:"),
        ("/help", "h"),
        ("/trogiup", "h"),
        ("/menu", "m"),
        ("/danhmuc", "m"),
        ("/danhmuc@mau_bot", "m"),
        ("/quaylai", "b"),
        ("/dulieu", "d:"),
    ],
)
def test_a_command_is_a_choice(text: str, choice: str) -> None:
    incoming = said(text)
    assert incoming
    assert (incoming.choice, incoming.text) == (choice, "")


def test_every_command_of_the_menu_is_understood() -> None:
    for name, choice in COMMANDS.items():
        incoming = said(f"/{name}")
        assert incoming
        assert incoming.choice == choice


@pytest.mark.parametrize("text", ["/batdau", "/ mất thẻ", "/startmai_phu", "1/2 tháng thì sao"])
def test_what_only_looks_like_a_command_is_words(text: str) -> None:
    incoming = said(text)
    assert incoming
    assert (incoming.choice, incoming.text) == (None, text)


def test_a_press_carries_its_choice_to_where_the_button_stands() -> None:
    incoming = press("a:can_cuoc.cap_lai:0", message=message("Chọn:", **{"from": US}))
    assert incoming == Incoming(
        "700000001", Address("telegram", str(BOT), str(LAN)), choice="a:can_cuoc.cap_lai:0"
    )


def test_a_press_in_a_group_belongs_to_the_group_and_has_listeners() -> None:
    incoming = press("m", message=message("Chọn:", chat=XOM, **{"from": US}))
    assert incoming
    assert (incoming.address.user, incoming.public) == (str(GROUP), True)


@pytest.mark.parametrize(
    "more", [{"message": {"message_id": 7, "date": 0, "chat": PRIVATE}}, {}, {"inline_message_id": "x"}]
)
def test_a_press_under_a_message_that_is_gone_still_counts(more: dict[str, Any]) -> None:
    incoming = press("m", **more)
    assert incoming
    assert (incoming.choice, incoming.address.user) == ("m", str(LAN))


@pytest.mark.parametrize("data", [None, "", "x" * 65, "ế" * 22])
def test_a_press_that_no_button_of_ours_can_send_is_nothing(data: str | None) -> None:
    assert press(data) is None


def test_a_press_of_64_bytes_is_the_longest_that_counts() -> None:
    incoming = press("x" * 64)
    assert incoming
    assert incoming.choice == "x" * 64


def test_a_press_by_a_bot_is_nothing() -> None:
    assert press("m", **{"from": {**WHO, "is_bot": True}}) is None


def test_an_edited_message_says_which_one_it_was() -> None:
    incoming = heard({"edited_message": message("còn lệ phí?", edit_date=1764000009)})
    assert incoming
    assert (incoming.text, incoming.origin, incoming.edited) == ("còn lệ phí?", "41", True)


def test_a_place_that_moves_is_answered_once_and_not_with_every_step() -> None:
    place = {"latitude": 18.3, "longitude": 105.9, "live_period": 900}
    assert heard({"edited_message": message(location=place, edit_date=1764000009)}) is None
    first = said(location=place)
    assert first
    assert first.kind is Kind.LOCATION


def test_a_location_is_carried_to_about_a_hundred_metres() -> None:
    shared = said(location={"latitude": 18.461234, "longitude": 105.848765})
    assert shared
    assert shared.spot == (18.461, 105.849)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"photo": [SIZED]}, Kind.PHOTO),
        ({"video": {**SIZED, "duration": 3}}, Kind.VIDEO),
        ({"video_note": {**FILE, "length": 3, "duration": 3}}, Kind.VIDEO),
        ({"animation": {**SIZED, "duration": 3}, "document": FILE}, Kind.VIDEO),
        ({"voice": {**FILE, "duration": 3}}, Kind.VOICE),
        ({"audio": {**FILE, "duration": 3}}, Kind.VOICE),
        ({"document": FILE}, Kind.FILE),
        ({"sticker": {**SIZED, "type": "regular", "is_animated": False, "is_video": False}}, Kind.STICKER),
        ({"location": {"latitude": 18.3, "longitude": 105.9}}, Kind.LOCATION),
        ({"contact": {"phone_number": "0900000000", "first_name": "Lan"}}, Kind.CONTACT),
        ({"dice": {"emoji": "🎲", "value": 3}}, Kind.OTHER),
        (
            {
                "poll": {
                    "id": "1", "question": "Ai?", "options": [], "total_voter_count": 0, "is_closed": False,
                    "is_anonymous": True, "type": "regular", "members_only": False,
                    "allows_multiple_answers": False, "allows_revoting": False,
                }
            },
            Kind.OTHER,
        ),
    ],
)  # fmt: skip
def test_what_is_no_text_is_named_and_not_downloaded(fields: dict[str, Any], kind: Kind) -> None:
    incoming = said(**fields)
    assert incoming
    assert (incoming.kind, incoming.text) == (kind, "")


def test_a_photo_is_asked_about_by_its_caption() -> None:
    incoming = said(photo=[SIZED], caption="giấy này là gì")
    assert incoming
    assert (incoming.kind, incoming.text) == (Kind.PHOTO, "giấy này là gì")


@pytest.mark.parametrize(
    "fields",
    [
        {"new_chat_members": [US]},
        {"left_chat_member": WHO},
        {"new_chat_title": "Tên mới"},
        {"group_chat_created": True},
        {"migrate_to_chat_id": GROUP},
        {"migrate_from_chat_id": -5},
        {"pinned_message": message("ghim")},
        {"write_access_allowed": {}},
    ],
)
def test_a_notice_of_telegram_itself_is_nothing(fields: dict[str, Any]) -> None:
    assert said(**fields) is None
    assert said(chat={**XOM, "type": "group"}, **fields) is None


@pytest.mark.parametrize(
    "body",
    [
        {"message": message("chào", **{"from": US})},
        {"channel_post": message("chào", chat={"id": GROUP, "type": "channel", "title": "Tin"})},
        {"message": {k: v for k, v in message("chào").items() if k != "from"}},
        {"message": message("@mau_bot chào", chat={"id": GROUP, "type": "channel", "title": "Tin"})},
        {"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["0"], "user": WHO}},
        {},
    ],
)
def test_who_is_no_citizen_is_not_heard(body: dict[str, Any]) -> None:
    assert heard(body) is None


@pytest.mark.parametrize(
    "text", ["mất căn cước làm lại ở đâu", "@khac_bot làm căn cước ở đâu", "/danhmuc", "/danhmuc@khac_bot"]
)
def test_in_a_group_we_are_silent_when_others_talk_to_each_other(text: str) -> None:
    words = text.split(maxsplit=1)[0]
    kind = {"@": "mention", "/": "bot_command"}.get(text[0], "bold")
    assert in_group(text, **marked(text, kind, words)) is None


@pytest.mark.parametrize("name", ["@mau_bot", "@Mau_Bot"])
def test_in_a_group_we_hear_our_name_and_cut_it_out(name: str) -> None:
    text = f"👮 {name} mất căn cước làm lại ở đâu"
    place = {"type": "mention", "offset": 3, "length": len(name)}  # 👮 is two units of UTF-16
    incoming = in_group(text, entities=[place])
    assert incoming
    assert incoming.public
    assert incoming.address.user == str(GROUP)
    assert " ".join(incoming.text.split()) == "👮 mất căn cước làm lại ở đâu"


def test_in_a_group_we_hear_our_name_under_a_photo() -> None:
    caption = "@mau_bot giấy này là gì"
    place = marked(caption, "mention", "@mau_bot")["entities"]
    incoming = said(chat=XOM, photo=[SIZED], caption=caption, caption_entities=place)
    assert incoming
    assert (incoming.text, incoming.kind) == ("giấy này là gì", Kind.PHOTO)


def test_in_a_group_a_longer_name_is_not_ours() -> None:
    text = "@mau_bot2 chào"
    assert in_group(text, **marked(text, "mention", "@mau_bot2")) is None


def test_in_a_group_we_hear_who_is_pointed_at_without_a_name() -> None:
    text = "Trực ban ơi, mất căn cước"
    incoming = in_group(text, **marked(text, "text_mention", "Trực ban", user=US))
    assert incoming
    assert incoming.text == text


def test_in_a_group_we_hear_a_reply_to_us_and_no_other() -> None:
    ours = message("Bác cần gì?", chat=XOM, **{"from": US})
    theirs = message("Chào cả xóm", chat=XOM)
    assert in_group("còn lệ phí?", reply_to_message=ours)
    assert in_group("còn lệ phí?", reply_to_message=theirs) is None
    # A reply without our own name known yet.
    assert heard({"message": message("thế à", chat=XOM, reply_to_message=ours)}, Me(str(BOT)))


@pytest.mark.parametrize("text", ["/danhmuc@mau_bot", "/danhmuc@MAU_BOT"])
def test_in_a_group_we_hear_a_command_with_our_name(text: str) -> None:
    incoming = in_group(text, **marked(text, "bot_command", text))
    assert incoming
    assert (incoming.choice, incoming.public) == ("m", True)


def test_in_a_group_a_reply_to_us_with_a_command_for_another_bot_is_theirs() -> None:
    ours = message("Bác cần gì?", chat=XOM, **{"from": US})
    text = "/danhmuc@khac_bot"
    assert in_group(text, reply_to_message=ours, **marked(text, "bot_command", text)) is None


def test_our_name_before_a_command_does_not_hide_it() -> None:
    text = "@mau_bot /danhmuc"
    incoming = in_group(text, **marked(text, "mention", "@mau_bot"))
    assert incoming
    assert incoming.choice == "m"


@pytest.mark.parametrize("chat", ["abc", "41", 1.5])
def test_a_chat_nothing_could_be_sent_to_is_no_chat(chat: object) -> None:
    with pytest.raises(TypeError):
        said("xin chào", chat={**PRIVATE, "id": chat})


def test_a_forwarded_message_is_somebody_elses_words() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Ai đó", "date": 1764000000}
    forwarded = said("Chúc mừng bạn đã trúng thưởng", forward_origin=origin)
    own = said("mất căn cước")
    assert forwarded is not None
    assert forwarded.forwarded
    assert own is not None
    assert not own.forwarded
