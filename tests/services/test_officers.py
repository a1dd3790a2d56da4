"""Officers come, act and leave; every act is in a chain that shows when somebody touched it."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.domain.message import Address
from bot.domain.officer import FRESH, RIGHTS, Hand, Officer, Refusal, Right, Role, refused, wider
from bot.services.authenticator import STEP
from bot.services.officers import LASTS, TERMINAL, Officers, Outcome
from bot.store import archive
from bot.store.audit import AUDIT, ROSTER, Entry
from bot.store.connection import Store, open_store
from bot.store.naming import Person, person
from tests.services.station import OPENS

AN, BINH = Address("telegram", "1", "7001"), Address("zalo_oa", "2", "z-7002")
AT_HOME = Hand(TERMINAL, TERMINAL, OPENS)


def totp(secret: str, now: datetime) -> str:
    made = TOTP(base64.b32decode(secret), 6, SHA1(), STEP)  # noqa: S303 - as authenticator apps do
    return made.generate(now.timestamp()).decode()


class Station:
    """The officers of a store, in a few words."""

    def __init__(self, store: Store) -> None:
        self.store, self.officers = store, Officers(store)

    def who(self, address: Address) -> Person:
        return person(address, self.store.names)

    async def enlisted(
        self, role: Role = Role.OFFICER, stations: tuple[str, ...] = ("mai_phu",), address: Address = AN,
        until: datetime | None = None,
    ) -> tuple[Officer, str]:  # fmt: skip
        """A new officer, and the secret of their TOTP."""
        code = await self.officers.invite(AT_HOME, "Nguyễn Văn An", role, stations, until)
        assert code
        hand = Hand("", address.channel, OPENS)
        shown = await self.officers.redeem(code, self.who(address), hand)
        assert shown.outcome is Outcome.CODE
        done = await self.officers.confirm(code, totp(shown.secret, OPENS), self.who(address), address, hand)
        assert done.officer, done
        return done.officer, shown.secret


@pytest.fixture
def station(store: Store) -> Station:
    return Station(store)


async def test_code_and_totp_make_an_officer_of_a_talk(station: Station) -> None:
    officer, _ = await station.enlisted()
    found = await station.officers.of(station.who(AN), OPENS)
    assert found == officer
    assert (officer.role, officer.stations) == (Role.OFFICER, ("mai_phu",))
    assert await station.officers.of(station.who(BINH), OPENS) is None
    assert station.who(AN).id in await station.officers.talks()


async def test_code_is_good_once_for_one_talk_and_one_day(station: Station) -> None:
    code = await station.officers.invite(AT_HOME, "An", Role.OFFICER, ("mai_phu",))
    assert code
    late = Hand("", "telegram", OPENS + LASTS)
    assert (await station.officers.redeem(code, station.who(AN), late)).outcome is Outcome.UNKNOWN
    hand = Hand("", "telegram", OPENS)
    shown = await station.officers.redeem(code.lower().replace("-", " "), station.who(AN), hand)
    assert shown.outcome is Outcome.CODE
    assert (await station.officers.redeem(code, station.who(BINH), hand)).outcome is Outcome.UNKNOWN
    stolen = await station.officers.confirm(code, totp(shown.secret, OPENS), station.who(BINH), BINH, hand)
    assert stolen.outcome is Outcome.UNKNOWN
    done = await station.officers.confirm(code, totp(shown.secret, OPENS), station.who(AN), AN, hand)
    assert done.outcome is Outcome.DONE
    again = await station.officers.redeem(code, station.who(BINH), hand)
    assert again.outcome is Outcome.UNKNOWN


async def test_invitation_is_gone_after_five_wrong_totps(station: Station) -> None:
    code = await station.officers.invite(AT_HOME, "An", Role.OFFICER, ("mai_phu",))
    assert code
    hand, who = Hand("", "telegram", OPENS), station.who(AN)
    shown = await station.officers.redeem(code, who, hand)
    wrong = f"{(int(totp(shown.secret, OPENS)) + 1) % 1_000_000:06}"
    outcomes = [(await station.officers.confirm(code, wrong, who, AN, hand)).outcome for _ in range(5)]
    assert outcomes == [Outcome.WRONG] * 4 + [Outcome.OFTEN]
    right = await station.officers.confirm(code, totp(shown.secret, OPENS), who, AN, hand)
    assert right.outcome is Outcome.UNKNOWN


async def test_totp_is_good_for_one_act(station: Station) -> None:
    officer, secret = await station.enlisted()
    now = OPENS + timedelta(minutes=1)
    hand = Hand(officer.id, "telegram", now)
    assert await station.officers.fresh(replace(hand, at=OPENS), totp(secret, OPENS)) is Outcome.WRONG
    assert await station.officers.fresh(hand, totp(secret, now)) is Outcome.DONE
    assert await station.officers.fresh(hand, totp(secret, now)) is Outcome.WRONG


async def test_one_of_many_who_use_a_totp_at_once_gets_it(station: Station) -> None:
    officer, secret = await station.enlisted()
    now = OPENS + timedelta(minutes=1)
    hand = Hand(officer.id, "telegram", now)
    many = [station.officers.fresh(hand, totp(secret, now)) for _ in range(8)]
    assert sorted(await asyncio.gather(*many)).count(Outcome.DONE) == 1


async def test_wrong_totps_make_an_officer_wait(station: Station) -> None:
    officer, secret = await station.enlisted()
    now = OPENS + timedelta(minutes=1)
    hand = Hand(officer.id, "telegram", now)
    wrong = f"{(int(totp(secret, now)) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert await station.officers.fresh(hand, wrong) is Outcome.WRONG
    assert await station.officers.fresh(hand, totp(secret, now)) is Outcome.OFTEN
    later = replace(hand, at=now + timedelta(minutes=16))
    assert await station.officers.fresh(later, totp(secret, later.at)) is Outcome.DONE


async def test_who_leaves_has_left_at_every_door(station: Station) -> None:
    officer, secret = await station.enlisted()
    second = await station.officers.invite_again(AT_HOME, officer.id)
    assert second
    now = OPENS + timedelta(minutes=2)
    hand = Hand("", "zalo_oa", now)
    assert (await station.officers.redeem(second, station.who(BINH), hand)).secret == ""
    done = await station.officers.confirm(second, totp(secret, now), station.who(BINH), BINH, hand)
    assert done.outcome is Outcome.DONE
    assert await station.officers.leave(AT_HOME, officer.id) is Outcome.DONE
    for address in (AN, BINH):
        assert await station.officers.of(station.who(address), now) is None
    assert await station.officers.talks() == frozenset()
    assert (
        await station.officers.fresh(Hand(officer.id, "zalo_oa", now), totp(secret, now)) is Outcome.REFUSED
    )
    assert await station.officers.invite_again(AT_HOME, officer.id) is None


async def test_guest_is_none_after_the_end(station: Station) -> None:
    end = OPENS + timedelta(days=2)
    officer, _ = await station.enlisted(until=end)
    assert await station.officers.of(station.who(AN), end - timedelta(seconds=1)) == officer
    assert await station.officers.of(station.who(AN), end) is None
    assert await station.officers.set_duty(Hand(officer.id, "telegram", end), on=True) is Outcome.REFUSED


async def test_on_duty_are_those_of_the_station(station: Station) -> None:
    officer, _ = await station.enlisted()
    assert await station.officers.on_duty("mai_phu", OPENS) == []
    await station.officers.set_duty(Hand(officer.id, "telegram", OPENS), on=True)
    [(found, addresses)] = await station.officers.on_duty("mai_phu", OPENS)
    assert (found.id, addresses) == (officer.id, (AN,))
    assert await station.officers.on_duty("vung_ang", OPENS) == []


async def test_nobody_gives_more_than_they_have(station: Station) -> None:
    commander, _ = await station.enlisted(Role.COMMANDER)
    hand = Hand(commander.id, "telegram", OPENS)
    assert await station.officers.invite(hand, "Bình", Role.OFFICER, ("mai_phu",))
    assert await station.officers.invite(hand, "Bình", Role.OFFICER, ("vung_ang",)) is None
    assert await station.officers.invite(hand, "Bình", Role.OFFICER, ()) is None
    officer, _ = await station.enlisted(Role.OFFICER, address=BINH)
    own = Hand(officer.id, "zalo_oa", OPENS)
    assert await station.officers.invite(own, "Chi", Role.OFFICER, ("mai_phu",)) is None
    assert await station.officers.leave(own, commander.id) is Outcome.REFUSED


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_rights_end_with_role_station_time_and_leaving(role: Role, right: Right) -> None:
    officer = Officer("cb1", "An", role, ("mai_phu",), OPENS, OPENS + timedelta(days=1))
    has = Refusal.GUEST if right is Right.EXPORT else None  # tables are not for guests
    expected = has if right in RIGHTS[role] else Refusal.ROLE
    assert refused(officer, right, "mai_phu", OPENS) is expected
    assert refused(officer, right, "vung_ang", OPENS) is (expected or Refusal.STATION)
    assert refused(officer, right, None, OPENS) is (expected or Refusal.STATION)
    assert refused(officer, right, "mai_phu", OPENS + timedelta(days=1)) is Refusal.ENDED
    assert refused(replace(officer, left=OPENS), right, "mai_phu", OPENS) is Refusal.LEFT
    assert not wider(replace(officer, role=Role.COMMANDER), Role.OFFICER, ("mai_phu",))
    assert FRESH.isdisjoint(RIGHTS[Role.OFFICER])


# -- the audit


async def test_audit_of_a_whole_life_is_whole(station: Station) -> None:
    officer, _ = await station.enlisted()
    await station.officers.leave(AT_HOME, officer.id)
    found = await station.officers.verified()
    assert (found.entries, found.broken) == (4, None)


async def test_many_write_at_once_into_one_chain(station: Station) -> None:
    entries = [Entry("cb1", "visit.served", OPENS, "telegram", "mai_phu", f"TB-{n}") for n in range(20)]
    assert all(await asyncio.gather(*map(station.officers.audit.note, entries)))
    found = await station.officers.verified()
    assert (found.entries, found.broken) == (20, None)


@pytest.mark.parametrize(
    ("touch", "broken"),
    [
        (lambda redis: redis.hdel(AUDIT, "3"), 3),
        (lambda redis: redis.hdel(AUDIT, "5"), 5),
        (lambda redis: redis.hdel(AUDIT, "1", "2"), 1),
        (lambda redis: redis.delete(AUDIT), 1),
    ],
)
async def test_audit_shows_what_was_taken_out(station: Station, touch, broken: int) -> None:
    for number in range(5):
        await station.officers.audit.note(Entry("cb1", "visit.next", OPENS, "telegram", "", str(number)))
    await touch(station.store.redis)
    assert (await station.officers.verified()).broken == broken


async def test_audit_shows_what_was_changed(station: Station) -> None:
    for number in range(3):
        await station.officers.audit.note(Entry("cb1", "visit.next", OPENS, "telegram", "", str(number)))
    redis = station.store.redis
    line = await redis.hget(AUDIT, "2")
    await redis.hset(AUDIT, "2", line.replace(b'"subject":"1"', b'"subject":"9"'))
    assert (await station.officers.verified()).broken == 2


async def test_what_is_kept_of_officers_is_sealed(station: Station) -> None:
    officer, secret = await station.enlisted()
    kept = await station.store.redis.hgetall(ROSTER)
    text = b"".join(key + value for key, value in kept.items())
    for clear in ("Nguyễn Văn An", secret, AN.user):
        assert clear.encode() not in text
    assert officer.id.encode() in text


async def test_backup_brings_officers_and_the_whole_audit_back(station: Station, tmp_path: Path) -> None:
    officer, _ = await station.enlisted()
    await archive.backup(station.store, tmp_path / "b", OPENS)
    await station.store.redis.flushall()
    url = f"unix://{station.store.redis.connection_pool.connection_kwargs['path']}"
    fresh = await open_store(url, station.store.seals)
    await archive.restore(fresh, tmp_path / "b")
    await fresh.close()
    again = await open_store(url, station.store.seals)  # with the names of the backup
    back = Station(again)
    assert await back.officers.of(back.who(AN), OPENS) == officer
    found = await back.officers.verified()
    assert (found.entries, found.broken) == (3, None)
    await again.close()
