"""Questions as sixteen people would type them, none seen by whoever wrote the phrases the desk learns from.

Validation only: nothing is tuned on them, so a floor that breaks tells of a change that fitted our own
questions and lost other people's. Measured on 2026-11-22: in scope 87.8 % right, 6.7 % wrong; out of scope
5 % wrong; told as long stories 70 % right. `trucban eval tests/unseen/people.jsonl` prints the figures anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import app
from bot.content.edition import Edition
from bot.evaluation.figures import Report, Row, evaluate, read

UNSEEN = Path(__file__).parent / "unseen"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(read(UNSEEN / "people.jsonl"))


@pytest.fixture(scope="module")
def report(rows: list[Row], edition: Edition) -> Report:
    return evaluate(rows, app.asker(edition))


def test_every_matter_of_the_desk_is_asked_about(rows: list[Row], edition: Edition) -> None:
    ours = {intent for intent in edition.known.intents if not intent.startswith("oos.")}
    asked = {
        intent for row in [*rows, *read(UNSEEN / "new_matters.jsonl")] for intent in (row.intent, *row.alt)
    }
    assert ours - asked == set()


def test_people_are_understood(report: Report) -> None:
    figures = report.figures["in"]
    assert figures["n"] >= 470
    assert figures["right"] >= 85, figures
    assert figures["wrong"] <= 9, figures


def test_other_matters_are_refused(report: Report) -> None:
    figures = report.figures["oos"]
    assert figures["n"] >= 120
    assert figures["wrong"] <= 8, figures


def test_long_stories_are_understood(report: Report) -> None:
    figures = report.figures["by_style"]["long"]
    assert figures["n"] >= 60
    assert figures["right"] + figures["asked"] >= 78, figures
