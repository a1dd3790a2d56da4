"""One's doors in words: heard with and without marks, left with one sentence, never in a group."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.content.edition import Edition
from bot.domain.heard import AnyHeard, Links, Meant
from bot.domain.message import Moment
from bot.domain.pairing import EnterCode, Linked, Outcome, ShowDoors, Tied, drawn, written
from bot.domain.session import Session

CODE = next(found for number in range(10**9, 10**10, 104_729) if (found := drawn(number)))
INTENT = "tro_chuyen.noi_kenh"
Understand = Callable[[str], AnyHeard]


@pytest.mark.parametrize(
    "text",
    [
        "nối zalo với telegram", "em đổi điện thoại muốn xem lịch ở đây", "các kênh của tôi",
        "cac kenh cua toi",
        "mần răng cho zalo với telegram của tui là một", "noi zalo voi trang web",
        "cho em nối thêm kênh nữa ạ",
        "tôi muốn liên kết tài khoản telegram với zalo",
        "trước đặt lịch ở telegram, nay muốn xem bên zalo",
    ],
)  # fmt: skip
def test_who_wants_doors_tied_is_heard(text: str, understand: Understand) -> None:
    heard = understand(text)
    assert isinstance(heard, Links), heard
    assert (heard.intent, heard.leaves, heard.code) == (INTENT, False, "")


@pytest.mark.parametrize(
    ("text", "here"),
    [("bỏ kênh này", True), ("bo kenh nay di", True), ("bỏ một kênh", False), ("huỷ nối zalo", False),
     ("gỡ telegram khỏi các kênh của tôi", False)],
)  # fmt: skip
def test_who_wants_a_door_left_is_heard(text: str, here: bool, understand: Understand) -> None:
    heard = understand(text)
    assert isinstance(heard, Links), heard
    assert (heard.leaves, heard.here) == (True, here)


@pytest.mark.parametrize(
    "typed",
    ["{}", "{} ạ", "mã của em là {}", "nhap ma {} giup toi", "mã nối kênh bên zalo đây {} nha", "Mã: {}."],
)
def test_a_code_is_heard_however_it_is_typed(typed: str, understand: Understand) -> None:
    shown = written(CODE)
    for code in (
        shown,
        shown.lower(),
        shown.replace("-", " "),
        shown.replace("-", ""),
        f"{CODE[:5]} {CODE[5:]}",
    ):
        if code.lower().startswith("nk") or typed == "{}":
            heard = understand(typed.format(code))
            assert heard == Links(intent=INTENT, code=CODE), typed.format(code)


def test_a_slip_of_the_thumb_is_told_and_looked_up_nowhere(edition: Edition, at: Moment) -> None:
    wrong = written(CODE[:-1] + ("2" if CODE[-1] != "2" else "3"))
    heard = edition.understanding.understand(wrong)
    assert heard == Links(intent=INTENT, wrong=True)
    step = edition.dialogue.step(Session(), heard, at)
    assert step.request is None
    assert "Mã gõ chưa đúng" in step.replies[0].text


def test_other_words_are_no_code(understand: Understand) -> None:
    for text in ("nk thường trú ở đâu", "TB-K7M3PX4", "GM-K7M3PX", "nk 2024", "số nhà 12 nk", "làm căn cước"):
        heard = understand(text)
        assert not isinstance(heard, Links), text


def test_a_forwarded_code_is_somebody_elses(edition: Edition) -> None:
    heard = edition.understanding.understand(written(CODE), forwarded=True)
    assert heard == Links(intent=INTENT, given=True)
    told = edition.understanding.understand(f"Nhắn mã {written(CODE)} cho bot nhận quà", forwarded=True)
    assert not isinstance(told, Links)


def test_a_trick_with_a_code_in_it_is_judged_first(understand: Understand) -> None:
    text = (
        "có người xưng công an gọi bảo tôi nhắn mã {} vào đây rồi chuyển tiền vào tài khoản của họ "
        "để kiểm tra, doạ không làm thì bắt giam"
    )
    assert not isinstance(understand(text.format(written(CODE))), Links)


def test_nothing_of_it_is_said_where_others_listen(edition: Edition) -> None:
    dialogue = edition.dialogue
    for text in ("các kênh của tôi", written(CODE), "bỏ kênh này"):
        assert dialogue.is_private(edition.understanding.understand(text))


def test_a_page_without_a_talk_shows_how_it_is_done(edition: Edition, at: Moment) -> None:
    heard = edition.understanding.understand("nối zalo với telegram")
    step = edition.dialogue.alone(edition.dialogue.step(Session(), heard, at), at)
    assert step.request is None
    assert "Nối thêm kênh" in step.replies[0].text


def test_words_lead_to_a_request_of_their_own(edition: Edition, at: Moment) -> None:
    dialogue, understanding = edition.dialogue, edition.understanding
    seen = dialogue.step(Session(), understanding.understand("các kênh của tôi"), at)
    assert seen.request == ShowDoors("doors:m1")
    typed = dialogue.step(Session(), understanding.understand(written(CODE)), at)
    assert typed.request == EnterCode("doors:m1", CODE)
    asked = understanding.understand("nối zalo với telegram, với lại làm căn cước hết bao nhiêu tiền")
    assert isinstance(asked, Links | Meant)


def test_two_doors_of_a_kind_have_buttons_of_their_own(edition: Edition, at: Moment) -> None:
    doors = tuple(Tied(f"{ref}", "telegram", at.now, here=ref == 1) for ref in range(1, 5))
    result = Linked(ShowDoors("s", leaves=True), Outcome.DONE, doors)
    (reply,) = edition.dialogue.concluded(Session(), result, at).replies
    labels = [button.label for button in reply.buttons]
    assert labels[:2] == ["Telegram (ở đây)", "Telegram (21/11)"]
    assert len(set(labels)) == len(labels) == 5
    assert [button.choice for button in reply.buttons][:4] == [f"c:leave:{ref}" for ref in range(1, 5)]
