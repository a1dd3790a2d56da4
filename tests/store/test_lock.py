from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.files import say
from bot.errors import StoreBusyError, StoreError
from bot.store.lock import hold

HOLDER = """
import sys
from pathlib import Path
from bot.store.lock import hold
lock = hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield holder
        holder.kill()


def test_a_second_start_is_refused_and_says_by_whom(tmp_path: Path) -> None:
    with held_by_another(tmp_path) as holder:
        with pytest.raises(StoreBusyError) as refused:
            hold(tmp_path)
        error = refused.value
        assert (error.pid, error.host) == (holder.pid, socket.gethostname())
        assert error.since is not None
        assert timedelta(0) <= datetime.now(UTC) - error.since < timedelta(minutes=1)
        told = say("store", error.reason, **error.blanks)
        assert str(holder.pid) in told
        assert error.since.strftime("%H:%M ngày %d/%m/%Y") in told
        assert error.since.utcoffset() == timedelta(hours=7)


def test_one_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(StoreBusyError):
        hold(tmp_path)
    hold(tmp_path).release()


def test_a_killed_holder_is_no_obstacle(tmp_path: Path) -> None:
    with held_by_another(tmp_path) as holder:
        holder.kill()
        holder.wait()
        with hold(tmp_path):
            assert json.loads((tmp_path / "lock").read_text("utf-8"))["pid"] == os.getpid()


def test_a_file_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("x" * 5000, "utf-8")
    with hold(tmp_path):
        assert len((tmp_path / "lock").read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "host": "h", "since": "never"}'])
def test_a_note_nobody_can_read_still_refuses(tmp_path: Path, note: str) -> None:
    with hold(tmp_path):
        (tmp_path / "lock").write_text(note, "utf-8")
        with pytest.raises(StoreBusyError) as refused:
            hold(tmp_path)
    assert refused.value.pid is None
    assert say("store", refused.value.reason, **refused.value.blanks)


def test_released_twice(tmp_path: Path) -> None:
    lock = hold(tmp_path)
    lock.release()
    with hold(tmp_path):
        lock.release()
        with pytest.raises(StoreBusyError):
            hold(tmp_path)


def test_a_child_does_not_inherit_it(tmp_path: Path) -> None:
    lock = hold(tmp_path)
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        lock.release()
        hold(tmp_path).release()
        child.kill()


def test_a_missing_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "bàn trực" / "dữ liệu"
    with hold(folder):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "lock").stat().st_mode) == 0o600


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as refused:
        hold(tmp_path / "file" / "data")
    assert str(tmp_path / "file" / "data") in say("store", refused.value.reason, **refused.value.blanks)
