"""Shared by all tests: the project's own content, learnt once into a folder that a test run throws away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.edition import Edition, publish
from bot.domain.heard import AnyHeard
from bot.domain.message import Moment

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # midday in Vietnam


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DATA_DIR of this test run."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def edition(data_dir: Path) -> Edition:
    """The real content, ready to answer."""
    return publish(ROOT, data_dir)


@pytest.fixture(scope="session")
def understand(edition: Edition) -> Callable[[str], AnyHeard]:
    """What one message means in a fresh talk."""
    return edition.understanding.understand


@pytest.fixture
def at() -> Moment:
    """Midday of the day the content was reviewed."""
    return Moment(NOON, "m1")
