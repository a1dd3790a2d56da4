"""Red flags in a message: groups of words that stand together, unless something beside them takes them back.

"Đọc mã OTP cho em" asks; "Không bao giờ đọc mã OTP cho ai" warns. What a warning names is no sign.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.conversation.phrasebook import Forms
from bot.conversation.text import TONES, Token, tokens
from bot.domain.scam import Sign

CHAIN = 4  # words between the parts of one expression
GAP = 10  # words between two parts of a look
FAR, CLOSE = 25, 3  # words that "tuyệt đối không", and a bare "không", reach ahead
REFUSES, NOT, THIRD, IS_FAKE, UNLESS = "_tuyet_doi_khong", "_khong", "_ke_gian", "_la_gia", "_neu"
HAVE, THEN, ASKS, INVITES = "_co", "_thi", "_hoi", "_moi"
STEERING = (
    REFUSES,
    NOT,
    THIRD,
    IS_FAKE,
    UNLESS,
    HAVE,
    THEN,
    ASKS,
    INVITES,
    "_giong_thong_bao",
    "_nguoi_ke",
    "_hoi_that_gia",
)
_GROUP = re.compile(r"\((_?[a-z0-9_]+)\)$")
_TOO_MANY = 60  # places of one group in one message that are looked at

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
    """Finds groups of expressions, overlapping ones too, with respect for the marks that were typed."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._start = _Branch()
        self._chains: list[tuple[str, str, str]] = []  # "đóng … phí": the parts, found apart, and the group
        for name, expressions in groups.items():
            for expression in expressions:
                first, _, second = expression.partition("…")
                if second:
                    self._chains.append((f"={first.strip()}", f"={second.strip()}", name))
                    self._add(f"={second.strip()}", second)
                self._add(f"={first.strip()}" if second else name, first)

    def _add(self, name: str, expression: str) -> None:
        words = tokens(expression)
        branch = self._start
        for word in words:
            branch = branch.next.setdefault(word.folded, _Branch())
        entry = (tuple(_forms(word) for word in words), name)
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
                for forms, name in branch.ends:
                    if _fits(sentence, start, forms, exact=len(forms) == 1 and (marked or name in STEERING)):
                        places = hits.setdefault(name, [])
                        if len(places) < _TOO_MANY:
                            places.append(Hit(number, start, stop))
                if stop == last:
                    break
                branch = branch.next.get(sentence[stop].folded)
                stop += 1


def _fits(sentence: Sentence, start: int, listed: tuple[Forms, ...], *, exact: bool) -> bool:
    """Whether words were typed in one of their forms; alone, "cho" is not "chớ", nor "dung" "đừng"."""
    if exact:
        return sentence[start].marked == listed[0][0]
    return all(sentence[place].marked in forms for place, forms in enumerate(listed, start))


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
    ][:_TOO_MANY]


@dataclass(frozen=True, slots=True)
class _Look:
    """Parts anywhere in the message; each is groups that follow one another."""

    parts: tuple[tuple[str, ...], ...]
    groups: frozenset[str]


class Signs:
    """Knows the signs of scams.yaml."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]], signs: Mapping[str, Sign]) -> None:
        plain: dict[str, tuple[str, ...]] = {}
        looks = [(sign, _read(look, plain)) for sign in signs.values() for look in sign.looks]
        used = Counter(group for _, look in looks for group in look.groups)
        # By the group of each look that fewest looks need: most of them are never looked at.
        self._looks: dict[str, list[tuple[Sign, _Look]]] = {}
        for sign, look in looks:
            rarest = min(look.groups, key=lambda group: (used[group], group))
            self._looks.setdefault(rarest, []).append((sign, look))
        self._groups = Groups({**groups, **plain})

    def hits(self, sentences: Sequence[Sentence], before: Found | None = None) -> Hits:
        """Where the groups stand in a message; see `Groups.found`."""
        return self._groups.found(sentences, before)

    def found(self, hits: Hits, *, warning: bool = False) -> set[str]:
        """The signs a message shows; in a `warning` only those that stand in one too."""
        shown, found = _Shown(hits), set[str]()
        for group in self._looks.keys() & hits.keys():
            for sign, look in self._looks[group]:
                if sign.id not in found and (sign.stands or not warning) and shown.has(look):
                    found.add(sign.id)
        return found


def _forms(listed: Token) -> Forms:
    """With all marks, with the tone forgotten, without any: as `lexicon.Phrasebook` takes them."""
    return tuple(dict.fromkeys((listed.marked, listed.marked.rstrip(TONES), listed.folded)))


class _Shown:
    """One message: where its groups stand and what takes them back."""

    def __init__(self, hits: Hits) -> None:
        self._hits = hits
        self._back: dict[Hit, bool] = {}

    def has(self, look: _Look) -> bool:
        return look.groups <= self._hits.keys() and all(self._chain(part) for part in look.parts)

    def _chain(self, names: tuple[str, ...]) -> bool:
        """Whether the groups follow one another somewhere, and nothing takes the first or the last back."""
        ends = [(hit, hit) for hit in self._hits.get(names[0], ())]
        for name in names[1:]:
            after = self._hits.get(name, ())
            ends = [
                (first, hit)
                for first, last in ends
                for hit in after
                if hit.sentence == last.sentence and 0 <= hit.start - last.stop <= GAP
            ][:_TOO_MANY]
        return any(not self._taken_back(first, last) for first, last in ends)

    def _taken_back(self, first: Hit, last: Hit) -> bool:
        return self._refused(first) or self._told(first, last)

    def _refused(self, hit: Hit) -> bool:
        """Whether a "không" or "tuyệt đối không" reaches ahead to here; "nếu không … thì" does not."""
        if hit in self._back:
            return self._back[hit]
        self._back[hit] = result = any(
            each.sentence == hit.sentence
            and each.stop <= hit.start
            and hit.start - each.stop < reach
            and not self._is_condition(each)
            for name, reach in ((REFUSES, FAR), (NOT, CLOSE))
            for each in self._hits.get(name, ())
        )
        return result

    def _is_condition(self, negation: Hit) -> bool:
        """Whether it is "nếu không …", "không … thì …", or the "không" that ends "có … không"."""
        return any(
            each.sentence == negation.sentence and 0 <= negation.start - each.stop <= reach
            for name, reach in ((UNLESS, 2), (HAVE, FAR // 3 if negation.stop - negation.start == 1 else -1))
            for each in self._hits.get(name, ())
        ) or (
            negation.stop - negation.start == 1
            and any(
                each.sentence == negation.sentence and 0 <= each.start - negation.stop <= FAR // 2
                for each in self._hits.get(THEN, ())
            )
        )

    def _told(self, first: Hit, last: Hit) -> bool:
        """Whether the sentence tells of swindlers, or says that this is a swindle."""
        return any(
            each.sentence == first.sentence
            and each.stop <= first.start
            and not self._is_invited(each.stop, last)
            for each in self._hits.get(THIRD, ())
        ) or any(
            each.sentence == last.sentence
            and each.start >= last.stop
            and not self._is_asked(each)
            and not self._is_invited(0, last)
            for each in self._hits.get(IS_FAKE, ())
        )

    def _is_invited(self, start: int, last: Hit) -> bool:
        """Whether the reader is told to do it after all: "bị kẻ gian đăng nhập, vui lòng bấm …"."""
        return any(
            each.sentence == last.sentence and start <= each.start <= last.stop and not self._refused(each)
            for each in self._hits.get(INVITES, ())
        )

    def _is_asked(self, told: Hit) -> bool:
        """Whether "là lừa đảo" is a question."""
        return any(
            each.sentence == told.sentence and 0 <= each.start - told.stop <= 1
            for each in self._hits.get(ASKS, ())
        )


def parts_of(look: str) -> list[list[str]]:
    """The parts of a look as they are written."""
    return [[item.strip() for item in part.split("…")] for part in look.split(" + ")]


def group_in(item: str) -> str | None:
    """The group an item names, None when it is plain words."""
    match = _GROUP.match(item)
    return match[1] if match else None


def _read(look: str, plain: dict[str, tuple[str, ...]]) -> _Look:
    parts = []
    for part in parts_of(look):
        names = []
        for item in part:
            name = group_in(item)
            if name is None:
                name = f"={item}"
                plain[name] = (item,)
            names.append(name)
        parts.append(tuple(names))
    return _Look(tuple(parts), frozenset(name for part in parts for name in part))
