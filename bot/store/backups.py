"""Backups as files: which there are, and whether one is whole."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.store.sealing import KEY_FILE, Seals

NAMED = "trucban-*.backup"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup's file. `seal` is the fingerprint of its key, `whole` says whether it has its end."""

    path: Path
    made: datetime
    seal: str
    whole: bool
    rights: int


def listed(folder: Path) -> list[Path]:
    """All backups in a folder, the oldest first."""
    return sorted(folder.glob(NAMED), key=lambda path: path.stat().st_mtime)


def read(path: Path) -> Backup:
    """Read a backup from start to end.

    Raises:
        OSError: it cannot be opened.
        ValueError: it is none.
    """
    count, first, last = 0, "", ""
    rights = path.stat().st_mode & 0o777
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for line in file:
                first, last, count = first or line, line, count + 1
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeError) as error:
        if not first:
            raise ValueError(type(error).__name__) from None
        last = ""
    head = json.loads(first or "null")
    if not isinstance(head, dict) or not isinstance(head.get("made"), str):
        raise ValueError("no head")
    return Backup(
        path, datetime.fromisoformat(head["made"]), str(head.get("seal")), _ends(last, count), rights
    )


def fits(path: Path, keys: Sequence[str], folder: Path) -> None:
    """Whether a backup can be brought back with these keys, those of `folder`; asked before a store is made.

    A store that was begun with the wrong key would refuse the right one afterwards.

    Raises:
        StoreError: it cannot.
    """
    try:
        found = read(path)
    except OSError as error:
        raise StoreError("backup_away", file=str(path), error=error.strerror) from error
    except ValueError as error:
        raise StoreError("backup_bad", file=str(path), error=str(error)) from error
    if not found.whole:
        raise StoreError("backup_bad", file=str(path), error="cut short")
    if not keys:
        raise StoreError("key_away", file=str(folder / KEY_FILE))
    if found.seal not in Seals(keys).fingerprints:
        raise StoreError("backup_key", file=str(path), key=str(folder / KEY_FILE))


def _ends(last: str, lines: int) -> bool:
    try:
        found = json.loads(last)
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("end") == lines - 2
