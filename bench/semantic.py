"""What a second opinion by meaning gives: the same questions with it and without.

    python bench/semantic.py [FILE.jsonl] [--quick]

Without a file, the questions of tests/unseen: no phrase was written on them. `--quick` learns from a dozen
phrases of each intent; otherwise all are turned into vectors, which takes minutes the first time (kept in
DATA_DIR). Prints right / asked / wrong, what a question costs, and how far the second opinion deserves trust
when fitted on tests/questions (`bot.conversation.meaning.TRUST`). Exits 1 when it does not bring more right
answers or brings a point more of wrong ones. The last line is the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as the figures say

import yaml
from sklearn.linear_model import LogisticRegression

from bot.config import settings
from bot.content import loading, meanings
from bot.content.apprentice import reader
from bot.content.edition import publish
from bot.conversation.deciding import Thresholds
from bot.conversation.matching import Matcher, lexicon_of, train
from bot.conversation.meaning import SecondOpinion, learn
from bot.conversation.redaction import redact
from bot.conversation.restoring import Restorer, counted
from bot.conversation.understanding import Understanding
from bot.domain.knowledge import Knowledge
from bot.evaluation.figures import Row, evaluate, read, timed

ROOT = Path(__file__).resolve().parent.parent
FEW = 12
MORE_WRONG = 1.0  # points


def few() -> tuple[Understanding, SecondOpinion]:
    """Both opinions, learnt from few phrases of each intent."""
    known = loading.knowledge(ROOT)
    intents = {
        id_: replace(intent, says=intent.says[:: max(1, len(intent.says) // FEW)][:FEW])
        for id_, intent in known.intents.items()
    }
    known = replace(known, intents=intents)
    matcher = train(lexicon_of(known), known)
    return Understanding(known, matcher), opinion(known, matcher)


def opinion(known: Knowledge, matcher: Matcher) -> SecondOpinion:
    asked = [(intent.id, text) for intent in known.intents.values() for text in intent.says]
    restorer, embed = Restorer(counted(meanings.texts(known))), meanings.embedder()
    written = meanings.written(matcher.lexicon, restorer, (text for _, text in asked))
    vectors = meanings.stacked([embed(text) for text in written])
    return SecondOpinion(learn(vectors, [intent for intent, _ in asked]), restorer, embed)


def everything() -> tuple[Understanding, SecondOpinion]:
    """Both, learnt from all phrases."""
    options = settings(os.environ, ROOT)
    edition = publish(ROOT, options.data_dir)
    if not meanings.file(edition.known.digest, options.data_dir).is_file():
        reader(ROOT, options.data_dir).outcome()
    second = meanings.second_opinion(edition.known.digest, options.data_dir)
    if second is None:
        raise SystemExit("What the phrases mean could not be learnt.")
    return edition.understanding, second


def figures(understanding: Understanding, rows: Sequence[Row]) -> dict[str, Any]:
    answer = timed(lambda text: understanding.understand(redact(text).text), lambda _: False)
    found = evaluate(rows, answer).figures
    return {"in": found["in"], "oos": found["oos"], "ms": found["ms"]}


def trust(understanding: Understanding, second: SecondOpinion, rows: Sequence[Row]) -> dict[str, float]:
    """Weights of both opinions' log-odds, fitted on the guesses of questions that are not sure."""
    odds, right = [], []
    for row in rows:
        reading = understanding.matcher.lexicon.read(redact(row.text).text)
        guesses = understanding.matcher.judge(reading).guesses
        if not guesses or guesses[0].score >= Thresholds().sure:
            continue
        shares = second.of(reading)
        for guess in guesses:
            odds.append((_odds(guess.score), _odds(shares[guess.intent])))
            right.append(guess.intent in {row.intent, *row.alt} or (row.out and guess.intent[:3] == "oos"))
    fit = LogisticRegression(C=100).fit(odds, right)
    own, other = fit.coef_[0]
    return {"base": round(float(fit.intercept_[0]), 2), "own": round(own, 2), "other": round(other, 2)}


def _odds(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))


def questions() -> list[Row]:
    files = [f for f in sorted((ROOT / "tests" / "questions").glob("*.yaml")) if f.stem[:6] != "urgent"]
    rows = [row for file in files for row in yaml.safe_load(file.read_text("utf-8"))]
    return [Row(r["text"], r["intent"], tuple(r.get("alt") or ()), r["style"]) for r in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "tests" / "unseen" / "people.jsonl")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    alone, second = few() if options.quick else everything()
    print(f"learnt in {time.perf_counter() - began:.0f} s")
    rows = list(read(options.file))
    before, after = figures(alone, rows), figures(alone.advised(second), rows)
    for name, found in (("alone", before), ("advised", after)):
        inside, outside = found["in"], found["oos"]
        print(f"{name:8} right {inside['right']} asked {inside['asked']} wrong {inside['wrong']}"
              f" | out of scope wrong {outside['wrong']} asked {outside['asked']}"
              f" | ms p50 {found['ms']['p50']} p99 {found['ms']['p99']}")  # fmt: skip
    fitted = trust(alone, second, questions()[:: 8 if options.quick else 1])
    print("trust, fitted on tests/questions:", fitted)
    missed = (
        after["in"]["right"] <= before["in"]["right"]
        or after["in"]["wrong"] > before["in"]["wrong"] + MORE_WRONG
    )
    print(json.dumps({"alone": before, "advised": after, "trust": fitted, "missed": missed}))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
