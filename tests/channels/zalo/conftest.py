"""A desk with Zalo's door, open in this process: real HTTP, a real Valkey, the strict double."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.edition import Edition
from bot.content.shelf import Shelf
from tests.conftest import ROOT
from tests.store.conftest import inbox, store

__all__ = ["inbox", "store"]


@pytest.fixture(scope="session")
def shelf(data_dir: Path, edition: Edition) -> Shelf:  # noqa: ARG001 - the edition leaves its weights there
    """The real content."""
    return Shelf(ROOT, data_dir)
