"""The command that draws a poster."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.channels import poster as posters
from bot.cli import codes
from bot.config import Settings
from bot.content import loading
from bot.content.files import say
from bot.errors import SettingsError


def draw(options: Settings, given: argparse.Namespace) -> int:
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
