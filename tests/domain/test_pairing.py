"""Codes that tie doors: read however they are typed, no slip of the thumb is another; what can be guessed."""

from __future__ import annotations

import math
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.redaction import redact
from bot.domain import letter
from bot.domain.pairing import LENGTH, Guesses, drawn, read, written
from bot.domain.ticket import ALPHABET, well_formed

codes = st.integers(0, len(ALPHABET) ** (LENGTH - 1) - 1).map(drawn).filter(bool)


def test_a_code_is_longer_than_35_bits() -> None:
    base = len(ALPHABET)
    # Not given out are those of digits only, of letters only, with three alike (at most 8 places of them).
    least = base ** (LENGTH - 1) - 8 ** (LENGTH - 1) - 11 ** (LENGTH - 1) - 8 * base ** (LENGTH - 3)
    assert math.log2(least) > 35


@given(codes)
def test_a_code_is_read_as_it_was_shown(code: str) -> None:
    spaced = f"{code[:5]} {code[5:]}"
    apart = " ".join(code)
    typings = (
        written(code),
        written(code).lower(),
        f"nk {spaced}",
        f"NK{code}",
        code,
        spaced,
        f"n k {apart}",
    )
    for typed in typings:
        assert read(typed) == code


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_no_code(code: str, place: int, char: str) -> None:
    wrong = code[:place] + char + code[place + 1 :]
    assert (read(wrong) is None) == (wrong != code)


@given(codes, st.integers(0, LENGTH - 2))
def test_two_characters_that_changed_places_are_no_code(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (read(wrong) is None) == (wrong != code)


@given(
    codes, st.sampled_from(["{}", "{} ạ", "mã của tôi là {}", "mã xác nhận {}", "mật mã {} đây", "otp {}"])
)
def test_a_code_is_never_masked(code: str, sentence: str) -> None:
    for typed in (written(code), written(code).lower(), f"nk {code[:5]} {code[5:]}".lower(), f"NK{code}"):
        found = redact(sentence.format(typed))
        assert found.withheld == frozenset()


def test_a_private_number_behind_its_letters_is_masked() -> None:
    for text in ("nk 038 085 0012 34", "nk 038085001234", "nk otp 482913", "mã xác nhận nk 48291 3"):
        assert redact(text).withheld, text


@given(codes)
def test_a_code_is_none_of_a_visit_or_a_letter(code: str) -> None:
    assert not well_formed(written(code))
    assert letter.read(written(code)) is None


def test_a_code_is_understood_when_it_is_read_out() -> None:
    code = next(found for number in range(10**9, 10**10, 104_729) if (found := drawn(number)))
    names = {
        "F": "ép",
        "H": "hát",
        "K": "ca",
        "M": "em",
        "P": "pê",
        "R": "rờ",
        "T": "tê",
        "X": "ích",
        "Y": "i",
    }
    said = " ".join(names.get(char, char) for char in code)
    assert read(f"en ca {said}") == code


def test_everybody_together_finds_a_code_in_a_day_with_less_than_one_chance_in_ten_thousand() -> None:
    at_once = 2_000  # codes that are good at the same moment
    chances = Guesses().reach(timedelta(days=1)) * at_once / len(ALPHABET) ** (LENGTH - 1)
    assert chances < 1e-4
