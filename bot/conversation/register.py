"""The names of places, and which places are called so: as they are written, glued together, or nearly so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.conversation.placewords import key_of, kind_of
from bot.conversation.syllable import is_bare

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_GLUED = 5  # letters from which a name may be written without blanks


class Register:
    """Looks names up; built once of references and names, with their kinds, and never changed."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        called: dict[str, list[str]] = defaultdict(list)
        for ref, name in entries:
            key = key_of(kind_of(name)[1])
            called[key].append(ref)
            *head, last = key.split(" ")
            if head and last in _ROMAN:
                called[" ".join((*head, _ROMAN[last]))].append(ref)
        self._called = {key: tuple(dict.fromkeys(refs)) for key, refs in called.items()}
        self._glued: dict[str, str] = {}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for key in self._called:
            if len(key) > _GLUED and " " in key:
                self._glued.setdefault(key.replace(" ", ""), key)
                self._by_length[len(key)].append(key)
        self.longest = max((key.count(" ") + 1 for key in self._called), default=0)  # words of a name

    def named(self, words: Sequence[str]) -> tuple[str, ...]:
        """What is called so; `words` are folded, some perhaps glued together (hatinh, ea mdroh)."""
        found = self._called.get(" ".join(words))
        if found is None and not all(map(is_bare, words)):
            found = self._called.get(self._glued.get("".join(words), ""))
        return found or ()

    def nearest(self, key: str, most: int = 12) -> list[tuple[str, int]]:
        """Names written nearly so and how many letters differ, closest first."""
        slack = 1 if len(key) < 8 else 2
        near = [
            name for n in range(len(key) - slack, len(key) + slack + 1) for name in self._by_length.get(n, ())
        ]
        found = process.extract(key, near, scorer=OSA.distance, score_cutoff=slack, limit=most)
        return [(name, int(distance)) for name, distance, _ in found]
