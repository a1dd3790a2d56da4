"""Red flags in a message: groups of words that stand together, unless something beside them takes them back.

"Đọc mã OTP cho em" asks; "Không bao giờ đọc mã OTP cho ai" warns. What a warning names is no sign.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.groups import PLAIN, TOO_MANY, Found, Groups, Hit, Hits, Sentence
from bot.domain.scam import Sign

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
        self._groups = Groups({**groups, **plain}, STEERING)

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
            ][:TOO_MANY]
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
                name = f"{PLAIN}{item}"
                plain[name] = (item,)
            names.append(name)
        parts.append(tuple(names))
    return _Look(tuple(parts), frozenset(name for part in parts for name in part))
