"""Groups of expressions that mean the same, and every place where they stand in a message."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.conversation.phrasebook import Forms, forms
from bot.conversation.text import Token, tokens

CHAIN = 4  # words between the parts of one expression
PLAIN = "="  # how the names of groups begin that are only words of a look or of an expression
TOO_MANY = 60  # places of one group in one message that are looked at

Sentence = Sequence[Token]
Hits = Mapping[str, Sequence["Hit"]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A group found: from where to where in which sentence."""

    sentence: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Found:
    """One view of a message and where its groups stand."""

    sentences: Sequence[Sentence]
    hits: Hits


@dataclass(slots=True)
class _Branch:
    next: dict[str, _Branch] = field(default_factory=dict)
    ends: list[tuple[tuple[Forms, ...], str]] = field(default_factory=list)


class Groups:
    """Finds groups of expressions, overlapping ones too, with respect for the marks that were typed.

    `strict` names groups whose single words count only as they are listed, whoever writes; the others' do so
    where the writer types marks.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]], strict: Container[str] = ()) -> None:
        self._strict = strict
        self._start = _Branch()
        self._chains: list[tuple[str, str, str]] = []  # "đóng … phí": the parts, found apart, and the group
        for name, expressions in groups.items():
            for expression in expressions:
                first, _, second = expression.partition("…")
                if second:
                    self._chains.append((f"{PLAIN}{first.strip()}", f"{PLAIN}{second.strip()}", name))
                    self._add(f"{PLAIN}{second.strip()}", second)
                self._add(f"{PLAIN}{first.strip()}" if second else name, first)

    def _add(self, name: str, expression: str) -> None:
        words = tokens(expression)
        branch = self._start
        for word in words:
            branch = branch.next.setdefault(word.folded, _Branch())
        entry = (tuple(forms(word) for word in words), name)
        if words and entry not in branch.ends:
            branch.ends.append(entry)

    def found(self, sentences: Sequence[Sentence], before: Found | None = None) -> Hits:
        """Every place of every group. What a view `before` had in the same sentences is taken from it."""
        hits: dict[str, list[Hit]] = {}
        known = _unchanged(sentences, before) if before else frozenset()
        if before:
            for name, places in before.hits.items():
                kept = [hit for hit in places if hit.sentence in known]
                if kept:
                    hits[name] = kept
        for number, sentence in enumerate(sentences):
            if number not in known:
                self._in_sentence(number, sentence, hits)
        for first, second, name in self._chains:
            if first in hits and second in hits:
                more = [hit for hit in _chained(hits[first], hits[second]) if hit.sentence not in known]
                if more:
                    hits.setdefault(name, []).extend(more)
        return hits

    def _in_sentence(self, number: int, sentence: Sentence, hits: dict[str, list[Hit]]) -> None:
        marked = 3 * sum([word.has_marks for word in sentence]) > len(sentence)
        start_at = self._start.next
        last = len(sentence)
        for start, word in enumerate(sentence):
            branch = start_at.get(word.folded)
            stop = start + 1
            while branch is not None:
                for typed, name in branch.ends:
                    alone = len(typed) == 1
                    if _fits(sentence, start, typed, exact=alone and (marked or name in self._strict)):
                        places = hits.setdefault(name, [])
                        if len(places) < TOO_MANY:
                            places.append(Hit(number, start, stop))
                if stop == last:
                    break
                branch = branch.next.get(sentence[stop].folded)
                stop += 1


def _fits(sentence: Sentence, start: int, listed: tuple[Forms, ...], *, exact: bool) -> bool:
    """Whether words were typed in one of their forms; alone, "cho" is not "chớ", nor "dung" "đừng"."""
    if exact:
        return sentence[start].marked == listed[0][0]
    return all(sentence[place].marked in typed for place, typed in enumerate(listed, start))


def _unchanged(sentences: Sequence[Sentence], before: Found) -> frozenset[int]:
    return frozenset(
        number
        for number, (one, other) in enumerate(zip(sentences, before.sentences, strict=True))
        if list(one) == list(other)
    )


def _chained(firsts: Sequence[Hit], seconds: Sequence[Hit]) -> list[Hit]:
    """From each first to each second that follows it closely."""
    return [
        Hit(first.sentence, first.start, second.stop)
        for first in firsts
        for second in seconds
        if first.sentence == second.sentence and 0 <= second.start - first.stop <= CHAIN
    ][:TOO_MANY]
