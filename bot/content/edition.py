"""One state of the content, ready to answer.

What was read from the files and learnt from it is kept in DATA_DIR under the hash of the files' bytes. As
long as no byte changes, a start reads neither YAML nor phrases: both take seconds, and what reads them takes
memory for good.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from bot.content import kept
from bot.content.files import version
from bot.content.places import gazetteer
from bot.content.suffixes import suffixes
from bot.conversation.corpus import Rows
from bot.conversation.dialogue import Dialogue
from bot.conversation.ear import Ear
from bot.conversation.features import space
from bot.conversation.lexicon import Lexicon
from bot.conversation.matching import Matcher, lexicon_of, train
from bot.conversation.meaning import SecondOpinion
from bot.conversation.scam import Judge, lesson
from bot.conversation.spelling import Usage
from bot.conversation.training import Aside, Head, Lesson, alone
from bot.conversation.understanding import Understanding
from bot.domain.knowledge import Knowledge
from bot.errors import ContentError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edition:
    """Content and everything built from it; replaced as a whole, never changed."""

    known: Knowledge
    understanding: Understanding
    dialogue: Dialogue
    judge: Judge

    @classmethod
    def of(cls, known: Knowledge, matcher: Matcher, ear: Ear) -> Edition:
        """The edition of checked content and what was learnt from it."""
        places = gazetteer()
        judge = Judge(known.scams, matcher, suffixes(), ear)
        understanding = Understanding(known, matcher, places=places, judge=judge)
        return cls(known, understanding, Dialogue(known, places), judge)

    def advised(self, second: SecondOpinion) -> Edition:
        """This edition, with somebody to ask when a message is not clear."""
        return replace(self, understanding=self.understanding.advised(second))


def publish(folder: Path, data: Path) -> Edition:
    """The content, ready to answer: as it was kept, or read and learnt here (some seconds).

    Raises:
        ContentError: when the content has problems.
    """
    with _uncollected():
        return recalled(version(folder), data) or learnt(folder, data)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for rubbish: what is made here stays, and looking takes as long as making it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def learnt(folder: Path, data: Path, aside: Aside = alone) -> Edition:
    """The content, read and learnt, and kept for the next start.

    Raises:
        ContentError: when the content has problems.
    """
    # What reads and checks YAML takes time and memory, and an open desk hardly ever needs it.
    loading = import_module("bot.content.loading")
    known, check = loading.draft(folder)
    checking = aside(check)
    lexicon = lexicon_of(known)
    problems = checking()
    if problems:
        raise ContentError(tuple(problems))
    listening = aside(lambda: lesson(known.scams, lexicon, suffixes()))
    matcher = train(lexicon, known, aside)
    ear = listening()
    try:
        _keep(known, matcher, ear, data)
    except OSError as error:  # a full or read-only disk costs only the next start some seconds
        _log.warning("weights not kept: %s", error)
    return Edition.of(known, matcher, ear)


def recalled(digest: str, data: Path) -> Edition | None:
    """The edition that was kept for content of this hash, if there is one and it is whole."""
    path = kept.file(digest, data)
    with _uncollected():
        return _read(path, digest)


def _read(path: Path, digest: str) -> Edition | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            known, matcher, ear = _unpacked(arrays)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        _log.warning("weights unreadable, learning again: %s", error)
        return None
    if known.digest != digest:
        _log.warning("weights of other content, learning again: %s", path.name)
        return None
    with suppress(OSError):
        os.utime(path)
    return Edition.of(known, matcher, ear)


def _keep(known: Knowledge, matcher: Matcher, ear: Ear, data: Path) -> None:
    path = kept.file(known.digest, data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        np.savez(temporary, **_packed(known, matcher, ear))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    kept.tidy(data)


def _packed(known: Knowledge, matcher: Matcher, ear: Ear) -> dict[str, Any]:
    lesson = matcher.lesson
    names = {
        "blocks": [(list(block.words), list(block.pairs)) for block in lesson.space.blocks],
        "intents": lesson.intents.names,
        "alarms": lesson.alarms.names,
        "counts": matcher.lexicon.usage.counts,
        "ear": dict(ear),
        "pairs": [(*pair, count) for pair, count in matcher.lexicon.usage.pairs.items()],
    }
    return {
        "known": _bytes(TypeAdapter(Knowledge).dump_json(known)),
        "names": _bytes(json.dumps(names, ensure_ascii=False).encode()),
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


def _bytes(text: bytes) -> Any:
    return np.frombuffer(text, dtype=np.uint8)


def _unpacked(arrays: Any) -> tuple[Knowledge, Matcher, Ear]:
    """What was kept.

    Raises:
        ValueError, KeyError: it is not what we keep.
    """
    known = TypeAdapter(Knowledge).validate_json(arrays["known"].tobytes())
    names = json.loads(arrays["names"].tobytes())
    lesson = Lesson(
        space(names["blocks"], arrays["codes"], arrays["idf"]),
        Head(tuple(names["intents"]), arrays["intents"], arrays["intents_bias"]),
        Head(tuple(names["alarms"]), arrays["alarms"], arrays["alarms_bias"]),
        Rows(arrays["starts"], arrays["ids"], arrays["values"]),
        arrays["labels"],
    )
    usage = Usage(names["counts"], {(first, second): count for first, second, count in names["pairs"]})
    return known, Matcher(Lexicon(known.words, usage), lesson), names["ear"]
