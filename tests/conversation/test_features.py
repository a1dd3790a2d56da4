"""What is counted in a message."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

from bot.content.edition import Edition
from bot.conversation.features import count
from tests.conftest import ROOT


def test_many_vectors_at_once_are_the_vectors_of_each(edition: Edition) -> None:
    matcher = edition.understanding.matcher
    space = matcher.lesson.space
    texts = ["mất căn cước làm lại ở đâu", "", "xyzzy qqq", "mat cccd mat cccd", "dk tam tru online sao a"]
    documents = [count(matcher.lexicon.read(text)) for text in texts]
    ids, values, lengths = space.vectors(documents)
    edges = np.concatenate(([0], np.cumsum(lengths)))
    assert len(lengths) == len(texts)
    for i, document in enumerate(documents):
        own_ids, own_values = space.vector(document)
        assert ids[edges[i] : edges[i + 1]].tolist() == own_ids.tolist()
        np.testing.assert_allclose(values[edges[i] : edges[i + 1]], own_values, rtol=1e-5)


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


def test_learning_twice_gives_the_same_weights() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", LEARN, str(ROOT)],
            env={"PYTHONHASHSEED": seed, "PATH": os.environ["PATH"]},
            capture_output=True, text=True, check=True, cwd=ROOT,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
