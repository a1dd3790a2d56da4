"""Rows of names in a message, and the places that all names of a row agree on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation.mentions import Chain, Mention, Words, folded
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import COMMUNE, DISTRICT, JOINTS, ORDINARY, PROVINCE, is_everyday, is_frame
from bot.conversation.text import Token

SHORT = 12  # words up to which a place may stand there without its kind
_LEVELS = 4  # a place, its commune's district, its province and one to spare

Found = tuple[Chain, tuple[str, ...]]  # names in a row, and the places they mean


class Chains:
    """Reads rows of names against a gazetteer. Pure and shared."""

    def __init__(self, places: Gazetteer) -> None:
        self._places, self._register = places, places.register

    def best(self, words: Words, within: Sequence[str], *, loose: bool) -> Found | None:
        """The chain of names that covers most and means something, and its places."""
        best: Found | None = None
        reached = 0.0
        for start in range(len(words)):
            if len(words) > SHORT and not any(unit in COMMUNE for unit, _ in words.units(start)):
                continue
            for chain in self.rows(words, start, loose=loose):
                covered = sum(m.end - m.start + (0.6 if m.unit else 0) - 0.5 for m in chain)
                if covered <= reached:
                    continue
                refs = self.meant(chain, within)
                if refs:
                    best, reached = (chain, refs), covered
        return best

    def rows(self, words: Words, start: int, depth: int = 0, *, loose: bool) -> Iterator[Chain]:
        """Rows of names that begin at a word, the longest names first."""
        if (start, loose) not in words.mentions:
            words.mentions[start, loose] = list(self._mentions(words, start, loose=loose))
        for mention in words.mentions[start, loose]:
            yield (mention,)
            if depth + 1 < _LEVELS:
                after = mention.end
                while after < len(words) and after < mention.end + 2 and words[after].folded in JOINTS:
                    after += 1
                for begin in dict.fromkeys((mention.end, after)):
                    # What stands behind a name may be an everyday word: it has to fit what stands before it.
                    for rest in self.rows(words, begin, depth + 1, loose=True):
                        yield (mention, *rest)

    def _mentions(self, words: Words, start: int, *, loose: bool) -> Iterator[Mention]:
        """The names that begin at a word, with or without their kind."""
        for unit, after in (*words.units(start), ("", start)):
            for end in range(min(len(words), after + self._register.longest), after, -1):
                refs = self._register.named(words.folded[after:end])
                if refs and (refs := self._called(words.part(after, end), refs, unit, loose=loose)):
                    # Hà Nội and Lào Cai are made of everyday words, and never meant otherwise.
                    doubtful = (
                        not loose
                        and _is_doubtful(words, start, after, end)
                        and all(ref[0] not in "tk" for ref in refs)
                    )
                    yield Mention(start, end, unit, refs, doubtful)

    def _called(
        self, name: Sequence[Token], refs: tuple[str, ...], unit: str, *, loose: bool
    ) -> tuple[str, ...]:
        """What is called so and is of that kind; of several, what is written with the same marks.

        Without its kind a name must not be made of everyday words, unless (`loose`) a name was asked for.
        """
        refs = tuple(ref for ref in refs if is_level(ref, unit))
        if not refs:
            return ()
        marked = any(word.has_marks for word in name)
        everyday = all(map(is_frame, name))
        written = tuple(ref for ref in refs if self._places.is_written(ref, name))
        if unit:
            # "xã còn trực" is no place because there is a thị trấn Cồn.
            if not written and (everyday or len(name) == 1):
                return ()
            refs = written or tuple(ref for ref in refs if self._places.is_written(ref, name, slips=1))
            same = tuple(ref for ref in refs if any(kind == unit for kind, _ in self._places.spelt(ref)))
            return same or refs
        if loose:
            return () if name[0].folded.isdecimal() else written or refs
        if marked:
            refs = written or tuple(ref for ref in refs if ref[0] in "tk")
        if len(name) == 1:  # "an" or "5" is no place; Huế, Vinh and hatinh are
            plain = len(name[0].folded) < 3 or name[0].folded.isdecimal()
            refs = () if plain else tuple(ref for ref in refs if ref[0] in "tkd" or len(name[0].folded) > 5)
        return refs

    # -- what a row of names means

    def meant(self, chain: Chain, within: Sequence[str]) -> tuple[str, ...]:
        """The places that all names of a row agree on; none when they contradict each other."""
        if within:
            told = self._told_apart(chain, within)
            if told:
                return told
        if len(chain) == 1:
            return () if chain[0].doubtful else self._single(chain[0])
        for levels in ("co", "d"):
            for target in chain:
                others = [mention for mention in chain if mention is not target]
                found = tuple(
                    ref
                    for ref in target.refs
                    if ref[0] in "cod" and all(self._lies_in(ref, other.refs) for other in others)
                )
                # "Đông Hà Quảng Trị" is the commune of that name, or any of the town.
                if any(ref[0] in levels for ref in found):
                    return self._places.distinct(found)
        return ()

    def _told_apart(self, chain: Chain, within: Sequence[str]) -> tuple[str, ...]:
        """Which of the places asked about is meant, or which place in the areas asked about."""
        areas = frozenset(ref for ref in within if ref[0] in "dkt")
        listed = [ref for ref in within if ref[0] in "co"]
        named = tuple(
            ref for ref in listed if all(self._lies_in(ref, m.refs) or ref in m.refs for m in chain)
        )
        if named:
            return self._places.distinct(named)
        if not areas:
            return ()
        inside = self.meant(chain, ())
        return tuple(ref for ref in inside if ref[0] in "cod" and areas & self._places.areas(ref))

    def _single(self, mention: Mention) -> tuple[str, ...]:
        """The places of one name alone. A province that is named so is meant before any village is."""
        todays = tuple(ref for ref in mention.refs if ref[0] == "t")
        if not mention.unit or mention.unit in PROVINCE:
            olds = tuple(ref for ref in mention.refs if ref[0] == "k")
            # Hà Tĩnh went on as it was; Hòa Bình is a part of another now.
            if todays or olds:
                return todays or olds
        return self._places.distinct(ref for ref in mention.refs if ref[0] in "cod")

    def _lies_in(self, ref: str, others: Sequence[str]) -> bool:
        """Whether a place lies or lay in one of the others, or went into it."""
        if not self._places.areas(ref).isdisjoint(others):
            return True
        return ref[0] == "o" and any(
            other[0] == "c" and other[1:] in self._places.became(ref) for other in others
        )


def is_level(ref: str, unit: str) -> bool:
    """Whether a place may be of the kind that was said. The islands that were districts are communes here."""
    if not unit:
        return True
    kind = ref[0]
    if kind in "co":
        return unit in COMMUNE or (kind == "o" and unit in DISTRICT)
    return unit in (DISTRICT if kind == "d" else PROVINCE)


def _is_doubtful(words: Words, start: int, name: int, end: int) -> bool:
    """Whether a name, perhaps after its kind, is rather everyday words: `xa con truc`, `phuong la gi`."""
    said = words.part(name, end)
    if any(word.has_marks for word in said) or not all(map(is_everyday, said)):
        return False
    if name == start:
        return True
    if end - start == len(words):
        return False
    return folded(said) in ORDINARY or (len(said) == 1 and name == start + 1)
