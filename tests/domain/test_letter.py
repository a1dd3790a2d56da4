"""Codes of letters: no words, no passwords, read however they are typed; moves; what can be guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.letter import (
    LENGTH,
    LETTER_MOVES,
    LetterStatus,
    Tries,
    drawn,
    ends,
    read,
    written,
)
from bot.domain.ticket import ALPHABET, well_formed

ALL = len(ALPHABET) ** LENGTH
# Given out are all but those of digits only, of letters only, with three alike (at most 4 places of them).
LEAST = ALL - 8**LENGTH - 11**LENGTH - 4 * len(ALPHABET) ** (LENGTH - 2)
codes = st.integers(0, ALL - 1).map(drawn).filter(bool)


@given(codes)
def test_a_code_is_read_as_it_was_given_out(code: str) -> None:
    spaced = f"{code[:3]} {code[3:]}"
    for typed in (written(code), written(code).lower(), f"gm {spaced}", f"GM{code}", code, spaced):
        assert read(typed) == code


@given(codes)
def test_a_code_is_no_word_no_password_and_nothing_is_there_three_times(code: str) -> None:
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert not code.isdigit()
    assert not code.isalpha()
    assert all(char * 3 not in code for char in ALPHABET)


@given(codes)
def test_a_code_is_none_of_an_appointment(code: str) -> None:
    assert not well_formed(written(code))


def test_a_code_is_understood_when_it_is_read_out() -> None:
    for said in ("giê em ca bảy em ba pê ích", "gờ mờ ka 7 em 3 pê ích", "ca bảy em ba pê ích"):
        assert read(said) == "K7M3PX"


def test_what_looks_alike_is_taken_for_what_was_meant() -> None:
    assert read("GM-K7N3PX") == read("GM-K7M3PX")
    assert read("GM-KGMBPX") == "K6M8PX"


def test_words_and_numbers_are_no_codes() -> None:
    for text in (
        "",
        "GM-",
        "GM-K7M3P",
        "GM-K7M3PXA",
        "giấy mời",
        "GM-234567",
        "GM-HAFMKT",
        "TB-K7M3PX4",
        "1956",
    ):
        assert read(text) is None


def test_the_many_numbers_give_many_codes() -> None:
    found = [drawn(number) for number in range(0, ALL, 997)]
    assert len(set(filter(None, found))) == len(list(filter(None, found)))
    assert sum(map(bool, found)) / len(found) > LEAST / ALL - 0.01
    assert LEAST > 44_000_000


def test_in_a_day_a_guesser_finds_a_letter_with_less_than_one_chance_in_a_hundred() -> None:
    guesses = Tries().reach()
    assert guesses == 25 * 200  # an hour may be cut in two by the day
    open_letters, of_that_year = 1_500, 1 / 20  # a whole province, and the commonest year of birth
    assert guesses * open_letters * of_that_year / LEAST < 0.01


def test_who_knows_a_code_can_try_a_tenth_of_the_years() -> None:
    assert Tries().years() == 10
    assert Tries().code < Tries().years()


def test_a_letter_is_good_until_the_end_of_its_local_day() -> None:
    at = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)  # half past midnight of the 27th in Vietnam
    assert ends(at) == datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    assert ends(at - timedelta(hours=1)) == datetime(2026, 11, 26, 17, 0, tzinfo=UTC)


def test_what_is_cancelled_stays_cancelled_and_what_is_locked_is_never_open_again() -> None:
    assert LETTER_MOVES[LetterStatus.CANCELLED] == frozenset()
    assert LetterStatus.OPEN not in LETTER_MOVES[LetterStatus.LOCKED]
    assert set(LETTER_MOVES) == set(LetterStatus)
