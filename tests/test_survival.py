"""Killed in the middle and started again: what was promised is there."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
from redis import Redis

from bot.content.shelf import Shelf
from tests.open_desk import ROOT, Citizen, OpenDesk, open_desk
from tests.open_house import desk_here

QUESTION = "mất căn cước làm lại ở đâu"


async def test_a_killed_desk_answers_what_it_heard(tmp_path: Path, learnt: Path) -> None:
    desk = OpenDesk(tmp_path / "thư mục có dấu cách", learnt)
    async with aiohttp.ClientSession() as session:
        await desk.start()
        citizens = [Citizen(session) for _ in range(10)]
        for citizen in citizens:
            await citizen.connect(desk.url)
        sent = await asyncio.gather(*(citizen.send(QUESTION) for citizen in citizens))
        assert await desk.kill() == -signal.SIGKILL  # some were answered by now, some not; the store lives on
        await desk.start()
        for citizen, id_ in zip(citizens, sent, strict=True):
            await citizen.connect(desk.url)
            replies = await citizen.answered(id_)
            assert "làm lại" in replies[0]["text"]
        for citizen, id_ in zip(citizens, sent, strict=True):  # and goes on where it was
            assert "phí" in await citizen.ask("còn lệ phí?")
            assert len([reply for reply in citizen.replies[id_] if not reply["more"]]) == 1
        await desk.kill(signal.SIGTERM)


async def test_a_store_that_dies_comes_back_with_everything(tmp_path: Path, learnt: Path) -> None:
    async with open_desk(tmp_path, learnt) as desk, aiohttp.ClientSession() as session:
        citizen = Citizen(session)
        await citizen.connect(desk.url)
        assert "làm lại" in await citizen.ask(QUESTION)
        desk.kill_store()
        sent = False
        async with asyncio.timeout(30):
            while not sent:  # the page repeats what was not heard
                await citizen.socket.send_json({"type": "say", "id": "again", "text": "còn lệ phí?"})
                while (frame := await citizen.socket.receive_json())["type"] == "reply":
                    citizen.replies.setdefault(frame["re"], []).append(frame)
                sent = frame["type"] == "heard"
                await asyncio.sleep(0 if sent else 0.05)
        assert "phí" in (await citizen.answered("again"))[0]["text"]
        async with session.get(f"{desk.url}/readyz") as ready:
            assert ready.status == 200


async def test_closing_finishes_what_was_begun(tmp_path: Path, learnt: Path) -> None:
    desk = OpenDesk(tmp_path, learnt)
    await desk.start()
    async with aiohttp.ClientSession() as session:
        citizen = Citizen(session)
        await citizen.connect(desk.url)
        sent = [await citizen.send(QUESTION) for _ in range(5)]
        assert await desk.kill(signal.SIGTERM) == 0
        assert not [line for line in desk.log if "Traceback" in line]
        await desk.start()
        await citizen.connect(desk.url)
        for id_ in sent:
            assert await citizen.answered(id_)
    await desk.kill(signal.SIGTERM)


async def test_a_second_desk_on_the_same_data_says_who_is_there(
    tmp_path: Path, learnt: Path, shelf: Shelf
) -> None:
    shutil.copytree(learnt / "weights", tmp_path / "weights")
    async with desk_here(tmp_path, shelf):
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, stderr=subprocess.PIPE,
            env={"DATA_DIR": str(tmp_path), "PORT": "0", "HOME": str(tmp_path)},
        )  # fmt: skip
        _, error = await second.communicate()
        assert second.returncode == 1
        assert f"tiến trình {os.getpid()}" in error.decode()


async def test_side_commands_run_beside_an_open_desk(tmp_path: Path, learnt: Path, shelf: Shelf) -> None:
    backup = tmp_path / "b.backup"
    folder = tmp_path / "desk"
    shutil.copytree(learnt / "weights", folder / "weights")
    async with desk_here(folder, shelf) as desk, aiohttp.ClientSession() as session:
        citizen = Citizen(session)
        await citizen.connect(desk.url)
        await citizen.ask(QUESTION)
        for arguments in (("backup", str(backup)), ("ask", "--json", QUESTION)):
            command = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *arguments, cwd=ROOT, stdout=subprocess.DEVNULL,
                env={"DATA_DIR": str(folder), "HOME": str(tmp_path)},
            )  # fmt: skip
            assert await command.wait() == 0
        assert backup.stat().st_size > 200


async def test_web_and_worker_share_a_store_and_either_may_die(
    tmp_path: Path, learnt: Path, valkey: str
) -> None:
    with Redis.from_url(valkey) as client:
        client.flushall()  # other tests left a store with another key there
    shared = {"REDIS_URL": valkey, "SECRET_KEY": "s" * 40}
    web, worker = OpenDesk(tmp_path / "web", learnt, **shared), OpenDesk(tmp_path / "w", learnt, **shared)
    await web.start("web")
    async with aiohttp.ClientSession() as session:
        citizen = Citizen(session)
        await citizen.connect(web.url)
        first = await citizen.send(QUESTION)  # heard, though nobody works yet
        await worker.start("worker")
        assert await citizen.answered(first)
        await web.kill()
        await web.start("web")
        await citizen.connect(web.url)
        await worker.kill()
        second = await citizen.send("còn lệ phí?")
        await worker.start("worker")
        assert "phí" in (await citizen.answered(second))[0]["text"]
    assert await web.kill(signal.SIGTERM) == 0
    assert await worker.kill(signal.SIGTERM) == 0


async def test_a_port_that_is_taken_ends_the_start_and_says_so(
    tmp_path: Path, learnt: Path, shelf: Shelf
) -> None:
    async with desk_here(tmp_path / "first", shelf) as desk:
        port = desk.url.rpartition(":")[2]
        shutil.copytree(learnt / "weights", tmp_path / "second" / "weights")
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={"DATA_DIR": str(tmp_path / "second"), "PORT": port, "HOME": str(tmp_path)},
        )  # fmt: skip
        async with asyncio.timeout(60):
            _, error = await second.communicate()
        assert second.returncode == 1
        assert f"cổng {port}" in error.decode()
        assert "Traceback" not in error.decode()


@asynccontextmanager
async def another_clock(store: str, seconds: float) -> AsyncIterator[str]:
    """A way to the store on which TIME tells a time that is off; everything else passes as it is."""
    ask = b"*1\r\n$4\r\nTIME\r\n"

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):  # whoever hangs up may do so with words unread
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    async def serve(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_unix_connection(store.removeprefix("unix://"))
        returning = asyncio.create_task(carry(answers, back))
        with suppress(ConnectionError):
            while data := await client.read(65_536):
                if data == ask:
                    moment = str(int(time.time() + seconds))
                    back.write(f"*2\r\n${len(moment)}\r\n{moment}\r\n$1\r\n0\r\n".encode())
                else:
                    server.write(data)
        server.close()
        await server.wait_closed()
        await returning

    serving: set[asyncio.Task[None]] = set()

    def served(client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        serving.add(asyncio.create_task(serve(client, back)))

    async with await asyncio.start_server(served, "127.0.0.1", 0) as proxy:
        yield f"redis://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    await asyncio.wait_for(asyncio.gather(*serving), 10)  # the server itself waits for none of them


async def test_a_clock_that_differs_from_the_stores_is_told_and_stops_nobody(
    tmp_path: Path, shelf: Shelf, valkey: str
) -> None:
    with Redis.from_url(valkey) as client:
        client.flushall()
    async with (
        another_clock(valkey, 10) as url,
        desk_here(tmp_path, shelf, REDIS_URL=url, SECRET_KEY="s" * 40) as desk,
        aiohttp.ClientSession() as session,
    ):
        async with session.get(f"{desk.url}/readyz") as answer:
            found = await answer.json()
            assert answer.status == 503
            assert (found["ready"], found["store"]) == (False, True)
            assert -11 < found["clock_skew"] < -8
        citizen = Citizen(session)
        await citizen.connect(desk.url)
        assert "làm lại" in await citizen.ask(QUESTION)
