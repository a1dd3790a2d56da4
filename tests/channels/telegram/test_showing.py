"""Everything we have to say, as Telegram takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.channels import markup
from bot.channels.telegram.showing import CAPTION, TEXT, Key, Shown, show
from bot.content.edition import Edition
from bot.conversation import wording
from bot.conversation.screens import Screens
from bot.domain.command import Facet
from bot.domain.message import Button, Link, Reply
from tests.conftest import NOON
from tests.doubles.fields import utf16
from tests.doubles.markup import Formatted, formatted

DAY = NOON.date()
PICTURE = "https://example.vn/a.png"


def seen(shown: Shown) -> Formatted:
    """A message as people see it; raises when Telegram would refuse it."""
    if shown.picture:
        return formatted("sendPhoto", {"caption": shown.html, "parse_mode": "HTML"})
    return formatted("sendMessage", {"text": shown.html, "parse_mode": "HTML"})


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def everything(edition: Edition) -> Iterator[Reply]:
    """Every screen, answer, case, part and alarm of the content."""
    known, screens = edition.known, Screens(edition.known)
    yield screens.menu().reply
    for topic in known.topics:
        page = 0
        while screen := screens.topic(topic, page):
            yield screen.reply
            page += 1
    for intent in known.answers:
        yield from _answers(edition, screens, intent, ())
    yield from (Reply(wording.alarm(each)) for each in known.emergencies.values())


def _answers(edition: Edition, screens: Screens, intent: str, path: tuple[int, ...]) -> Iterator[Reply]:
    answer, known = edition.known.answers[intent], edition.known
    screen = screens.answer(intent, path, DAY)
    assert screen
    yield screen.reply
    body = answer.body(DAY, path)
    yield Reply(wording.full(known, answer, body, DAY), screen.reply.buttons, wording.links(answer))
    for facet in Facet:
        if text := wording.part(known, answer, body, facet, DAY):
            yield Reply(text)
    for case in (body.cases or ())[:1]:
        for number in range(len(case.options)):
            yield from _answers(edition, screens, intent, (*path, number))


def test_all_that_we_can_say_is_html_that_telegram_takes_and_nothing_is_lost(edition: Edition) -> None:
    count = 0
    for reply in everything(edition):
        shown = show((reply,))
        assert shown
        wanted = words(markup.spaced(reply.text))
        for form in ([seen(each).text for each in shown], [each.plain for each in shown]):
            assert words("\n".join(form))[: len(wanted)] == wanted
        assert all(utf16(each.plain) <= TEXT for each in shown)
        count += 1
    assert count > len(edition.known.answers)


def test_all_buttons_of_the_content_arrive_and_fit(edition: Edition) -> None:
    for reply in everything(edition):
        *before, last = show((reply,))
        assert not any(each.rows for each in before)
        keys = [key for row in last.rows for key in row]
        assert [(key.label, key.data) for key in keys if key.data] == [
            (button.label, button.choice) for button in reply.buttons
        ]
        assert all(len(key.data.encode()) <= 64 for key in keys if key.data)
        assert all(key.label for key in keys)


def test_the_sources_that_an_answer_names_can_be_opened(edition: Edition) -> None:
    found = 0
    for reply in everything(edition):
        shown = show((reply,))
        text = "\n".join(seen(each).text for each in shown)
        opened = {each.get("url") for one in shown for each in seen(one).entities}
        named = [link for link in reply.links if link.label in text and link.url.startswith("https:")]
        assert {link.url for link in named} <= opened, reply.text
        assert not any(key.url for one in shown for row in one.rows for key in row if named)
        found += len(named)
    assert found


def test_everything_the_desk_says_of_itself_is_html_that_telegram_takes(edition: Edition) -> None:
    for text in edition.known.texts.values():
        for shown in show((Reply(text),)):
            seen(shown)


def test_a_long_text_is_cut_between_paragraphs_and_the_buttons_stand_under_its_end() -> None:
    paragraphs = [f"**Đoạn {number}.** " + "Mang theo giấy tờ. " * 40 for number in range(20)]
    shown = show((Reply("\n\n".join(paragraphs), (Button("Danh mục", "m"),)),))
    assert len(shown) > 2
    for each in shown:
        text = seen(each).text
        assert text.startswith("Đoạn ")
        assert text.endswith("giấy tờ.")
    together = "\n\n".join(seen(each).text for each in shown)
    assert words(together) == words(markup.spaced("\n\n".join(paragraphs)))
    assert [bool(each.rows) for each in shown] == [False] * (len(shown) - 1) + [True]


@pytest.mark.parametrize(
    "text",
    [
        "ă" * 9000, "👮" * 5000, "&" * 4000, "một hai " * 2000,
        "- một việc\n" * 900, "**đậm** " * 999, "<" * 3000,
    ],
)  # fmt: skip
def test_a_text_without_a_place_to_cut_is_cut_all_the_same(text: str) -> None:
    shown = show((Reply(text),))
    assert len(shown) > 1
    together = "".join(seen(each).text for each in shown)
    assert re.sub(r"\s|–", "", together) == re.sub(r"\s|–", "", markup.spaced(text))


def test_a_list_cut_in_two_keeps_counting() -> None:
    steps = "\n".join(f"{number}. " + "Ra Công an xã nộp hồ sơ. " * 20 for number in range(1, 21))
    lines = [line for each in show((Reply(steps),)) for line in seen(each).text.splitlines() if line]
    assert [line.partition(".")[0] for line in lines] == [str(number) for number in range(1, 21)]


def test_what_looks_like_a_tag_is_shown_and_not_obeyed() -> None:
    (shown,) = show((Reply("gõ <b>110</b> & xem 3 < 5"),))
    assert seen(shown).text == "gõ <b>110</b> & xem 3 < 5"
    assert seen(shown).entities == []


def test_each_reply_is_a_message_of_its_own() -> None:
    shown = show((Reply("Một"), Reply("Hai", (Button("Danh mục", "m"),))))
    assert [each.html for each in shown] == ["Một", "Hai"]
    assert [len(each.rows) for each in shown] == [0, 1]


def test_two_short_buttons_share_a_row_and_a_long_one_has_its_own() -> None:
    labels = ["Có", "Không", "Xem lại từ đầu các bước", "Khác"]
    (shown,) = show((Reply("Chọn:", tuple(Button(label, f"x:{label[0]}") for label in labels)),))
    assert [[key.label for key in row] for row in shown.rows] == [
        ["Có", "Không"], ["Xem lại từ đầu các bước"], ["Khác"]
    ]  # fmt: skip


def test_a_button_that_telegram_cannot_carry_is_left_out_and_not_the_message() -> None:
    (shown,) = show((Reply("Chọn:", (Button("Dài", "ế" * 22), Button("Vừa", "x" * 64))),))
    assert [key.label for row in shown.rows for key in row] == ["Vừa"]


def test_a_source_named_in_the_text_is_a_link_there() -> None:
    links = (Link("Luật Căn cước 2023", "https://a.vn/?x=1&y=2"), Link("Cổng dịch vụ công", "https://b.vn/"))
    (shown,) = show((Reply("Theo Luật Căn cước 2023.", links=links),))
    (entity,) = seen(shown).entities
    assert (entity["type"], entity["url"]) == ("text_link", "https://a.vn/?x=1&y=2")
    assert shown.rows == ()


def test_sources_that_the_text_does_not_name_are_buttons_under_it() -> None:
    links = (Link("Cổng dịch vụ công", "https://b.vn/"),)
    (shown,) = show((Reply("Nộp trên mạng.", (Button("Danh mục", "m"),), links),))
    assert shown.rows == (
        (Key("Danh mục", data="m"),),
        (Key("Cổng dịch vụ công", url="https://b.vn/"),),
    )


@pytest.mark.parametrize(
    "names",
    [
        ("Luật Căn cước", "Luật Căn cước 2023"),
        ("Luật Căn cước 2023", "Luật Căn cước"),
        ("a", "c"),
        ("href", "Luật Căn cước 2023"),
    ],
)
def test_names_of_sources_that_hold_each_other_make_sound_links(names: tuple[str, str]) -> None:
    links = tuple(Link(name, f"https://href.vn/{number}") for number, name in enumerate(names))
    text = "Luật Căn cước 2023, rồi Luật Căn cước; a, c. href **Luật Căn cước 2023**."
    shown = show((Reply(text, links=links),))
    assert [seen(each).text for each in shown] == [markup.spaced(text)]
    named = {link.url for link in links if link.label in seen(shown[0]).text}
    assert {each.get("url") for each in seen(shown[0]).entities} >= named


def test_the_name_of_a_source_inside_a_link_is_left_alone() -> None:
    text = "[Xem Luật Căn cước](https://a.vn/luat)"
    (shown,) = show((Reply(text, links=(Link("Luật Căn cước", "https://b.vn/"),)),))
    assert [each["url"] for each in seen(shown).entities if "url" in each] == ["https://a.vn/luat"]
    assert [key.url for row in shown.rows for key in row] == ["https://b.vn/"]


def test_a_number_to_call_stands_in_the_text_where_phones_find_it() -> None:
    (shown,) = show((Reply("Gọi ngay.", links=(Link("Công an", "tel:113"),)),))
    assert seen(shown).text == "Gọi ngay.\n\nCông an: 113"
    assert shown.rows == ()


def test_an_empty_reply_is_no_message() -> None:
    assert show((Reply(""), Reply("  \n "))) == ()


def test_a_short_text_stands_under_its_picture() -> None:
    (shown,) = show((Reply("Thẻ **mới**", (Button("Danh mục", "m"),), picture=PICTURE),))
    assert shown.picture == PICTURE
    assert seen(shown).text == "Thẻ mới"
    assert shown.rows


@pytest.mark.parametrize("longer", [0, 1])
def test_a_long_text_follows_its_picture(longer: int) -> None:
    shown = show((Reply("x" * (CAPTION + longer), (Button("Danh mục", "m"),), picture=PICTURE),))
    assert [bool(each.picture) for each in shown] == [True, False][: 1 + longer]
    assert [bool(each.rows) for each in shown] == [False, True][1 - longer :]
    assert "".join(seen(each).text for each in shown if each.html) == "x" * (CAPTION + longer)


def test_a_picture_without_words_keeps_its_buttons() -> None:
    (shown,) = show((Reply("", (Button("Danh mục", "m"),), picture=PICTURE),))
    assert replace(shown, rows=()) == Shown("", "", picture=PICTURE)
    assert shown.rows == ((Key("Danh mục", data="m"),),)
