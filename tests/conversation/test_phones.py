"""Phone numbers as people type them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.conversation.phones import e164, national


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("0912-345-678", "+84912345678"),
        ("(0912) 345 678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("912345678", "+84912345678"),
        ("o912345678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("sđt em là 0988 123 456 nhé", "+84988123456"),
        ("gọi số 0383123456, tên Lan", "+84383123456"),
        ("0912345678 hoặc 0912.345.678", "+84912345678"),
        ("0239 3855 123", "+842393855123"),
        ("+82 10-1234-5678", "+821012345678"),
        ("0082 10 1234 5678", "+821012345678"),
        ("821012345678", "+821012345678"),
        ("+81 90 1234 5678", "+819012345678"),
        ("+49 151 23456789", "+4915123456789"),
        ("+856 20 5551 2345", "+8562055512345"),
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str, kept: str) -> None:
    assert e164(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "113", "114", "1900 1234", "không có", "09123", "0912 345 67", "042088001234",
        "09123456789012345", "0912345678 và 0988123456", "01681234567", "24/11/2026 8:30", "+84 12",
        "+999 123456789", "5" * 400,
    ],
)  # fmt: skip
def test_what_nobody_can_be_called_at_is_none(typed: str) -> None:
    assert e164(typed) is None


def test_what_was_read_reads_again() -> None:
    for kept in ("+84912345678", "+821012345678", "+842393855123"):
        assert e164(kept) == kept
        assert e164(national(kept)) == kept


def test_numbers_are_shown_as_they_are_dialled_here() -> None:
    assert national("+84912345678") == "0912 345 678"
    assert national("+821012345678") == "+82 10-1234-5678"
    assert national("?") == "?"


def test_the_library_is_loaded_only_when_a_number_is_read() -> None:
    code = "import sys, bot.conversation.phones; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
