"""The line to the store: many callers, one connection, and what happens when it breaks."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as TooSlow

from bot.store.line import MOST, PAUSES, Line
from bot.store.scripts import Script

PATIENCE = 5.0


@pytest.fixture
async def line(valkey: str) -> AsyncIterator[Line]:
    """A line to an empty store."""
    with Redis.from_url(valkey) as client:
        client.flushall()
    made = Line(valkey, PATIENCE)
    yield made
    await made.close()


async def test_everybody_gets_their_own_answer(line: Line) -> None:
    answers = await asyncio.gather(*(line.ask("ECHO", str(i)) for i in range(500)))
    assert answers == [str(i).encode() for i in range(500)]


async def test_a_refusal_reaches_only_who_asked(line: Line) -> None:
    await line.ask("SET", "a", "text")
    answers = await asyncio.gather(
        line.ask("GET", "a"), line.ask("LPUSH", "a", "x"), line.ask("GET", "a"), return_exceptions=True
    )
    assert answers[::2] == [b"text", b"text"]
    assert isinstance(answers[1], ResponseError)


async def test_who_goes_away_leaves_the_others_their_answers(line: Line) -> None:
    await line.ask("PING")
    gone = [asyncio.create_task(line.ask("ECHO", "gone")) for _ in range(3)]
    stays = asyncio.create_task(line.ask("ECHO", "stays"))
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    assert await stays == b"stays"
    assert await line.ask("ECHO", "next") == b"next"


async def test_a_connection_that_is_cut_is_opened_again(line: Line, valkey: str) -> None:
    await line.ask("SET", "a", "1")
    for _ in range(5):
        waiting = [asyncio.create_task(line.ask("GET", "a")) for _ in range(20)]
        await asyncio.sleep(0)
        with Redis.from_url(valkey) as client:
            client.client_kill_filter(skipme=True, _type="normal")
        assert await asyncio.gather(*waiting) == [b"1"] * 20


async def test_a_server_that_is_silent_is_given_up_and_found_again(valkey: str) -> None:
    line = Line(valkey, 0.2)
    try:
        await line.ask("SET", "a", "1")
        with Redis.from_url(valkey) as client:
            pause = (
                200 * (len(PAUSES) + 1) + 1_500
            )  # ms; longer than all tries together, their pauses included
            client.execute_command("CLIENT", "PAUSE", pause, "ALL")
            with pytest.raises(TooSlow):
                await line.ask("GET", "a")
            client.execute_command("CLIENT", "UNPAUSE")
        assert await line.ask("GET", "a") == b"1"
    finally:
        await line.close()


async def test_a_store_that_is_not_there_is_an_error_and_not_a_wait(tmp_path: Path) -> None:
    with pytest.raises(RedisError):
        await Line(f"unix://{tmp_path}/nobody", PATIENCE).ask("PING")


async def test_what_waits_for_the_store_is_bounded(line: Line) -> None:
    await line.ask("PING")
    answers = await asyncio.gather(*(line.ask("PING") for _ in range(MOST + 5)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, RedisError)]
    assert len(refused) == 5
    assert await line.ask("PING") == b"PONG"


async def test_a_closed_line_leaves_nobody_waiting(line: Line) -> None:
    await line.ask("PING")
    waiting = asyncio.create_task(line.ask("BLPOP", "never", "0"))
    await asyncio.sleep(0)
    await line.close()
    with pytest.raises(RedisError):
        await waiting
    with pytest.raises(RedisError):
        await line.ask("PING")


async def test_whoever_goes_away_while_it_opens_leaves_nothing_open(tmp_path: Path) -> None:
    asked, left = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_000):
            asked.set()
        writer.close()
        left.set()

    async with await asyncio.start_unix_server(silent, tmp_path / "s"):
        line = Line(f"unix://{tmp_path}/s", PATIENCE)
        asking = asyncio.create_task(line.ask("PING"))
        await asked.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        del asking
        gc.collect()  # complains of what lies about open
        await asyncio.wait_for(left.wait(), PATIENCE)


async def test_a_line_closed_while_it_opens_stays_closed(line: Line, valkey: str) -> None:
    asking = asyncio.create_task(line.ask("PING"))
    await asyncio.sleep(0)
    await line.close()
    with pytest.raises(RedisError):
        await asking
    with Redis.from_url(valkey) as client:
        async with asyncio.timeout(10):
            while len(client.client_list()) > 1:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.01)


async def test_a_server_that_forgot_a_script_is_told_it_again(line: Line) -> None:
    script = Script(line, "put")
    args = ["payload", "who", 1, 1, "d1", 3]
    assert await script(["delivery:1", "out:1", "owed"], args) == 1
    await line.ask("SCRIPT", "FLUSH")
    assert await script(["delivery:1", "out:1", "owed"], args) == 0
