"""One state of the content, ready to answer; learnt weights are kept in DATA_DIR under the content's hash."""

from __future__ import annotations

import json
import logging
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.content import loading
from bot.conversation.dialogue import Dialogue
from bot.conversation.features import space
from bot.conversation.matching import Matcher, lexicon_of, train
from bot.conversation.training import Head, Lesson, Rows
from bot.conversation.understanding import Understanding
from bot.domain.knowledge import Knowledge

FORMAT = 14  # raised when code that learns changes, so that old weights are not used
KEPT = 3  # newest weight files that stay
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edition:
    """Content and everything built from it; replaced as a whole, never changed."""

    known: Knowledge
    understanding: Understanding
    dialogue: Dialogue


def publish(folder: Path, data: Path) -> Edition:
    """Read the content and get ready to answer: from kept weights, or by learning (some seconds).

    Raises:
        ContentError: when the content has problems.
    """
    known = loading.knowledge(folder)
    matcher = _recalled(known, data) or _learnt(known, data)
    return Edition(known, Understanding(known, matcher), Dialogue(known))


def is_learnt(folder: Path, data: Path) -> bool:
    """Whether weights for the content as it is now are at hand."""
    return _weights_file(loading.version(folder), data).is_file()


def _learnt(known: Knowledge, data: Path) -> Matcher:
    matcher = train(lexicon_of(known), known)
    try:
        _keep(matcher.lesson, _weights_file(known.digest, data))
    except OSError as error:  # a full or read-only disk costs only the next start some seconds
        _log.warning("weights not kept: %s", error)
    return matcher


def _recalled(known: Knowledge, data: Path) -> Matcher | None:
    path = _weights_file(known.digest, data)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            lesson = _unpacked(arrays)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        _log.warning("weights unreadable, learning again: %s", error)
        return None
    with suppress(OSError):
        os.utime(path)
    return Matcher(lexicon_of(known), lesson)


def _weights_file(digest: str, data: Path) -> Path:
    return data / "weights" / f"{digest}-{FORMAT}.npz"


def _keep(lesson: Lesson, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        np.savez(temporary, **_packed(lesson))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    for old in sorted(path.parent.glob("*.npz"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)


def _packed(lesson: Lesson) -> dict[str, Any]:
    blocks = [(list(block.words), list(block.pairs)) for block in lesson.space.blocks]
    names = {"blocks": blocks, "intents": lesson.intents.names}
    text = json.dumps({**names, "alarms": lesson.alarms.names}, ensure_ascii=False).encode()
    return {
        "names": np.frombuffer(text, dtype=np.uint8),
        "codes": lesson.space.codes,
        "idf": lesson.space.idf,
        "intents": lesson.intents.weights,
        "intents_bias": lesson.intents.bias,
        "alarms": lesson.alarms.weights,
        "alarms_bias": lesson.alarms.bias,
        "starts": lesson.rows.starts,
        "ids": lesson.rows.ids,
        "values": lesson.rows.values,
        "labels": lesson.labels,
    }


def _unpacked(arrays: Any) -> Lesson:
    names = json.loads(arrays["names"].tobytes())
    return Lesson(
        space(names["blocks"], arrays["codes"], arrays["idf"]),
        Head(tuple(names["intents"]), arrays["intents"], arrays["intents_bias"]),
        Head(tuple(names["alarms"]), arrays["alarms"], arrays["alarms_bias"]),
        Rows(arrays["starts"], arrays["ids"], arrays["values"]),
        arrays["labels"],
    )
