"""Talks that book: every transcript of `bookings/` at every door, with a real store behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doors import DOORS, Citizen, OnTheWeb, house, play
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
TALKS = sorted((Path(__file__).parent / "bookings").glob("*.txt"))


ONCE = {"giu-cho-het-gio"}  # a seat held over its time is not there for the citizen at the next door


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "path", [path for path in TALKS if path.stem not in ONCE], ids=lambda path: path.stem
)
async def test_talk(path: Path, door: type[Citizen], house: OpenHouse) -> None:
    await play(path, door, house)


@pytest.mark.parametrize("path", [path for path in TALKS if path.stem in ONCE], ids=lambda path: path.stem)
async def test_talk_over_time(path: Path, house: OpenHouse) -> None:
    await play(path, OnTheWeb, house)
