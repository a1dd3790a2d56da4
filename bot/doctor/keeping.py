"""The disk, and the backups on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.doctor.given import OTHERS
from bot.domain.finding import Finding, broken, fine, look
from bot.store import backups
from bot.store.backups import Backup

_LITTLE, _LEAST = 2 << 30, 300 << 20  # bytes left on the disk; the store writes all it has anew each night
_NODES = 0.05  # of all inodes left
FRESH, STALE = timedelta(hours=26), timedelta(days=3)  # of the newest backup


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a disk: bytes, and of inodes the part that is free (1.0 where they are not counted)."""

    folder: Path
    free: int
    nodes: float
    writable: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The disk (None: the folder is not there), how many backups there are, and the newest of them."""

    room: Room | None
    count: int = 0
    newest: Backup | None = None
    unread: str = ""  # the name of the newest, when it cannot be read
    wanted: int = 7


def facts(settings: Settings) -> Facts:
    """Look at DATA_DIR and read the newest backup in it."""
    folder = settings.data_dir
    try:
        room = _room(folder)
        found = backups.listed(folder / "backups")
    except OSError:
        return Facts(None, wanted=settings.keep_backups)
    if not found:
        return Facts(room, wanted=settings.keep_backups)
    try:
        return Facts(room, len(found), backups.read(found[-1]), wanted=settings.keep_backups)
    except (OSError, ValueError):
        return Facts(room, len(found), None, found[-1].name, settings.keep_backups)


def _room(folder: Path) -> Room:
    disk = os.statvfs(folder)
    nodes = disk.f_favail / disk.f_files if disk.f_files else 1.0
    return Room(folder, disk.f_bavail * disk.f_frsize, nodes, os.access(folder, os.W_OK | os.X_OK))


def judged(found: Facts, seals: tuple[str, ...], now: datetime) -> list[Finding]:
    """What is wrong with disk and backups; `seals` are the fingerprints of our keys, empty when unknown."""
    if found.room is None:
        return [look("no_data")]
    said, room = [], found.room
    if not room.writable:
        said.append(broken("unwritable", folder=room.folder))
    if room.free < _LITTLE:
        said.append(
            (broken if room.free < _LEAST else look)("disk_full", folder=room.folder, free=room.free >> 20)
        )
    if room.nodes < _NODES:
        said.append(look("no_nodes", folder=room.folder))
    said = said or [fine("disk", free=f"{room.free / 2**30:.1f}")]
    return [*said, *_backups(found, seals, now)]


def _backups(found: Facts, seals: tuple[str, ...], now: datetime) -> list[Finding]:
    if not found.count:
        return [look("no_backup")]
    if found.newest is None:
        return [broken("backup_unread", name=found.unread)]
    newest, said = found.newest, []
    hours = int((now - newest.made).total_seconds() // 3600)
    if now - newest.made > FRESH:
        said.append((broken if now - newest.made > STALE else look)("backup_old", hours=hours))
    if not newest.whole:
        said.append(broken("backup_cut", name=newest.path.name))
    if seals and newest.seal not in seals:
        said.append(broken("backup_key", name=newest.path.name))
    if newest.rights & OTHERS:
        said.append(broken("open_file", file=newest.path, rights=f"{newest.rights:04o}"))
    return said or [fine("backup", hours=hours, count=found.count, wanted=found.wanted)]
