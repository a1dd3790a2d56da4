"""Opening the desk and its data: the store of the settings, and what is done with it."""

from __future__ import annotations

import asyncio
import gc
import resource
import secrets
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Role, Settings
from bot.content.apprentice import Apprentice
from bot.content.files import say
from bot.content.shelf import Shelf
from bot.conversation.days import VIETNAM
from bot.house import House
from bot.store import archive, backups, lock
from bot.store.connection import Store, ended, open_store
from bot.store.sealing import Seals, found_keys, keep_keys, kept_keys
from bot.store.server import Server, running

FILES = 65_536  # open files asked for; sockets are files


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Store, Server | None]]:
    """The store of these settings: the one at REDIS_URL, or our own server, held by nobody else.

    Raises:
        StoreError: held by another process, unreachable, not durable, or not ours to read.
    """
    if settings.redis_url:
        store = await open_store(
            settings.redis_url, Seals(settings.secret_keys), allow_volatile=settings.allow_volatile
        )
        try:
            yield store, None
        finally:
            await store.close()
        return
    with lock.hold(settings.data_dir):
        server = Server(settings.data_dir)
        await server.start()
        try:
            keys = settings.secret_keys or kept_keys(settings.data_dir)
            store = await open_store(server.url, Seals(keys))
            try:
                yield store, server
            finally:
                await store.close()
        finally:
            await server.stop()


@asynccontextmanager
async def beside(settings: Settings) -> AsyncIterator[Store]:
    """The store for a command that may run while the desk is open.

    Raises:
        StoreError: as `opened`.
    """
    url = None if settings.redis_url else running(settings.data_dir)
    if url is None:
        async with opened(settings) as (store, _):
            yield store
        return
    store = await open_store(url, Seals(settings.secret_keys or kept_keys(settings.data_dir)))
    try:
        yield store
    finally:
        await store.close()


async def backup(settings: Settings, path: Path | None) -> tuple[Path, archive.Report]:
    """Write the whole state to a file; by default one named by the moment, among the nightly ones."""
    now = datetime.now(UTC)
    name = f"trucban-{now.astimezone(VIETNAM):%Y-%m-%d-%H%M%S}.backup"
    to = path or settings.data_dir / "backups" / name
    async with beside(settings) as store:
        return to, await archive.backup(store, to, now)


async def restore(settings: Settings, path: Path) -> archive.Report:
    """Bring a backup back; the desk must be closed and its store empty.

    Raises:
        StoreError: it cannot be; then nothing was made or changed.
    """
    keys = settings.secret_keys or found_keys(settings.data_dir)
    await asyncio.to_thread(backups.fits, path, keys, settings.data_dir)
    async with opened(settings) as (store, _):
        return await archive.restore(store, path)


async def rekey(settings: Settings) -> archive.Report:
    """Seal everything with the newest key of SECRET_KEY, or with a new one of our own."""
    async with opened(settings) as (store, _):
        if settings.secret_keys:
            return await archive.rekey(store)
        keys = (secrets.token_urlsafe(48), *kept_keys(settings.data_dir))
        keep_keys(settings.data_dir, keys)  # both, until everything is sealed with the new one
        report = await archive.rekey(replace(store, seals=Seals(keys)))
        keep_keys(settings.data_dir, keys[:1])
        return report


def _allow_many_sockets() -> None:
    """As many open files as we may have; the usual 1,024 are fewer than a page may have open talks."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def run(
    settings: Settings, role: Role, announce: Callable[[str], None], child: Apprentice | None
) -> None:
    """Keep the desk open until SIGTERM or Ctrl-C; then finish what was begun. `child` learns the content."""
    _allow_many_sockets()
    closing = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, closing.set)
    if child:
        announce(say("chat", "learning"))
    told = asyncio.create_task(closing.wait())
    filling = asyncio.create_task(
        Shelf.filled(settings.content_dir, settings.data_dir, child, semantic=settings.semantic)
    )
    try:
        async with opened(settings) as (store, server):  # our server comes up meanwhile
            await asyncio.wait({filling, told}, return_when=asyncio.FIRST_COMPLETED)
            if told.done():
                return
            house = House(settings, store, server, filling.result())
            async with house.open(role):
                announce(house.address(role))
                gc.freeze()  # what is there now stays, and need not be looked through again and again
                gc.set_threshold(700, 10, 1_000)  # a look through everything stops all talks; see `Sockets`
                gc.enable()
                await told
                announce(say("run", "closing"))
    finally:
        await ended(filling, told)
