"""Who may not approve a warning, at every door: they press the button and type six digits that are right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import pytest_asyncio

from bot.content.shelf import Shelf
from bot.domain.officer import Hand, Role
from bot.domain.warning import Case, Move, State
from bot.services.officers import TERMINAL, Officers
from bot.services.warnings import Bulletins
from tests.domain.test_warning import GOOD
from tests.officer.test_days import PRESSING as DOORS  # elsewhere no choice can be sent that is not on show
from tests.officer.test_desk import SECRET
from tests.open_house import OpenHouse, open_house
from tests.services.test_officers import totp
from tests.somebody import OnTheWeb, Somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")
HERE, THERE = "mai_phu", "thanh_sen"
PATIENCE = 15.0
LAST = "trụ sở công an phường Vũng Áng ở đâu"  # a question: what is said before its answer is all there was
OF_LAST = ("Công an phường Vũng Áng", "không phải mã 6 số")
_number = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OpenHouse]:
    async with asyncio.timeout(600), open_house(tmp_path_factory.mktemp("house"), shelf) as house:
        house.now = datetime.now(UTC)
        yield house


@dataclass
class Hands:
    """Somebody at a door, with their authenticator."""

    talk: Somebody
    id: str = ""
    secret: str = ""

    def code(self) -> str:
        """The six digits half a minute later."""
        self.talk.house.now += timedelta(seconds=31)
        return totp(self.secret, self.talk.house.now) if self.secret else "123456"

    async def approves(self, case: Case, code: str = "") -> str:
        """Press "Duyệt" below a warning and type six digits; all that was said to it."""
        async with asyncio.timeout(PATIENCE):
            choice = f"o:warndo:{case.id}:{case.version}:approve"
            await self.talk.choose(f"Duyệt [{choice}]" if self.talk.channel == "zalo_oa" else choice)
            said = [(await self.talk.next())[0]]
            await self.talk.say(code or self.code())
            await self.talk.say(LAST)
            while not any(part in said[-1] for part in OF_LAST):
                said.append((await self.talk.next())[0])
        return "\n".join(said)


async def comes(
    house: OpenHouse, door: type[Somebody], role: Role = Role.COMMANDER, *stations: str,
    until: datetime | None = None,
) -> Hands:  # fmt: skip
    """A new officer of these stations, by default of ours."""
    officers = Officers(house.store)
    before = {each.id for each in await officers.everyone()}
    hand = Hand(TERMINAL, TERMINAL, house.now)
    code = await officers.invite(hand, "Lê Văn Tám", role, stations or (HERE,), until)
    assert code
    talk = await citizen(house, door)
    await talk.say(code)
    secret = SECRET.search(await talk.hears("mục nhập khóa"))
    assert secret
    found = Hands(talk, secret=secret[0].replace(" ", ""))
    await talk.say(totp(found.secret, house.now))
    await talk.hears("· không trực")
    [found.id] = {each.id for each in await officers.everyone()} - before
    return found


async def citizen(house: OpenHouse, door: type[Somebody]) -> Somebody:
    talk = door(house)
    if isinstance(talk, OnTheWeb):
        await talk.connected()
    return talk


def bulletins(house: OpenHouse) -> Bulletins:
    return Bulletins(house.store, Officers(house.store), lambda: ("gov.vn",))


async def submitted(house: OpenHouse, author: Hands, *stations: str) -> Case:
    """A warning that waits for its approval."""
    text = GOOD.__class__(
        GOOD.topic, stations or (HERE,), GOOD.title, GOOD.text, house.now + timedelta(hours=5)
    )
    kept, hand = bulletins(house), Hand(author.id, "telegram", house.now)
    made = await kept.draft(hand, f"d{next(_number)}", text)
    assert made.case, made
    done = await kept.move(hand, f"s{next(_number)}", made.case, Move.SUBMIT)
    assert done.case, done
    return done.case


async def stands(house: OpenHouse, case: Case) -> Case:
    found = await bulletins(house).kept.read(case.id)
    assert found
    return found


async def test_the_author_is_told_that_another_must(house: OpenHouse) -> None:
    for door in DOORS:
        author = await comes(house, door)
        case = await submitted(house, author)
        assert "người khác phải duyệt" in await author.approves(case)
        assert await stands(house, case) == case


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["officer", "operator", "other station", "guest", "left", "citizen"])
async def test_nobody_without_the_right_approves(house: OpenHouse, door: type[Somebody], who: str) -> None:
    author = await comes(house, OnTheWeb, Role.OFFICER)
    match who:
        case "officer":
            wrong = await comes(house, door, Role.OFFICER)
        case "operator":
            wrong = await comes(house, door, Role.OPERATOR)
        case "other station":
            wrong = await comes(house, door, Role.COMMANDER, THERE)
        case "guest":
            wrong = await comes(house, door, until=house.now + timedelta(minutes=2))
            house.now += timedelta(minutes=3)
        case "left":
            wrong = await comes(house, door)
            await Officers(house.store).leave(Hand(TERMINAL, TERMINAL, house.now), wrong.id)
        case _:
            wrong = Hands(await citizen(house, door))
    case = await submitted(house, author)
    said = await wrong.approves(case)
    assert "Đã duyệt" not in said
    assert await stands(house, case) == case
    if who not in {"officer", "operator"}:  # who serves the station may read it
        assert GOOD.title not in said
    chief = await comes(house, door)
    assert "Đã duyệt" in await chief.approves(case)
    assert (await stands(house, case)).state is State.APPROVED


@pytest.mark.parametrize("door", DOORS)
async def test_six_digits_are_good_for_one_approval(house: OpenHouse, door: type[Somebody]) -> None:
    author, chief = await comes(house, OnTheWeb, Role.OFFICER), await comes(house, door)
    first, second = await submitted(house, author), await submitted(house, author)
    code = chief.code()
    assert "Đã duyệt" in await chief.approves(first, code)
    assert "chưa đúng hoặc đã dùng" in await chief.approves(second, code)
    assert await stands(house, second) == second


async def test_of_two_at_once_one_approves(house: OpenHouse) -> None:
    author = await comes(house, OnTheWeb, Role.OFFICER)
    chiefs = [await comes(house, door) for door in DOORS]
    case = await submitted(house, author)
    house.now += timedelta(seconds=31)
    codes = [totp(each.secret, house.now) for each in chiefs]
    said = await asyncio.gather(
        *(each.approves(case, code) for each, code in zip(chiefs, codes, strict=True))
    )
    assert sum("Đã duyệt, chưa gửi" in each for each in said) == 1, said
    now = await stands(house, case)
    assert (now.state, now.version) == (State.APPROVED, case.version + 1)


async def test_a_stolen_token_of_a_chief_approves_nothing_without_the_six_digits(house: OpenHouse) -> None:
    author, chief = await comes(house, OnTheWeb, Role.OFFICER), await comes(house, OnTheWeb)
    case = await submitted(house, author)
    open_ = OnTheWeb(house)  # within the eight hours: the thief is in, and still has no digits
    open_._page.token, open_._page._number = chief.talk._page.token, 1_000
    await open_._page.connect(house.url)
    house.now += timedelta(seconds=31)
    open_.read = 10_000  # what was said before is not read
    await open_.choose(f"o:warndo:{case.id}:{case.version}:approve")
    await open_._page.answered(await open_._page.send("000000"))
    assert await stands(house, case) == case
    house.now += timedelta(hours=9)  # and after them it is a citizen's page
    case = await submitted(house, author)
    late = OnTheWeb(house)
    late._page.token, late._page._number = chief.talk._page.token, 2_000
    await late._page.connect(house.url)
    replies = await late._page.answered(
        await late._page.send(choice=f"o:warndo:{case.id}:{case.version}:approve")
    )
    assert GOOD.title not in "\n".join(each["text"] for each in replies)
    await late._page.answered(await late._page.send("000000"))
    assert await stands(house, case) == case
    house.now -= timedelta(hours=9)
