"""The child process that reads the content and learns: `python -m bot.content.learning CONTENT_DIR DATA_DIR`.

Learning where the desk is open would hold everybody up for seconds and take its memory for good. What was
learnt is kept in DATA_DIR; on standard output stand the problems of the content, as JSON. With `gently`
behind the folders it leaves the other cores to the desk that is open meanwhile. `apprentice` starts it.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TypeVar

from bot.content.edition import learnt
from bot.conversation.training import alone
from bot.errors import ContentError

_GENTLY = 10  # how nice we are to an open desk
T = TypeVar("T")


def main(arguments: Sequence[str]) -> int:
    """Learn; returns the exit code."""
    gc.disable()  # we live for seconds and make no rubbish worth looking for
    folder, data, *manner = arguments
    aside = alone if manner or not _has_room() else forked
    if manner:
        os.nice(_GENTLY)
    try:
        learnt(Path(folder), Path(data), aside)
    except ContentError as error:
        print(json.dumps([astuple(problem) for problem in error.problems]))  # noqa: T201
        return 1
    return 0


def _has_room() -> bool:
    """Whether a second process would have a core to itself; elsewhere than on Linux, forking is delicate."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def forked(job: Callable[[], T]) -> Callable[[], T]:
    """An `Aside`: a copy of this process does the job. Should it come to grief, we do the job ourselves."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=lambda: theirs.send(job()))
    process.start()
    theirs.close()

    def result() -> T:
        try:
            found: T = ours.recv()
        except EOFError:
            found = job()
        process.join()
        return found

    return result


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
