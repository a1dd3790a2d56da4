"""What is counted in a message."""

from __future__ import annotations

import numpy as np

from bot.content.edition import Edition
from bot.conversation.features import count


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
