"""Commands about the open desk and its data."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot import opening
from bot.channels import poster as posters
from bot.cli import codes
from bot.config import Role, Settings
from bot.content import loading
from bot.content.files import say
from bot.errors import SettingsError


def run(options: Settings, given: argparse.Namespace) -> int:
    """Open the desk, or a part of it, until told to close."""
    if given.role is not Role.ALL and not options.redis_url:
        raise SettingsError("REDIS_URL", "needs_store", given.role)
    asyncio.run(opening.run(options, given.role, lambda line: print(line, flush=True)))
    return codes.OK


def backup(options: Settings, given: argparse.Namespace) -> int:
    """Write the whole state to a file."""
    path, report = asyncio.run(opening.backup(options, given.file))
    print(say("cli", "backed_up", file=path, count=report.taken))
    return codes.OK


def restore(options: Settings, given: argparse.Namespace) -> int:
    """Bring a backup back."""
    report = asyncio.run(opening.restore(options, given.file))
    print(say("cli", "restored", file=given.file, count=report.taken, skipped=report.left_out))
    return codes.OK


def rekey(options: Settings, _: argparse.Namespace) -> int:
    """Seal everything with the newest key."""
    print(say("cli", "rekeyed", count=asyncio.run(opening.rekey(options)).taken))
    return codes.OK


def poster(options: Settings, given: argparse.Namespace) -> int:
    """Draw a station's poster."""
    stations = loading.knowledge(options.content_dir).stations
    if options.public_url is None:
        print(say("poster", "no_address"), file=sys.stderr)
        return codes.USAGE
    if given.station not in stations:
        print(say("poster", "unknown", given=given.station, known=", ".join(stations)), file=sys.stderr)
        return codes.USAGE
    file = given.file or Path(f"{given.station}.pdf")
    try:
        file.write_bytes(posters.draw(stations[given.station], options.public_url, posters.words()))
    except OSError as error:
        raise SettingsError("FILE", "unwritable", f"{file} ({error.strerror})") from error
    print(say("poster", "written", file=file))
    return codes.OK
