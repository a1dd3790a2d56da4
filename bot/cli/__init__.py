"""`trucban`: the command line of DESIGN §5.

A command's module is loaded when it is called: `ask` needs neither web nor store.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog

from bot import __version__
from bot.cli import codes
from bot.cli.officer import parser as officer
from bot.cli.visits import parser as visits
from bot.config import Role, Settings, settings
from bot.content.files import console, say
from bot.errors import ContentError, SettingsError, StoreError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a lone surrogate is no reason to die
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:
        _parser().error(f"{console()['cli']['unknown_option']} {' '.join(unknown)}")
    try:
        if options.command == "doctor":  # reads the settings itself, for they may be what is wrong
            examined: int = import_module("bot.cli.doctor").examine(options)
            return examined
        chosen_settings = settings(os.environ, Path.cwd())
        _log_as(chosen_settings)
        module, _, function = options.run.rpartition(".")
        command = getattr(import_module(f"bot.cli.{module}"), function)
        result: int = command(chosen_settings, options)
    except SettingsError as error:
        reason = say("settings", error.reason, value=error.value)
        print(say("settings", "bad", name=error.name, reason=reason), file=sys.stderr)
        return codes.USAGE
    except StoreError as error:
        print(say("store", error.reason, **error.blanks), file=sys.stderr)
        return codes.BAD
    except ContentError as error:
        print(error, file=sys.stderr)
        print(say("check", "bad", count=len(error.problems)), file=sys.stderr)
        return codes.BAD
    except KeyboardInterrupt:
        print(say("cli", "interrupted"), file=sys.stderr)
        return codes.STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return codes.OK
    return result


def _log_as(chosen_settings: Settings) -> None:
    """One JSON line an event on standard error; nothing a citizen wrote is ever handed to it."""
    level = getattr(logging, chosen_settings.log_level)
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("telegram").setLevel(logging.WARNING)  # below that it logs what is written to citizens
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,  # a logger put together anew for each line costs more than the line
    )


def _parser() -> argparse.ArgumentParser:
    words = console()["cli"]
    parser = argparse.ArgumentParser(prog="trucban", description=words["description"])
    parser.add_argument("--version", action="version", version=f"trucban {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="lệnh")
    commands.add_parser("chat", help=words["chat"]).set_defaults(run="content.chat")
    ask = commands.add_parser("ask", help=words["ask"])
    ask.add_argument("question", nargs="?", help=words["ask_question"])
    ask.add_argument("--json", action="store_true", help=words["json"])
    ask.set_defaults(run="content.ask")
    doubt = commands.add_parser("scam", help=words["scam"])
    doubt.add_argument("question", nargs="?", help=words["scam_text"])
    doubt.add_argument("--json", action="store_true", help=words["json"])
    doubt.set_defaults(run="scam.judge")
    check = commands.add_parser("check", help=words["check"])
    check.add_argument("--law", help=words["law"])
    check.set_defaults(run="content.check")
    measure = commands.add_parser("eval", help=words["eval"])
    measure.add_argument("file", type=Path, help=words["eval_file"])
    measure.add_argument("--topics", help=words["eval_topics"])
    measure.add_argument("--noise", action="store_true", help=words["eval_noise"])
    measure.add_argument("--json", action="store_true", help=words["json"])
    measure.set_defaults(run="content.measure")
    schemas = commands.add_parser("schema", help=words["schema"])
    schemas.add_argument("folder", type=Path)
    schemas.set_defaults(run="content.schema")
    commands.add_parser("weights", help=words["weights"]).set_defaults(run="content.weights")
    for role in Role:
        commands.add_parser(role, help=words[role]).set_defaults(run="desk.run", role=role)
    keep = commands.add_parser("backup", help=words["backup"])
    keep.add_argument("file", nargs="?", type=Path, help=words["backup_file"])
    keep.set_defaults(run="data.backup")
    back = commands.add_parser("restore", help=words["restore"])
    back.add_argument("file", type=Path, help=words["backup_file"])
    back.set_defaults(run="data.restore")
    commands.add_parser("rekey", help=words["rekey"]).set_defaults(run="data.rekey")
    sheet = commands.add_parser("poster", help=words["poster"])
    sheet.add_argument("station", help=words["poster_station"])
    sheet.add_argument("file", nargs="?", type=Path, help=words["poster_file"])
    sheet.set_defaults(run="poster.draw")
    account = commands.add_parser("zalo", help=words["zalo"]).add_subparsers(required=True, metavar="việc")
    first = account.add_parser("token", help=words["zalo_token"])
    first.add_argument("--account", help=words["zalo_account"])
    first.add_argument("--refresh-token", action="store_true", help=words["zalo_refresh"])
    first.add_argument("--redirect", help=words["zalo_redirect"])
    first.set_defaults(run="zalo.token")
    _add_door(commands)
    visits.add(commands)
    officer.add(commands)
    doctor = commands.add_parser("doctor", help=words["doctor"])
    doctor.add_argument("--json", action="store_true", help=words["doctor_json"])
    return parser


def _add_door(commands: Any) -> None:
    words = console()["door"]
    parts = commands.add_parser("door", help=words["help"]).add_subparsers(
        required=True, metavar=words["act"]
    )
    listed = parts.add_parser("list", help=words["list"])
    listed.add_argument("--json", action="store_true", help=console()["cli"]["json"])
    listed.set_defaults(run="door.show")
    close = parts.add_parser("close", help=words["close"])
    close.add_argument("door", help=words["which"])
    close.add_argument("--reason", required=True, help=words["reason"])
    close.add_argument("--notice", default="", help=words["notice"])
    close.add_argument("--yes", action="store_true", help=words["sure"])
    close.set_defaults(run="door.close")
    again = parts.add_parser("open", help=words["open"])
    again.add_argument("door", help=words["which"])
    again.set_defaults(run="door.reopen")
