"""`trucban`: the command line of DESIGN §5."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from bot import __version__, app
from bot.channels import terminal
from bot.config import Settings, settings
from bot.content import checking, loading, schema
from bot.content.files import console, say
from bot.conversation.dialogue import local_day
from bot.conversation.text import LIMIT
from bot.domain.answer import Answer
from bot.errors import ContentError, SettingsError
from bot.evaluation.figures import IN_COLUMNS, Row, chosen, evaluate
from bot.evaluation.noise import noisy

OK, BAD, USAGE = 0, 1, 2
LINE_LIMIT = 4 * LIMIT + 1024  # bytes-ish of an input line: a text of LIMIT characters and its JSON around
LATER = ("run", "web", "worker", "scam", "officer", "backup", "restore", "rekey", "poster", "doctor")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a lone surrogate is no reason to die
    options, unknown = _parser().parse_known_args(arguments)
    if options.command in LATER:
        print(say("cli", "not_yet", command=options.command), file=sys.stderr)
        return USAGE
    if unknown:
        _parser().error(f"{console()['cli']['unknown_option']} {' '.join(unknown)}")
    try:
        chosen_settings = settings(os.environ, Path.cwd())
        logging.basicConfig(level=chosen_settings.log_level, format="%(asctime)s %(levelname)s %(message)s")
        result: int = options.run(chosen_settings, options)
    except SettingsError as error:
        reason = say("settings", error.reason, value=error.value)
        print(say("settings", "bad", name=error.name, reason=reason), file=sys.stderr)
        return USAGE
    except ContentError as error:
        print(error, file=sys.stderr)
        print(say("check", "bad", count=len(error.problems)), file=sys.stderr)
        return BAD
    except KeyboardInterrupt:
        print(say("cli", "interrupted"), file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return result


def _parser() -> argparse.ArgumentParser:
    words = console()["cli"]
    parser = argparse.ArgumentParser(prog="trucban", description=words["description"])
    parser.add_argument("--version", action="version", version=f"trucban {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="lệnh")
    commands.add_parser("chat", help=words["chat"]).set_defaults(run=_chat)
    ask = commands.add_parser("ask", help=words["ask"])
    ask.add_argument("question", nargs="?", help=words["ask_question"])
    ask.add_argument("--json", action="store_true", help=words["json"])
    ask.set_defaults(run=_ask)
    check = commands.add_parser("check", help=words["check"])
    check.add_argument("--law", help=words["law"])
    check.set_defaults(run=_check)
    measure = commands.add_parser("eval", help=words["eval"])
    measure.add_argument("file", type=Path, help=words["eval_file"])
    measure.add_argument("--topics", help=words["eval_topics"])
    measure.add_argument("--noise", action="store_true", help=words["eval_noise"])
    measure.add_argument("--json", action="store_true", help=words["json"])
    measure.set_defaults(run=_eval)
    schemas = commands.add_parser("schema", help=words["schema"])
    schemas.add_argument("folder", type=Path)
    schemas.set_defaults(run=_schema)
    commands.add_parser("weights", help=words["weights"]).set_defaults(run=_weights)
    for name in LATER:
        commands.add_parser(name, add_help=False).add_argument("rest", nargs="*")
    return parser


def _chat(options: Settings, _: argparse.Namespace) -> int:
    async def ask() -> str:
        return await asyncio.to_thread(input, say("chat", "prompt"))

    asyncio.run(app.chat(options, ask))
    return OK


def _ask(options: Settings, given: argparse.Namespace) -> int:
    if given.question == "-" and not given.json:
        print(say("cli", "json_only"), file=sys.stderr)
        return USAGE
    if given.question is None or not given.question.strip():
        print(say("cli", "no_question"), file=sys.stderr)
        return USAGE
    current = app.edition(options)
    if not given.json:
        terminal.show(app.answer(current, given.question), terminal.console())
        return OK
    ask = app.asker(current)
    if given.question != "-":
        print(json.dumps(ask(given.question).as_json(), ensure_ascii=False))
        return OK
    failed = False
    for number, text in _questions(sys.stdin):
        if isinstance(text, str):
            print(json.dumps(ask(text).as_json(), ensure_ascii=False), flush=True)
        else:
            failed = True
            print(say("cli", "bad_line", line=number, reason=text.reason), file=sys.stderr)
    return BAD if failed else OK


class _Bad:
    """An input line that cannot be used, and why."""

    def __init__(self, key: str, **blanks: object) -> None:
        self.reason = say("cli", key, **blanks)


def _questions(lines: TextIO) -> Iterator[tuple[int, str | _Bad]]:
    """Each line's question: plain text, or JSON with a `text`."""
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text:
            yield number, _question(text)


def _question(line: str) -> str | _Bad:
    if len(line) > LINE_LIMIT:
        return _Bad("bad_line_long", limit=LINE_LIMIT)
    if not line.startswith("{"):
        return line
    try:
        text = json.loads(line)["text"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _Bad("bad_line_json")
    return text if isinstance(text, str) else _Bad("bad_line_json")


def _check(options: Settings, given: argparse.Namespace) -> int:
    known = loading.knowledge(options.content_dir)
    if given.law:
        return _resting_on(given.law, list(known.answers.values()))
    counts = {
        "intents": len(known.intents),
        "phrases": sum(len(intent.says) for intent in known.intents.values()),
        "answers": len(known.answers),
        "stations": len(known.stations),
    }
    print(say("check", "ok", digest=known.digest, **counts))
    notes = list(checking.ageing(known, local_day(app.moment())))
    if notes:
        print(say("check", "notes"))
    for answer, key, days in notes:
        text = say("warning", key, **{name: f"{day:%d/%m/%Y}" for name, day in days.items()})
        print(f"  {answer.intent}: {text}")
    return OK


def _resting_on(law: str, answers: list[Answer]) -> int:
    wanted = " ".join(law.lower().split())
    found = [
        a for a in answers if any(wanted in ground.lower() for v in a.variants for ground in v.body.law or ())
    ]
    print(say("cli", "law_found" if found else "law_none", count=len(found), law=law))
    for answer in found:
        print(f"  {answer.intent}: {answer.title}")
    return OK


def _eval(options: Settings, given: argparse.Namespace) -> int:
    try:
        rows = list(_rows(given.file))
    except (OSError, UnicodeError) as error:
        print(say("cli", "no_file", file=given.file, reason=error), file=sys.stderr)
        return USAGE
    except ValueError as error:
        print(error, file=sys.stderr)
        return USAGE
    topics = frozenset(given.topics.split(",")) if given.topics else None
    rows = list(chosen(rows, topics))
    if not rows:
        print(say("cli", "no_rows", file=given.file), file=sys.stderr)
        return USAGE
    asked = list(noisy(rows)) if given.noise else rows
    report = evaluate(asked, app.asker(app.edition(options)))
    if given.json:
        print(json.dumps(report.figures, ensure_ascii=False))
    else:
        _print_figures(report.figures)
    return OK


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _row(line, number)


def _row(line: str, number: int) -> Row:
    try:
        given = json.loads(line)
        return Row(
            given["text"],
            given["intent"],
            tuple(given.get("alt") or ()),
            given.get("style") or "-",
            given.get("kind") or "-",
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(say("cli", "bad_line", line=number, reason=say("cli", "bad_row"))) from None


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


def _schema(_: Settings, given: argparse.Namespace) -> int:
    schema.write(given.folder)
    return OK


def _weights(options: Settings, _: argparse.Namespace) -> int:
    app.edition(options)
    return OK
