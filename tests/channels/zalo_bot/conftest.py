"""A strict Bot Platform for each test, and a desk at it: real HTTP, a real Valkey."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content.shelf import Shelf
from bot.store.connection import Store
from tests.channels.zalo_bot.desk import TOKEN, Desk, open_bot
from tests.doubles.zalo_bot import ZaloBotDouble, zalo_bot_double
from tests.store.conftest import inbox, store

__all__ = ["inbox", "store"]


@pytest.fixture
async def double() -> AsyncIterator[ZaloBotDouble]:
    async with zalo_bot_double([TOKEN], verifies=False) as one:
        yield one
        assert one.wrong == []


@pytest.fixture
async def desk(store: Store, shelf: Shelf, tmp_path: Path, double: ZaloBotDouble) -> AsyncIterator[Desk]:
    async with open_bot(store, shelf, tmp_path, double) as opened:
        yield opened
