"""Talks of two messages: what the second one means after the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content.edition import Edition
from bot.conversation.days import local_day
from bot.conversation.following import path_of
from bot.domain.heard import AnyHeard, Puzzled, Said
from bot.domain.message import Moment
from bot.domain.session import Session
from tests.conftest import NOON

FOLLOWUPS = Path(__file__).parent / "followups"


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((FOLLOWUPS / f"{name}.yaml").read_text("utf-8"))
    return found


def verdict(edition: Edition, row: dict[str, Any]) -> tuple[str, str]:
    """right, asked (the right one is offered) or wrong; and what was heard."""
    at = Moment(NOON, "m")
    session = Session()
    heard: AnyHeard = Puzzled()
    for text in (row["first"], row["then"]):
        heard = edition.understanding.understand(text, session, day=local_day(at))
        session = edition.dialogue.step(session, heard, at).session
    got = f"{heard} on {session.trail[-1:]}"
    if isinstance(heard, Puzzled):
        offered = {guess.intent for guess in heard.guesses}
        return "right" if row.get("intent") == "" else "asked" if row.get(
            "intent"
        ) in offered else "wrong", got
    what = str(heard.what) if isinstance(heard, Said) else None
    wanted = row.get("what") or row.get("facet")
    if what != wanted and not (row.get("facet") and row["facet"] in map(str, getattr(heard, "facets", ()))):
        return "wrong", got
    if row.get("intent") and session.intent != row["intent"]:
        return "wrong", got
    if row.get("intent") == "":
        return "right" if (session.intent or "").startswith(("oos.", "tro_chuyen.")) else "wrong", got
    return "right" if "case" not in row or label(edition, session) == row["case"] else "wrong", got


def label(edition: Edition, session: Session) -> str:
    """The option chosen last on the current screen; empty when none was."""
    answer = edition.known.answers[session.intent or ""]
    day, path = local_day(Moment(NOON, "m")), path_of(session.trail, answer.intent)
    found = ""
    for depth, number in enumerate(path[:1]):
        found = (answer.body(day, path[:depth]).cases or ())[0].options[number].label
    return found


@pytest.mark.parametrize("name", ["chosen", "fresh"])
def test_what_follows_is_understood_in_the_light_of_what_was_said(name: str, edition: Edition) -> None:
    found = [verdict(edition, row)[0] for row in rows(name)]
    assert len(found) >= 40
    assert found.count("right") >= 0.85 * len(found)
    assert found.count("wrong") <= 0.10 * len(found)
