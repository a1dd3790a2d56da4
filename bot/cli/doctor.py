"""`trucban doctor`: what the doctor found, on the terminal. Works with settings that open nothing else."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from bot.cli import codes
from bot.content.files import console, say
from bot.doctor.rounds import Findings, Place, rounds
from bot.domain.finding import Finding, Mark


def examine(given: argparse.Namespace) -> int:
    """Look everything over and tell; exit code 1 when something is broken."""
    logging.disable(logging.CRITICAL)  # what is wrong is told below, once, in words
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    now = datetime.now(UTC)
    found = asyncio.run(rounds(Place(os.environ, Path.cwd()), now))
    marks = [finding.mark for findings in found.values() for finding in findings]
    print(_as_json(found, now) if given.json else _as_lines(found, marks))
    return codes.BAD if Mark.BROKEN in marks else codes.OK


def sentence(finding: Finding) -> str:
    """What was found, in words."""
    return say("doctor_says", finding.key, **finding.blanks)


def advice(finding: Finding) -> str:
    """What to do about it; nothing where all is fine."""
    return "" if finding.mark is Mark.FINE else say("doctor_do", finding.key, **finding.blanks)


def _as_lines(found: Findings, marks: list[Mark]) -> str:
    words: Any = console()["doctor"]
    lines = []
    for subject, findings in found.items():
        lines += [words["subjects"][subject]] if findings else []
        for finding in findings:
            about = f"{finding.of}: " if finding.of else ""
            lines.append(f"  {words['marks'][finding.mark]:<8} {about}{sentence(finding)}")
            if advice(finding):
                lines.append(f"           → {advice(finding)}")
    counts = {mark.value: marks.count(mark) for mark in Mark}
    end = next(key for key in ("broken", "look", "fine") if counts[key])
    return "\n".join([*lines, "", say("doctor", f"end_{end}", **counts)])


def _as_json(found: Findings, now: datetime) -> str:
    told = [
        {
            "subject": str(subject), "of": finding.of or None, "mark": str(finding.mark), "key": finding.key,
            "text": sentence(finding), "do": advice(finding) or None,
        }
        for subject, findings in found.items()
        for finding in findings
    ]  # fmt: skip
    marks = [finding.mark for findings in found.values() for finding in findings]
    worst = max(marks, key=list(Mark).index, default=Mark.FINE)
    return json.dumps(
        {"at": now.isoformat(timespec="seconds"), "worst": str(worst), "findings": told},
        ensure_ascii=False,
    )
