"""A warning, as a citizen reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.channels import markup
from bot.content.edition import Edition
from bot.conversation.screens import CHOICE_LIMIT
from bot.conversation.warnings import shown
from bot.domain.knowledge import Knowledge
from bot.domain.message import Link
from bot.domain.warning import Bulletin, Fault, Topic, faults

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CASE = "tb0a1b2c3d"
GOOD = Bulletin(
    Topic.SCAM, ("mai_phu",), "Giả danh công an", "Có kẻ gọi *điện*:\n\n- Gác máy\n- Báo [trụ sở](x)",
    NOW + timedelta(days=1),
)  # fmt: skip


def told(known: Knowledge, bulletin: Bulletin) -> str:
    return shown(known, CASE, bulletin, NOW).text


def test_it_says_who_sends_it_what_it_is_and_until_when(edition: Edition) -> None:
    lines = markup.spaced(told(edition.known, GOOD)).split("\n\n")
    assert lines == [
        "Cảnh báo của Công an xã Mai Phụ", "Giả danh công an", "Có kẻ gọi *điện*:",
        "– Gác máy\n– Báo [trụ sở](x)",
        "Gửi 23/11/2026, còn hiệu lực đến 15:00 24/11/2026.",
    ]  # fmt: skip


def test_an_officers_marks_mean_nothing_but_what_they_are(edition: Edition) -> None:
    html = markup.html(told(edition.known, replace(GOOD, title="**to** <b>1</b> _x_")))
    assert "**to** &lt;b&gt;1&lt;/b&gt; _x_" in html
    assert "<em>điện" not in html
    assert "<a " not in html


def test_a_drill_a_correction_and_danger_say_so_before_anything_else(edition: Edition) -> None:
    known = edition.known
    assert told(known, replace(GOOD, drill=True)).startswith("**DIỄN TẬP")
    assert told(known, replace(GOOD, drill=True, corrects="tb1")).split("\n\n")[1].startswith("**ĐÍNH CHÍNH")
    assert told(known, replace(GOOD, corrects="tb1", urgent=True)).startswith("**ĐÍNH CHÍNH")
    assert told(known, replace(GOOD, urgent=True)).startswith("**KHẨN")


def test_few_stations_are_named_and_many_are_not(edition: Edition) -> None:
    known = edition.known
    two = told(known, replace(GOOD, stations=("mai_phu", "vung_ang")))
    assert "Công an xã Mai Phụ, Công an phường Vũng Áng" in two
    for many in ((), ("mai_phu", "thanh_sen", "vung_ang", "gone"), ("mai_phu", "gone")):
        assert "Công an các xã, phường" in told(known, replace(GOOD, stations=many))


def test_what_can_be_pressed_names_the_case_and_fits_every_door(edition: Edition) -> None:
    longest = shown(edition.known, CASE, replace(GOOD, topic=Topic.TRAFFIC), NOW)
    assert [b.choice for b in longest.buttons] == [f"w:ok:{CASE}:giao_thong", "w:stop"]
    assert all(len(b.choice.encode()) <= CHOICE_LIMIT for b in longest.buttons)


def test_link_and_picture_go_along_and_a_draft_without_an_end_can_be_looked_at(edition: Edition) -> None:
    picture = "https://bocongan.gov.vn/a.jpg"
    linked = replace(GOOD, link="https://bocongan.gov.vn/tin", picture=picture, expires=None)
    reply = shown(edition.known, CASE, linked, NOW)
    assert reply.links == (Link("Xem thêm", "https://bocongan.gov.vn/tin"),)
    assert reply.picture == picture
    assert reply.text.endswith("*Gửi 23/11/2026.*")


def test_every_template_is_a_warning_without_fault_but_for_what_is_filled_in(edition: Edition) -> None:
    known = edition.known
    for each in known.warnings.templates:
        draft = Bulletin(each.topic, (), each.title, each.text, NOW + timedelta(days=1), each.link)
        assert set(faults(draft, NOW, known.scams.webs.official)) <= {
            Fault.BLANK
        }  # which an officer fills in
