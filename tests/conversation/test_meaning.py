from __future__ import annotations

import numpy as np
import pytest

from bot.conversation.features import Floats
from bot.conversation.lexicon import Reading
from bot.conversation.meaning import SecondOpinion, learn
from bot.conversation.restoring import Restorer, counted
from bot.conversation.text import tokens
from bot.domain.heard import Guess

TAUGHT = [
    ("mất", "the.mat"), ("rơi", "the.mat"), ("đổi", "the.doi"), ("sửa", "the.doi"), ("chào", "chao"),
    ("alo", "chao"),
]  # fmt: skip
DIRECTIONS = {word: at for at, (word, _) in enumerate(TAUGHT)}


def embed(text: str) -> Floats:
    """A model of language that knows six words."""
    vector = np.full(len(TAUGHT), 0.01, dtype=np.float32)
    for word in text.split():
        if word in DIRECTIONS:
            vector[DIRECTIONS[word]] += 1
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def read(text: str) -> Reading:
    return Reading(tuple(tokens(text)), ())


@pytest.fixture(scope="module")
def second() -> SecondOpinion:
    sense = learn(np.stack([embed(word) for word, _ in TAUGHT]), [intent for _, intent in TAUGHT])
    return SecondOpinion(sense, Restorer(counted(["bị mất", "đổi và sửa", "chào", "rơi"])), embed)


@pytest.mark.parametrize(("word", "intent"), TAUGHT)
def test_knows_what_it_was_taught(second: SecondOpinion, word: str, intent: str) -> None:
    opinion = second.of(read(word))
    assert max(opinion, key=opinion.__getitem__) == intent
    assert sum(opinion.values()) == pytest.approx(1, abs=1e-4)


def test_reads_words_without_their_marks(second: SecondOpinion) -> None:
    assert second.of(read("mat")) == second.of(read("mất"))


def test_decides_between_guesses_that_are_alike(second: SecondOpinion) -> None:
    unsure = (Guess("the.doi", 0.5), Guess("the.mat", 0.45), Guess("chao", 0.1))
    best, *_, last = second.weighed(read("bị mất"), unsure)
    assert best.intent == "the.mat"
    assert best.score > 0.45
    assert last.intent == "chao"


def test_agreement_makes_surer_and_contradiction_less_sure(second: SecondOpinion) -> None:
    (agreed,) = second.weighed(read("mất"), (Guess("the.mat", 0.6),))
    (doubted,) = second.weighed(read("chào"), (Guess("the.mat", 0.6),))
    assert doubted.score < 0.6 < agreed.score


def test_never_says_certain(second: SecondOpinion) -> None:
    for score in (0.0, 1.0):
        (guess,) = second.weighed(read("mất"), (Guess("the.mat", score),))
        assert 0 < guess.score < 1
