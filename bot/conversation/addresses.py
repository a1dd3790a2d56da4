"""Finding the place that a message names, in any spelling: xã Phù Lưu Lộc Hà, p5 q3, ky loi."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.mentions import Chain, Mention, Words, folded
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import (
    COMMUNE,
    DISTRICT,
    JOINTS,
    LOCATING,
    ORDINARY,
    PAUSE,
    PROVINCE,
    is_everyday,
    is_frame,
)
from bot.conversation.text import Token, clean, fold

_WORD = re.compile(r"[^\W\d_]+")
_BEFORE = frozenset([PAUSE, *"o tai ve thuoc cua que den toi an gan xa".split()])
_READ = 45  # words of a message that are looked through
_SHORT = 12  # words up to which a place may stand there without its kind
_GAP = 4  # words of a misspelt name
_ROWS = 6  # rows of names beside which a misspelt one is looked for
_LEVELS = 4  # a place, its commune's district, its province and one to spare
_LISTED = 200  # places of one name that are told apart; more are none


class Certainty(StrEnum):
    """How surely a place was recognised."""

    EXACT = "exact"
    CLOSE = "close"  # written nearly so
    UNKNOWN = "unknown"  # meant as a place; we know none of that name


@dataclass(frozen=True, slots=True)
class Finding:
    """What was named: references, most likely first.

    `whole` says that the message holds nothing but the place and words around it; `clear` that it stands
    there with its kind ("xã …") or with what it lies in; `located` that somebody says they are or live there.
    `rest` are the other words, folded.
    """

    refs: tuple[str, ...]
    certainty: Certainty
    whole: bool
    clear: bool
    located: bool
    rest: tuple[str, ...]
    said: str = ""  # all words, folded
    placed: bool = False  # what it lies in was named too, so that a slip of the pen misleads nobody
    without: str = ""  # the message without the place
    kind: bool = False  # a word for its kind was said
    ordinary: bool = False  # the name is an everyday word too


Found = tuple[Chain, tuple[str, ...]]  # names in a row, and the places they mean


class Addresses:
    """Reads messages against a gazetteer. Pure and shared."""

    def __init__(self, places: Gazetteer) -> None:
        self.places = places

    def find(self, text: str, within: Sequence[str] = (), home: str | None = None) -> Finding | None:
        """The place in a message, or None when none is named.

        `within` are the places of which one was asked for, or that the one to come lies in; `home` is the
        reference of the province of the talk's station, preferred when nothing else decides.
        """
        words = Words(clean(text))
        if not words or len(words) > _READ or not self.places.communes:
            return None
        expecting = bool(within)
        within = [ref for ref in within if self.places.knows(ref)]
        best = self._best(words, within, loose=expecting)
        guess = None
        if best is None or not words.is_whole(best[0]):
            guess = next(
                filter(
                    None,
                    (
                        self._misspelt(words, c, within, expecting=expecting)
                        for c in self._around(words, best)
                    ),
                ),
                None,
            )
        if guess:
            best, certainty = guess, Certainty.CLOSE
        elif best:
            certainty = Certainty.EXACT
        else:
            return self._unknown(words, text) if len(words) <= _SHORT else None
        chain, refs = best
        beside = [words[place] for place in words.beside(chain)]
        rest = tuple(folded(beside).split())
        first = chain[0].start
        # Two names in a row may be chance in a long message: "từ Hà Nam thành Ninh Bình".
        opens = first == 0 or words[first - 1].folded in _BEFORE
        units = any(mention.unit for mention in chain)
        return Finding(
            refs=self._ordered(refs, home),
            certainty=certainty,
            whole=words.is_whole(chain),
            kind=units,
            clear=units or (len(chain) > 1 and opens),
            located=bool(LOCATING & set(rest)),
            rest=rest,
            said=folded(words),
            placed=len(chain) > 1 and len(refs) == 1,
            without=" ".join(word.marked for word in beside),
            ordinary=len(chain) == 1 and folded(words.part(chain[0].start, chain[0].end)) in ORDINARY,
        )

    # -- names in a row

    def _best(self, words: Words, within: Sequence[str], *, loose: bool) -> Found | None:
        """The chain of names that covers most and means something, and its places."""
        best: Found | None = None
        reached = 0.0
        for start in range(len(words)):
            if len(words) > _SHORT and not any(unit in COMMUNE for unit, _ in words.units(start)):
                continue
            for chain in self._chains(words, start, loose=loose):
                covered = sum(m.end - m.start + (0.6 if m.unit else 0) - 0.5 for m in chain)
                if covered <= reached:
                    continue
                refs = self._meant(chain, within)
                if refs:
                    best, reached = (chain, refs), covered
        return best

    def _chains(self, words: Words, start: int, depth: int = 0, *, loose: bool) -> Iterator[Chain]:
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
                    for rest in self._chains(words, begin, depth + 1, loose=True):
                        yield (mention, *rest)

    def _mentions(self, words: Words, start: int, *, loose: bool) -> Iterator[Mention]:
        """The names that begin at a word, with or without their kind."""
        for unit, after in (*words.units(start), ("", start)):
            for end in range(min(len(words), after + self.places.longest), after, -1):
                refs = self.places.named(words.folded[after:end])
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
        refs = tuple(ref for ref in refs if _is_level(ref, unit))
        if not refs:
            return ()
        marked = any(word.has_marks for word in name)
        everyday = all(map(is_frame, name))
        written = tuple(ref for ref in refs if self.places.is_written(ref, name))
        if unit:
            # "xã còn trực" is no place because there is a thị trấn Cồn.
            if not written and (everyday or len(name) == 1):
                return ()
            refs = written or tuple(ref for ref in refs if self.places.is_written(ref, name, slips=1))
            same = tuple(ref for ref in refs if any(kind == unit for kind, _ in self.places.spelt(ref)))
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

    def _meant(self, chain: Chain, within: Sequence[str]) -> tuple[str, ...]:
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
                    return self.places.distinct(found)
        return ()

    def _told_apart(self, chain: Chain, within: Sequence[str]) -> tuple[str, ...]:
        """Which of the places asked about is meant, or which place in the areas asked about."""
        areas = frozenset(ref for ref in within if ref[0] in "dkt")
        listed = [ref for ref in within if ref[0] in "co"]
        named = tuple(
            ref for ref in listed if all(self._lies_in(ref, m.refs) or ref in m.refs for m in chain)
        )
        if named:
            return self.places.distinct(named)
        if not areas:
            return ()
        inside = self._meant(chain, ())
        return tuple(ref for ref in inside if ref[0] in "cod" and areas & self.places.areas(ref))

    def _single(self, mention: Mention) -> tuple[str, ...]:
        """The places of one name alone. A province that is named so is meant before any village is."""
        todays = tuple(ref for ref in mention.refs if ref[0] == "t")
        if not mention.unit or mention.unit in PROVINCE:
            olds = tuple(ref for ref in mention.refs if ref[0] == "k")
            # Hà Tĩnh went on as it was; Hòa Bình is a part of another now.
            if todays or olds:
                return todays or olds
        return self.places.distinct(ref for ref in mention.refs if ref[0] in "cod")

    def _lies_in(self, ref: str, others: Sequence[str]) -> bool:
        """Whether a place lies or lay in one of the others, or went into it."""
        if not self.places.areas(ref).isdisjoint(others):
            return True
        return ref[0] == "o" and any(
            other[0] == "c" and other[1:] in self.places.became(ref) for other in others
        )

    def _ordered(self, refs: tuple[str, ...], home: str | None) -> tuple[str, ...]:
        """Those at home if there are any, alone; else those of today first."""
        near = tuple(ref for ref in refs if home and (ref == home or home in self.places.areas(ref)))
        chosen = near or refs
        return tuple(sorted(chosen, key=lambda ref: "cotkd".index(ref[0])))[:_LISTED]

    # -- what is written wrongly, or not known

    def _misspelt(
        self, words: Words, chain: Chain, within: Sequence[str], *, expecting: bool
    ) -> Found | None:
        """The place whose name is nearly what stands after a word for its kind, or beside a known name."""
        taken = {place for mention in chain for place in range(mention.start, mention.end)}
        edges = {chain[0].start, chain[-1].end} if chain else set()
        best: tuple[int, Chain, tuple[str, ...]] | None = None
        for start, end, unit in words.gaps(taken, bare=expecting or bool(chain)):
            inside = taken.union(range(start, end))
            if not expecting and all(map(is_frame, words.part(start, end))):
                continue
            others = (word for place, word in enumerate(words) if place not in inside)
            if not (unit or expecting or {start, end} & edges) or not all(map(is_frame, others)):
                continue
            for name, off in self.places.nearest(folded(words.part(start, end))):
                if best and off > best[0]:
                    break
                refs = tuple(
                    ref for ref in self.places.named([name]) if _is_level(ref, unit) and ref[0] in "cod"
                )
                row = tuple(sorted((*chain, Mention(start, end, unit, refs)), key=lambda m: m.start))
                found = self._meant(row, within) if refs else ()
                if found and best and best[0] == off:
                    best = (off, best[1], self.places.distinct((*best[2], *found)))
                elif found:
                    best = (off, row, found)
        return best and best[1:]

    def _around(self, words: Words, best: Found | None) -> Iterator[Chain]:
        """Names that may stand beside a misspelt one: at the end of the message, the best found, none."""
        strange = [place for place, word in enumerate(words) if not is_frame(word)]
        rows: list[Chain] = [best[0] if best else ()]
        if len(words) <= _SHORT and len(strange) > 1:
            rows += (
                chain
                for start in range(1, len(words))
                for chain in self._chains(words, start, loose=True)
                if chain[-1].end == len(words) and any(ref[0] in "dkt" for ref in chain[0].refs)
            )
        for chain in rows[:_ROWS]:
            left = [p for p in strange if not any(m.start <= p < m.end for m in chain)]
            if left and left[-1] - left[0] < _GAP:
                yield chain

    def _unknown(self, words: Words, text: str) -> Finding | None:
        """A name that is none of ours: with capitals, after a word for its kind, nothing else around it."""
        capitals = {fold(word) for word in _WORD.findall(text) if word[0].isupper()}
        for start, end, unit in words.gaps(set(), bare=False):
            rest = [word for place, word in enumerate(words) if not start <= place < end]
            named = all(word.folded in capitals and not is_frame(word) for word in words.part(start, end))
            if unit and named and all(map(is_frame, rest)):
                said = folded(words)
                return Finding(
                    refs=(), certainty=Certainty.UNKNOWN, whole=True, clear=True, located=False,
                    rest=tuple(folded(rest).split()), said=said,
                )  # fmt: skip
        return None


def _is_level(ref: str, unit: str) -> bool:
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
