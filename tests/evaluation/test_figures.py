from __future__ import annotations

import random

import pytest

from bot.evaluation.figures import Outcome, Row, evaluate, verdict
from bot.evaluation.noise import NOISES, noisy, telex


def result(
    outcome: str, intent: str | None = None, also: tuple[str, ...] = (), guesses: tuple[str, ...] = ()
) -> Outcome:
    return Outcome("?", outcome, intent, also, tuple({"intent": g, "score": 0.3} for g in guesses), 1.0)


A, B = "can_cuoc.cap_lai", "can_cuoc.doi_the"


@pytest.mark.parametrize(
    ("row", "got", "expected"),
    [
        (Row("?", A), result("answer", A), "right"),
        (Row("?", A), result("act", A), "right"),
        (Row("?", A), result("urgent", A), "right"),
        (Row("?", A, (B,)), result("answer", B), "right"),
        (Row("?", A), result("answer", B, (A,)), "right"),
        (Row("?", A), result("answer", B), "wrong"),
        (Row("?", A), result("refuse", "oos.thue"), "wrong"),
        (Row("?", A), result("ask", None, (), (B, A)), "asked"),
        (Row("?", A), result("ask", None, (), (B,)), "missed"),
        (Row("?", A), result("unknown"), "missed"),
        (Row("?", "oos"), result("refuse", "oos.thue"), "right"),
        (Row("?", "oos"), result("unknown"), "right"),
        (Row("?", "oos"), result("ask", None, (), (A,)), "asked"),
        (Row("?", "oos"), result("answer", A), "wrong"),
        (Row("?", "oos"), result("act", A), "wrong"),
        (Row("?", "oos.thue"), result("urgent", A), "wrong"),
    ],
)
def test_verdicts_are_those_of_the_design(row: Row, got: Outcome, expected: str) -> None:
    assert verdict(row, got) == expected


def test_figures_add_up_to_a_hundred() -> None:
    rows = [Row("1", A), Row("2", A), Row("3", B), Row("4", "oos")]
    report = evaluate(rows, lambda text: result("answer", A) if text != "2" else result("unknown"))
    assert report.figures["in"] == {"n": 3, "right": 33.3, "asked": 0.0, "wrong": 33.3, "missed": 33.3}
    assert report.figures["oos"] == {"n": 1, "right": 0.0, "asked": 0.0, "wrong": 100.0}
    assert len(report.mistakes) == 3


def test_noise_is_seeded_and_spoils() -> None:
    rows = [Row("tôi không nhận được mã xác nhận điện thoại", A)]
    once, again = list(noisy(rows)), list(noisy(rows))
    assert once == again
    assert {row.style for row in once} == set(NOISES)
    assert all(sum(row.style == style for row in once) >= 100 for style in NOISES)


def test_telex_noise_types_the_keys() -> None:
    assert telex("mất căn cước đổi thẻ", random.Random(1)) == "maats cawn cuwowcs ddooir ther"
