"""A fresh store in the real Valkey for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis import Redis

from bot.store.connection import Store, open_store
from bot.store.inbox import Inbox
from bot.store.sealing import Seals

KEY = "k" * 40


@pytest.fixture
async def store(valkey: str) -> AsyncIterator[Store]:
    """An empty store."""
    with Redis.from_url(valkey) as client:
        client.flushall()
    made = await open_store(valkey, Seals([KEY]))
    yield made
    await made.close()


@pytest.fixture
def inbox(store: Store) -> Inbox:
    """Its inbox."""
    return Inbox(store)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for files."""
    return tmp_path
