"""Updates as messages of ours, however they are wrapped; nothing in them may break us."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot.reading import parsed, read
from bot.domain.message import Incoming, Kind, Secret
from tests.channels.zalo_bot.desk import ID, LAN, QUESTION, at
from tests.doubles.zalo_bot_updates import update

NOW = 1_795_413_600.0
GROUP = "zgr-2d758cb5"
NAMES = ("bot.mau", "Bot Công an Mẫu")


def seen(data: object, names: tuple[str, ...] = NAMES) -> Incoming | None:
    found = parsed(data)
    return read(found, ID, names) if found else None


def said(text: str, **more: Any) -> dict[str, Any]:
    return update("text", LAN, 1, NOW, text=text, **more)


@pytest.mark.parametrize("wrap", [lambda body: body, lambda body: {"ok": True, "result": body}])
def test_wrapped_and_bare_updates_are_the_same(wrap: Any) -> None:
    incoming = seen(wrap(said(QUESTION)))
    assert incoming == Incoming("2d758cb5e22200000001", at(LAN), QUESTION, origin="2d758cb5e22200000001")


@pytest.mark.parametrize(
    ("kind", "fields", "expected", "text"),
    [
        ("image", {"photo_url": "https://x.invalid/p.jpg", "caption": ""}, Kind.PHOTO, ""),
        ("image", {"photo": "https://x.invalid/p.jpg", "caption": QUESTION}, Kind.PHOTO, QUESTION),
        ("sticker", {"sticker": "0e0", "url": "https://x.invalid/s.png"}, Kind.STICKER, ""),
        ("voice", {"voice_url": "https://x.invalid/v.aac"}, Kind.VOICE, ""),
        ("unsupported", {}, Kind.OTHER, ""),
        ("hologram", {}, Kind.OTHER, ""),
        ("text", {"text": "  "}, Kind.OTHER, ""),
    ],
)
def test_what_is_no_text_is_named_and_not_downloaded(
    kind: str, fields: dict[str, Any], expected: Kind, text: str
) -> None:
    incoming = seen(update(kind, LAN, 1, NOW, **fields))
    assert incoming
    assert (incoming.kind, incoming.text) == (expected, text)


def test_private_numbers_are_masked_before_anything_is_kept() -> None:
    incoming = seen(said("cccd 038085001234 làm lại ở đâu"))
    assert incoming
    assert "038085001234" not in incoming.text
    assert incoming.withheld == {Secret.CARD}


@pytest.mark.parametrize(
    ("text", "choice"), [("/start mai_phu", "start:mai_phu"), ("/start", "start:"), ("/start Mai Phụ", None)]
)
def test_a_talk_can_begin_at_a_station(text: str, choice: str | None) -> None:
    incoming = seen(said(text))
    assert incoming
    assert incoming.choice == choice


class TestInAGroup:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (f"@Bot Công an Mẫu {QUESTION}", QUESTION),
            (f"{QUESTION} @bot công an mẫu", QUESTION),
            (f"@bot.mau {QUESTION}", QUESTION),
            ("@Bot Công an Mẫu 2", "2"),
        ],
    )
    def test_it_is_read_when_the_bot_is_called(self, text: str, words: str) -> None:
        incoming = seen(said(text, group=GROUP))
        assert incoming
        assert incoming.address == at(GROUP)
        assert (incoming.text, incoming.public) == (words, True)

    def test_a_name_that_is_not_known_leaves_its_end(self) -> None:
        incoming = seen(said(f"@Bot Xã Nhà {QUESTION}", group=GROUP), ())
        assert incoming
        assert incoming.text == f"Xã Nhà {QUESTION}"

    @pytest.mark.parametrize("text", [QUESTION, "@Lan ơi", "bot ơi", "1", "cháy nhà", "a@robot.vn"])
    def test_others_talking_to_each_other_are_not(self, text: str) -> None:
        assert seen(said(text, group=GROUP)) is None

    def test_an_answer_to_the_bot_is(self) -> None:
        ours = {"from": {"id": ID, "is_bot": True}, "message_id": "aa"}
        assert seen(said(QUESTION, group=GROUP, reply_to_message=ours))
        theirs = {"from": {"id": LAN, "is_bot": False}, "message_id": "aa"}
        assert seen(said(QUESTION, group=GROUP, reply_to_message=theirs)) is None

    def test_a_talk_is_one_of_two_only_when_that_is_known(self) -> None:
        body = said(QUESTION)
        del body["message"]["chat"]["chat_type"]
        incoming = seen(body)
        assert incoming
        assert not incoming.public
        body["message"]["chat"]["id"] = GROUP
        assert seen(body) is None


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (NOW * 1000, datetime.fromtimestamp(NOW, UTC)),
        (NOW, datetime.fromtimestamp(NOW, UTC)),
        (str(int(NOW * 1000)), datetime.fromtimestamp(NOW, UTC)),
        (None, None),
        (10**400, None),
        (float("nan"), None),
        (True, None),
        ("gestern", None),
    ],
)
def test_times_are_milliseconds_or_seconds_or_nothing(date: object, expected: datetime | None) -> None:
    body = said(QUESTION)
    body["message"]["date"] = date
    found = parsed(body)
    assert found
    assert found.at == expected


def test_ids_may_be_numbers() -> None:
    body = said(QUESTION)
    body["message"] |= {"chat": {"id": 12345, "chat_type": "PRIVATE"}, "message_id": 44}
    incoming = seen(body)
    assert incoming
    assert (incoming.address.user, incoming.id) == ("12345", "44")


@pytest.mark.parametrize(
    "broken",
    [
        None, [], "", 5, {}, {"ok": True}, {"ok": True, "result": []},
        {"event_name": "message.text.received"},
        {**said("x"), "event_name": "reaction.received"}, {**said("x"), "event_name": ["x"]},
        {**said("x"), "message": []},
    ],
)  # fmt: skip
def test_what_is_no_update_is_none(broken: object) -> None:
    assert parsed(broken) is None


@pytest.mark.parametrize("id_", ["", "a/b", "a b", "../../x", "x" * 65, [1], None, "é"])
def test_a_chat_that_could_not_be_written_to_is_none(id_: object) -> None:
    body = said(QUESTION)
    body["message"]["chat"]["id"] = id_
    assert parsed(body) is None


def test_bots_are_not_answered() -> None:
    body = said(QUESTION)
    body["message"]["from"]["is_bot"] = True
    assert parsed(body) is None


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_and_any_id_can_be_kept(text: str, id_: str) -> None:
    body = said(text)
    body["message"]["message_id"] = id_ + "\ud83d"
    incoming = seen(body)
    assert incoming
    (incoming.id + incoming.text).encode()
    assert "|" not in incoming.id
