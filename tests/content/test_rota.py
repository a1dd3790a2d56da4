"""The part of the content that visits need."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.edition import Edition
from bot.content.rota import rota
from bot.errors import ContentError
from tests.conftest import ROOT
from tests.content.test_loading import spoil


def test_it_is_the_same_as_in_the_whole(edition: Edition) -> None:
    part, whole = rota(ROOT), edition.known
    assert (part.digest, part.texts, part.holidays) == (whole.digest, whole.texts, whole.holidays)
    assert part.stations == whole.stations
    assert {id_: a.label for id_, a in part.answers.items()} == {
        id_: a.label for id_, a in whole.answers.items()
    }


def test_a_calendar_with_mistakes_is_refused(small: Path) -> None:
    spoil(small / "stations.yaml", '"07:30-11:30"', '"11:30-07:30"')
    with pytest.raises(ContentError, match=r"stations.yaml:\d+"):
        rota(small)
