"""A real desk for tests: `trucban run` in a process of its own, and a citizen's client for its socket."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


class OpenDesk:
    """One process. `folder` is its DATA_DIR; learnt weights are copied into it, so that it starts at once."""

    def __init__(self, folder: Path, weights: Path, **settings: str) -> None:
        self.folder = folder
        if not (folder / "weights").exists():
            shutil.copytree(weights / "weights", folder / "weights")
        self._settings = settings
        self.log: list[str] = []
        self._process: asyncio.subprocess.Process | None = None
        self._reading: list[asyncio.Task[None]] = []
        self.url = ""

    async def start(self, command: str = "run") -> None:
        """Start, and wait until the page can be opened."""
        self.url = ""
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "DATA_DIR": str(self.folder), "PORT": "0",
            "CONTENT_DIR": str(ROOT), **self._settings,
        }  # fmt: skip
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", command, env=environment, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        opened = asyncio.Event()
        self._reading = [
            asyncio.create_task(self._read(stream, opened))
            for stream in (self._process.stdout, self._process.stderr)
        ]
        ended = asyncio.create_task(self._process.wait())
        ready = asyncio.create_task(opened.wait())
        await asyncio.wait({ready, ended}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not opened.is_set():
            raise AssertionError("\n".join(self.log))
        ended.cancel()

    async def _read(self, stream: asyncio.StreamReader | None, opened: asyncio.Event) -> None:
        assert stream
        async for line in stream:
            text = line.decode().rstrip()
            self.log.append(text)
            found = re.search(r"(https?://[\w.]+(?::\d+)?) ", text)
            if found:  # behind a proxy the port is ours to choose, and the address another
                port = self._settings.get("PORT")
                self.url = f"http://127.0.0.1:{port}" if port else found[1]
            if "đang xử lý tin" in text:
                self.url = f"http://127.0.0.1:{self._settings.get('PORT')}"
            if self.url:
                opened.set()

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def kill(self, number: int = signal.SIGKILL) -> int:
        """End the process with a signal; its exit code."""
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(number)
        code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        await asyncio.gather(*self._reading)
        return code

    def kill_store(self) -> None:
        """Kill the server of its store."""
        os.kill(self.store_pid(), signal.SIGKILL)

    def store_pid(self) -> int:
        """The server of its store."""
        return int(subprocess.run(
            ["pgrep", "-f", "valkey-server", "-P", str(self.pid)], capture_output=True, check=True, text=True
        ).stdout.split()[0])  # fmt: skip


@asynccontextmanager
async def open_desk(folder: Path, weights: Path, **settings: str) -> AsyncIterator[OpenDesk]:
    """An open desk, closed in good order at the end."""
    desk = OpenDesk(folder, weights, **settings)
    await desk.start()
    try:
        yield desk
    finally:
        await desk.kill(signal.SIGTERM)


class Citizen:
    """A client that does what our page does: keeps its token and the number of the last reply."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.token: str | None = None
        self.after = 0
        self.replies: dict[object, list[dict[str, Any]]] = {}
        self._number = 0
        self.socket: aiohttp.ClientWebSocketResponse

    async def connect(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.socket = await self._session.ws_connect(f"{url}/chat", headers=headers)
        await self.socket.send_json({"type": "hello", "token": self.token, "after": self.after})
        self.token = (await self._next("welcome"))["token"]

    async def _next(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: dict[str, Any] = await self.socket.receive_json()
                if frame["type"] == "reply":
                    self.after = frame["n"]
                    self.replies.setdefault(frame["re"], []).append(frame)
                if frame["type"] == kind:
                    return frame

    async def send(self, text: str = "", choice: str | None = None, id_: str | None = None) -> str:
        """Say or choose; returns when it was heard."""
        self._number += 1
        id_ = id_ or f"m{self._number}"
        frame = {"type": "say", "id": id_, "text": text} if choice is None else {
            "type": "choose", "id": id_, "choice": choice}  # fmt: skip
        await self.socket.send_json(frame)
        assert (await self._next("heard"))["re"] == id_
        return id_

    async def answered(self, id_: str) -> list[dict[str, Any]]:
        """All replies to a message."""
        while not self.replies.get(id_) or self.replies[id_][-1]["more"]:
            await self._next("reply")
        return self.replies[id_]

    async def ask(self, text: str) -> str:
        """Say something and read the answer."""
        return "\n".join(reply["text"] for reply in await self.answered(await self.send(text)))
