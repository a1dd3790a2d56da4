"""Where sure ends: fits `matching.Confidence` and sweeps the thresholds on tests/questions.

    python bench/calibration.py [--quick]

Prints the fitted weights beside those in the code, and right/asked/wrong over a range of thresholds.
Nothing is written: a person reads it and changes the constants.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from bot.content.edition import publish
from bot.conversation import urgency
from bot.conversation.deciding import Thresholds
from bot.conversation.features import count
from bot.conversation.matching import CONFIDENCE, Matcher
from bot.conversation.redaction import redact
from bot.conversation.understanding import Understanding
from bot.domain.heard import Urgent
from bot.evaluation.figures import Row, evaluate, timed

ROOT = Path(__file__).resolve().parent.parent


def rows() -> list[Row]:
    files = sorted((ROOT / "tests" / "questions").glob("*.yaml"))
    return [
        Row(r["text"], r["intent"], tuple(r.get("alt") or ()), r["style"])
        for file in files
        if not file.stem.startswith("urgent")
        for r in yaml.safe_load(file.read_text("utf-8"))
    ]


def evidence(matcher: Matcher, text: str) -> tuple[str, float, float] | None:
    """Best intent, margin over the second, similarity of its nearest phrase."""
    lesson = matcher.lesson
    ids, values = lesson.space.vector(count(matcher.lexicon.read(text)))
    if not len(ids):
        return None
    scores = lesson.intents.scores(ids, values)
    first, second = np.argsort(-scores)[:2]
    nearest = matcher._nearest(ids, values, np.array([first], dtype=np.int32))[0]
    return lesson.intents.names[first], float(scores[first] - scores[second]), nearest


def fitted(matcher: Matcher, asked: list[Row]) -> dict[str, float]:
    seen, right = [], []
    for row in asked:
        found = evidence(matcher, redact(row.text).text)
        if found:
            seen.append(found[1:])
            right.append(found[0].startswith("oos") if row.out else found[0] in {row.intent, *row.alt})
    model = LogisticRegression(C=10).fit(np.array(seen), np.array(right))
    margin, nearest = model.coef_[0]
    return {"base": float(model.intercept_[0]), "margin": float(margin), "nearest": float(nearest)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer thresholds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        edition = publish(ROOT, Path(data))
    matcher = edition.understanding.matcher
    asked = rows()
    fit = {name: round(value, 2) for name, value in fitted(matcher, asked).items()}
    print(f"confidence in the code {asdict(CONFIDENCE)}, fitted now {fit}")
    for answer in (0.65,) if options.quick else (0.5, 0.58, 0.62, 0.65, 0.68, 0.71, 0.75):
        understanding = Understanding(edition.known, matcher, Thresholds(answer=answer))
        figures = evaluate(
            asked, timed(lambda text, u=understanding: u.understand(redact(text).text), lambda _: False)
        ).figures
        print(f"answer {answer}: in {figures['in']} oos {figures['oos']}")
    messages = yaml.safe_load((ROOT / "tests" / "questions" / "urgent.yaml").read_text("utf-8"))
    shares = {}
    for threshold in (-0.15,) if options.quick else (-0.3, -0.2, -0.15, -0.1, 0.0):
        limits = Thresholds(alarm=urgency.Weights(threshold=threshold))
        understanding = Understanding(edition.known, matcher, limits)
        shares = {
            name: round(
                100
                * float(
                    np.mean([isinstance(understanding.understand(m["text"]), Urgent) for m in messages[name]])
                ),
                1,
            )
            for name in ("urgent", "near")
        }
        print(f"alarm {threshold}: {shares}")
    print(json.dumps({"confidence": fit, "alarm": shares}))
    drifted = abs(fit["margin"] - CONFIDENCE.margin) > 1.5
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
