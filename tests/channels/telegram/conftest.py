"""A strict Telegram for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.telegram.desk import TOKEN
from tests.doubles.telegram import TelegramDouble, telegram_double


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    async with telegram_double([TOKEN]) as one:
        yield one
