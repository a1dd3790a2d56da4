"""Opening the desk from the command line."""

from __future__ import annotations

import argparse
import gc
from importlib import import_module

import uvloop

from bot.cli import codes
from bot.config import Role, Settings
from bot.content.apprentice import begun
from bot.errors import SettingsError


def run(options: Settings, given: argparse.Namespace) -> int:
    """Open the desk, or a part of it, until told to close."""
    if given.role is not Role.ALL and not options.redis_url:
        raise SettingsError("REDIS_URL", "needs_store", given.role)
    gc.disable()  # a start leaves no rubbish, and looking for it takes a tenth of the time; `opening` enables
    child = begun(options.content_dir, options.data_dir)  # it learns while we load the rest of ourselves
    try:
        opening = import_module("bot.opening")
        uvloop.run(opening.run(options, given.role, lambda line: print(line, flush=True), child))
    finally:
        if child:
            child.end()
    return codes.OK
