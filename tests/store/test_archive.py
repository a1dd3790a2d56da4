"""A backup brought back, keys changed, records shown and erased – on a real server."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.message import Address, Incoming, Reply
from bot.domain.session import Session
from bot.errors import StoreError
from bot.store import archive, naming
from bot.store.connection import Store, open_store
from bot.store.inbox import Hearing, Inbox
from bot.store.outcome import Outcome
from bot.store.records import Records
from bot.store.sealing import Seals, keep_keys, kept_keys
from bot.store.upkeep import Upkeep
from tests.store.conftest import KEY

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
AN = Address("webchat", "web", "an")
NEW = "n" * 40


async def talked(inbox: Inbox, unclear: str | None = None) -> None:
    """One message answered, one still waiting."""
    await inbox.hear(Incoming("m1", AN, "xin chào"), NOW)
    lease = await inbox.lease(inbox.person(AN).tag, "w", NOW)
    assert lease
    session = Session(intent="can_cuoc.cap_lai", station="mai_phu")
    outcome = Outcome(session, (Reply("chào bác"),), counts={"outcome|answer": 2}, unclear=unclear)
    assert await inbox.finish(lease, outcome, NOW)
    await inbox.hear(Incoming("m2", AN, "còn gì nữa"), NOW)


async def session_of(inbox: Inbox) -> Session:
    await inbox.hear(Incoming("probe", AN, "?"), NOW)
    lease = await inbox.lease(inbox.person(AN).tag, "w", NOW)
    assert lease
    return lease.session


async def test_a_backup_brings_the_talks_back_and_sends_nothing_twice(
    store: Store, inbox: Inbox, folder: Path
) -> None:
    await talked(inbox)
    await Records(store).agree(inbox.person(AN), "nhắc hẹn", "v1", NOW, given=True)
    file = folder / "đêm nay.backup"
    report = await archive.backup(store, file, NOW)
    assert report.taken >= 8
    assert file.stat().st_mode & 0o777 == 0o600
    raw = gzip.decompress(file.read_bytes())
    for canary in (KEY, "chào bác", "còn gì", "mai_phu"):
        assert canary.encode() not in raw
    with pytest.raises(StoreError, match="not_empty"):
        await archive.restore(store, file)
    await store.redis.flushall()
    fresh = await open_store(_url(store), store.seals)
    report = await archive.restore(fresh, file)
    assert report.left_out >= 1
    again = await open_store(_url(store), store.seals)  # with the names of the backup
    back = Inbox(again)
    assert [said.reply.text for said in await back.replies.since(back.person(AN), 0, NOW)] == ["chào bác"]
    assert await back.lease(back.person(AN).tag, "w", NOW) is None
    assert await back.hear(Incoming("m1", AN, "xin chào"), NOW) is Hearing.AGAIN
    assert (await session_of(back)).station == "mai_phu"
    held = await Records(again).held(back.person(AN))
    assert held.consents == (("nhắc hẹn", NOW.date()),)
    assert (await Records(again).counts(NOW.date()))["outcome|answer"] == 2
    await fresh.close()
    await again.close()


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def _url(store: Store) -> str:
    return f"unix://{store.redis.connection_pool.connection_kwargs['path']}"


async def test_a_backup_cut_short_or_of_others_is_refused(store: Store, inbox: Inbox, folder: Path) -> None:
    await talked(inbox)
    file = folder / "a.backup"
    await archive.backup(store, file, NOW)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    await store.redis.flushall()
    head, rest = json.loads(lines[0]), b"".join(lines[1:])
    for name, content, reason in (
        ("short", b"".join(lines[:-2]), "backup_bad"),
        ("torn", gzip.compress(b"".join(lines))[:-30], "backup_bad"),
        ("text", b"xin chao", "backup_bad"),
        ("newer", json.dumps({**head, "schema": 99}).encode() + b"\n" + rest, "newer"),
        ("other", json.dumps({**head, "seal": "0"}).encode() + b"\n" + rest, "foreign_key"),
    ):
        bad = folder / name
        bad.write_bytes(content if name in {"torn", "text"} else gzip.compress(content))
        with pytest.raises(StoreError, match=reason):
            await archive.restore(store, bad)
    assert [key async for key in store.redis.scan_iter("*")] == []


async def test_everything_is_sealed_anew_and_the_old_key_opens_nothing(store: Store, inbox: Inbox) -> None:
    await talked(inbox, unclear="câu khó hiểu")
    await Records(store).agree(inbox.person(AN), "nhắc hẹn", "v1", NOW, given=True)
    both = await open_store(_url(store), Seals([NEW, KEY]))
    assert (await archive.rekey(both)).taken >= 5
    assert (await archive.rekey(both)).taken >= 5  # again does no harm
    await both.close()
    with pytest.raises(StoreError, match="foreign_key"):
        await open_store(_url(store), Seals([KEY]))
    new = await open_store(_url(store), Seals([NEW]))
    fresh = Inbox(new)
    assert fresh.person(AN) == inbox.person(AN)  # names outlive the key
    assert [said.reply.text for said in await fresh.replies.since(fresh.person(AN), 0, NOW)] == ["chào bác"]
    assert [text for _, text in await Records(new).unclear()] == ["câu khó hiểu"]
    lease = await fresh.lease(fresh.person(AN).tag, "w", NOW)
    assert lease
    assert (lease.incoming.text, lease.session.station) == ("còn gì nữa", "mai_phu")
    await new.close()


async def test_a_store_of_a_newer_version_or_not_durable_is_refused(store: Store) -> None:
    await store.redis.config_set("appendfsync", "everysec")
    try:
        with pytest.raises(StoreError, match="volatile"):
            await open_store(_url(store), Seals([KEY]))
        await (await open_store(_url(store), Seals([KEY]), allow_volatile=True)).close()
    finally:
        await store.redis.config_set("appendfsync", "always")
    await store.redis.set(naming.SCHEMA, 99)
    with pytest.raises(StoreError, match="newer"):
        await open_store(_url(store), Seals([KEY]))


async def test_an_address_where_nobody_answers(folder: Path) -> None:
    with pytest.raises(StoreError, match="unreachable"):
        await open_store(f"unix://{folder}/nobody", Seals([KEY]))


async def test_a_citizen_sees_and_erases_what_is_held(store: Store, inbox: Inbox) -> None:
    await talked(inbox)
    records, who = Records(store), inbox.person(AN)
    await records.agree(who, "nhắc hẹn", "v1", NOW, given=True)
    await records.agree(who, "cảnh báo", "v1", NOW, given=True)
    await records.agree(who, "cảnh báo", "v1", NOW + timedelta(days=1), given=False)
    held = await records.held(who)
    assert (held.last_seen, held.kept_replies) == (NOW, 1)
    assert held.consents == (("nhắc hẹn", NOW.date()),)
    await records.erase(who, NOW, AN.channel)
    held = await records.held(who)
    assert (held.last_seen, held.kept_replies) == (None, 0)
    assert held.consents == ()
    proof = [
        json.loads(store.seals.open(line)) for line in await store.redis.lrange(who.key("consent"), 0, -1)
    ]
    assert [(line["purpose"], line["given"]) for line in proof[-2:]] == [
        ("nhắc hẹn", False),
        ("erasure", True),
    ]
    assert await session_of(inbox) == Session()


async def test_the_night_is_done_once_and_backups_are_few(store: Store, inbox: Inbox, folder: Path) -> None:
    await talked(inbox)
    upkeep = Upkeep(store, folder, keep=2)
    for day in range(4):
        night = NOW + timedelta(days=day)
        assert await upkeep.night(night)
        assert not await Upkeep(store, folder, keep=2).night(night + timedelta(hours=1))
    assert _names(folder) == [
        "trucban-2026-11-24.backup", "trucban-2026-11-25.backup",
    ]  # fmt: skip


def test_our_own_key_is_made_once_and_for_us_only(folder: Path) -> None:
    keys = kept_keys(folder / "neu")
    assert kept_keys(folder / "neu") == keys
    assert (folder / "neu" / "secret.key").stat().st_mode & 0o777 == 0o600
    keep_keys(folder / "neu", (NEW, *keys))
    assert kept_keys(folder / "neu") == (NEW, *keys)


def test_tokens_are_ours_or_not(store: Store) -> None:
    token = store.names.token()
    assert store.names.knows(token)
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    for forged in ("", "x", changed, token[:-1], token + "A", token.replace(token[-1], "é"), "A" * 40):
        assert not store.names.knows(forged)
