"""Commands about content: talk, ask, check, measure. They need no store."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from bot import app
from bot.channels import terminal
from bot.cli import codes, lines
from bot.config import Settings
from bot.content import ageing, hints, laws, loading
from bot.content import schema as schemas
from bot.content.files import console, say
from bot.conversation.days import local_day
from bot.domain.knowledge import Knowledge
from bot.evaluation.figures import IN_COLUMNS, RowError, chosen, evaluate, read
from bot.evaluation.noise import noisy


def chat(options: Settings, _: argparse.Namespace) -> int:
    """Talk on this terminal."""

    async def ask() -> str:
        return await asyncio.to_thread(input, say("chat", "prompt"))

    asyncio.run(app.chat(options, ask))
    return codes.OK


def ask(options: Settings, given: argparse.Namespace) -> int:
    """One answer, or one for each line of the input."""
    problem = lines.problem(given)
    if problem is not None:
        return problem
    current = app.edition(options)
    if not given.json:
        terminal.show(app.answer(current, given.question), terminal.console())
        return codes.OK
    ask = app.asker(current)
    return lines.answered(given.question, lambda text: ask(text).as_json())


def check(options: Settings, given: argparse.Namespace) -> int:
    """Say what is wrong or due in the content, and in the accounts."""
    known = loading.knowledge(options.content_dir)
    if options.accounts.stations or options.accounts.verifiers:
        import_module("bot.doors").check(options, known)
    if given.law:
        return _resting_on(given.law, known)
    counts = {
        "intents": len(known.intents),
        "phrases": sum(len(intent.says) for intent in known.intents.values()),
        "answers": len(known.answers),
        "stations": len(known.stations),
    }
    print(say("check", "ok", digest=known.digest, **counts))
    today = local_day(app.moment())
    _print_notes("notes", ageing.ageing(known, today))
    _print_notes("changes", ageing.changing(known, today))
    _print_hints(hints.hints(known, today))
    return codes.OK


def _print_notes(head: str, notes: Iterator[ageing.Note]) -> None:
    for number, note in enumerate(notes):
        if not number:
            print(say("check", head))
        text = say("warning", note.key, **{name: f"{day:%d/%m/%Y}" for name, day in note.days.items()})
        print(f"  {note.answer.intent}: {text}")


def _print_hints(found: Iterator[hints.Hint]) -> None:
    for number, hint in enumerate(found):
        if not number:
            print(say("check", "hints"))
        print("  " + ": ".join(filter(None, (hint.where, say("hint", hint.key, **hint.blanks)))))


def _resting_on(law: str, known: Knowledge) -> int:
    found = laws.resting_on(law, known)
    print(say("cli", "law_found" if found else "law_none", count=len(found), law=law))
    for ground in found:
        print(
            f"  {ground.id}: {ground.title} ({ground.text})"
            if ground.title
            else f"  {ground.id}: {ground.text}"
        )
    return codes.OK


def measure(options: Settings, given: argparse.Namespace) -> int:
    """Print how right the desk is on a file of questions."""
    try:
        rows = list(read(given.file))
    except (OSError, UnicodeError) as error:
        print(say("cli", "no_file", file=given.file, reason=error), file=sys.stderr)
        return codes.USAGE
    except RowError as error:
        print(say("cli", "bad_line", line=error.line, reason=say("cli", "bad_row")), file=sys.stderr)
        return codes.USAGE
    topics = frozenset(given.topics.split(",")) if given.topics else None
    rows = list(chosen(rows, topics))
    if not rows:
        print(say("cli", "no_rows", file=given.file), file=sys.stderr)
        return codes.USAGE
    asked = list(noisy(rows)) if given.noise else rows
    report = evaluate(asked, app.asker(app.edition(options)))
    if given.json:
        print(json.dumps(report.figures, ensure_ascii=False))
    else:
        _print_figures(report.figures)
    return codes.OK


def _print_figures(figures: dict[str, Any]) -> None:
    words = console()["eval"]
    to = terminal.console()
    heads = ["n", *IN_COLUMNS]
    groups = (
        (f"{words['in']} / {words['oos']}", {words["in"]: figures["in"], words["oos"]: figures["oos"]}),
        (words["by_topic"], figures["by_topic"]),
        (words["by_style"], figures["by_style"]),
    )
    for title, rows in groups:
        table = [[name, *(str(row.get(head, "–")) for head in heads)] for name, row in rows.items()]
        terminal.table(title, [words["row"], *(words["columns"][head] for head in heads)], table, to)
    print(say("eval", "speed", **figures["ms"]))


def schema(_: Settings, given: argparse.Namespace) -> int:
    """Write the editors' JSON Schemas."""
    schemas.write(given.folder)
    return codes.OK


def weights(options: Settings, _: argparse.Namespace) -> int:
    """Learn, and keep what was learnt."""
    app.edition(options)
    return codes.OK
