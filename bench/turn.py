"""A turn over the socket: how soon an answer is out, how many a second, how much memory, how quick the start.

    python bench/turn.py [--quick] [--telegram PYTHON]

`trucban run` with its embedded store is pinned to one core, Python and store together; whoever asks runs on
the other. Two loads: *open*, 200 messages a second at a constant rate, where an answer's time counts from the
moment its message was due, so that a stalled server is not spared; and *closed*, where a fixed number of
talks ask again as soon as they are answered. The same way, on the same core: a bare aiohttp echo socket, and
a bare python-telegram-bot echo bot with its default transport against a Bot API played by us (the time is
from an update being due to its `sendMessage`). PYTHON is an interpreter with python-telegram-bot, by default
this one; without it that row says so. The last line is the figures as JSON; exit 1 when one is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import numpy as np
import yaml
from aiohttp import web
from platforms import platforms
from platforms import settings as platform_settings
from survive import command, content, embedded_store, environment, free_port, serving

ROOT = Path(__file__).resolve().parent.parent
RATE = 200  # messages a second of the open load
TALKS = 400  # with 40 messages a minute each before the desk asks to slow down
SIDE_BY_SIDE = 32  # talks of the closed load that wait for an answer
PATIENCE = 20.0  # seconds after which an answer counts as missing
WARM_UP = 1.5  # seconds
REST = 3.0  # seconds before memory at rest is read

ECHO = """
import sys
from aiohttp import WSMsgType, web

async def echo(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket

app = web.Application()
app.router.add_get("/chat", echo)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
"""

BOT = """
import sys
from telegram.ext import Application, MessageHandler, filters

async def echo(update, context):
    await update.message.reply_text(update.message.text)

address = f"http://127.0.0.1:{sys.argv[1]}/bot"
app = Application.builder().token("1:bench").base_url(address).build()
app.add_handler(MessageHandler(filters.TEXT, echo))
app.run_polling()
"""


@dataclass(frozen=True)
class Load:
    """What was measured of one server."""

    p50: float  # ms, open load
    p95: float
    p99: float
    worst: float
    missing: int  # answers that never came
    rate: float  # a second, closed load
    cost: dict[str, float]  # ms of processor time a turn, by process: what noise of the machine spares


class Line(Protocol):
    """A way to ask a server; `done` is told the id of each answered question."""

    async def ask(self, number: int, id_: str, text: str) -> None: ...


class Waiting:
    """Who waits for which answer."""

    def __init__(self) -> None:
        self._open: dict[str, asyncio.Future[float]] = {}

    def expect(self, id_: str) -> asyncio.Future[float]:
        self._open[id_] = asyncio.get_running_loop().create_future()
        return self._open[id_]

    def done(self, id_: str) -> None:
        found = self._open.pop(id_, None)
        if found and not found.done():
            found.set_result(time.perf_counter())


# -- loads


async def open_load(line: Line, waiting: Waiting, texts: Sequence[str], seconds: float) -> list[float | None]:
    """Ask at a constant rate whatever happens; ms from when each was due, None where no answer came."""
    begin = time.perf_counter() + 0.2
    due, answers = [], []
    for i in range(int(seconds * RATE)):
        due.append(begin + i / RATE)
        await asyncio.sleep(max(0.0, due[-1] - time.perf_counter()))
        id_ = f"o{i}"
        answers.append(waiting.expect(id_))
        await line.ask(i % TALKS, id_, texts[i % len(texts)])
    await asyncio.wait(answers, timeout=PATIENCE)
    return [
        (answer.result() - at) * 1000 if answer.done() else None
        for at, answer in zip(due, answers, strict=True)
    ]


async def closed_load(
    line: Line, waiting: Waiting, texts: Sequence[str], seconds: float
) -> tuple[float, int]:
    """(answers a second, answers missing) with a fixed number of talks waiting at any time."""
    mark = random.randbytes(4).hex()  # an id that was heard before is not answered again
    numbers = itertools.count()
    until = time.perf_counter() + seconds
    answered = missing = 0

    async def asker() -> None:
        nonlocal answered, missing
        while time.perf_counter() < until:
            i = next(numbers)
            answer = waiting.expect(f"{mark}{i}")
            await line.ask(i % TALKS, f"{mark}{i}", texts[i % len(texts)])
            try:
                await asyncio.wait_for(answer, PATIENCE)
                answered += 1
            except TimeoutError:
                missing += 1

    begin = time.perf_counter()
    await asyncio.gather(*(asker() for _ in range(SIDE_BY_SIDE)))
    return answered / (time.perf_counter() - begin), missing


async def loaded(
    line: Line, waiting: Waiting, texts: Sequence[str], seconds: tuple[float, float], pids: Mapping[str, int]
) -> Load:
    await closed_load(line, waiting, texts, WARM_UP)
    times = await open_load(line, waiting, texts, seconds[0])
    before = {name: processor_ms(pid) for name, pid in pids.items()}
    rate, missing = await closed_load(line, waiting, texts, seconds[1])
    turns = max(1.0, rate * seconds[1])
    cost = {name: (processor_ms(pid) - before[name]) / turns for name, pid in pids.items()}
    came = [at for at in times if at is not None]
    p50, p95, p99, worst = np.percentile(came, [50, 95, 99, 100])
    return Load(p50, p95, p99, worst, len(times) - len(came) + missing, rate, cost)


def processor_ms(pid: int) -> float:
    """Processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def stolen() -> tuple[int, int]:
    """(ticks the host took from this machine, all ticks) until now."""
    fields = [int(field) for field in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return fields[7], sum(fields)


# -- lines to the servers


class SocketLine:
    """Many talks over WebSockets; `plain` for the echo, whose answer is the question."""

    def __init__(self, waiting: Waiting, *, plain: bool) -> None:
        self._waiting, self._plain = waiting, plain
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    @asynccontextmanager
    async def to(cls, url: str, waiting: Waiting, *, plain: bool) -> AsyncIterator[SocketLine]:
        line = cls(waiting, plain=plain)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            for _ in range(TALKS):
                await line._connect(session, url)
            try:
                yield line
            finally:
                for task in line._tasks:
                    task.cancel()
                await asyncio.gather(*line._tasks, return_exceptions=True)

    async def _connect(self, session: aiohttp.ClientSession, url: str) -> None:
        socket = await session.ws_connect(url)
        if not self._plain:
            await socket.send_json({"type": "hello", "token": None})
            await socket.receive_json()
        self._sockets.append(socket)
        self._tasks.append(asyncio.create_task(self._hear(socket)))

    async def ask(self, number: int, id_: str, text: str) -> None:
        await self._sockets[number].send_json({"type": "say", "id": id_, "text": text})

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            if self._plain:
                self._waiting.done(frame["id"])
            elif frame["type"] == "reply" and not frame["more"]:
                self._waiting.done(frame["re"])


class BotApi:
    """Plays Telegram's Bot API: hands out updates to `getUpdates`, is told of answers by `sendMessage`."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._updates: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._number = itertools.count(1)
        self.polled = asyncio.Event()

    async def ask(self, number: int, id_: str, text: str) -> None:
        chat = {"id": number + 1, "type": "private"}
        sender = {"id": number + 1, "is_bot": False, "first_name": "B"}
        i = next(self._number)
        message = {"message_id": i, "date": 0, "chat": chat, "from": sender, "text": f"{id_} {text}"}
        self._updates.put_nowait({"update_id": i, "message": message})

    async def handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "getUpdates":
            self.polled.set()
            return web.json_response({"ok": True, "result": await self._pending()})
        if method == "sendMessage":
            given = await request.post()
            self._waiting.done(str(given["text"]).partition(" ")[0])
            chat = {"id": int(str(given["chat_id"])), "type": "private"}
            sent = {"message_id": next(self._number), "date": 0, "chat": chat, "text": given["text"]}
            return web.json_response({"ok": True, "result": sent})
        if method == "getMe":
            me = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
            return web.json_response({"ok": True, "result": me})
        return web.json_response({"ok": True, "result": True})

    async def _pending(self) -> list[dict[str, Any]]:
        """What waits, at most a hundred, as the real one; nothing after a while."""
        with suppress(TimeoutError):
            found = [await asyncio.wait_for(self._updates.get(), 5)]
            while len(found) < 100 and not self._updates.empty():
                found.append(self._updates.get_nowait())
            return found
        return []


# -- servers


@contextmanager
def pinned(
    argv: Sequence[str], surroundings: Mapping[str, str], core: int | None, log: Path
) -> Iterator[int]:
    """A process on one core, with every child it has; yields its id."""
    before = os.sched_getaffinity(0)
    with log.open("ab") as out:
        if core is not None:
            os.sched_setaffinity(0, {core})
        try:
            process = subprocess.Popen(argv, cwd=ROOT, env=surroundings, stdout=out, stderr=out)  # noqa: S603
        finally:
            os.sched_setaffinity(0, before)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def first_answer(port: int, begin: float) -> float:
    """Seconds from `begin` to the first answer of a server that may still be starting."""
    async with aiohttp.ClientSession() as session:
        while time.perf_counter() - begin < 120:
            with suppress(aiohttp.ClientError):
                async with session.ws_connect(f"http://127.0.0.1:{port}/chat") as socket:
                    await socket.send_json({"type": "hello", "token": None})
                    await socket.send_json({"type": "say", "id": "1", "text": "mất căn cước phải làm sao"})
                    async for message in socket:
                        if json.loads(message.data)["type"] == "reply":
                            return time.perf_counter() - begin
            await asyncio.sleep(0.01)
    raise SystemExit("the desk does not answer")


async def start_time(folder: Path) -> float:
    """Seconds from starting `trucban run` to its first answer; both cores."""
    port = free_port()
    begin = time.perf_counter()
    with pinned(command("run"), environment(folder, PORT=port), None, folder / "starts.log"):
        return await first_answer(port, begin)


def megabytes(pid: int, row: str = "VmRSS") -> float:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(f"{row}:"))


async def outcomes(port: int) -> dict[str, int]:
    """Turns of a desk by outcome."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        rows = [
            line for line in (await answer.text()).splitlines() if line.startswith("trucban_turns_total{")
        ]
    return {row.split('outcome="')[1].split('"')[0]: int(float(row.split()[-1])) for row in rows}


async def desk(
    folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]
) -> tuple[Load, dict[str, float], dict[str, int]]:
    """(load, memory in MB, turns by outcome) of `trucban run` on one core, its log at INFO as in real use."""
    port, waiting = free_port(), Waiting()
    surroundings = environment(folder, PORT=port, LOG_LEVEL="INFO")
    with pinned(command("run"), surroundings, core, folder / "desk.log") as pid:
        await serving(port)
        await asyncio.sleep(REST)
        memory = {"rest": megabytes(pid)}
        async with SocketLine.to(f"http://127.0.0.1:{port}/chat", waiting, plain=False) as line:
            store = embedded_store(folder)
            pids = {"python": pid} | ({"store": store} if store else {})
            load = await loaded(line, waiting, texts, seconds, pids)
        memory |= {"after": megabytes(pid), "most": megabytes(pid, "VmHWM")}
        if store:
            memory["store_after"] = megabytes(store)
        return load, memory, await outcomes(port)


async def through_doors(
    folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]
) -> tuple[Load, Load, dict[str, float]]:
    """(Telegram, Zalo, memory in MB): webhook in, answer out by HTTP, `trucban run` on one core."""
    port, there, waiting = free_port(), free_port(), Waiting()
    desk_at, theirs = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{there}"
    surroundings = environment(
        folder, PORT=port, LOG_LEVEL="INFO", PUBLIC_URL=desk_at, **platform_settings(theirs)
    )
    async with platforms(waiting, there, desk_at) as (telegram_there, zalo_there):
        with pinned(command("run"), surroundings, core, folder / "doors.log") as pid:
            await serving(port)
            await asyncio.sleep(REST)
            memory = {"rest": megabytes(pid)}
            store = embedded_store(folder)
            pids = {"python": pid} | ({"store": store} if store else {})
            found = [
                await loaded(line, waiting, texts, seconds, pids) for line in (telegram_there, zalo_there)
            ]
            memory["after"] = megabytes(pid)
        if telegram_there.refused or zalo_there.refused:
            raise SystemExit(f"webhook calls refused: {telegram_there.refused}, {zalo_there.refused}")
    return found[0], found[1], memory


async def echo(folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]) -> Load:
    port, waiting = free_port(), Waiting()
    argv = [sys.executable, "-c", ECHO, str(port)]
    with pinned(argv, dict(os.environ), core, folder / "echo.log") as pid:
        async with aiohttp.ClientSession() as session:
            for _ in range(500):
                with suppress(aiohttp.ClientError):
                    async with session.get(f"http://127.0.0.1:{port}/"):
                        break
                await asyncio.sleep(0.02)
        async with SocketLine.to(f"http://127.0.0.1:{port}/chat", waiting, plain=True) as line:
            return await loaded(line, waiting, texts, seconds, {"python": pid})


async def telegram(
    python: str, folder: Path, core: int, texts: Sequence[str], seconds: tuple[float, float]
) -> Load | None:
    """The echo bot of python-telegram-bot; None when that is not installed."""
    look = [python, "-c", "import telegram.ext, httpx"]
    if subprocess.run(look, check=False, capture_output=True).returncode:  # noqa: ASYNC221, S603
        return None
    port, waiting = free_port(), Waiting()
    api = BotApi(waiting)
    app = web.Application()
    app.router.add_route("*", "/bot1:bench/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        argv = [python, "-c", BOT, str(port)]
        with pinned(argv, dict(os.environ), core, folder / "telegram.log") as pid:
            await asyncio.wait_for(api.polled.wait(), 30)
            return await loaded(api, waiting, texts, seconds, {"python": pid})
    finally:
        await runner.cleanup()


# -- all of it


def questions() -> list[str]:
    """The project's own test questions, in one order."""
    files = [
        f for f in sorted((ROOT / "tests" / "questions").glob("*.yaml")) if not f.stem.startswith("urgent")
    ]
    texts = [row["text"] for f in files for row in yaml.safe_load(f.read_text("utf-8"))]
    random.Random(1).shuffle(texts)
    return texts


async def measured(options: argparse.Namespace, folder: Path) -> int:
    texts, host = questions(), stolen()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the server, one for whoever asks")
    first = await start_time(folder)
    warm = [await start_time(folder) for _ in range(3)]
    print(f"first start to first answer {first:.1f} s, warm {[round(w, 2) for w in warm]} s", flush=True)
    os.sched_setaffinity(0, {cores[0]})
    print(f"server and store on core {cores[-1]}, asked from core {cores[0]}; {TALKS} talks")
    seconds = (10.0, 6.0) if options.quick else (60.0, 20.0)
    ours, memory, turns = await desk(folder, cores[-1], texts, seconds)
    show("trucban run, store included", ours)
    print(f"{'':28} turns {turns}; MB { ({k: round(v) for k, v in memory.items()}) }", flush=True)
    by_telegram, by_zalo, doors_memory = await through_doors(folder, cores[-1], texts, seconds)
    show("  by Telegram's webhook", by_telegram)
    show("  by Zalo's webhook", by_zalo)
    print(f"{'':28} MB with both doors { ({k: round(v) for k, v in doors_memory.items()}) }", flush=True)
    bare = await echo(folder, cores[-1], texts, seconds)
    show("aiohttp WebSocket echo", bare)
    bot = await telegram(options.telegram, folder, cores[-1], texts, seconds)
    if bot:
        show("python-telegram-bot echo", bot)
    else:
        print("python-telegram-bot: not installed, not measured (--telegram PYTHON)")
    figures = {
        "p50_ms": round(ours.p50, 1),
        "p95_ms": round(ours.p95, 1),
        "p99_ms": round(ours.p99, 1),
        "turns_a_second": round(ours.rate),
        "processor_ms": {name: round(ms, 2) for name, ms in ours.cost.items()},
        "echo_a_second": round(bare.rate),
        "telegram_a_second": round(bot.rate) if bot else None,
        "to_echo": round(ours.rate / bare.rate, 2),
        "to_telegram": round(ours.rate / bot.rate, 2) if bot else None,
        "by_telegram": {"p95_ms": round(by_telegram.p95, 1), "a_second": round(by_telegram.rate)},
        "by_zalo": {"p95_ms": round(by_zalo.p95, 1), "a_second": round(by_zalo.rate)},
        "by_telegram_to_telegram": round(by_telegram.rate / bot.rate, 2) if bot else None,
        "rss_rest_mb": round(memory["rest"]),
        "rss_doors_mb": round(doors_memory["rest"]),
        "rss_after_mb": round(memory["after"]),
        "warm_s": round(sorted(warm)[1], 2),
        "first_s": round(first, 1),
        "missing": ours.missing + by_telegram.missing + by_zalo.missing,
        "slowed": turns.get("slowed", 0),
        "failed": turns.get("failed", 0),
    }
    missed = [
        name
        for name, good in {
            "p95_ms <= 15": ours.p95 <= 15,
            "turns_a_second >= 500": ours.rate >= 500,
            "to_telegram >= 1": bot is None or ours.rate >= bot.rate,
            "by_telegram p95_ms <= 15": by_telegram.p95 <= 15,
            "by_zalo p95_ms <= 15": by_zalo.p95 <= 15,
            "by_telegram_to_telegram >= 1": bot is None or by_telegram.rate >= bot.rate,
            "rss_rest_mb <= 180": memory["rest"] <= 180,
            "rss_doors_mb <= 180": doors_memory["rest"] <= 180,
            "warm_s <= 2": figures["warm_s"] <= 2,
            "first_s <= 8": first <= 8,
            "every answer whole": not (figures["missing"] or figures["slowed"] or figures["failed"]),
        }.items()
        if not good
    ]
    taken, ticks = (now - then for now, then in zip(stolen(), host, strict=True))
    print(f"the host kept {100 * taken / ticks:.1f} % of this machine's time for others")
    if missed:
        print(f"missed: {', '.join(missed)}")
    print(json.dumps(figures))
    return 1 if missed else 0


def show(name: str, load: Load) -> None:
    print(
        f"{name:28} at {RATE}/s: p50 {load.p50:.1f} p95 {load.p95:.1f} p99 {load.p99:.1f}"
        f" most {load.worst:.0f} ms, missing {load.missing};"
        f" at most {load.rate:.0f}/s with {SIDE_BY_SIDE} side by side,"
        f" processor ms a turn: { ({name: round(ms, 2) for name, ms in load.cost.items()}) }",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="10 s of open load and 6 s of closed load each")
    parser.add_argument("--telegram", default=sys.executable, help="a Python with python-telegram-bot")
    options = parser.parse_args()
    print(f"load of the machine before the start {os.getloadavg()[0]:.1f}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="turn-"))
    try:
        content(folder)
        return asyncio.run(measured(options, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
