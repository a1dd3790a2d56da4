"""Finding the place that a message names, in any spelling: xã Phù Lưu Lộc Hà, p5 q3, ky loi."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.chains import SHORT, Chains, Found, is_level
from bot.conversation.mentions import Chain, Mention, Words, folded
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import (
    LOCATING,
    ORDINARY,
    PAUSE,
    is_frame,
)
from bot.conversation.text import clean, fold

_WORD = re.compile(r"[^\W\d_]+")
_BEFORE = frozenset([PAUSE, *"o tai ve thuoc cua que den toi an gan xa".split()])
_READ = 45  # words of a message that are looked through
_GAP = 4  # words of a misspelt name
_ROWS = 6  # rows of names beside which a misspelt one is looked for
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


class Addresses:
    """Reads messages against a gazetteer. Pure and shared."""

    def __init__(self, places: Gazetteer) -> None:
        self.places = places
        self._chains = Chains(places)

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
        best = self._chains.best(words, within, loose=expecting)
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
            return self._unknown(words, text) if len(words) <= SHORT else None
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
            for name, off in self.places.register.nearest(folded(words.part(start, end))):
                if best and off > best[0]:
                    break
                refs = tuple(
                    ref
                    for ref in self.places.register.named([name])
                    if is_level(ref, unit) and ref[0] in "cod"
                )
                row = tuple(sorted((*chain, Mention(start, end, unit, refs)), key=lambda m: m.start))
                found = self._chains.meant(row, within) if refs else ()
                if found and best and best[0] == off:
                    best = (off, best[1], self.places.distinct((*best[2], *found)))
                elif found:
                    best = (off, row, found)
        return best and best[1:]

    def _around(self, words: Words, best: Found | None) -> Iterator[Chain]:
        """Names that may stand beside a misspelt one: at the end of the message, the best found, none."""
        strange = [place for place, word in enumerate(words) if not is_frame(word)]
        rows: list[Chain] = [best[0] if best else ()]
        if len(words) <= SHORT and len(strange) > 1:
            rows += (
                chain
                for start in range(1, len(words))
                for chain in self._chains.rows(words, start, loose=True)
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
