"""Tables for Excel."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sheet import written


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_letters_commas_quotes_and_lines_stay_whole() -> None:
    data = written(["Họ tên", "Việc"], [["Nguyễn Thị Lan", 'Xác nhận, "điều chỉnh"\nthông tin'], [None, 3]])
    assert data.startswith(b"\xef\xbb\xbf")
    assert read(data) == [
        ["Họ tên", "Việc"],
        ["Nguyễn Thị Lan", 'Xác nhận, "điều chỉnh"\nthông tin'],
        ["", "3"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+84912", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"])
def test_what_excel_takes_for_a_formula_is_quoted(text: str) -> None:
    assert read(written(["a"], [[text]]))[1][0].startswith("'")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_no_cell_ever_begins_a_formula(cells: list[str]) -> None:
    for cell in read(written(["a"] * len(cells), [cells]))[1:2]:
        assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in cell)
