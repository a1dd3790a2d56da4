"""`trucban scam`: judge a pasted message on the terminal. It needs no store, and keeps nothing."""

from __future__ import annotations

import argparse
from typing import Any

from bot import app
from bot.channels import terminal
from bot.cli import codes, lines
from bot.config import Settings
from bot.content.edition import Edition
from bot.conversation.redaction import redact
from bot.conversation.verdicts import Verdicts


def judge(options: Settings, given: argparse.Namespace) -> int:
    """One verdict, or one for each line of the input."""
    problem = lines.problem(given)
    if problem is not None:
        return problem
    current = app.edition(options)
    if not given.json:
        finding = current.judge.judge(redact(given.question).text)
        terminal.show((Verdicts(current.known).reply(finding),), terminal.console())
        return codes.OK
    return lines.answered(given.question, lambda text: judged(current, text))


def judged(current: Edition, text: str) -> dict[str, Any]:
    """The line of `scam --json`."""
    finding = current.judge.judge(redact(text).text)
    return {
        "text": text,
        "verdict": str(finding.verdict),
        "trick": finding.trick,
        "flags": list(finding.signs),
    }
