"""What each piece of the engine gives: the same questions with one piece taken away at a time.

    python bench/ablation.py [FILE.jsonl] [--quick]

Without a file, the questions of tests/unseen: no phrase was written on them. The pieces that need no new
learning (the reader's) are taken away from the reading of questions only; the others are learnt without.
Prints right / asked / wrong, as they are and under the noise that hits the piece hardest. Exits 1 when the
engine answers more without a piece and errs no more. The last line is the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the figures say

from bot.content import loading
from bot.conversation import features, keyboard, matching, spelling
from bot.conversation.lexicon import Lexicon
from bot.conversation.matching import Confidence, Matcher, lexicon_of, train
from bot.conversation.redaction import redact
from bot.conversation.understanding import Understanding
from bot.domain.knowledge import Knowledge
from bot.evaluation.figures import Row, evaluate, read, timed
from bot.evaluation.noise import NOISES, noisy

ROOT = Path(__file__).resolve().parent.parent
LOSS = 1.0  # points of right answers that a piece may cost before we say so
BLOCKS = {name: number for number, name in enumerate(features.BLOCKS)}
WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "shorthand": ("noise:teencode", {"shorthand": {}, "ambiguous": {}}),
    "dialect words": ("noise:dialect", {"dialect": {}}),
    "courtesy left out": ("", {"courtesy": ()}),
    "concepts": ("", {"concepts": {}}),
}


def figures(known: Knowledge, matcher: Matcher, rows: Sequence[Row], style: str) -> dict[str, float]:
    """Right, asked, wrong; wrong out of scope; right under one noise and under all at once."""
    understanding = Understanding(known, matcher)
    answer = timed(lambda text: understanding.understand(redact(text).text), lambda _: False)
    clean = evaluate(rows, answer).figures
    spoilt = evaluate([row for row in noisy(rows) if row.style in {style, "noise:mixed"}], answer).figures
    inside, outside, by_style = clean["in"], clean["oos"], spoilt["by_style"]
    return {
        **{key: inside[key] for key in ("right", "asked", "wrong")},
        "oos wrong": outside["wrong"],
        "noise": by_style[style]["right"] if style else inside["right"],
        "mixed": by_style["noise:mixed"]["right"],
    }


@contextmanager
def without_block(name: str) -> Iterator[None]:
    """Features of one block weigh nothing."""
    at = BLOCKS[name]
    kept = float(features.WEIGHTS[at])
    features.WEIGHTS[at] = 1e-6
    try:
        yield
    finally:
        features.WEIGHTS[at] = kept


def variants(
    known: Knowledge, rows: Sequence[Row], *, quick: bool
) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Name, noise, figures of the whole engine and of each engine that lacks a piece."""
    lexicon = lexicon_of(known)
    whole = train(lexicon, known)
    yield "everything", "", figures(known, whole, rows, "")
    with mock.patch.object(spelling.Speller, "mended", lambda _, words: words):
        yield "spelling", "noise:typo", figures(known, whole, rows, "noise:typo")
    with mock.patch.object(keyboard, "undo", lambda words, _: words):
        yield "keyboard residue undone", "noise:telex", figures(known, whole, rows, "noise:telex")
    for name, (style, change) in WORDS.items():
        poorer = replace(known, words=replace(known.words, **change))
        if name == "concepts":
            if quick:
                continue
            matcher = train(lexicon_of(poorer), poorer)
        else:
            matcher = Matcher(Lexicon(poorer.words, lexicon.usage), whole.lesson)
        yield name, style, figures(known, matcher, rows, style)
    with mock.patch.object(matching, "CONFIDENCE", Confidence(base=0.6, nearest=0.0)):
        yield "nearest phrase in the confidence", "", figures(known, whole, rows, "")
    for block in ("marked", "grams"):
        if quick and block != "grams":
            continue
        style = {"marked": "", "grams": "noise:typo"}[block]
        with without_block(block):
            yield f"block: {block}", style, figures(known, train(lexicon, known), rows, style)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "tests" / "unseen" / "people.jsonl")
    parser.add_argument("--quick", action="store_true", help="learn only twice")
    options = parser.parse_args()
    rows = list(read(options.file))
    found: dict[str, dict[str, float]] = {}
    print(f"{len(rows)} questions; {', '.join(NOISES)}")
    print(f"{'without':34} right asked wrong oos-wrong | noise                mixed")
    costly = []
    for name, style, row in variants(loading.knowledge(ROOT), rows, quick=options.quick):
        found[name] = row
        print(
            f"{name:34} {row['right']:5.1f} {row['asked']:5.1f} {row['wrong']:5.1f} {row['oos wrong']:9.1f}"
            f" | {style or '-':14} {row['noise']:5.1f} {row['mixed']:5.1f}",
            flush=True,
        )
        best = found["everything"]
        if row["right"] > best["right"] + LOSS and row["wrong"] <= best["wrong"]:
            costly.append(name)
    print(json.dumps({"without": found, "costly": costly}, ensure_ascii=False))
    return 1 if costly else 0


if __name__ == "__main__":
    sys.exit(main())
