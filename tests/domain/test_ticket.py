"""Booking codes: short, checked, read back from what people type and say."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.redaction import redact
from bot.domain.ticket import ALPHABET, NUMBERS, Ticket, Tickets, well_formed

STATIONS = ("mai_phu", "thanh_sen", "vung_ang")
OURS = Tickets(STATIONS)
numbers = st.integers(0, NUMBERS - 1)
stations = st.sampled_from(STATIONS)
CODE = OURS.code(Ticket("mai_phu", 4711))


@given(stations, numbers)
def test_a_code_names_its_station_and_appointment_and_no_other(station: str, number: int) -> None:
    ticket = Ticket(station, number)
    assert OURS.read(OURS.code(ticket)) == (ticket,)
    assert (
        not OURS.fit(ticket)
        or redact(f"mã của tôi là {OURS.code(ticket)} nhé").text == f"mã của tôi là {OURS.code(ticket)} nhé"
    )


@given(stations, numbers, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_noticed(station: str, number: int, place: int, letter: str) -> None:
    body = OURS.code(Ticket(station, number)).removeprefix("TB-")
    wrong = body[:place] + letter + body[place + 1 :]
    assert well_formed(wrong) == (wrong == body)


@given(stations, numbers)
def test_two_swapped_letters_are_noticed(station: str, number: int) -> None:
    body = OURS.code(Ticket(station, number)).removeprefix("TB-")
    for one, other in itertools.combinations(range(7), 2):
        letters = list(body)
        letters[one], letters[other] = letters[other], letters[one]
        assert well_formed("".join(letters)) == (letters[one] == letters[other])


def typed(code: str) -> list[str]:
    body = code.removeprefix("TB-")
    return [
        code.lower(), body, body.lower(), f"TB {body}", f"tb-{body[:3]} {body[3:]}", f" {code}. ",
        " ".join(body), "-".join(body), code.translate(str.maketrans("8526M", "BSZGN")),
        code.replace("-", "–"), "".join(chr(ord(c) + 0xFEE0) for c in code),
    ]  # fmt: skip


@pytest.mark.parametrize("text", typed(CODE))
def test_what_people_type_is_read(text: str) -> None:
    assert OURS.read(text) == (Ticket("mai_phu", 4711),)


def test_what_people_read_out_is_read() -> None:
    aloud = {
        "2": "hai", "3": "ba", "4": "bốn", "5": "năm", "6": "sáu", "7": "bảy", "8": "tám", "9": "chín",
        "A": "a", "E": "e", "F": "ép phờ", "H": "hát", "K": "ca", "M": "em mờ", "P": "pê", "R": "e rờ",
        "T": "tê", "X": "ích xì", "Y": "i dài",
    }  # fmt: skip
    assert set(aloud) == set(ALPHABET)
    draw = random.Random(1)
    for number in draw.sample(range(NUMBERS), 300):
        ticket = Ticket("vung_ang", number)
        body = OURS.code(ticket).removeprefix("TB-")
        assert ticket in OURS.read("tê bê " + ", ".join(aloud[letter] for letter in body))


@pytest.mark.parametrize("text", ["", "TB-", "TB-1234567", "xin chào", "0912000001", "TB-0O1IL", "🙂" * 7])
def test_what_is_no_code_is_none(text: str) -> None:
    assert OURS.read(text) == ()


def test_stations_that_would_share_their_letters_do_not_and_old_codes_are_still_read() -> None:
    many = [f"xa_{number}" for number in range(200)]
    crowd = Tickets(many)
    codes = [crowd.code(Ticket(station, 7)) for station in many]
    assert len(set(codes)) == len(many)
    for station in many:
        alone = Tickets([station]).code(Ticket(station, 7))
        assert Ticket(station, 7) in Tickets([*many, "a", "b", "c"]).read(alone)
