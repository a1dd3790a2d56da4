"""The exclusive hold on DATA_DIR: one process at a time may run a store in it.

The lock is the kernel's (`flock`), so it ends with its process however that ends, and a file left behind is
no obstacle. What stands in the file is only a note for people: who holds it, and since when.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from zoneinfo import ZoneInfo

from bot.errors import StoreBusyError, StoreError

FILE = "lock"
_NOTE = 1024  # bytes of a note we read
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Lock:
    """A held DATA_DIR; leaving the `with`, or `release`, lets it go."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go; a second time does nothing."""
        if self._descriptor is None:
            return
        # The file stays: were it removed, somebody waiting on the old one and somebody making a new one
        # would both believe they hold it.
        os.close(self._descriptor)
        self._descriptor = None

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def hold(data_dir: Path) -> Lock:
    """Hold DATA_DIR, which is made (for its owner only) if missing. No child process inherits the hold.

    Raises:
        StoreBusyError: another process holds it; says which one and since when.
        StoreError: the folder cannot be made or written.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(data_dir / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError("folder", folder=str(data_dir), error=error.strerror) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        busy = _holder(descriptor)
        os.close(descriptor)
        raise busy from None
    except OSError as error:
        os.close(descriptor)
        raise StoreError("folder", folder=str(data_dir), error=error.strerror) from error
    with suppress(OSError):  # on a full disk we hold it all the same
        _leave_note(descriptor)
    return Lock(descriptor)


def _leave_note(descriptor: int) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    note = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{note}\n".encode(), 0)


def _holder(descriptor: int) -> StoreBusyError:
    """Who the note names; a holder who is just writing it, or wrote nonsense, stays unnamed."""
    try:
        note = json.loads(os.pread(descriptor, _NOTE, 0))
        since = datetime.fromisoformat(note["since"]).astimezone(_VIETNAM)
        return StoreBusyError(int(note["pid"]), str(note["host"]), since)
    except (ValueError, KeyError, TypeError):
        return StoreBusyError()
