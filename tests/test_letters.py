"""Is this invitation real? Every transcript of `letters/` at every door, with a real store behind it.

A code is drawn by the store's own key, so the transcripts name letters: `{MOI}` an invitation, `{NHA}` a
visit at home, `{HUY}` a cancelled one, `{SAI1}` … codes of no letter.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.domain.letter import LetterKind, LetterStatus, drawn, written
from bot.domain.officer import Hand
from bot.services.letters import LetterOutcome, Letters
from bot.services.officers import TERMINAL
from tests.doors import DOORS, Citizen, OnTheWeb, house, play
from tests.open_house import OpenHouse

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
TALKS = sorted((Path(__file__).parent / "letters").glob("*.txt"))
MORNING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # six in the morning of the 23rd
THREE_DAYS = timedelta(days=3, hours=2)
_number = count()
HAND = Hand(TERMINAL, TERMINAL, MORNING)


async def issued(letters: Letters, name: str, station: str, after: timedelta, year: int) -> str:
    kind = LetterKind.HOME if name == "NHA" else LetterKind.INVITATION
    at = MORNING + after
    outcome, letter = await letters.issue(HAND, f"{name}{next(_number)}", station, kind, at, year)
    assert outcome is LetterOutcome.DONE
    if name == "HUY":
        assert (await letters.turn(HAND, f"no{next(_number)}", letter, LetterStatus.CANCELLED))[0] == "done"
    return letter.code


async def codes(house: OpenHouse) -> dict[str, str]:
    """Fresh letters, and codes of none."""
    letters = Letters(house.store)
    invited = await issued(letters, "MOI", "mai_phu", THREE_DAYS, 1956)
    home = await issued(letters, "NHA", "thanh_sen", timedelta(days=4, hours=3.5), 1931)
    cancelled = await issued(letters, "HUY", "mai_phu", THREE_DAYS, 1960)
    free = (found for number in range(10**6, 10**7, 104_729) if (found := drawn(number)))
    wrong = {f"SAI{number}": next(free) for number in range(1, 8)}
    real = {"MOI": written(invited), "NHA": written(home), "HUY": written(cancelled)}
    return {**real, **wrong, "moi": f"{invited[:3]} {invited[3:]}".lower()}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
async def test_talk(path: Path, door: type[Citizen], house: OpenHouse, tmp_path: Path) -> None:
    talk = tmp_path / path.name
    written_down = path.read_text("utf-8")  # noqa: ASYNC240 - a small file
    talk.write_text(written_down.format(**await codes(house)), "utf-8")
    await play(talk, door, house)


async def test_a_page_without_a_talk_tells_how_it_is_done(house: OpenHouse) -> None:
    async with house.web.get(f"{house.url}/hoi/lua_dao.giay_moi") as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "Không ai được đòi tiền, OTP, cài app, làm việc qua điện thoại" in page


async def test_a_code_on_a_page_address_is_not_looked_up(house: OpenHouse) -> None:
    code = (await codes(house))["MOI"]
    async with house.web.get(f"{house.url}/hoi", params={"q": f"{code} 1956"}) as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "Có giấy mời này" not in page
    person = OnTheWeb(house)
    house.now = MORNING
    [seen] = await person.say(f"{code} 1956")
    assert "lần đầu" in seen.text
