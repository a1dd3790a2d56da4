"""The supervisor against the real server, killed, cut and filled up in every way we could think of."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis import Redis as Direct
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.content.files import say
from bot.errors import StoreError
from bot.store import engine
from bot.store.server import Server, running

DEADLINE = 10.0
FULL = Path("/dev/full")  # every write to it finds no space
PARENT = """
import asyncio, sys
from pathlib import Path
from bot.store.lock import hold
from bot.store.server import Server

async def main():
    server = Server(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.Event().wait()

with hold(Path(sys.argv[1])):
    asyncio.run(main())
"""


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    server = Server(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def command(server: Server, *words: str | int) -> object:
    async with Redis.from_url(server.url, decode_responses=True) as client:
        return await client.execute_command(*words)


async def takes(server: Server, key: str) -> bool:
    try:
        return bool(await command(server, "SET", key, "yes"))
    except RedisError:
        return False


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        await asyncio.sleep(0.01)


def of_process(pid: int, what: str) -> Path:
    return Path("/proc") / str(pid) / what


def sockets_of(pid: int) -> set[str]:
    found = (os.fspath(entry.readlink()) for entry in of_process(pid, "fd").iterdir())
    return {name.removeprefix("socket:[").removesuffix("]") for name in found if name.startswith("socket:")}


def sockets_on_the_net() -> set[str]:
    tables = [Path("/proc/net", name).read_text("utf-8") for name in ("tcp", "tcp6", "udp", "udp6")]
    return {line.split()[9] for table in tables for line in table.splitlines()[1:]}


def is_alive(pid: int) -> bool:
    """A zombie that nobody buries counts as dead."""
    try:
        return of_process(pid, "stat").read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(server: Server) -> int:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    return server.pid


def orphan(folder: Path) -> int:
    """The process id of a server whose parent was killed."""
    with subprocess.Popen([sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        with Direct.from_url(running(folder) or "") as client:
            client.set("kept", "yes")
        parent.kill()
    assert is_alive(pid)
    return pid


def told(error: StoreError) -> str:
    return say("store", error.reason, **error.blanks)


async def refusal(start: Awaitable[None]) -> StoreError:
    with pytest.raises(StoreError) as refused:
        await start
    return refused.value


def newest_log(folder: Path) -> Path:
    return next((folder / "store" / "appendonlydir").glob("*.incr.aof"))


async def test_what_was_kept_is_there_after_stop_and_start(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        first = server.pid
        await command(server, "SET", "kept", "yes")
    assert first is not None
    assert not is_alive(first)
    assert server.pid is None
    assert running(tmp_path) is None
    async with serving(tmp_path) as again:
        assert again.pid != first
        assert await command(again, "GET", "kept") == "yes"


async def test_it_is_durable_and_private(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        for name, value in {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "port": "0",
            "aof-load-truncated": "yes",
        }.items():
            assert await command(server, "CONFIG", "GET", name) in ([name, value], {name: value})
        for path in (tmp_path / "store", server.socket_path, tmp_path / "store" / "appendonlydir"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE(newest_log(tmp_path).stat().st_mode) == 0o600


async def test_no_network_port_is_open(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        assert server.pid is not None
        own = sockets_of(server.pid)
        assert own
        assert not own & sockets_on_the_net()


async def test_it_has_none_of_our_secrets_and_a_session_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 40)
    async with serving(tmp_path) as server:
        assert server.pid is not None
        assert b"SECRET_KEY" not in of_process(server.pid, "environ").read_bytes()
        assert os.getsid(server.pid) == server.pid != os.getsid(0)


async def test_a_folder_open_to_all_is_closed(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o755)
    async with serving(tmp_path):
        assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["bàn trực số 1", "50%20 #a?b=c", 'o\'hara "x" \\n', "--port 7777"])
async def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path / name) as server:
        await command(server, "SET", "kept", "yes")
        assert running(tmp_path / name) == server.url
    assert newest_log(tmp_path / name).stat().st_size > 0


async def test_a_very_long_folder_is_reached_through_a_link(tmp_path: Path) -> None:
    folder = tmp_path / ("rất dài " * 20) / ("x" * 200)
    async with serving(folder) as server:
        await command(server, "SET", "kept", "yes")
        assert len(os.fsencode(server.socket_path)) <= engine.ROOM
        link = server.socket_path.parent
        assert (folder / "store" / "valkey.sock").is_socket()
        link.unlink()  # as a sweeper of /tmp would
        assert running(folder) == server.url
        link.unlink()
        await until(link.is_symlink)
        assert server.restarts == 0
    assert not link.is_symlink()


async def test_an_orphan_in_a_very_long_folder_is_found_without_its_link(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 200)
    pid = await asyncio.to_thread(orphan, folder)
    engine.Door(folder).close()
    async with serving(folder) as server:
        assert server.pid == pid


async def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 200)
    link = engine.Door(folder).path.parent
    link.symlink_to(tmp_path)
    try:
        error = await refusal(Server(folder).start())
        assert str(link) in told(error)
    finally:
        link.unlink()


async def test_a_killed_server_is_started_again_with_what_it_acknowledged(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with Redis.from_url(server.url) as client:
            for number in range(200):
                await client.set(f"n{number}", number)
            dead = kill(server)
            await until(lambda: server.restarts == 1 and server.pid not in (None, dead))
            assert await client.dbsize() == 200
        dead = kill(server)
        await until(lambda: server.restarts == 2 and server.pid not in (None, dead))
        assert await command(server, "DBSIZE") == 200


async def test_an_orphan_is_adopted_watched_and_ended(tmp_path: Path) -> None:
    pid = await asyncio.to_thread(orphan, tmp_path)
    async with serving(tmp_path) as server:
        assert server.pid == pid
        assert await command(server, "GET", "kept") == "yes"
    await until(lambda: not is_alive(pid))
    assert running(tmp_path) is None


async def test_an_orphan_can_still_complain_though_nobody_listens(tmp_path: Path) -> None:
    pid = await asyncio.to_thread(orphan, tmp_path)
    async with serving(tmp_path) as server:
        await command(server, "CONFIG", "SET", "loglevel", "debug")
        for _ in range(20):
            assert await command(server, "PING")
        assert (server.pid, server.restarts) == (pid, 0)


async def test_an_adopted_server_that_dies_is_replaced(tmp_path: Path) -> None:
    pid = await asyncio.to_thread(orphan, tmp_path)
    async with serving(tmp_path) as server:
        kill(server)
        await until(lambda: server.pid not in (None, pid))
        assert await command(server, "GET", "kept") == "yes"


async def test_a_silent_server_is_not_joined_by_a_second_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.server.SILENCE", 0.2)
    monkeypatch.setattr("bot.store.engine._ANSWER", 0.2)
    pid = await asyncio.to_thread(orphan, tmp_path)
    os.kill(pid, signal.SIGSTOP)
    try:
        error = await refusal(Server(tmp_path).start())
        assert error.reason == "silent"
        assert told(error)
        assert running(tmp_path) is None
    finally:
        os.kill(pid, signal.SIGCONT)
    async with serving(tmp_path) as server:
        assert server.pid == pid


async def test_a_server_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.server.GRACE", 0.3)
    async with serving(tmp_path) as server:
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
    assert not is_alive(pid)


async def test_start_waits_until_all_is_read(tmp_path: Path) -> None:
    async with serving(tmp_path):
        pass
    with newest_log(tmp_path).open("ab") as log:
        for number in range(300_000):
            key = b"key:%07d" % number
            log.write(b"*3\r\n$3\r\nSET\r\n$11\r\n%b\r\n$11\r\n%b\r\n" % (key, key))
    async with serving(tmp_path) as server:
        assert await command(server, "DBSIZE") == 300_000


async def test_a_torn_tail_is_dropped_and_the_rest_is_there(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await command(server, "SET", "first", "yes")
        await command(server, "SET", "last", "x" * 100)
    log = newest_log(tmp_path)
    os.truncate(log, log.stat().st_size - 20)
    async with serving(tmp_path) as server:
        assert await command(server, "MGET", "first", "last") == ["yes", None]
        await command(server, "SET", "next", "yes")
    async with serving(tmp_path) as server:
        assert await command(server, "MGET", "first", "next") == ["yes", "yes"]


def spoil_log(logs: Path) -> None:
    log = next(logs.glob("*.incr.aof"))
    log.write_bytes(b"nonsense\r\n" + log.read_bytes())


def spoil_command(logs: Path) -> None:
    log = next(logs.glob("*.incr.aof"))
    log.write_bytes(log.read_bytes().replace(b"SET", b"SEX"))


def spoil_base(logs: Path) -> None:
    base = next(logs.glob("*.base.rdb"))
    base.write_bytes(base.read_bytes()[:-20])


def spoil_list(logs: Path) -> None:
    next(logs.glob("*.manifest")).write_bytes(bytes(88))


def lose_list(logs: Path) -> None:
    next(logs.glob("*.manifest")).unlink()


def lose_log(logs: Path) -> None:
    next(logs.glob("*.incr.aof")).unlink()


@pytest.mark.parametrize("spoil", [spoil_log, spoil_command, spoil_base, spoil_list, lose_list, lose_log])
async def test_damaged_files_stop_the_start_and_are_left_as_they_were(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    async with serving(tmp_path) as server:
        await command(server, "SET", "first", "x" * 600)
    logs = newest_log(tmp_path).parent
    spoil(logs)
    before = {path.name: path.read_bytes() for path in logs.iterdir()}
    error = await refusal(Server(tmp_path).start())
    assert error.reason == "damaged", error
    assert str(tmp_path) in told(error)
    assert {path.name: path.read_bytes() for path in logs.iterdir()} == before
    assert running(tmp_path) is None


async def test_a_first_start_cut_short_is_no_damage(tmp_path: Path) -> None:
    async with serving(tmp_path):
        pass
    lose_list(newest_log(tmp_path).parent)
    async with serving(tmp_path) as server:
        assert await takes(server, "first")


async def test_a_full_disk_at_the_start_is_named(tmp_path: Path) -> None:
    log = tmp_path / "store" / "appendonlydir"
    log.mkdir(parents=True)
    (log / "temp-appendonly.aof.manifest").symlink_to(FULL)
    error = await refusal(Server(tmp_path).start())
    assert error.reason == "no_space"
    assert str(tmp_path) in told(error)


async def test_a_full_disk_later_acknowledges_nothing_and_heals(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path) as server:
        await command(server, "SET", "first", "yes")
    whole = newest_log(tmp_path)
    aside = tmp_path / "aside"
    whole.rename(aside)
    whole.symlink_to(FULL)
    async with serving(tmp_path) as server:
        with pytest.raises(RedisError):
            await asyncio.wait_for(command(server, "SET", "second", "lost"), DEADLINE)
        await until(lambda: server.restarts > 0)
        assert "No space left on device" in caplog.text
        whole.unlink()
        aside.rename(whole)
        deadline = time.monotonic() + DEADLINE
        while not await takes(server, "third"):  # what was started before there was room dies once more
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        assert await command(server, "MGET", "first", "second", "third") == ["yes", None, "yes"]


async def test_a_write_that_fits_only_in_part_is_not_acknowledged(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await command(server, "SET", "first", "yes")
        assert server.pid is not None
        room = newest_log(tmp_path).stat().st_size + 50
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (room, room))
        with pytest.raises(RedisError):
            await command(server, "SET", "second", "x" * 100)
        await until(lambda: server.restarts > 0 and running(tmp_path) is not None)
        assert await command(server, "MGET", "first", "second") == ["yes", None]
        assert await takes(server, "third")


async def test_a_server_that_cannot_run_here_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "binary", lambda: tmp_path / "missing")
    error = await refusal(Server(tmp_path).start())
    assert error.reason == "binary"
    assert "REDIS_URL" in told(error)


async def test_one_that_dies_without_a_word_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "binary", lambda: Path("/bin/false"))
    error = await refusal(Server(tmp_path).start())
    assert error.reason == "died"
    assert "exit 1" in told(error)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Short write while writing to the AOF file: (nwritten=243, expected=1033)", "no_space"),
        ("Fatal: something new", "died"),
    ],
)
async def test_last_words_become_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, reason: str
) -> None:
    binary = tmp_path / "valkey-server"
    binary.write_text(f"#!/bin/sh\necho '1:M 22 Nov 2026 03:40:18.496 # {line}'\nexit 1\n", "utf-8")
    binary.chmod(0o700)
    monkeypatch.setattr(engine, "binary", lambda: binary)
    error = await refusal(Server(tmp_path).start())
    assert error.reason == reason
    assert error.blanks["log"] == f"{line} | exit 1"


async def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    error = await refusal(Server(tmp_path).start())
    assert error.reason == "folder"
    assert str(tmp_path / "store") in told(error)


async def test_a_start_given_up_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Watched(engine.Child):
        def __init__(self, door: engine.Door) -> None:
            super().__init__(door)
            started.append(self.pid)

    monkeypatch.setattr("bot.store.server.Child", Watched)
    starting = asyncio.create_task(Server(tmp_path).start())
    await until(lambda: bool(started))
    starting.cancel()
    await asyncio.wait([starting])
    assert starting.cancelled()
    assert not is_alive(started[0])


async def test_stop_without_start_does_nothing(tmp_path: Path) -> None:
    await Server(tmp_path).stop()
    assert running(tmp_path) is None
    assert not (tmp_path / "store").exists()
