"""The same talk everywhere: every transcript through every door that talks over a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import transcript
from tests.doors import DOORS, Citizen, house, play
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "path", [path for path in transcript.TALKS if path not in transcript.CASES], ids=lambda path: path.stem
)
async def test_talk(path: Path, door: type[Citizen], house: OpenHouse) -> None:
    await play(path, door, house)
