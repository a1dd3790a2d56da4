"""Commands about the desk's data."""

from __future__ import annotations

import argparse
import asyncio

from bot import opening
from bot.cli import codes
from bot.config import Settings
from bot.content.files import say


def backup(options: Settings, given: argparse.Namespace) -> int:
    """Write the whole state to a file."""
    path, report = asyncio.run(opening.backup(options, given.file))
    print(say("cli", "backed_up", file=path, count=report.taken))
    return codes.OK


def restore(options: Settings, given: argparse.Namespace) -> int:
    """Bring a backup back."""
    report = asyncio.run(opening.restore(options, given.file))
    print(say("cli", "restored", file=given.file, count=report.taken, skipped=report.left_out))
    for account in options.accounts.zalo_oa:
        print(say("cli", "restored_token", account=account.id))
    return codes.OK


def rekey(options: Settings, _: argparse.Namespace) -> int:
    """Seal everything with the newest key."""
    print(say("cli", "rekeyed", count=asyncio.run(opening.rekey(options)).taken))
    return codes.OK
