"""Our own questions against the real content: the figures a change may not lose.

The floors lie a little under what is measured (docs/figures.md), so that honest edits of content pass and a
broken engine does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import app
from bot.content.edition import Edition
from bot.domain.heard import Urgent
from bot.evaluation.figures import Report, Row, evaluate

QUESTIONS = Path(__file__).parent / "questions"
FIVE = ("dinh_danh", "can_cuoc", "lua_dao", "tru_so", "tro_chuyen", "oos")


def rows(name: str) -> list[Row]:
    found = yaml.safe_load((QUESTIONS / f"{name}.yaml").read_text("utf-8"))
    return [Row(r["text"], r["intent"], tuple(r.get("alt") or ()), r.get("style", "-")) for r in found]


@pytest.fixture(scope="module")
def report(edition: Edition) -> Report:
    return evaluate([row for topic in FIVE for row in rows(topic)], app.asker(edition))


def test_in_scope_questions_are_answered_or_asked_back(report: Report) -> None:
    figures = report.figures["in"]
    assert figures["n"] >= 400
    assert figures["right"] >= 80
    assert figures["right"] + figures["asked"] >= 90
    assert figures["wrong"] <= 8


def test_other_matters_are_not_answered(report: Report) -> None:
    figures = report.figures["oos"]
    assert figures["n"] >= 200
    assert figures["wrong"] <= 8
    assert figures["asked"] <= 25


@pytest.mark.parametrize("style", ["nodiacritics", "teencode", "dialect", "voice", "formal", "keyword"])
def test_every_style_is_understood(style: str, report: Report) -> None:
    figures = report.figures["by_style"][style]
    assert figures["right"] + figures["asked"] >= 85, figures


def urgent(part: str) -> list[dict[str, Any]]:
    """Messages of one part of both sets; `urgent_fresh` was written after everything was trained."""
    files = [
        yaml.safe_load((QUESTIONS / f"{name}.yaml").read_text("utf-8")) for name in ("urgent", "urgent_fresh")
    ]
    return [message for file in files for message in file[part]]


def test_cries_for_help_are_heard(edition: Edition) -> None:
    messages = urgent("urgent")
    missed = [m["text"] for m in messages if not _is_urgent(edition, m["text"])]
    assert len(messages) >= 200
    assert len(missed) <= 0.02 * len(messages), missed


def test_near_misses_raise_no_alarm(edition: Edition) -> None:
    messages = urgent("near")
    false = [m["text"] for m in messages if _is_urgent(edition, m["text"])]
    assert len(messages) >= 400
    assert len(false) <= 0.01 * len(messages), false


def _is_urgent(edition: Edition, text: str) -> bool:
    return isinstance(edition.understanding.understand(text), Urgent)
