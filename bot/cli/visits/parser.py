"""The commands of `trucban visits`, as the command line reads them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot.content.files import console

HOME = {"list": "listed", "plan": "plan", "done": "mark", "drop": "mark", "back": "mark", "add": "add"}
MARKS = ("arrived", "served", "missed", "back")


def add(commands: Any) -> None:
    """Add `visits` and its commands."""
    words = console()["visits_help"]
    parser = commands.add_parser("visits", help=words["visits"], description=words["visits"])
    acts = parser.add_subparsers(required=True, metavar=words["act"])

    def command(name: str, run: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = acts.add_parser(
            name, help=words[name], description=words[name], usage=f"trucban visits {words[f'{name}_usage']}"
        )
        made.add_argument("words", nargs="*", metavar=words["words"], help=words["words_help"])
        made.set_defaults(run=f"visits.{run}", act=name)
        return made

    def flags(made: argparse.ArgumentParser, *names: str) -> None:
        for name in names:
            made.add_argument(f"--{name}", action="store_true", help=words[name])

    day = command("day", "listing.day")
    day.add_argument("--day", help=words["day_of"])
    flags(day, "all", "json")
    flags(command("calls", "listing.calls"), "json")
    flags(command("find", "listing.find"), "json")
    for name in MARKS:
        mark = command(name, "marking.mark")
        mark.add_argument("--seen", type=int, help=words["seen"])
        flags(mark, "json")
    walk_in = command("walk-in", "marking.walk_in")
    walk_in.add_argument("--people", type=int, default=1, help=words["people"])
    flags(walk_in, "priority", "json")
    call = command("next", "marking.call")
    call.add_argument("--desk", help=words["desk"])
    flags(call, "json")
    by_hand = command("add", "planning.add")
    by_hand.add_argument("--name", help=words["name"])
    by_hand.add_argument("--phone", help=words["phone"])
    by_hand.add_argument("--people", type=int, default=1, help=words["people"])
    flags(by_hand, "priority", "json")
    flags(command("move", "planning.move"), "told", "json")
    cancel = command("cancel", "planning.cancel")
    cancel.add_argument("--reason", help=words["cancel_reason"])
    flags(cancel, "told", "yes", "json")
    flags(command("told", "planning.told"), "json")
    close = command("close", "closing.close")
    close.add_argument("--desk", action="append", help=words["close_desk"])
    close.add_argument("--reason", help=words["reason"])
    flags(close, "yes", "json")
    reopen = command("reopen", "closing.reopen")
    reopen.add_argument("--name", help=words["closing_name"])
    flags(reopen, "json")
    flags(command("load", "figures.load"), "json")
    _home(acts, words)
    sheet = command("csv", "figures.sheet")
    sheet.add_argument("--file", type=Path, help=words["file"])
    sheet.add_argument("--by", metavar="ID", help=words["by"])
    sheet.add_argument("--code", help=words["by_code"])
    flags(sheet, "names")


def _home(acts: Any, words: Any) -> None:
    """Visits at home: a list of its own, with acts of its own."""
    home = acts.add_parser("home", help=words["home"], description=words["home"])
    deeds = home.add_subparsers(required=True, metavar=words["act"])
    for name, run in HOME.items():
        usage = f"trucban visits home {words[f'home_{name}_usage']}"
        made = deeds.add_parser(
            name, help=words[f"home_{name}"], description=words[f"home_{name}"], usage=usage
        )
        made.add_argument("words", nargs="*", metavar=words["words"], help=words["words_help"])
        made.add_argument("--json", action="store_true", help=words["json"])
        made.set_defaults(run=f"visits.home.{run}", act=name)
        if name == "list":
            made.add_argument("--all", action="store_true", help=words["home_all"])
        elif name == "add":
            for each in ("name", "phone", "place"):
                made.add_argument(f"--{each}", help=words[f"home_{each}"])
        else:
            made.add_argument("--seen", type=int, help=words["seen"])
