"""A refresh token can be used once: whatever happens, exactly one use of each, and nobody is locked out."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from redis import Redis

from bot.accounts import ZALO_OA
from bot.channels.zalo_oa.oauth import OAuth
from bot.channels.zalo_oa.tokens import LIFE_USED, OLD, Keeper, Spare
from bot.metrics import Metrics
from bot.store import archive
from bot.store.connection import Store, open_store
from bot.store.sealing import Seals
from bot.store.tokens import Pair, Tokens
from bot.store.turns import Turns
from tests.channels.zalo.desk import OA, account, until
from tests.conftest import ROOT
from tests.doubles.zalo import OAUTH, ZaloDouble, zalo_double
from tests.store.conftest import KEY

LIFE = timedelta(hours=25)


class Bench:
    """A Zalo, a store, and keepers as processes would have them."""

    def __init__(self, zalo: ZaloDouble, store: Store, folder: Path, session: aiohttp.ClientSession) -> None:
        self.zalo, self.store, self.folder = zalo, store, folder
        self.tokens, self.oauth = Tokens(store), OAuth(session, zalo.url)

    def spare(self) -> Spare:
        return Spare(self.folder, OA.id, self.store.seals)

    def keeper(self, refresh: str | None = None) -> tuple[Keeper, Metrics]:
        metrics = Metrics()
        turns = Turns(self.store)
        return Keeper(account(OA, refresh), self.tokens, turns, self.oauth, self.spare(), metrics), metrics

    def pair(self, used: float = 0.0) -> Pair:
        """A pair that Zalo takes, of whose life so much is over."""
        made = datetime.now(UTC) - LIFE * used
        return Pair(self.zalo.access_token(OA), self.zalo.refresh_token(OA), made + LIFE, made)

    async def put(self, pair: Pair) -> None:
        assert await self.tokens.replace(ZALO_OA, OA.id, 0, pair, datetime.now(UTC))

    async def works(self, access: str | None) -> bool:
        return access is not None and self.zalo._tokens.owner(access) == OA


@asynccontextmanager
async def a_bench(store: Store, folder: Path, *, strict: bool = False) -> AsyncIterator[Bench]:
    async with zalo_double(OA, strict_access=strict) as zalo, aiohttp.ClientSession() as session:
        yield Bench(zalo, store, folder / "tokens", session)
        assert zalo.wrong == []


@pytest.fixture(params=[False, True], ids=["old access lives on", "old access dies"])
async def bench(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with a_bench(store, tmp_path, strict=request.param) as made:
        yield made


def alarms(metrics: Metrics) -> dict[str, float]:
    return {
        sample.labels["kind"]: sample.value
        for metric in metrics.alarms.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    }


async def test_the_setting_seeds_an_empty_store_and_no_other(bench: Bench) -> None:
    first, _ = bench.keeper(bench.zalo.refresh_token(OA))
    assert await bench.works(await first.access())
    second, metrics = bench.keeper("forgotten_in_the_settings")
    await second.look()
    assert await bench.works(await second.access())
    assert [call.error for call in bench.zalo.refreshes] == [0]
    assert alarms(metrics) == {}


async def test_renewed_when_four_fifths_of_its_life_are_over_and_not_before(bench: Bench) -> None:
    await bench.put(bench.pair(used=LIFE_USED - 0.01))
    keeper, _ = bench.keeper()
    await keeper.look()
    assert bench.zalo.refreshes == []
    kept = await bench.tokens.newest(ZALO_OA, OA.id)
    assert kept
    await bench.tokens.replace(ZALO_OA, OA.id, 1, bench.pair(used=LIFE_USED + 0.01), datetime.now(UTC))
    await keeper.look()
    assert len(bench.zalo.refreshes) == 1
    access = await keeper.access()
    assert access != kept.pair.access
    assert await bench.works(access)


async def test_a_token_another_process_renewed_is_taken_up_without_asking_zalo(bench: Bench) -> None:
    await bench.put(bench.pair())
    (one, _), (two, _) = bench.keeper(), bench.keeper()
    old = await two.access()
    await one.renew(await bench.tokens.newest(ZALO_OA, OA.id))
    assert old
    assert await bench.works(await two.refused(old))
    assert len(bench.zalo.refreshes) == 1


async def test_many_senders_of_one_process_renew_once(bench: Bench) -> None:
    await bench.put(bench.pair(used=1.0))
    keeper, _ = bench.keeper()
    found = await asyncio.gather(*(keeper.access() for _ in range(16)))
    assert len(set(found)) == 1
    assert await bench.works(found[0])
    assert [call.error for call in bench.zalo.refreshes] == [0]


async def test_a_sender_that_gives_up_does_not_throw_away_the_pair_on_its_way(bench: Bench) -> None:
    await bench.put(bench.pair(used=1.0))
    bench.zalo.fault("hang", path=OAUTH, seconds=0.3)
    keeper, _ = bench.keeper()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(keeper.access(), 0.1)
    await keeper.close()
    assert await bench.works(await keeper.access())
    assert len(bench.zalo.refreshes) == 1


async def test_twenty_processes_at_once_use_a_refresh_token_once(bench: Bench, valkey: str) -> None:
    await bench.put(bench.pair(used=1.0))
    bench.zalo.fault("slow", path=OAUTH, seconds=0.2)
    process = await renewing(bench, valkey, count=20)
    out, _ = await process.communicate()
    answers = [line for line in out.decode().splitlines() if line.startswith("AT_")]
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert await bench.works(answers[0])
    assert [call.error for call in bench.zalo.refreshes] == [0]


async def renewing(bench: Bench, valkey: str, count: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.channels.zalo.renewing", str(count), valkey, KEY, bench.zalo.url,
        str(bench.folder), account(OA).model_dump_json(),
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


async def test_killed_between_zalos_answer_and_the_store_the_spare_is_taken_up(
    bench: Bench, valkey: str
) -> None:
    await bench.put(bench.pair(used=1.0))
    bench.zalo.fault("hang", path=OAUTH, seconds=0.5)
    process = await renewing(bench, valkey, count=1)
    await until(lambda: bench.zalo.refreshes)
    with Redis.from_url(valkey) as other:
        other.client_pause(30_000, all=False)
        await until(lambda: list(bench.folder.glob("*.token")), "no spare")
        process.kill()
        await process.communicate()
        other.client_unpause()
    spare = next(bench.folder.glob("*.token"))
    assert spare.stat().st_mode & 0o777 == 0o600
    assert b"RT_" not in spare.read_bytes()
    turn = f"tb:turn:token:{ZALO_OA}:{OA.id}"
    await bench.store.redis.delete(turn)  # after its quarter of a minute
    keeper, metrics = bench.keeper()
    assert await bench.works(await keeper.access())
    assert [call.error for call in bench.zalo.refreshes] == [0]
    assert list(bench.folder.iterdir()) == []
    assert alarms(metrics) == {}


async def test_a_spare_older_than_the_store_is_passed_over_and_one_of_a_lost_store_is_not(
    bench: Bench,
) -> None:
    old, new = bench.pair(used=0.5), bench.pair()
    await bench.put(new)
    bench.spare().write(7, old)
    keeper, _ = bench.keeper()
    await keeper.look()
    assert await keeper.access() == new.access
    bench.spare().write(7, new)
    await bench.store.redis.flushall()
    keeper, _ = bench.keeper("a_used_one_in_the_settings")
    await keeper.look()
    assert await keeper.access() == new.access
    assert bench.zalo.refreshes == []


async def test_a_spare_nobody_can_read_stops_nothing(bench: Bench) -> None:
    await bench.put(bench.pair())
    bench.folder.mkdir()
    (bench.folder / f"zalo-{OA.id}.token").write_bytes(b"spoilt")
    keeper, _ = bench.keeper()
    await keeper.look()
    assert await bench.works(await keeper.access())


async def test_an_answer_lost_on_the_way_leaves_the_old_access_token_and_calls_for_help(
    store: Store, tmp_path: Path
) -> None:
    async with a_bench(store, tmp_path) as bench:
        pair = bench.pair(used=0.9)
        await bench.put(pair)
        bench.zalo.fault("lost", path=OAUTH)
        keeper, metrics = bench.keeper()
        await keeper.look()
        assert await keeper.access() == pair.access
        assert await bench.works(pair.access)
        again, metrics = bench.keeper()  # a restart, or half a minute later
        await again.look()
        assert await again.access() == pair.access
        assert [call.error for call in bench.zalo.refreshes] == [0, -118]
        assert alarms(metrics) == {"zalo_token": 1}


async def test_the_secret_of_the_app_does_not_follow_where_the_office_is_said_to_have_moved(
    store: Store, tmp_path: Path
) -> None:
    async with a_bench(store, tmp_path) as bench:
        pair = bench.pair(used=0.9)
        await bench.put(pair)
        bench.zalo.fault("moved", path=OAUTH, to=f"{bench.zalo.url}/elsewhere")
        keeper, _ = bench.keeper()
        await keeper.look()
        assert await keeper.access() == pair.access
        assert [call.path for call in bench.zalo.calls] == [OAUTH]


async def test_a_refusal_calls_for_help_and_is_not_hammered_until_there_is_a_new_token(bench: Bench) -> None:
    used = Pair("", "used up long ago", datetime.now(UTC), datetime.now(UTC))
    await bench.put(used)
    keeper, metrics = bench.keeper()
    for _ in range(10):
        await keeper.look()
        assert await keeper.access() is None
    assert [call.error for call in bench.zalo.refreshes] == [-118]
    assert alarms(metrics) == {"zalo_token": 1}
    await bench.tokens.replace(ZALO_OA, OA.id, 1, bench.pair(used=1.0), datetime.now(UTC))
    assert await bench.works(await keeper.access())


async def test_an_office_that_does_not_answer_is_asked_again_later_and_after_twice_help_is_called(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa.tokens._UNANSWERED_AGAIN", timedelta(seconds=0.1))
    await bench.put(bench.pair(used=1.0))
    bench.zalo.fault("html", path=OAUTH, times=2)
    keeper, metrics = bench.keeper()
    async with asyncio.timeout(10):
        while (found := await keeper.access()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await bench.works(found)
    assert len(bench.zalo.refreshes) == 3
    assert alarms(metrics) == {"zalo_token_failed": 1}


async def test_a_refresh_token_that_grows_old_is_told_of(bench: Bench) -> None:
    made = datetime.now(UTC) - OLD - timedelta(days=1)
    await bench.put(Pair("ended", "used", made + LIFE, made))
    keeper, metrics = bench.keeper()
    await keeper.look()
    assert alarms(metrics) == {"zalo_token": 1, "zalo_token_old": 1}


async def test_the_store_holds_a_pair_only_sealed(bench: Bench) -> None:
    pair = bench.pair()
    await bench.put(pair)
    held = b"".join(await bench.store.redis.hvals(f"tb:token:{ZALO_OA}:{OA.id}"))
    assert held
    assert pair.access.encode() not in held
    assert pair.refresh.encode() not in held


async def test_a_backup_brings_no_tokens_back(bench: Bench, valkey: str, tmp_path: Path) -> None:
    await bench.put(bench.pair())
    file = tmp_path / "b.backup"
    await archive.backup(bench.store, file, datetime.now(UTC))
    await bench.store.redis.flushall()
    empty = await open_store(valkey, Seals([KEY]))
    report = await archive.restore(empty, file)
    assert report.left_out == 1
    assert await Tokens(empty).newest(ZALO_OA, OA.id) is None
    await empty.close()
