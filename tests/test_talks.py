from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels import terminal
from bot.content.edition import Edition
from bot.conversation.days import local_day
from bot.domain.heard import AnyHeard, Chose
from bot.domain.message import Moment, Reply
from bot.domain.session import Session
from tests import transcript


class Citizen:
    """Talks to the desk as the terminal does, one message after the other."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._session = Session()
        self._shown: tuple[Reply, ...] = ()
        self._count = 0
        self._typed: set[str] = set()  # runs of digits that must not come back

    def say(self, line: str, at: datetime) -> Sequence[Reply]:
        self._typed.update(re.findall(r"\d{5,}", line))
        incoming = terminal.read(line, self._count)
        heard = self._edition.understanding.understand(
            incoming.text, self._session, incoming.withheld, local_day(Moment(at, ""))
        )
        return self._step(heard, at)

    def press(self, label: str, at: datetime) -> Sequence[Reply]:
        choices = [b.choice for reply in self._shown for b in reply.buttons if b.label == label]
        assert choices, f"no button «{label}» in {[b.label for r in self._shown for b in r.buttons]}"
        return self._step(Chose(choice=choices[0]), at)

    def _step(self, heard: AnyHeard, at: datetime) -> Sequence[Reply]:
        self._count += 1
        moment = Moment(at, str(self._count))
        step = self._edition.dialogue.alone(self._edition.dialogue.step(self._session, heard, moment), moment)
        self._session, self._shown = step.session, step.replies
        back = [
            n for r in step.replies for n in self._typed if n in f"{r.text} {[b.label for b in r.buttons]}"
        ]
        assert not back, f"the desk repeats what the citizen typed: {back}"
        return step.replies


@pytest.mark.parametrize("path", transcript.TALKS, ids=lambda path: path.stem)
def test_talk(path: Path, edition: Edition) -> None:
    citizen = Citizen(edition)
    transcript.play(transcript.read(path), citizen.say, citizen.press)


def test_there_are_talks() -> None:
    assert len(transcript.TALKS) >= 15
    assert len(transcript.CASES) >= 15
