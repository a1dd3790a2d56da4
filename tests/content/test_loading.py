"""Content that is wrong in one place, and what an officer is told about it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import loading
from bot.content.files import load
from bot.domain.answer import Freshness
from bot.domain.knowledge import Knowledge
from bot.errors import ContentError, Problem
from tests.conftest import ROOT


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; returns the line it stood on."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        loading.knowledge(folder)
    return caught.value.problems


class TestProblems:
    def test_name_file_line_and_cure(self, small: Path) -> None:
        line = spoil(small / "faq.yaml", "  title:", "  titel:")
        found = problems(small)
        assert {(p.file, p.line) for p in found} >= {("faq.yaml", line)}
        assert any("«titel»" in p.what and "chính tả" in p.what for p in found)
        assert any("thiếu «title»" in p.what for p in found)

    def test_all_are_told_at_once(self, small: Path) -> None:
        spoil(small / "faq.yaml", "reviewed: 2026-11-21", "reviewed: hôm qua")
        spoil(small / "texts.yaml", "  thanks:", "  thank:")
        spoil(small / "stations.yaml", '"07:30-11:30"', '"7h30-11h30"')
        assert {p.file for p in problems(small)} >= {"faq.yaml", "stations.yaml"}

    @pytest.mark.parametrize(
        ("file", "old", "new", "says"),
        [
            ("texts.yaml", "  thanks:", "  thank:", "thiếu câu «thanks»"),
            ("texts.yaml", "{topic}", "{tpoic}", "chỗ trống {tpoic}"),
            ("texts.yaml", "{topic}", "{topic", "ngoặc nhọn lẻ"),
            ("stations.yaml", '"07:30-11:30"', '"11:30-07:30"', "giờ mở phải trước giờ đóng"),
            ("stations.yaml", "province: Hà Tĩnh", "province: Hà Tịnh", "gần giống: Tỉnh Hà Tĩnh"),
            ("stations.yaml", "commune: xã Mai Phụ", "commune: xã Mai Phú", "gần giống: Xã Mai Phụ"),
            ("stations.yaml", "xã Thạch Mỹ,", "xã Thạch Mỵ,", "gần giống: Xã Thạch Mỹ"),
            ("stations.yaml", "xã Thạch Mỹ,", "xã Kỳ Hoa,", "mà nay thuộc xã Mai Phụ"),
            (
                "faq.yaml",
                "next: [can_cuoc.doi_the",
                "next: [can_cuoc.khong_co",
                "«can_cuoc.khong_co» không có",
            ),
            ("faq.yaml", "  warn: ", "  warn: số và dấu # ", "chữ sau dấu # bị bỏ"),
            ("words.yaml", "  j: gì", '  "?": gì', "không có chữ nào đọc được"),
            ("faq.yaml", "  short: >-\n    **", "  short: >-\n    # **", "chữ định dạng"),
            ("words.yaml", "  muc_1: [", "  muc_1: [mức 2, ", "thuộc cả hai nhóm"),
            ("urgent.yaml", "intent: an_ninh.khan_cap", "intent: an_ninh.gap", "«an_ninh.gap» không có"),
            ("urgent.yaml", "calm: [", "calm: [chua_co, ", "«chua_co» không có trong words.yaml"),
            ("guides.yaml", "intent: lua_dao.da_bi_lua", "intent: lua_dao.to_giac", "phải ghi does: guide"),
            ("warnings.yaml", "  luu_dong:", "  luu_dogn:", "«luu_dogn» không phải chủ đề"),
            ("warnings.yaml", "  luu_dong:", "  luu_dogn:", "thiếu chủ đề «luu_dong»"),
            ("warnings.yaml", "right: 1", "right: 3", "chỉ có 2 nút"),
            ("warnings.yaml", "topic: lua_dao", "topic: lua_doa", "«topic» không hợp lệ"),
            ("warnings.yaml", "id: phong_chay_nha_o", "id: gia_danh_cong_an", "đã có mẫu «gia_danh_cong_an»"),
            ("warnings.yaml", "Bác bớt mấy phút", "Bác xem nhanh-lam.vip, bớt mấy phút", "có địa chỉ trang"),
            ("guides.yaml", "next: [lua_dao.to_giac", "next: [lua_dao.gi_do", "«lua_dao.gi_do» không có"),
            ("guides.yaml", "    end: >-\n      **", "    end: >-\n      # **", "chữ định dạng"),
            (
                "intents/lua_dao.yaml",
                "lua_dao.kiem_tra:\n",
                "lua_dao.kiem_tra:\n  does: guide\n",
                "chưa có chỉ dẫn",
            ),
            ("faq.yaml", "ages: {from: 6, to: 13}", "ages: {from: 16, to: 13}", "tuổi đầu (from) lớn hơn"),
            ("faq.yaml", "          says: [hỏng", "          says: [mất, hỏng", "nằm ở cả"),
            ("scams.yaml", "- (tk_an_toan)", "- (tk_an_toam)", "không có nhóm «tk_an_toam»"),
            ("scams.yaml", "- (tk_an_toan)", "- (tk_an_toan", "viết chưa đúng"),
            ("scams.yaml", "signs: [lai_khung]", "signs: [lai_khung, la]", "không có dấu hiệu «la»"),
            ("scams.yaml", "  _khong: [", "  _khongg: [", "thiếu nhóm «_khong»"),
            (
                "scams.yaml",
                "intent: lua_dao.dau_tu",
                "intent: lua_dao.khong_co",
                "«lua_dao.khong_co» không có",
            ),
        ],
    )
    def test_rules_between_files(self, small: Path, file: str, old: str, new: str, says: str) -> None:
        spoil(small / file, old, new)
        found = problems(small)
        assert any(p.file == file and p.line > 0 and says in p.what for p in found), found

    def test_a_phrase_belongs_to_one_intent(self, small: Path) -> None:
        phrase = loading.knowledge(small).intents["can_cuoc.cap_lai"].says[0]
        line = spoil(small / "intents" / "tru_so.yaml", "    - ", f"    - {phrase}\n    - ")
        found = problems(small)
        assert [(p.file, p.line) for p in found] in (
            [("intents/tru_so.yaml", line)],
            [("intents/can_cuoc.yaml", 5)],
        ) or any("mỗi câu chỉ thuộc một việc" in p.what for p in found)

    def test_an_intent_needs_enough_phrases_and_an_answer(self, small: Path) -> None:
        path = small / "intents" / "tru_so.yaml"
        path.write_text(path.read_text("utf-8") + "\ntru_so.gui_xe:\n  says:\n    - gửi xe ở đâu\n", "utf-8")
        told = " ".join(p.what for p in problems(small))
        assert "chưa có câu trả lời" in told
        assert "mới có 1 câu" in told

    def test_an_intent_in_the_wrong_file(self, small: Path) -> None:
        spoil(small / "intents" / "tru_so.yaml", "tru_so.dia_chi:", "can_cuoc.dia_chi:")
        assert any("chuyển sang đúng tệp" in p.what for p in problems(small))

    def test_a_missing_file_is_named(self, small: Path) -> None:
        (small / "texts.yaml").unlink()
        assert Problem("texts.yaml", 0, "thiếu tệp này trong thư mục nội dung") in problems(small)

    def test_no_source_no_answer(self, small: Path) -> None:
        text = (small / "faq.yaml").read_text("utf-8")
        start = text.index("\n  sources:", text.index("\ncan_cuoc.cap_lai:"))
        stop = text.index("\n  reviewed:", start)
        (small / "faq.yaml").write_text(text[:start] + text[stop:], "utf-8")
        assert any("cần ít nhất một nguồn" in p.what for p in problems(small))

    def test_a_fee_must_cover_every_day(self, small: Path) -> None:
        text = (small / "faq.yaml").read_text("utf-8")
        text += (
            "\ntru_so.gui_xe:\n  title: Gửi xe\n  label: Gửi xe\n  short: Có chỗ gửi.\n"
            "  fee:\n    - {text: 5.000 đ, until: 2026-12-31}\n"
            "  sources: [{name: Bảng niêm yết}]\n  reviewed: 2026-11-21\n  review_by: 2027-01-01\n"
        )
        (small / "faq.yaml").write_text(text, "utf-8")
        assert any("từ 01/01/2027" in p.what for p in problems(small))


class TestFiles:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("a: 1\na: 2\n", "«a» đã có ở dòng 1"),
            ("a: &x [1]\nb: *x\n", "không dùng & và *"),
            ("a: [1, 2\n", "sai cú pháp"),
            ("\tb: 1\n", "sai cú pháp"),
            ("- 1\n- 2\n", "cả tệp phải là"),
            ("a: " + "[" * 40 + "]" * 40, "lồng nhau quá sâu"),
            ("a: 2026-13-45\n", "sai cú pháp"),
        ],
    )
    def test_slips_are_explained(self, tmp_path: Path, text: str, says: str) -> None:
        path = tmp_path / "x.yaml"
        path.write_text(text, "utf-8")
        assert any(says in p.what for p in load(path, "x.yaml").problems)

    def test_words_stay_words(self, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        path.write_text("a: no\nb: 07:30\nc: on\nd: 0912345678\ne: y\nf: 12\n", "utf-8")
        assert load(path, "x").data == {
            "a": "no",
            "b": "07:30",
            "c": "on",
            "d": "0912345678",
            "e": "y",
            "f": 12,
        }

    def test_a_bomb_is_defused(self, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        rows = ["a0: &a0 [lol, lol]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 30)]
        path.write_text("\n".join(rows), "utf-8")
        assert load(path, "x").problems

    def test_bytes_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        path.write_bytes(b"\xff\xfe\x00a")
        assert "không đọc được" in load(path, "x").problems[0].what

    def test_a_huge_file_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "x.yaml"
        path.write_text("a: " + "x" * (5 << 20), "utf-8")
        assert "lớn quá" in load(path, "x").problems[0].what

    @given(text=st.text(max_size=300))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_any_text_loads_or_is_explained(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "x.yaml"
        path.write_text(text, "utf-8", errors="replace")
        document = load(path, "x")
        assert isinstance(document.data, dict)
        assert all(str(p) for p in document.problems)


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return loading.knowledge(ROOT)


class TestOurContent:
    def test_every_intent_of_the_five_topics_is_rich(self, known: Knowledge) -> None:
        for intent in known.intents.values():
            assert len(intent.says) >= 15, intent.id

    def test_every_topic_of_the_menu_has_answers(self, known: Knowledge) -> None:
        for topic in known.topics:
            assert any(id_.startswith(f"{topic}.") for id_ in known.answers)

    def test_stations_are_marked_as_demo_and_carry_no_phone(self, known: Knowledge) -> None:
        assert len(known.stations) == 3
        assert all(station.demo and station.phone is None for station in known.stations.values())

    def test_fraud_and_refusals_never_fall_silent(self, known: Knowledge) -> None:
        late = date(2040, 1, 1)
        for id_, answer in known.answers.items():
            if id_.startswith(("lua_dao.", "oos.")) or id_ == "an_ninh.khan_cap":
                assert answer.freshness(late) is not Freshness.MUTED, id_

    def test_test_questions_are_not_phrases(self, known: Knowledge) -> None:
        import yaml  # noqa: PLC0415

        from bot.conversation.text import clean, tokens  # noqa: PLC0415

        def key(text: str) -> str:
            return " ".join(t.marked for t in tokens(clean(text)))

        taught = {key(phrase) for intent in known.intents.values() for phrase in intent.says}
        taught |= {key(text) for e in known.emergencies.values() for text in e.says}
        taught |= {key(text) for text in known.near_misses}
        for file in (ROOT / "tests" / "questions").glob("*.yaml"):
            data = yaml.safe_load(file.read_text("utf-8"))
            rows = data if isinstance(data, list) else [*data["urgent"], *data["near"]]
            assert not taught & {key(row["text"]) for row in rows}, file.name
