from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.keyboard import telex, undo, vni
from bot.conversation.syllable import is_bare, is_marked
from bot.conversation.text import LIMIT, clean, fold, tokens


def marked(text: str) -> list[str]:
    return [t.marked for t in tokens(clean(text))]


def folded(text: str) -> str:
    return " ".join(t.folded for t in tokens(clean(text)))


class TestClean:
    def test_full_width_and_styled_letters_become_plain(self) -> None:
        assert clean("Ｃăn cước 𝓿𝓷𝓮𝓲𝓭") == "Căn cước vneid"

    def test_invisible_and_direction_characters_vanish(self) -> None:
        assert clean("căn\u200b \u202ecước\u2066\ufeff") == "căn cước"

    def test_control_characters_become_spaces(self) -> None:
        assert clean("căn\x00cước\x1b[31m") == "căn cước [31m"

    def test_lines_end_as_sentences(self) -> None:
        assert clean("mất thẻ\n\nlàm ở đâu\r\nbao lâu") == "mất thẻ. làm ở đâu. bao lâu"

    @pytest.mark.parametrize(("typed", "meant"), [("nhaaaaa", "nha"), ("đâuuu ạ", "đâu ạ"), ("quááá", "quá")])
    def test_drawn_out_vowels_are_shortened(self, typed: str, meant: str) -> None:
        assert clean(typed) == meant

    @pytest.mark.parametrize("word", ["cccd", "www", "xoong", "boong"])
    def test_real_repeats_stay(self, word: str) -> None:
        assert clean(word) == word

    def test_stacked_marks_are_dropped(self) -> None:
        assert clean("ca\u0300\u0301\u0302\u0303\u0304\u0305\u0306n") in {"càn", "cần", "cầ n"}

    @given(st.text(max_size=3000))
    def test_is_bounded_printable_and_idempotent(self, text: str) -> None:
        once = clean(text)
        assert len(once) <= LIMIT + LIMIT // 2
        assert all(unicodedata.category(char)[0] != "C" for char in once)
        assert clean(clean(once)) == clean(once)


class TestTokens:
    def test_old_and_new_tone_placement_are_one_word(self) -> None:
        assert marked("hoà thuý khoẻ") == marked("hòa thúy khỏe")

    @pytest.mark.parametrize("many", [2, 4, 60])
    def test_words_without_blanks_between_them_are_words(self, many: int) -> None:
        assert marked("mất/thẻ," * many) == marked("mất thẻ ") * many

    def test_composed_and_decomposed_are_one_word(self) -> None:
        text = "định danh điện tử mức hai ở Lộc Hà"
        assert marked(unicodedata.normalize("NFD", text)) == marked(unicodedata.normalize("NFC", text))

    def test_folding_keeps_which_words_had_marks(self) -> None:
        first, second = tokens("thẻ cu")
        assert (first.folded, first.has_marks) == ("the", True)
        assert (second.folded, second.has_marks) == ("cu", False)

    def test_foreign_scripts_and_emoji_leave_nothing(self) -> None:
        assert tokens(clean("你好 привет 😂😂😂 🔥")) == []
        assert tokens(clean("Ά ὦ й")) == []  # nor do their accents, which are our tones

    @given(st.text(max_size=500))
    def test_any_text_gives_plain_words(self, text: str) -> None:
        for word in tokens(clean(text)):
            assert word.folded.isascii()
            assert word.folded.isalnum()

    @given(st.text(max_size=200))
    def test_folding_twice_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)


class TestSyllables:
    @pytest.mark.parametrize("word", ["can", "cuoc", "nghieng", "quyen", "gi", "uyen", "thuong", "duoc"])
    def test_bare_syllables(self, word: str) -> None:
        assert is_bare(word)

    @pytest.mark.parametrize("word", ["maats", "vneid", "facebook", "xyz", "lamlai", "zalo", "app"])
    def test_other_words_are_no_syllables(self, word: str) -> None:
        assert not is_bare(word)

    def test_a_stop_takes_only_two_tones(self) -> None:
        assert is_marked("mât\u0301")
        assert not is_marked("mât\u0300")


class TestKeyboard:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("maats cawn cuowcs", "mất căn cước"),
            ("ddaang kys tajm trus", "đâng ký tạm trú"),
            ("ddoori sdt", "đổi sdt"),
            ("nguwowfi giaf", "người già"),
            ("quee quans", "quê quán"),
            ("ma6t1 the3 can8 cuo7c1", "mất thẻ căn cước"),
            ("d9o6i3 d9ie6n5 thoai5", "đổi điện thoại"),
        ],
    )
    def test_residue_is_read_as_meant(self, typed: str, meant: str) -> None:
        assert [t.marked for t in undo(tokens(typed), {"sdt"})] == marked(meant)

    @pytest.mark.parametrize("text", ["app vneid", "otp zalo", "web facebook", "lop 1a", "a1 b2 c1e", "muc2"])
    def test_words_that_are_no_residue_stay(self, text: str) -> None:
        known = {"app", "web", "otp", "zalo", "vneid", "facebook"}
        assert [t.folded for t in undo(tokens(text), known)] == text.split()

    def test_typed_marks_are_never_touched(self) -> None:
        assert [t.marked for t in undo(tokens("mất thẻs"), set())] == marked("mất thẻs")

    @given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", max_size=30))
    def test_any_word_is_read_or_left(self, word: str) -> None:
        for reading in (telex(word), vni(word)):
            assert reading is None or reading.folded.isalnum()
