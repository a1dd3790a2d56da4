"""The commands of `trucban officer`, as the command line reads them."""

from __future__ import annotations

import argparse
from typing import Any

from bot.content.files import console
from bot.domain.letter import LetterKind
from bot.domain.officer import Role
from bot.domain.warning import Topic


def add(commands: Any) -> None:
    """Add `officer` and its commands."""
    words = console()["officer_help"]
    parser = commands.add_parser("officer", help=words["officer"], description=words["officer"])
    acts = parser.add_subparsers(required=True, metavar=words["act"])

    def command(name: str, run: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = acts.add_parser(name, help=words[name], description=words[name])
        made.set_defaults(run=f"officer.{run}")
        return made

    invite = command("invite", "people.invite")
    who = invite.add_mutually_exclusive_group(required=True)
    who.add_argument("--name", help=words["name"])
    who.add_argument("--again", metavar="ID", help=words["again"])
    invite.add_argument("--role", choices=[str(role) for role in Role], default="officer", help=words["role"])
    invite.add_argument("--station", action="append", default=[], help=words["station"])
    invite.add_argument("--everywhere", action="store_true", help=words["everywhere"])
    invite.add_argument("--until", help=words["until"])
    listed = command("list", "people.show")
    listed.add_argument("--all", action="store_true", help=words["all"])
    listed.add_argument("--json", action="store_true", help=words["json"])
    change = command("change", "people.change")
    change.add_argument("id", help=words["id"])
    change.add_argument("--role", choices=[str(role) for role in Role], help=words["role"])
    change.add_argument("--station", action="append", default=[], help=words["station"])
    change.add_argument("--everywhere", action="store_true", help=words["everywhere"])
    change.add_argument("--until", help=words["change_until"])
    change.add_argument("--yes", action="store_true", help=words["at_once"])
    leave = command("leave", "people.leave")
    leave.add_argument("id", help=words["id"])
    leave.add_argument("--yes", action="store_true", help=words["at_once"])
    audit = command("audit", "audit.verify")
    audit.add_argument("--show", type=int, metavar="N", help=words["show"])
    audit.add_argument("--json", action="store_true", help=words["json"])
    _letters(acts, words)
    _warnings(acts, words)
    _talks(command, words)


def _letters(acts: Any, words: Any) -> None:
    """Invitations that citizens can check."""
    letter = acts.add_parser("letter", help=words["letter"], description=words["letter"])
    deeds = letter.add_subparsers(required=True, metavar=words["act"])

    def command(name: str, run: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = deeds.add_parser(
            name, help=words[f"letter_{name}"], description=words[f"letter_{name}"],
            usage=f"trucban officer letter {words[f'letter_{name}_usage']}",
        )  # fmt: skip
        made.add_argument("--json", action="store_true", help=words["json"])
        made.set_defaults(run=f"officer.letters.{run}", act=name)
        return made

    issue = command("issue", "issue")
    issue.add_argument("station", help=words["letter_station"])
    issue.add_argument("when", nargs="+", help=words["letter_when"])
    issue.add_argument("--year", type=int, required=True, help=words["letter_year"])
    issue.add_argument(
        "--kind", choices=[str(kind) for kind in LetterKind], default="invitation", help=words["letter_kind"]
    )
    listed = command("list", "show")
    listed.add_argument("station", nargs="*", help=words["letter_station"])
    listed.add_argument("--all", action="store_true", help=words["letter_all"])
    for name in ("cancel", "used", "back"):
        command(name, "turn").add_argument("code", nargs="+", help=words["letter_code"])


def _warnings(acts: Any, words: Any) -> None:
    """Warnings: in the name of an officer, whose code goes along."""
    warning = acts.add_parser("warning", help=words["warning"], description=words["warning"])
    deeds = warning.add_subparsers(required=True, metavar=words["act"])

    def command(name: str, run: str, *, signed: bool = True) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = deeds.add_parser(
            name, help=words[f"warning_{name}"], description=words[f"warning_{name}"]
        )
        if signed:
            made.add_argument("--by", metavar="ID", help=words["warning_by"])
            made.add_argument("--code", metavar="123456", help=words["warning_code"])
        made.add_argument("--json", action="store_true", help=words["json"])
        made.set_defaults(run=f"officer.warnings.{run}", act=name)
        return made

    draft, edit = command("draft", "draft"), command("edit", "edit")
    edit.add_argument("id", help=words["warning_id"])
    draft.add_argument("--everywhere", action="store_true", help=words["everywhere"])
    draft.add_argument("--corrects", metavar="ID", help=words["warning_corrects"])
    for made in (draft, edit):
        made.add_argument("--topic", choices=[str(topic) for topic in Topic], help=words["warning_topic"])
        made.add_argument("--station", action="append", default=[], help=words["station"])
        for name in ("template", "title", "text", "link", "picture", "until"):
            made.add_argument(f"--{name}", help=words[f"warning_{name}"])
        for name in ("urgent", "drill"):
            made.add_argument(f"--{name}", action="store_true", help=words[f"warning_{name}"])
    for name in (
        "submit", "recall", "withdraw", "approve", "return", "send", "schedule", "stop", "resume", "cancel",
        "repeat",
    ):  # fmt: skip
        _asking(command(name, "move"), name, words)
    listed = command("list", "show", signed=False)
    listed.add_argument("--all", action="store_true", help=words["warning_all"])
    listed.set_defaults(id=None)
    for name in ("show", "report"):
        command(name, "show", signed=False).add_argument("id", help=words["warning_id"])


def _asking(made: argparse.ArgumentParser, name: str, words: Any) -> None:
    """What a move with a warning needs to know."""
    made.add_argument("id", help=words["warning_id"])
    if name == "approve":
        made.add_argument("--send", action="store_true", help=words["warning_both"])
    if name == "return":
        made.add_argument("--reason", required=True, help=words["warning_reason"])
    if name == "schedule":
        made.add_argument("when", nargs="+", help=words["warning_when"])


def _talks(command: Any, words: Any) -> None:
    """Talks with citizens, and drafts that came of them."""
    talks = command("talks", "talks.talks")
    talks.add_argument(
        "act", choices=("list", "take", "read", "say", "end", "back", "draft"), help=words["talks_act"]
    )
    talks.add_argument("words", nargs="*", help=words["talks_words"])
    talks.add_argument("--as", dest="officer", metavar="ID", help=words["talks_as"])
    talks.add_argument("--json", action="store_true", help=words["json"])
    drafts = command("drafts", "talks.drafts")
    drafts.add_argument("station", nargs="?", help=words["station"])
    drafts.add_argument("--drop", metavar="ID", help=words["drafts_drop"])
    drafts.add_argument("--json", action="store_true", help=words["json"])
