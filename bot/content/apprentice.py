"""Having the content learnt by a child process (`learning`), begun before anything heavy is imported here."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from bot.content.kept import is_learnt
from bot.errors import Problem

LEARNING = 120  # seconds a child may learn
READING = 3600  # seconds a child may take to find out what all phrases mean


class Apprentice:
    """A child that reads the content, learns, and keeps both in DATA_DIR; or what else `job` names."""

    def __init__(
        self,
        folder: Path,
        data: Path,
        *,
        gently: bool = False,
        job: str = "learning",
        patience: int = LEARNING,
    ) -> None:
        self._patience = patience
        self._process = subprocess.Popen(  # noqa: S603  # ourselves, no shell
            [sys.executable, "-m", f"bot.content.{job}", str(folder), str(data), *["gently"] * gently],
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # its matrices are small
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # to be ended with its own children; Ctrl-C is for us
        )

    def outcome(self) -> tuple[Problem, ...]:
        """The problems of the content, when the child is done; none either when it came to grief."""
        try:
            told, _ = self._process.communicate(timeout=self._patience)
            return tuple(Problem(*problem) for problem in json.loads(told)) if told else ()
        except (subprocess.TimeoutExpired, ValueError, TypeError):
            return ()
        finally:
            self.end()

    async def done(self) -> tuple[Problem, ...]:
        """As `outcome`; a child nobody waits for any longer is ended."""
        try:
            return await asyncio.to_thread(self.outcome)
        finally:
            self.end()

    def end(self) -> None:
        """End the child, if it still lives."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def reader(folder: Path, data: Path) -> Apprentice:
    """A child that finds out what the phrases mean, for a second opinion; see `meanings`."""
    return Apprentice(folder, data, job="meanings", patience=READING)


def begun(folder: Path, data: Path) -> Apprentice | None:
    """A child that learns, unless what there is to learn was kept."""
    return None if is_learnt(folder, data) else Apprentice(folder, data)
