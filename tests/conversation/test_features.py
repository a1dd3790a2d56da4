"""What is counted in a message."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from bot.content.edition import Edition
from bot.conversation.corpus import spanned
from bot.conversation.features import RARE, count
from tests.conftest import ROOT

TEXTS = (
    "mất căn cước làm lại ở đâu", "mat can cuoc lam lai o dau", "mat cccd mat cccd",
    "dk tam tru online sao a",
    "mất cccd làm lại ở đâu", "xyzzy qqq", "bị lừa chuyển khoản 20 triệu", "mat can cuoc",
)  # fmt: skip


def test_the_vectors_of_training_are_those_of_each_message(edition: Edition) -> None:
    readings = [edition.understanding.matcher.lexicon.read(text) for text in TEXTS]
    space, rows = spanned(readings, np.ones(len(readings), dtype=np.int32))
    assert len(rows) == len(readings)
    for i, reading in enumerate(readings):
        row = slice(rows.starts[i], rows.starts[i + 1])
        ids, values = space.vector(count(reading))
        assert rows.ids[row].tolist() == ids.tolist()
        np.testing.assert_allclose(rows.values[row], values, rtol=1e-5)


def test_pairs_and_letter_groups_are_features_when_they_are_met_often(edition: Edition) -> None:
    readings = [edition.understanding.matcher.lexicon.read(text) for text in TEXTS]
    once, _ = spanned(readings, np.ones(len(readings), dtype=np.int32))
    thrice, _ = spanned(readings, np.full(len(readings), 3, dtype=np.int32))
    words = [[*block.words] for block in once.blocks]
    assert "qqq" in words[1]
    assert words == [[*block.words] for block in thrice.blocks]
    assert all(len(a.pairs) <= len(b.pairs) for a, b in zip(once.blocks, thrice.blocks, strict=True))
    assert set(once.codes.tolist()) < set(thrice.codes.tolist())
    met = Counter(code for reading in readings for code in set(count(reading).grams.tolist()))
    assert set(once.codes.tolist()) == {code for code, times in met.items() if times >= RARE}


LEARN = """
import hashlib, sys
from pathlib import Path
from bot.content import loading
from bot.conversation.matching import lexicon_of
from bot.conversation.training import learn
known = loading.knowledge(Path(sys.argv[1]))
lexicon = lexicon_of(known)
phrases = [(i.id, lexicon.read(text)) for i in list(known.intents.values())[:20] for text in i.says[:10]]
lesson = learn(phrases, [("fire", lexicon.read("cháy nhà"))], [lexicon.read("chào")])
print(hashlib.sha256(lesson.intents.weights.tobytes()).hexdigest())
"""


def test_learning_twice_gives_the_same_weights(small: Path) -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", LEARN, str(small)],
            env={"PYTHONHASHSEED": seed, "PATH": os.environ["PATH"]},
            capture_output=True, text=True, check=True, cwd=ROOT,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
