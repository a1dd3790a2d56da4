"""What follows from what was found out: pure, so every case can be told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import Accounts, TelegramAccount
from bot.channels.telegram import examining as telegram
from bot.channels.zalo_bot import examining as zalo_bot
from bot.channels.zalo_oa import examining as zalo_oa
from bot.config import Settings
from bot.content.edition import Edition
from bot.content.files import console
from bot.doctor import accounts, clock, contents, desk, given, keeping, people, storing
from bot.doctor.desk import Desk, Public
from bot.doctor.keeping import Room
from bot.doctor.storing import Held
from bot.domain.finding import Finding, Mark
from bot.domain.officer import Officer, Role
from bot.errors import SettingsError, StoreError
from bot.store.audit import Verified
from bot.store.backups import Backup
from bot.store.looking import Looked
from bot.store.sealing import Seals
from bot.store.tokens import Pair
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
KEY = Seals(["k" * 40])
SOUND = Looked(
    "9.1.0",
    {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "maxmemory": "0"},
    written=True, rewritten=True, replicas=0, used=10 << 20, skew=0.01, schema=1,
    fingerprint=KEY.fingerprints[0],
)  # fmt: skip
SETTINGS = Settings(content_dir=ROOT, data_dir=Path("/nowhere"))


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(str(each.mark), each.key) for each in findings]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("fine", "store")),
        ({"settings": {**SOUND.settings, "appendfsync": "everysec"}}, ("broken", "store_volatile")),
        ({"settings": {**SOUND.settings, "appendonly": "no"}}, ("broken", "store_volatile")),
        ({"settings": {**SOUND.settings, "maxmemory-policy": "allkeys-lru"}}, ("broken", "store_evicts")),
        ({"settings": {**SOUND.settings, "maxmemory": str(11 << 20)}}, ("look", "store_memory")),
        ({"settings": {"appendonly": "yes"}}, ("look", "store_untold")),
        ({"written": False}, ("broken", "store_unwritten")),
        ({"rewritten": False}, ("look", "store_unrewritten")),
        ({"replicas": 1}, ("look", "store_replicas")),
        ({"schema": 99}, ("broken", "store_newer")),
        ({"fingerprint": None}, ("look", "store_empty")),
        ({"fingerprint": "0" * 32}, ("broken", "foreign_key")),
    ],
)
def test_a_store(changed: dict[str, object], expected: tuple[str, str]) -> None:
    found = Held("unix:///s", replace(SOUND, **changed), KEY)  # type: ignore[arg-type]
    assert told(storing.judged(found)) == [expected]


def test_a_store_that_is_away_closed_without_a_key_or_allowed_to_lose() -> None:
    assert told(storing.judged(Held(error=StoreError("unreachable", error="?")))) == [
        ("broken", "store_error")
    ]
    assert told(storing.judged(Held())) == [("look", "store_closed")]
    assert told(storing.judged(Held("u", SOUND, None))) == [("broken", "no_key")]
    assert told(storing.judged(Held("u", SOUND, None), key_missing=True)) == [("fine", "store")]
    assert told(storing.judged(Held("u", SOUND, Seals(["n" * 40, "k" * 40])))) == [("look", "old_key")]
    losing = replace(SOUND, settings={**SOUND.settings, "appendonly": "no"})
    assert told(storing.judged(Held("u", losing, KEY), volatile=True)) == [("look", "store_volatile")]


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        (clock.Facts(0.1, kept=True, zone=True), [("fine", "clock")]),
        (clock.Facts(-9.0, kept=True, zone=True), [("broken", "clock_skew")]),
        (clock.Facts(0.9, kept=True, zone=True), [("look", "clock_near")]),
        (clock.Facts(None, kept=None, zone=True), [("look", "clock_unknown")]),
        (clock.Facts(0.0, kept=False, zone=False), [("broken", "no_zone"), ("look", "clock_alone")]),
    ],
)
def test_clocks(clocks: clock.Facts, expected: list[tuple[str, str]]) -> None:
    assert told(clock.judged(clocks)) == expected


def test_a_desk_that_is_closed_unfit_restarted_or_alarmed() -> None:
    ready = {"ready": True, "store": True}
    assert told(desk.judged(Desk(8080, ready))) == [("fine", "desk")]
    assert told(desk.judged(Desk(8080))) == [("broken", "desk_closed")]
    assert told(desk.judged(Desk(0))) == [("look", "desk_anywhere")]
    assert told(desk.judged(Desk(8080, {"ready": False, "store": True}))) == [("broken", "desk_unfit")]
    assert told(desk.judged(Desk(8080, {"ready": False, "store": False}))) == [("broken", "desk_no_store")]
    doors = {"telegram:1": "down: away", "zalo_oa:2": "closed: hand", "zalo_bot:3": "open"}
    said = desk.judged(Desk(8080, {**ready, "doors": doors}))
    assert told(said) == [("broken", "door_down"), ("look", "door_closed")]
    assert [each.of for each in said] == ["telegram:1", "zalo_oa:2"]
    alarm = ("trucban_alarms_total", (("kind", "zalo_token"), ("account", "1")))
    figures = {("trucban_store_restarts", ()): 2.0, alarm: 3.0}
    said = desk.judged(Desk(8080, ready, figures))
    assert told(said) == [("look", "store_restarts"), ("look", "alarms")]
    assert said[1].blanks == {"count": 3, "kinds": "zalo_token"}


OPEN = Public("https://x", None, NOW + timedelta(days=60), True, "believed", True)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [("fine", "public")]),
        ({"trust": "certificate has expired"}, [("broken", "untrusted")]),
        ({"alive": False}, [("broken", "unreachable")]),
        ({"until": NOW + timedelta(days=15)}, [("look", "certificate")]),
        ({"until": NOW + timedelta(days=3)}, [("broken", "certificate")]),
        ({"socket": False}, [("broken", "no_socket")]),
        ({"client": "ignored"}, [("look", "client_ignored")]),
        ({"client": "direct"}, [("look", "client_untold")]),
        ({"proofs": ("/zalo_verifierX.html",)}, [("broken", "no_proof")]),
    ],
)
def test_the_way_from_citizens_to_us(changed: dict[str, object], expected: list[tuple[str, str]]) -> None:
    found = replace(OPEN, **changed)  # type: ignore[arg-type]
    assert told(desk.public_judged(found, NOW, proxies=True)) == expected


def test_no_address_is_said_with_the_settings_only() -> None:
    assert desk.public_judged(None, NOW, proxies=False) == []
    assert told(given.judged(given.Facts(given.Given(SETTINGS), (), ()))) == [("look", "no_address")]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (telegram.Facts(False), [("broken", "telegram_away")]),
        (telegram.Facts(True, refused=True), [("broken", "telegram_token")]),
        (telegram.Facts(True), [("fine", "telegram_polled")]),
        (telegram.Facts(True, told={"url": "https://y"}), [("look", "telegram_hook_left")]),
        (telegram.Facts(True, wanted="https://x"), [("broken", "telegram_no_hook")]),
        (telegram.Facts(True, wanted="https://x", told={"url": "https://y"}), [("broken", "telegram_hook")]),
        (telegram.Facts(True, wanted="https://x", told={"url": "https://x"}), [("fine", "telegram")]),
        (
            telegram.Facts(True, wanted="https://x", told={
                "url": "https://x", "pending_update_count": 80, "last_error_message": "502",
                "last_error_date": int(NOW.timestamp()) - 60,
            }),
            [("look", "telegram_error"), ("look", "telegram_waiting")],
        ),
        (
            telegram.Facts(True, wanted="https://x", told={
                "url": "https://x", "last_error_date": int(NOW.timestamp()) - 90_000,
            }),
            [("fine", "telegram")],
        ),
    ],
)  # fmt: skip
def test_a_telegram_bot(facts: telegram.Facts, expected: list[tuple[str, str]]) -> None:
    found = telegram.judged(facts, "telegram:1", NOW)
    assert told(found) == expected
    assert {each.of for each in found} == {"telegram:1"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (zalo_bot.Facts(None), ("broken", "zalo_bot_away")),
        (zalo_bot.Facts(401), ("broken", "zalo_bot_token")),
        (zalo_bot.Facts(429), ("look", "zalo_bot_code")),
        (zalo_bot.Facts(0), ("fine", "zalo_bot_polled")),
        (zalo_bot.Facts(0, None, "https://y"), ("look", "zalo_bot_hook_left")),
        (zalo_bot.Facts(0, "https://x", ""), ("broken", "zalo_bot_no_hook")),
        (zalo_bot.Facts(0, "https://x", "https://y"), ("broken", "zalo_bot_hook")),
        (zalo_bot.Facts(0, "https://x", "https://x"), ("fine", "zalo_bot")),
    ],
)
def test_a_zalo_bot(facts: zalo_bot.Facts, expected: tuple[str, str]) -> None:
    assert told(zalo_bot.judged(facts, "zalo_bot:1")) == [expected]


def pair(age: int, lives: bool = True) -> Pair:
    made = NOW - timedelta(days=age)
    return Pair("a", "r", NOW + timedelta(hours=5) if lives else made, made)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (zalo_oa.Facts(False), [("look", "zalo_unread")]),
        (zalo_oa.Facts(True), [("broken", "zalo_no_token")]),
        (zalo_oa.Facts(True, pair(91)), [("broken", "zalo_refresh_ended")]),
        (zalo_oa.Facts(True, pair(1, lives=False)), [("broken", "zalo_access_ended")]),
        (zalo_oa.Facts(True, pair(0), True, None), [("broken", "zalo_away")]),
        (zalo_oa.Facts(True, pair(0), True, -216), [("broken", "zalo_access_refused")]),
        (zalo_oa.Facts(True, pair(0), True, -224), [("broken", "zalo_stopped")]),
        (zalo_oa.Facts(True, pair(0), True, -32), [("look", "zalo_code")]),
        (zalo_oa.Facts(True, pair(70), True, 0), [("look", "zalo_refresh_old")]),
        (zalo_oa.Facts(True, pair(0), True, 0, keyed=False), [("broken", "zalo_no_key")]),
        (zalo_oa.Facts(True, pair(0), True, 0), [("fine", "zalo_oa")]),
    ],
)
def test_an_official_account(facts: zalo_oa.Facts, expected: list[tuple[str, str]]) -> None:
    assert told(zalo_oa.judged(facts, "zalo_oa:1", NOW)) == expected


def test_accounts_nobody_writes_to_and_stations_that_are_not_there(edition: Edition) -> None:
    assert told(accounts.judged(Accounts(), None, Desk(1), 0)) == [("look", "no_accounts")]
    bot = TelegramAccount(token="4200000001:AAdummy", station="nowhere")  # noqa: S106
    some, up = Accounts((bot,)), {("process_start_time_seconds", ()): 1.0}
    heard = {**up, ("trucban_updates_total", (("door", "telegram"), ("what", "kept"))): 4.0}
    assert told(accounts.judged(some, None, Desk(1, {}, up), 90_000)) == [("look", "unheard")]
    assert told(accounts.judged(some, None, Desk(1, {}, heard), 90_000)) == [("fine", "heard")]
    assert told(accounts.judged(some, edition.known, Desk(1), 0)) == [("broken", "no_station")]


def test_content_as_it_ages(edition: Edition) -> None:
    known = edition.known
    used = Desk(1, {"content": known.digest})
    good = contents.Facts(known, learnt=True)
    far = date(2036, 1, 1)
    assert {"content_muted"} <= {each.key for each in contents.judged(good, used, far)}
    assert told(contents.judged(good, Desk(1, {"content": "x"}), far))[0] == ("look", "content_other")
    assert told(contents.judged(contents.Facts(known), Desk(1), far))[0] == ("look", "content_unlearnt")
    assert told(contents.judged(contents.Facts(None, 3, "faq.yaml:1: x"), used, far)) == [
        ("broken", "content_bad")
    ]
    assert told(contents.judged(contents.Facts(None), used, far)) == [("broken", "content_unread")]


NEWEST = Backup(Path("b.backup"), NOW - timedelta(hours=5), KEY.fingerprints[0], whole=True, rights=0o600)
ROOMY = Room(Path("/d"), 50 << 30, 0.9, writable=True)


@pytest.mark.parametrize(
    ("room", "newest", "expected"),
    [
        ({}, {}, [("fine", "disk"), ("fine", "backup")]),
        ({"free": 1 << 30}, {}, [("look", "disk_full"), ("fine", "backup")]),
        ({"free": 1 << 20}, {}, [("broken", "disk_full"), ("fine", "backup")]),
        ({"nodes": 0.01}, {}, [("look", "no_nodes"), ("fine", "backup")]),
        ({"writable": False}, {}, [("broken", "unwritable"), ("fine", "backup")]),
        ({}, {"made": NOW - timedelta(hours=27)}, [("fine", "disk"), ("look", "backup_old")]),
        ({}, {"made": NOW - timedelta(days=4)}, [("fine", "disk"), ("broken", "backup_old")]),
        ({}, {"whole": False}, [("fine", "disk"), ("broken", "backup_cut")]),
        ({}, {"seal": "0"}, [("fine", "disk"), ("broken", "backup_key")]),
        ({}, {"rights": 0o644}, [("fine", "disk"), ("broken", "open_file")]),
    ],
)  # fmt: skip
def test_disk_and_backups(
    room: dict[str, object], newest: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    facts = keeping.Facts(replace(ROOMY, **room), 3, replace(NEWEST, **newest))  # type: ignore[arg-type]
    assert told(keeping.judged(facts, KEY.fingerprints, NOW)) == expected


def test_no_folder_no_backup_or_one_that_is_none() -> None:
    assert told(keeping.judged(keeping.Facts(None), (), NOW)) == [("look", "no_data")]
    assert told(keeping.judged(keeping.Facts(ROOMY), (), NOW))[1] == ("look", "no_backup")
    assert told(keeping.judged(keeping.Facts(ROOMY, 1, None, "x"), (), NOW))[1] == ("broken", "backup_unread")


def officer(id_: str, role: Role, **more: object) -> Officer:
    return Officer(id_, "Nguyễn Văn A", role, (), NOW - timedelta(days=9), **more)  # type: ignore[arg-type]


def test_officers_enough_for_a_warning() -> None:
    whole = Verified(3, "h", None)
    chief, hand = officer("a", Role.COMMANDER), officer("b", Role.OFFICER)

    def judged(*those: Officer, dutiful: bool = True, audit: Verified = whole) -> list[tuple[str, str]]:
        return told(people.judged(people.Facts(those, dutiful, audit), NOW))

    assert judged(chief, hand) == [("fine", "officers")]
    assert judged() == [("look", "no_officers")]
    assert judged(chief) == [("look", "not_two")]
    assert judged(hand, officer("c", Role.OPERATOR)) == [("look", "not_two")]
    assert judged(chief, officer("d", Role.COMMANDER)) == [("fine", "officers")]
    guest = officer("e", Role.OFFICER, until=NOW - timedelta(days=1))
    assert judged(chief, hand, guest, dutiful=False) == [("look", "guests_ended"), ("look", "never_on_duty")]
    assert judged(chief, hand, audit=Verified(3, "h", 2)) == [("broken", "audit_broken")]
    said = people.judged(people.Facts((chief, hand, guest), True, whole), NOW)
    assert "Nguyễn" not in repr(said)


def test_every_finding_has_its_sentence_and_everything_amiss_its_advice() -> None:
    says, does = console()["doctor_says"], console()["doctor_do"]
    used: dict[str, set[str]] = {}
    for path in [*(ROOT / "bot/doctor").glob("*.py"), *(ROOT / "bot/channels").glob("*/examining.py")]:
        text = path.read_text("utf-8")
        for kinds, key, other in re.findall(
            r'(fine|look|broken|kind|\(broken if .*? else look\))\(\s*"(\w+)"(?: if [^"]*? else "(\w+)")?',
            text,
        ):
            for each in filter(None, (key, other)):
                used.setdefault(each, set()).add(kinds)
    used["zalo_bot_hook"] = used["zalo_bot_no_hook"] = {"broken"}  # chosen before they are said
    assert used.keys() == says.keys()
    assert {key for key, kinds in used.items() if kinds != {"fine"}} == does.keys()
    for key, text in {**says, **does}.items():
        assert text.strip(), key


def test_marks_have_words_for_people() -> None:
    assert set(console()["doctor"]["marks"]) == {str(mark) for mark in Mark}


def test_settings_that_are_wrong_are_all_told() -> None:
    read = given.Given(
        None, (SettingsError("PORT", "number", "x"), SettingsError("SECRET_KEY", "key_short", "32"))
    )
    said = given.judged(given.Facts(read, ("PORT", "TELEGRAM_TOEKN", "HOSTNAME", "TELEGRAM_BOT_TOKEN"), ()))
    assert told(said) == [
        ("broken", "setting"), ("broken", "setting"), ("look", "misspelt"), ("look", "misspelt"),
    ]  # fmt: skip
    assert [each.blanks["name"] for each in said][2:] == ["TELEGRAM_BOT_TOKEN", "TELEGRAM_TOEKN"]
