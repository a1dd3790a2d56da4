"""Letters: issued by whoever may, checked by anybody with code and year, guessed by nobody."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.letter import Checked, CheckLetter, LetterKind, LetterStatus, Tries, drawn, read, written
from bot.domain.message import Address
from bot.domain.officer import Hand, Role
from bot.services.letters import LetterOutcome, Letters
from bot.services.officers import TERMINAL, Officers
from bot.store.audit import AUDIT
from bot.store.connection import Store
from bot.store.line import Line
from bot.store.naming import person
from tests.services.test_officers import totp

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # eight in the morning
AT = NOW + timedelta(days=3)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STATION, OTHER = "mai_phu", "thanh_sen"


class Commune:
    """Officers, and people who check."""

    def __init__(self, store: Store, tries: Tries | None = None) -> None:
        self.store, self.letters = store, Letters(store, tries)
        self._number = 0

    def hand(self, who: str = TERMINAL, now: datetime = NOW) -> Hand:
        return Hand(who, "terminal" if who == TERMINAL else "telegram", now)

    def request(self) -> str:
        self._number += 1
        return f"r{self._number}"

    async def issued(
        self, year: int = 1956, *, station: str = STATION, at: datetime = AT, now: datetime = NOW
    ):
        outcome, letter = await self.letters.issue(
            self.hand(now=now), self.request(), station, LetterKind.INVITATION, at, year
        )
        assert outcome is LetterOutcome.DONE
        return letter

    async def check(  # noqa: PLR0913 - all that a try is made of
        self, code: str, year: int, *, talk: str = "an", now: datetime = NOW, network: str = "", id_: str = ""
    ):
        who = person(Address("telegram", "bot", talk), self.store.names)
        asked = CheckLetter(id_ or self.request(), code, year)
        return await self.letters.check(who, asked, now, network)

    async def acts(self) -> list[tuple[str, str, str]]:
        found = [json.loads(text) for _, text, _ in [e async for e in self.letters._audit.entries()]]
        return [(each["who"], each["act"], each["subject"]) for each in found]

    async def kept(self) -> str:
        """Everything in the store, as text."""
        redis = self.store.redis
        parts = []
        for key in [key async for key in redis.scan_iter("*")]:
            read_ = {
                b"string": redis.get, b"hash": redis.hgetall, b"stream": redis.xrange,
                b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True), b"set": redis.smembers,
                b"list": lambda key: redis.lrange(key, 0, -1),
            }[await redis.type(key)]  # fmt: skip
            parts.append(f"{key.decode()} {await read_(key)}")
        return "\n".join(parts)


@pytest.fixture
def commune(store: Store) -> Commune:
    return Commune(store)


async def enlisted(store: Store, role: Role, *stations: str) -> str:
    """Somebody on the roster."""
    officers, address = Officers(store), Address("telegram", "bot", f"{role}{stations}")
    talk, hand = person(address, store.names), Hand(TERMINAL, TERMINAL, NOW)
    code = await officers.invite(hand, "Bình", role, stations)
    shown = await officers.redeem(code, talk, hand)
    done = await officers.confirm(code, totp(shown.secret, NOW), talk, address, hand)
    return done.officer.id


def wrong(code: str, number: int) -> str:
    """Another code, by number."""
    return next(c for n in range((number + 1) * 104_729, 10**9) if (c := drawn(n)) and c != code)


class TestACheck:
    async def test_with_code_and_year_says_where_when_and_how_often(self, commune: Commune) -> None:
        letter = await commune.issued()
        for times in (1, 2, 3):
            found = await commune.check(letter.code, 1956, talk=f"{times}")
            assert found.checked is Checked.FOUND
            assert found.letter.station == STATION
            assert found.letter.at == AT
            assert found.letter.checks == times
            assert found.letter.code == ""

    async def test_with_another_year_or_code_is_a_plain_no(self, commune: Commune) -> None:
        letter = await commune.issued()
        no = await commune.check(wrong(letter.code, 1), 1956)
        assert await commune.check(letter.code, 1957) == no
        assert no.checked is Checked.NONE
        assert no.letter is None

    async def test_repeated_gives_the_first_answer_and_counts_once(self, commune: Commune) -> None:
        letter = await commune.issued()
        found = await asyncio.gather(*(commune.check(letter.code, 1956, id_="m1") for _ in range(20)))
        assert {each.letter.checks for each in found} == {1}
        assert (await commune.check(letter.code, 1956, id_="m1", now=NOW + timedelta(hours=71))) == found[0]
        assert (await commune.check(letter.code, 1956, id_="m1", talk="bình")).letter.checks == 2

    async def test_after_its_day_finds_it_expired_and_later_nothing(self, commune: Commune) -> None:
        letter = await commune.issued()
        after = AT + DAY
        found = await commune.check(letter.code, 1956, now=after)
        assert found.letter.over(after)
        forgotten = await commune.check(letter.code, 1956, now=after + timedelta(days=31))
        assert forgotten.checked is Checked.NONE
        assert await commune.letters.listed(commune.hand(), [STATION]) == []

    @pytest.mark.parametrize("to", [LetterStatus.USED, LetterStatus.CANCELLED])
    async def test_of_one_that_was_used_or_cancelled_says_so(
        self, commune: Commune, to: LetterStatus
    ) -> None:
        letter = await commune.issued()
        outcome, _ = await commune.letters.turn(commune.hand(), commune.request(), letter, to)
        assert outcome is LetterOutcome.DONE
        assert (await commune.check(letter.code, 1956)).letter.status is to

    async def test_without_a_store_is_no(self, commune: Commune) -> None:
        letter = await commune.issued()
        gone = replace(commune.store, line=Line("unix:///nowhere/at/all", 0.2))
        away = Letters(gone)
        who = person(Address("telegram", "bot", "an"), commune.store.names)
        found = await away.check(who, CheckLetter("m", letter.code, 1956), NOW)
        assert found.checked is Checked.AWAY
        assert found.letter is None


class TestGuessing:
    async def test_one_talk_has_a_few_wrong_tries_a_day_and_then_learns_nothing(
        self, commune: Commune
    ) -> None:
        letter, tries = await commune.issued(), Tries()
        for number in range(tries.talk):
            assert (await commune.check(wrong(letter.code, number), 1956)).checked is Checked.NONE
        assert (await commune.check(letter.code, 1956)).checked is Checked.OFTEN
        assert (await commune.check(wrong(letter.code, 99), 1956)).checked is Checked.OFTEN
        assert (await commune.check(letter.code, 1956, talk="bình")).checked is Checked.FOUND
        assert (await commune.check(letter.code, 1956, now=NOW + DAY)).checked is Checked.FOUND

    async def test_one_network_has_some_whatever_talks_it_opens(self, commune: Commune) -> None:
        letter, tries = await commune.issued(), Tries()
        for number in range(tries.network):
            found = await commune.check(wrong(letter.code, number), 1956, talk=f"t{number}", network="n")
            assert found.checked is Checked.NONE
        assert (await commune.check(letter.code, 1956, talk="x", network="n")).checked is Checked.OFTEN
        assert (await commune.check(letter.code, 1956, talk="x", network="m")).checked is Checked.FOUND

    async def test_a_code_that_is_there_and_one_that_is_not_close_alike(self, commune: Commune) -> None:
        letter, tries = await commune.issued(), Tries()
        for code in (letter.code, wrong(letter.code, 1)):
            said = [
                (await commune.check(code, 1900 + number, talk=f"{code}{number}")).checked
                for number in range(1, tries.code + 3)
            ]
            assert said == [Checked.NONE] * tries.code + [Checked.OFTEN] * 2

    async def test_too_many_wrong_years_end_a_letter_for_good_and_it_is_as_if_there_were_none(
        self, commune: Commune
    ) -> None:
        letter, tries = await commune.issued(), Tries()
        number = 0
        while (await commune.letters.listed(commune.hand(), [STATION]))[0].status is LetterStatus.OPEN:
            number += 1
            day = NOW + DAY * ((number - 1) // tries.code)
            found = await commune.check(letter.code, 1900 + number, talk=f"t{number}", now=day)
            assert found.checked is Checked.NONE
        assert number == tries.years()
        found = await commune.check(letter.code, 1956, talk="an", now=NOW + 5 * DAY)
        assert found.checked is Checked.NONE

    async def test_all_guessers_of_a_day_together_get_no_further_than_is_promised(self, store: Store) -> None:
        tries = Tries(overall=4)
        commune = Commune(store, tries)
        letter = await commune.issued(at=AT + 5 * DAY)
        begins, told_no = NOW + timedelta(minutes=30), 0
        for minute in range(0, 24 * 60, 6):  # each with a talk and a network of their own
            now = begins + timedelta(minutes=minute)
            found = await commune.check(
                wrong(letter.code, minute), 1956, talk=f"t{minute}", network=f"n{minute}", now=now
            )
            assert found.checked in {Checked.NONE, Checked.OFTEN}
            told_no += found.checked is Checked.NONE
        assert told_no == tries.reach()
        late = await commune.check(letter.code, 1956, now=begins + 2 * DAY)
        assert late.checked is Checked.FOUND

    async def test_who_asks_too_often_even_rightly_waits(self, commune: Commune) -> None:
        letter = await commune.issued()
        for _ in range(Tries().asks):
            assert (await commune.check(letter.code, 1956)).checked is Checked.FOUND
        assert (await commune.check(letter.code, 1956)).checked is Checked.OFTEN

    async def test_tries_at_the_same_moment_are_counted_one_by_one(self, commune: Commune) -> None:
        letter, tries = await commune.issued(), Tries()
        found = await asyncio.gather(
            *(commune.check(wrong(letter.code, number), 1956) for number in range(50))
        )
        assert sum(each.checked is Checked.NONE for each in found) == tries.talk

    async def test_what_is_counted_is_forgotten_after_its_day(self, commune: Commune) -> None:
        letter = await commune.issued()
        for number in range(5):
            await commune.check(wrong(letter.code, number), 1956, network="n")
        assert "tries:" in await commune.kept()
        await commune.letters.tidy(NOW + 4 * DAY)
        after = await commune.kept()
        assert "tries:" not in after
        assert "check:" not in after  # the results of requests


class TestWhatIsKept:
    async def test_tells_neither_code_nor_year_nor_who_asked(self, commune: Commune) -> None:
        letter = await commune.issued(1931)
        await commune.check(letter.code, 1931, talk="someone")
        await commune.check(letter.code, 1932, talk="someone")
        kept = await commune.kept()
        who = person(Address("telegram", "bot", "someone"), commune.store.names).id
        for secret in (letter.code, "1931", "1932", who):
            assert secret not in kept

    async def test_is_gone_a_month_after_the_day(self, commune: Commune) -> None:
        letter = await commune.issued()
        await commune.letters.tidy(AT + timedelta(days=32))
        assert letter.name not in "".join(
            line for line in (await commune.kept()).splitlines() if not line.startswith(f"{AUDIT} ")
        )


class TestOfficers:
    async def test_issue_once_however_often_it_is_asked_with_one_request(self, commune: Commune) -> None:
        one = [
            await commune.letters.issue(commune.hand(), "r", STATION, LetterKind.HOME, AT, 1956)
            for _ in range(3)
        ]
        assert len({letter.code for _, letter in one}) == 1
        assert len(await commune.letters.listed(commune.hand(), [STATION])) == 1
        assert len(await commune.acts()) == 1

    async def test_get_another_code_when_one_is_taken(self, commune: Commune, monkeypatch) -> None:
        first = await commune.issued()
        register = commune.letters.register
        drawn_ = register.code
        monkeypatch.setattr(register, "code", lambda r, n=0: drawn_(r, n) if n else first.code)
        second = await commune.issued(1957)
        assert second.code != first.code
        assert (await commune.check(first.code, 1956)).checked is Checked.FOUND
        assert (await commune.check(second.code, 1957)).checked is Checked.FOUND

    async def test_leave_a_line_in_the_audit_before_each_act(self, commune: Commune) -> None:
        letter = await commune.issued()
        await commune.letters.turn(commune.hand(), commune.request(), letter, LetterStatus.USED)
        assert await commune.acts() == [
            (TERMINAL, "letter.issue", letter.name), (TERMINAL, "letter.used", letter.name),
        ]  # fmt: skip
        assert letter.code not in str(await commune.acts())

    async def test_end_a_letter_only_as_they_saw_it(self, commune: Commune) -> None:
        letter = await commune.issued()
        turned = await asyncio.gather(
            *(
                commune.letters.turn(commune.hand(), commune.request(), letter, to)
                for to in (LetterStatus.USED, LetterStatus.CANCELLED)
            )
        )
        assert sorted(outcome for outcome, _ in turned) == [LetterOutcome.DONE, LetterOutcome.NOT_ALLOWED]

    async def test_take_back_what_was_marked_by_mistake(self, commune: Commune) -> None:
        letter = await commune.issued()
        _, used = await commune.letters.turn(commune.hand(), commune.request(), letter, LetterStatus.USED)
        outcome, open_ = await commune.letters.turn(
            commune.hand(), commune.request(), used, LetterStatus.OPEN
        )
        assert outcome is LetterOutcome.DONE
        assert (await commune.check(letter.code, 1956)).letter.status is open_.status is LetterStatus.OPEN

    async def test_find_a_letter_by_its_code(self, commune: Commune) -> None:
        letter = await commune.issued()
        assert await commune.letters.find(commune.hand(), written(letter.code).lower()) == letter
        assert await commune.letters.find(commune.hand(), wrong(letter.code, 3)) is None
        assert read(written(letter.code)) == letter.code

    async def test_cannot_invite_for_yesterday_next_year_or_the_unborn(self, commune: Commune) -> None:
        async def outcome(at: datetime, year: int) -> LetterOutcome:
            issued = commune.letters.issue(
                commune.hand(), commune.request(), STATION, LetterKind.INVITATION, at, year
            )
            return (await issued)[0]

        assert await outcome(NOW, 1956) is LetterOutcome.WRONG_TIME
        assert await outcome(NOW + timedelta(days=61), 1956) is LetterOutcome.WRONG_TIME
        assert await outcome(AT, 2027) is LetterOutcome.WRONG_YEAR
        assert await outcome(AT, 56) is LetterOutcome.WRONG_YEAR
        assert await commune.acts() == []

    async def test_have_a_bounded_number_of_open_letters(self, store: Store) -> None:
        commune = Commune(store, Tries(most=2))
        await commune.issued()
        second = await commune.issued()
        issue = commune.letters.issue
        args = STATION, LetterKind.INVITATION, AT, 1956
        assert (await issue(commune.hand(), "x", *args))[0] is LetterOutcome.LIMIT
        await commune.letters.turn(commune.hand(), commune.request(), second, LetterStatus.CANCELLED)
        assert (await issue(commune.hand(), "y", *args))[0] is LetterOutcome.DONE
        later = NOW + timedelta(days=10)
        again = await issue(commune.hand(now=later), "z", STATION, LetterKind.HOME, later + DAY, 1956)
        assert again[0] is LetterOutcome.DONE  # those of a day that is over do not count

    @pytest.mark.parametrize(
        ("role", "stations", "may"),
        [
            (Role.OFFICER, (STATION,), True), (Role.COMMANDER, (), True), (Role.OFFICER, (OTHER,), False),
            (Role.OPERATOR, (), False),
        ],
    )  # fmt: skip
    async def test_speak_only_for_their_station_and_operators_for_none(
        self, commune: Commune, role: Role, stations: tuple[str, ...], may: bool
    ) -> None:
        letter, who = await commune.issued(), await enlisted(commune.store, role, *stations)
        before = len(await commune.acts())
        hand = commune.hand(who)
        issued, _ = await commune.letters.issue(hand, "o", STATION, LetterKind.HOME, AT, 1956)
        turned, _ = await commune.letters.turn(hand, "o", letter, LetterStatus.USED)
        assert {issued, turned} == {LetterOutcome.DONE if may else LetterOutcome.REFUSED}
        assert bool(await commune.letters.listed(hand, [STATION])) is may
        assert bool(await commune.letters.find(hand, letter.code)) is may
        assert len(await commune.acts()) == before + 2 * may

    async def test_who_left_issues_nothing_any_more(self, commune: Commune) -> None:
        who = await enlisted(commune.store, Role.OFFICER, STATION)
        await Officers(commune.store).leave(commune.hand(), who)
        outcome, _ = await commune.letters.issue(commune.hand(who), "o", STATION, LetterKind.HOME, AT, 1956)
        assert outcome is LetterOutcome.REFUSED
