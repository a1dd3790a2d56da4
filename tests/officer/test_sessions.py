"""Officers on the web: eight hours from six digits; whoever has the token alone has nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.officer import SESSION, Hand
from bot.services.officers import TERMINAL, Officers
from bot.services.sessions import WebSessions
from bot.store.naming import Person
from bot.store.replies import Replies
from tests.conftest import NOON
from tests.doors import OnTelegram, OnTheWeb, house
from tests.officer.test_desk import SECRET, invited, words
from tests.open_house import OpenHouse
from tests.services.test_officers import totp

__all__ = ["house"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Officer(OnTheWeb):
    """An officer on the web, with their authenticator."""

    secret = ""
    id = ""

    @classmethod
    async def enlisted(cls, house: OpenHouse, *stations: str) -> Officer:
        officer = cls(house)
        before = {each.id for each in await Officers(house.store).everyone()}
        shown = SECRET.search(await words(officer.say(await invited(house, *stations))))
        assert shown
        officer.secret = shown[0].replace(" ", "")
        await officer.say(officer.code())
        [officer.id] = {each.id for each in await Officers(house.store).everyone()} - before
        return officer

    def code(self) -> str:
        return totp(self.secret, self.house.now)

    def thief(self) -> OnTheWeb:
        """Somebody who has the token of this talk, and nothing else."""
        thief = OnTheWeb(self.house)
        thief._page.token, thief._page._number = self._page.token, 1_000
        return thief

    async def who(self) -> Person:
        [card] = [each for each in await Officers(self.house.store).everyone() if each.id == self.id]
        return Person(card.links[0])


@pytest.fixture(autouse=True)
def noon(house: OpenHouse) -> None:
    house.now = NOON


async def seen_by(thief: OnTheWeb) -> str:
    """All that the page shows to whoever comes with the token."""
    await thief._page.connect(thief.house.url)
    await thief.say("xin chào")
    return "\n".join(each["text"] for replies in thief._page.replies.values() for each in replies)


async def test_a_stolen_token_shows_nothing_of_officers(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    await officer.say("/cb")
    await officer.press("Hôm nay")
    house.now += SESSION
    await WebSessions(house.store, Officers(house.store)).tidy(house.now)
    thief = officer.thief()
    whole = await seen_by(thief)
    for word in ("Lê Văn Tám", "Mai Phụ –", "Bảng việc", officer.secret[:4]):
        assert word not in whole
    asked = await thief.say("/cb")
    assert [each.labels for each in asked] == [()]
    assert "Gõ vào đây mã 6 số" in asked[0].text
    for choice in ("o:menu", "o:today:mai_phu", "o:talks", "o:duty:on", "o:figures"):
        pressed = await thief._answered(await thief._page.send(choice=choice))
        assert [each.text for each in pressed] == [asked[0].text]


async def test_wrong_digits_make_one_wait_and_the_right_ones_then_open_nothing(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    house.now += SESSION
    thief = officer.thief()
    await thief._page.connect(house.url)
    await thief.say("/cb")
    wrong = f"{(int(officer.code()) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert "chưa đúng" in await words(thief.say(wrong))
    assert "Đợi 15 phút" in await words(thief.say(wrong))
    assert "Đợi 15 phút" in await words(officer.say(officer.code()))
    house.now += timedelta(minutes=16)
    await officer.say("/cb")
    assert "Lê Văn Tám" in await words(officer.say(officer.code()))


async def test_six_digits_nobody_asked_for_open_nothing(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    house.now += SESSION
    assert "Lê Văn Tám" not in await words(officer.say(officer.code()))
    assert "Gõ vào đây mã 6 số" in await words(officer.say("/cb"))
    house.now += timedelta(minutes=12)  # the question is over
    assert "Lê Văn Tám" not in await words(officer.say(officer.code()))


async def test_a_session_lasts_eight_hours_from_its_code_and_not_from_its_use(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    for _ in range(4):
        house.now += timedelta(hours=1, minutes=59)
        assert "Lê Văn Tám" in await words(officer.say("/cb"))
    house.now += timedelta(minutes=4)
    assert "Gõ vào đây mã 6 số" in await words(officer.say("/cb"))
    opened = await officer.say(officer.code())
    assert "Lê Văn Tám" in opened[-1].text
    assert "Thoát" in opened[-1].labels


async def test_thoat_ends_it_at_once_and_forgets_what_was_shown(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    menu = await words(officer.say("/cb"))
    assert "mở đến" in menu
    out = await officer.press("Thoát")
    assert "Đã thoát" in out[-1].text
    whole = await seen_by(officer.thief())
    assert "Lê Văn Tám" not in whole
    assert "Gõ vào đây mã 6 số" in await words(officer.say("/cb"))
    acts = [text async for _, text, _ in Officers(house.store).audit.entries() if "officer.sign_out" in text]
    assert acts


async def test_two_doors_on_the_web_have_each_their_own(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    officers = Officers(house.store)
    house.now += timedelta(hours=4)
    code = await officers.invite_again(Hand(TERMINAL, TERMINAL, house.now), officer.id)
    assert code
    second = Officer(house)
    await second.say(code)
    await second.say(officer.code())
    house.now += timedelta(hours=4, minutes=1)
    assert "Gõ vào đây mã 6 số" in await words(officer.say("/cb"))
    assert "Lê Văn Tám" in await words(second.say("/cb"))
    await second.press("Thoát")
    house.now += timedelta(minutes=1)
    assert "Lê Văn Tám" in await words(officer.say(officer.code()))
    assert "Gõ vào đây mã 6 số" in await words(second.say("/cb"))


async def test_telegram_needs_no_session(house: OpenHouse) -> None:
    officer = OnTelegram(house)
    shown = SECRET.search(await words(officer.say(await invited(house, "mai_phu"))))
    assert shown
    await officer.say(totp(shown[0].replace(" ", ""), house.now))
    house.now += SESSION + timedelta(days=3)
    menu = await officer.say("/cb")
    assert "Lê Văn Tám" in menu[-1].text
    assert "Thoát" not in menu[-1].labels


async def test_leaving_and_the_end_of_a_guests_time_end_it(house: OpenHouse) -> None:
    officer = await Officer.enlisted(house, "mai_phu")
    await officer.say("/cb")
    who, officers = await officer.who(), Officers(house.store)
    assert await WebSessions(house.store, officers).ends(who, house.now)
    await officers.leave(Hand(TERMINAL, TERMINAL, house.now), officer.id)
    assert await Replies(house.store).since(who, 0, house.now) == []
    assert await WebSessions(house.store, officers).locked(who, house.now) is None
    assert "6 số" not in await words(officer.say("/cb"))
