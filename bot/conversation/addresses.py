"""Finding the place that a message names, in any spelling: xã Phù Lưu Lộc Hà, p5 q3, ky loi."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.places import Gazetteer
from bot.conversation.placewords import (
    COMMUNE,
    DISTRICT,
    FRAME,
    HAMLETS,
    JOINTS,
    LOCATING,
    PROVINCE,
    UNITS,
)
from bot.conversation.text import Token, clean, fold, tokens

_READ = 45  # words of a message that are looked through
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

    `whole` says that the message holds nothing but the place and words around it; `clear` that it stands there
    with its kind ("xã …") or with what it lies in; `located` that somebody says they are or live there.
    `rest` are the other words, folded.
    """

    refs: tuple[str, ...]
    certainty: Certainty
    whole: bool
    clear: bool
    located: bool
    rest: tuple[str, ...]
    alone: bool = False  # one short word, or a number: a name only when a name was asked for


@dataclass(frozen=True, slots=True)
class _Mention:
    """One name in the message, from word `start` up to `end`, and what may be meant."""

    start: int
    end: int
    unit: str
    refs: tuple[str, ...]
    exact: bool = True


Chain = tuple[_Mention, ...]


class Addresses:
    """Reads messages against a gazetteer. Pure and shared."""

    def __init__(self, places: Gazetteer) -> None:
        self.places = places

    def find(self, text: str, within: Sequence[str] = (), home: str | None = None) -> Finding | None:
        """The place in a message, or None when none is named.

        `within` are the places of which one was asked for, or that the one to come lies in; `home` is the
        reference of the province of the talk's station, preferred when nothing else decides.
        """
        words = _words(clean(text))
        if not words or len(words) > _READ or not self.places.communes:
            return None
        expecting = bool(within)
        within = [ref for ref in within if self.places.knows(ref)]
        best = self._best(words, within)
        guess = None
        if best is None or not self._is_whole(words, best[0]):
            guess = self._misspelt(words, best[0] if best else (), within, expecting)
        if guess:
            best, certainty = guess, Certainty.CLOSE
        elif best:
            certainty = Certainty.EXACT
        else:
            return self._unknown(words)
        chain, refs = best
        rest = _rest(words, chain)
        units = any(mention.unit for mention in chain)
        return Finding(
            self._ordered(refs, home),
            certainty,
            self._is_whole(words, chain),
            units or len(chain) > 1,
            bool(LOCATING & set(rest)),
            rest,
            chain[0].end - chain[0].start == 1 and len(chain) == 1,
        )

    # -- names in a row

    def _best(self, words: Sequence[Token], within: Sequence[str]) -> tuple[Chain, tuple[str, ...]] | None:
        """The chain of names that covers most and means something, and its places."""
        best: tuple[Chain, tuple[str, ...]] | None = None
        reached = 0.0
        for start in range(len(words)):
            for chain in self._chains(words, start, 0):
                covered = sum(m.end - m.start + (0.6 if m.unit else 0) - 0.5 for m in chain)
                if covered <= reached:
                    continue
                refs = self._meant(chain, within)
                if refs:
                    best, reached = (chain, refs), covered
        return best

    def _chains(self, words: Sequence[Token], start: int, depth: int) -> Iterator[Chain]:
        """Rows of names that begin at a word, the longest names first."""
        for mention in self._mentions(words, start):
            yield (mention,)
            if depth + 1 < _LEVELS:
                after = mention.end
                while after < len(words) and after < mention.end + 2 and words[after].folded in JOINTS:
                    after += 1
                for begin in dict.fromkeys((mention.end, after)):
                    for rest in self._chains(words, begin, depth + 1):
                        yield (mention, *rest)

    def _mentions(self, words: Sequence[Token], start: int) -> Iterator[_Mention]:
        """The names that begin at a word, with or without their kind."""
        for unit, after in (*_units(words, start), ("", start)):
            for end in range(min(len(words), after + self.places.longest), after, -1):
                name = words[after:end]
                refs = self._called(name, unit)
                if refs:
                    yield _Mention(start, end, unit, refs)

    def _called(self, name: Sequence[Token], unit: str) -> tuple[str, ...]:
        """What is called so and is of that kind; of several, what is written with the same marks."""
        refs = self.places.named(" ".join(word.folded for word in name))
        if not refs:
            return ()
        if len(name) == 1 and not unit:
            # "an" or "5" is no place; Huế, Vinh and hatinh are.
            short = len(name[0].folded) < 3 or name[0].folded.isdecimal() or name[0].folded in FRAME
            refs = () if short else tuple(ref for ref in refs if ref[0] in "tkd" or len(name[0].folded) > 5)
        refs = tuple(ref for ref in refs if _is_level(ref, unit))
        written = tuple(ref for ref in refs if self.places.is_written(ref, name))
        refs = written or refs
        if unit:
            same = tuple(ref for ref in refs if any(kind == unit for kind, _ in self.places.spelt(ref)))
            refs = same or refs
        return refs

    # -- what a row of names means

    def _meant(self, chain: Chain, within: Sequence[str]) -> tuple[str, ...]:
        """The places that all names of a row agree on; none when they contradict each other."""
        if within:
            told = self._told_apart(chain, within)
            if told:
                return told
        if len(chain) == 1:
            return self._single(chain[0])
        for levels in ("co", "d", "kt"):
            for target in chain:
                others = [mention for mention in chain if mention is not target]
                found = tuple(
                    ref
                    for ref in target.refs
                    if ref[0] in levels and all(self._lies_in(ref, other.refs) for other in others)
                )
                if found:
                    return self.places.distinct(found)
        return ()

    def _told_apart(self, chain: Chain, within: Sequence[str]) -> tuple[str, ...]:
        """Which of the places asked about is meant, or which place in the areas asked about."""
        areas = frozenset(ref for ref in within if ref[0] in "dkt")
        listed = [ref for ref in within if ref[0] in "co"]
        named = tuple(ref for ref in listed if all(self._lies_in(ref, m.refs) or ref in m.refs for m in chain))
        if named:
            return self.places.distinct(named)
        if not areas:
            return ()
        inside = self._meant(chain, ())
        return tuple(ref for ref in inside if ref[0] in "cod" and areas & self.places.areas(ref))

    def _single(self, mention: _Mention) -> tuple[str, ...]:
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
        return ref[0] == "o" and any(other[0] == "c" and other[1:] in self.places.became(ref) for other in others)

    def _ordered(self, refs: tuple[str, ...], home: str | None) -> tuple[str, ...]:
        """Those at home if there are any, alone; else those of today first."""
        near = tuple(ref for ref in refs if home and (ref == home or home in self.places.areas(ref)))
        chosen = near or refs
        return tuple(sorted(chosen, key=lambda ref: "cotkd".index(ref[0])))[:_LISTED]

    # -- what is written wrongly, or not known

    def _misspelt(
        self, words: Sequence[Token], chain: Chain, within: Sequence[str], expecting: bool
    ) -> tuple[Chain, tuple[str, ...]] | None:
        """The place whose name is nearly what stands after a word for its kind, or beside a known name."""
        taken = {place for mention in chain for place in range(mention.start, mention.end)}
        for start, end, unit in _gaps(words, taken, expecting or bool(chain)):
            key = " ".join(word.folded for word in words[start:end])
            near = self.places.nearest(key)
            closest = min((distance for _, distance in near), default=0)
            for distance in sorted({distance for _, distance in near}):
                refs = tuple(
                    ref
                    for name, off in near
                    if off == distance
                    for ref in self.places.named(name)
                    if _is_level(ref, unit) and (unit or ref[0] in "cod")
                )
                mention = _Mention(start, end, unit, refs, exact=False)
                row = tuple(sorted((*chain, mention), key=lambda m: m.start))
                found = self._meant(row, within) if refs else ()
                if found and (chain or within or distance == closest):
                    return row, found
        return None

    def _unknown(self, words: Sequence[Token]) -> Finding | None:
        """A name that is none of ours, after a word for its kind and with nothing else around it."""
        for start, end, unit in _gaps(words, set(), False):
            rest = tuple(word.folded for place, word in enumerate(words) if not start <= place < end)
            if unit and all(word in FRAME for word in rest):
                return Finding((), Certainty.UNKNOWN, True, True, False, rest)
        return None

    def _is_whole(self, words: Sequence[Token], chain: Chain) -> bool:
        """Whether nothing but words around a place stands beside the names."""
        left = set(_rest(words, chain)) - FRAME
        return not left


def _words(text: str) -> list[Token]:
    """The words, with p5 and q.3 taken apart."""
    found: list[Token] = []
    for token in tokens(text):
        letters = token.folded.rstrip("0123456789")
        digits = token.folded[len(letters) :]
        if digits and letters in UNITS:
            found += (Token(letters, letters, False), Token(digits, digits, False))
        elif token.folded.startswith("tp") and len(token.folded) > 3 and token.folded != "tpho":
            found += (Token("tp", "tp", False), *tokens(token.marked[2:]))
        elif digits and not letters:
            found.append(Token(n := digits.lstrip("0") or "0", n, False))
        else:
            found.append(token)
    return found


def _units(words: Sequence[Token], start: int) -> Iterator[tuple[str, int]]:
    """Words for a kind of place at a position, and where the name after them begins."""
    for length in (2, 1):
        said = words[start : start + length]
        if len(said) < length:
            continue
        for unit, forms in _UNITS.get(" ".join(word.folded for word in said), ()):
            if any(_same(said, form) for form in forms):
                yield unit, start + length


def _same(said: Sequence[Token], form: tuple[Token, ...]) -> bool:
    return all(word.marked == other.marked or not word.has_marks for word, other in zip(said, form, strict=True))


def _is_level(ref: str, unit: str) -> bool:
    """Whether a place may be of the kind that was said. The islands that were districts are communes here."""
    if not unit:
        return True
    kind = ref[0]
    if kind in "co":
        return unit in COMMUNE or (kind == "o" and unit in DISTRICT)
    return unit in (DISTRICT if kind == "d" else PROVINCE)


def _rest(words: Sequence[Token], chain: Chain) -> tuple[str, ...]:
    """The words beside the names, without a hamlet's or a street's."""
    taken = {place for mention in chain for place in range(mention.start, mention.end)}
    rest: list[str] = []
    skipped = 0
    for place, word in enumerate(words):
        if place in taken:
            skipped = 0
        elif word.folded in HAMLETS:
            skipped = 3
        elif skipped and word.folded not in FRAME:
            skipped -= 1
        else:
            skipped = 0
            rest.append(word.folded)
    return tuple(rest)


def _gaps(words: Sequence[Token], taken: set[int], bare: bool) -> Iterator[tuple[int, int, str]]:
    """Runs of up to four words that may be a name written wrongly: after a kind, or (`bare`) by themselves."""
    for start in range(len(words)):
        if start in taken:
            continue
        for unit, after in _units(words, start):
            end = _run(words, after, taken)
            if end > after:
                yield after, end, unit
    for start in range(len(words)):
        if bare and start not in taken and words[start].folded not in FRAME:
            end = _run(words, start, taken)
            if end - start >= 2:
                yield start, end, ""
                return


def _run(words: Sequence[Token], start: int, taken: set[int]) -> int:
    """Where a run of words that belong to no name and to no frame ends."""
    end = start
    while end < len(words) and end < start + 4 and end not in taken and words[end].folded not in FRAME:
        end += 1
    return end


def _forms() -> dict[str, list[tuple[str, list[tuple[Token, ...]]]]]:
    found: dict[str, dict[str, list[tuple[Token, ...]]]] = {}
    for typed, unit in UNITS.items():
        found.setdefault(fold(typed), {}).setdefault(unit, []).append(tuple(tokens(typed)))
    return {key: list(units.items()) for key, units in found.items()}


_UNITS = _forms()
