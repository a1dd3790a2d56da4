from __future__ import annotations

import pytest

from bot.content import places
from bot.conversation.places import Gazetteer
from bot.conversation.placewords import kind_of


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return places.gazetteer()


def test_all_of_today_and_all_of_before_are_there(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.provinces) == 34
    assert len(gazetteer.communes) == 3_321
    assert len(gazetteer.formers) == 10_040
    assert len({former.province for former in gazetteer.formers.values()}) == 63


def test_every_former_commune_became_one_that_exists_and_every_one_of_today_came_from_some(
    gazetteer: Gazetteer,
) -> None:
    assert all(former.became for former in gazetteer.formers.values())
    reached = {code for former in gazetteer.formers.values() for code in former.became}
    assert reached == set(gazetteer.communes)


def test_names_say_what_they_are_and_lie_in_vietnam(gazetteer: Gazetteer) -> None:
    assert {kind_of(each.name)[0] for each in gazetteer.communes.values()} == {"xa", "phuong", "dac khu"}
    for each in gazetteer.communes.values():
        north, east = each.centre
        assert 7 < north < 23.6
        assert 102 < east < 117.5


def test_the_stations_of_the_content_stand_in_communes_that_exist(gazetteer: Gazetteer, edition) -> None:  # type: ignore[no-untyped-def]
    names = {
        (each.name.lower(), kind_of(gazetteer.provinces[each.province].name)[1])
        for each in gazetteer.communes.values()
    }
    stations = edition.known.stations.values()
    assert all((each.commune.lower(), each.province) in names for each in stations)


def test_a_line_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="xã Mai Phụ"):
        places.read("tinh\t42\tTỉnh Hà Tĩnh\nxã Mai Phụ")
