"""Who may tell us something, and that nothing is lost or done twice on the way in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.zalo_oa.reading import parsed
from bot.channels.zalo_oa.signature import holds, mac
from bot.content.shelf import Shelf
from bot.errors import SettingsError
from bot.store.connection import Store
from tests.channels.zalo.desk import BA, HOOK, OA, ONG, QUESTION, Desk, open_zalo
from tests.doubles.test_zalo import VECTORS
from tests.doubles.zalo import Oa, signature

SISTER = Oa("8880001112223334446", OA.app_id, OA.app_secret, OA.secret_key)  # of the same app
OTHER = Oa("8880001112223334447", "1234567890123456780", "otherSecret", "otherOaSecret")
STRANGER = Oa("8880001112223334448", OA.app_id, OA.app_secret, OA.secret_key)  # nobody set it up


@pytest.fixture
async def desk(store: Store, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_zalo(store, shelf, tmp_path, OA, SISTER, OTHER) as opened:
        yield opened
        assert opened.zalo.wrong == []


def said(desk: Desk, text: str = QUESTION, oa: Oa = OA) -> dict[str, Any]:
    desk.zalo.interacted(BA, oa)
    return {
        "app_id": oa.app_id, "event_name": "user_send_text", "timestamp": str(int(desk.zalo.now() * 1000)),
        "sender": {"id": BA}, "recipient": {"id": oa.id}, "message": {"msg_id": "0f1e2d", "text": text},
    }  # fmt: skip


@pytest.mark.parametrize(("body", "timestamp", "header"), VECTORS)
def test_the_vectors_of_the_sheet_hold_however_the_header_is_written(
    body: str, timestamp: str, header: str
) -> None:
    raw, digits = body.encode(), header.removeprefix("mac=")
    assert mac(OA.app_id, raw, timestamp, OA.secret_key) == digits
    for written in (
        header,
        digits,
        f" mac = {digits} ",
        header.upper().replace("MAC", "mac"),
        f"mac={digits.upper()}",
    ):
        assert holds(written, OA.app_id, raw, timestamp, OA.secret_key), written
    for written in (
        "",
        "mac=",
        f"mac={digits[:-1]}",
        f"mac={digits}0",
        f"mac={digits}\n0",
        "ZNS",
        f"hmac={digits}",
    ):
        assert not holds(written, OA.app_id, raw, timestamp, OA.secret_key), written
    assert not holds(header, OA.app_id, raw + b" ", timestamp, OA.secret_key)
    assert not holds(header, OA.id, raw, timestamp, OA.secret_key)
    assert not holds(header, OA.app_id, raw, timestamp, OA.app_secret)


@pytest.mark.parametrize(
    "spelt",
    [
        lambda body: json.dumps(body, ensure_ascii=False, indent=2),
        lambda body: json.dumps(body).replace("/", "\\/"),
        lambda body: "\n " + json.dumps(body, separators=(" ,  ", "\t:\r\n"), ensure_ascii=False) + "\n",
        lambda body: json.dumps({**body, "timestamp": int(body["timestamp"])}),
        lambda body: json.dumps({"unknown": {"deep": [1, None]}, **body}),
    ],
)
async def test_the_raw_bytes_are_what_is_signed_however_they_are_spelt(desk: Desk, spelt: Any) -> None:
    assert await desk.zalo.post(spelt(said(desk, "mất căn cước làm lại ở đâu / hỏi")).encode()) == 200
    assert "làm lại" in (await desk.zalo.news(1))[0].text


async def test_a_bad_signature_is_refused_loudly_and_nothing_is_kept(desk: Desk, store: Store) -> None:
    body = said(desk)
    raw = json.dumps(body).encode()
    wrong_key = Oa(OA.id, OA.app_id, OA.app_secret, "anotherSecretKey")
    assert await desk.zalo.post(raw, signature=signature(wrong_key, raw, body["timestamp"])) == 401
    assert await desk.zalo.post(raw, signature="mac=" + "0" * 64) == 401
    assert await desk.zalo.post({**body, "app_id": "999"}) == 401  # signed, but for an app that is not ours
    assert await desk.metric("alarms", kind="zalo_signature") == 3
    assert await desk.metric("heard", door="zalo_oa") == 0
    assert [key async for key in store.redis.scan_iter("*inbox*")] == []
    assert "làm lại" in await desk.ask(QUESTION)


async def test_an_account_nobody_set_up_is_dropped_though_its_app_is_ours(desk: Desk) -> None:
    assert await desk.zalo.post(said(desk, oa=STRANGER)) == 200
    assert await desk.metric("updates", what="foreign") == 1
    assert await desk.metric("heard", door="zalo_oa") == 0


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"\xff\xfe", b'{"event_name": "x"}',
                                  b'{"event_name": "x", "timestamp": true}', b'{"event_name": 1}',
                                  b'{"event_name": "x", "timestamp": 1' + b"0" * 5000 + b"}"])  # fmt: skip
async def test_the_consoles_trial_call_is_taken_signed_or_not(desk: Desk, body: bytes) -> None:
    assert await desk.zalo.post(body, sign=False) == 200
    assert await desk.zalo.post(body) == 200
    assert await desk.metric("alarms") == 0
    assert await desk.metric("heard", door="zalo_oa") == 0


def test_what_is_nested_without_end_is_no_event() -> None:
    assert parsed(b"[" * 100_000) is None


async def test_a_hint_and_an_unsigned_event_are_taken_and_nothing_is_done(desk: Desk) -> None:
    assert await desk.zalo.post(said(desk), signature="ZNS") == 200
    assert await desk.metric("alarms") == 0
    assert await desk.zalo.post(said(desk), sign=False) == 200
    assert await desk.metric("alarms", kind="zalo_unsigned") == 1  # unless it was a trial, a header got lost
    assert await desk.metric("heard", door="zalo_oa") == 0


async def test_an_event_that_is_too_big_is_refused(desk: Desk) -> None:
    assert await desk.zalo.post(said(desk, "a" * 600_000)) == 413


async def test_what_happened_yesterday_is_dropped_and_counted(desk: Desk) -> None:
    day = 24 * 3600 + 60
    desk.zalo.skip(-day)
    await desk.zalo.say(BA, QUESTION)
    desk.zalo.skip(day)
    assert desk.zalo.answers[-1].status == 200
    assert await desk.metric("updates", what="old") == 1
    desk.zalo.skip(-day + 3600)
    late = await desk.zalo.say(BA, QUESTION)  # told again and again while we were away
    assert desk.zalo.answers[-1].event is late
    desk.zalo.skip(day - 3600)
    assert "làm lại" in (await desk.zalo.news(1))[0].text


async def test_what_is_told_twice_is_answered_once_in_any_order(desk: Desk) -> None:
    desk.zalo.holding = True
    first = await desk.zalo.say(BA, QUESTION)
    second = await desk.zalo.say(BA, "làm tạm trú cần gì")
    desk.zalo.holding = False
    await desk.zalo.deliver(second)
    await desk.zalo.news(1)
    for event in (first, second, first, second):
        assert await desk.zalo.redeliver(event) == 200
    await desk.zalo.news(2)
    assert "phí" in await desk.ask("còn lệ phí?")
    assert len(desk.zalo.sent) == 3
    assert await desk.metric("heard", door="zalo_oa", result="again") == 3


async def test_accounts_of_one_app_share_an_address_and_two_apps_do_too(desk: Desk) -> None:
    for oa in (OA, SISTER, OTHER):
        assert "làm lại" in await desk.ask(QUESTION, oa=oa)
    by_token = [desk.zalo._tokens.owner(call.token) for call in desk.zalo.sent]
    assert by_token == [OA, SISTER, OTHER]
    assert len({call.user for call in desk.zalo.sent}) == 1  # the same number is another person at each


async def test_an_account_can_have_an_address_of_its_own(desk: Desk) -> None:
    desk.zalo.webhook = f"{desk.url}{HOOK}/{OTHER.id}"
    assert "làm lại" in await desk.ask(QUESTION, oa=OTHER)
    assert await desk.zalo.post(said(desk)) == 401  # another app's event has no business there
    desk.zalo.webhook = f"{desk.url}{HOOK}/{STRANGER.id}"
    assert await desk.zalo.post(said(desk)) == 404


async def test_a_withdrawal_erases_the_person_at_every_account_of_the_app(desk: Desk) -> None:
    await desk.ask(QUESTION, oa=SISTER)
    await desk.zalo.withdraw(BA)
    assert await desk.metric("updates", what="user_withdraw") == 2
    assert "làm lại" in await desk.ask(QUESTION, ONG)


async def test_zalos_proof_is_served_from_a_file_and_from_a_code(
    store: Store, shelf: Shelf, tmp_path: Path
) -> None:
    file = tmp_path / "zalo_verifierAbC.html"
    file.write_text("<meta name='zalo-platform-site-verification' content='AbC'>", "utf-8")
    async with open_zalo(store, shelf, tmp_path / "d", verifiers=(str(file), "XyZ_1-2")) as desk:
        for name, content in (("AbC", file.read_text("utf-8")), ("XyZ_1-2", 'content="XyZ_1-2"')):
            async with desk.session.get(f"{desk.url}/zalo_verifier{name}.html") as page:
                assert page.status == 200
                assert page.content_type == "text/html"
                assert content in await page.text()
        async with desk.session.get(f"{desk.url}/zalo_verifierother.html") as page:
            assert page.status == 404


@pytest.mark.parametrize("given", ["x" * 300, "no/such/zalo_verifierA.html", "ab", "/etc/passwd"])
async def test_a_proof_that_is_neither_is_named(
    store: Store, shelf: Shelf, tmp_path: Path, given: str
) -> None:
    with pytest.raises(SettingsError, match="ZALO_VERIFIER"):
        async with open_zalo(store, shelf, tmp_path, verifiers=(given,)):
            pass
