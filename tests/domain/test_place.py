from __future__ import annotations

import pytest

from bot.domain.place import spot


@pytest.mark.parametrize(("given"), [("18.46123", "105.84876"), (18.46123, 105.84876)])
def test_a_location_is_rounded_however_a_platform_writes_it(given: tuple[object, object]) -> None:
    assert spot(*given) == (18.461, 105.849)


@pytest.mark.parametrize(
    "given", [("", ""), (None, None), ("nan", "nan"), (91, 10), (10, 1e9), ("inf", 0), (True, {})]
)
def test_what_is_no_location_is_none(given: tuple[object, object]) -> None:
    assert spot(*given) is None
