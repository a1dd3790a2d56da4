"""The double is as strict as the API sheet."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.doubles.zalo import OAUTH, Oa, ZaloDouble, citizen, signature, zalo_double
from tests.doubles.zalo_forms import CS, DETAIL, GETOA, QUOTA
from tests.doubles.zalo_oauth import challenge_of

OA = Oa("8880001112223334445", "1234567890123456789", "appSecretExample", "oaSecretKeyExample01")
OTHER = Oa("8880001112223334446", "1234567890123456780", "otherSecret", "otherOaSecret")
BA = citizen(1)
DAY = 86_400.0
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

TEXT = (
    '{"app_id":"1234567890123456789","user_id_by_app":"5550001112223334445","event_name":"user_send_text",'
    '"timestamp":"1764000000123","sender":{"id":"7770001112223334445"},'
    '"recipient":{"id":"8880001112223334445"},'
    '"message":{"text":"Xin chào, cho hỏi thủ tục","msg_id":"0f1e2d3c4b5a69788796"}}'
)
FOLLOW = (
    '{"oa_id":"8880001112223334445","follower":{"id":"7770001112223334445"},'
    '"user_id_by_app":"5550001112223334445","event_name":"follow","source":"oa_profile",'
    '"app_id":"1234567890123456789","timestamp":"1764000001456"}'
)
VECTORS = [
    (TEXT, "1764000000123", "mac=a63055733c8a0dca592871b3c92d1ba8c93f621c9b29d86415953c2e1c40aa41"),
    (FOLLOW, "1764000001456", "mac=919a5e7cf2ee2e020fa812387c1c54c2d40ffd439b3d5285fcbfdca3b9c8d26a"),
]


class App:
    """The least that can talk to Zalo."""

    def __init__(self, zalo: ZaloDouble, session: aiohttp.ClientSession) -> None:
        self.zalo, self._session = zalo, session
        self.token = zalo.access_token(OA)

    async def send(self, message: object, user: object = BA, **more: object) -> Any:
        return await self.post(CS, {"recipient": {"user_id": user}, "message": message, **more})

    async def post(self, path: str, body: object) -> Any:
        headers = {"access_token": self.token}
        async with self._session.post(self.zalo.url + path, json=body, headers=headers) as response:
            return await response.json()

    async def get(self, path: str, **query: str) -> Any:
        headers = {"access_token": self.token}
        async with self._session.get(self.zalo.url + path, params=query, headers=headers) as response:
            return await response.json()

    async def grant(self, secret: str = OA.app_secret, **fields: str) -> Any:
        data = {"app_id": OA.app_id, **fields}
        headers = {"secret_key": secret}
        async with self._session.post(self.zalo.url + OAUTH, data=data, headers=headers) as response:
            return await response.json()

    async def refresh(self, token: str, secret: str = OA.app_secret) -> Any:
        return await self.grant(secret, grant_type="refresh_token", refresh_token=token)

    async def exchange(self, code: str, **fields: str) -> Any:
        return await self.grant(grant_type="authorization_code", code=code, **fields)


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[App]:
    async with zalo_double(OA, OTHER, **options) as zalo, aiohttp.ClientSession() as session:
        yield App(zalo, session)


class Hook:
    """A webhook that answers as told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.stuck = asyncio.Event()
        self.stuck.set()

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        await self.stuck.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(raw) for _, raw in self.heard]


@asynccontextmanager
async def hooked(**options: Any) -> AsyncIterator[tuple[ZaloDouble, Hook, App]]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/zalo", hook.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with opened(**options) as client:
            client.zalo.webhook = f"http://127.0.0.1:{runner.addresses[0][1]}/zalo"
            yield client.zalo, hook, client
    finally:
        hook.stuck.set()
        await runner.cleanup()


# Signatures and events


@pytest.mark.parametrize(("body", "timestamp", "mac"), VECTORS)
def test_the_vectors_of_the_sheet(body: str, timestamp: str, mac: str) -> None:
    assert signature(OA, body.encode(), timestamp) == mac


async def test_a_vector_is_posted_with_its_mac_and_byte_for_byte() -> None:
    async with hooked() as (zalo, hook, _):
        for body, _, mac in VECTORS:
            assert await zalo.post(body.encode()) == 200
            headers, raw = hook.heard[-1]
            assert (raw, headers["X-ZEvent-Signature"]) == (body.encode(), mac)
        assert await zalo.post(json.loads(TEXT)) == 200
        assert hook.heard[-1][0]["X-ZEvent-Signature"] == VECTORS[0][2]
        await zalo.post({}, signature="ZNS")
        assert hook.heard[-1][0]["X-ZEvent-Signature"] == "ZNS"
        await zalo.post(b"", sign=False)
        assert "X-ZEvent-Signature" not in hook.heard[-1][0]
        assert [answer.status for answer in zalo.answers] == [200] * 5


async def test_everything_a_citizen_does_is_signed_for_its_account() -> None:
    async with hooked() as (zalo, hook, _):
        await zalo.say(BA, "mất căn cước / làm lại ở đâu", quote_msg_id="aa")
        await zalo.press(BA, "cc_start", oa=OTHER)
        await zalo.picture(BA, "giấy này đúng không?")
        await zalo.location(BA, 18.67, 105.69)
        await zalo.location(BA, 18.67, 105.69, as_text=False)
        for did in (zalo.sticker, zalo.audio, zalo.file, zalo.link, zalo.business_card, zalo.submit_info,
                    zalo.follow, zalo.unfollow, zalo.chat_now, zalo.withdraw):  # fmt: skip
            await did(BA)
        await zalo.seen(BA, ["aa"])
        await zalo.received(BA, "aa")
        await zalo.officer_says(BA, "Chào chị")
        await zalo.emit("user_joined_the_circus", who=BA)
        for headers, raw in hook.heard:
            body = json.loads(raw)
            oa = OTHER if body["app_id"] == OTHER.app_id else OA
            glued = oa.app_id.encode() + raw + body["timestamp"].encode() + oa.secret_key.encode()
            assert headers["X-ZEvent-Signature"] == f"mac={hashlib.sha256(glued).hexdigest()}"
        events = hook.events()
        assert len({event["timestamp"] for event in events}) == len(events) == 19
        assert events[1]["recipient"] == {"id": OTHER.id}
        places = [event["message"]["attachments"][0]["payload"]["coordinates"] for event in events[3:5]]
        assert [place["latitude"] for place in places] == ["18.67", 18.67]
        assert any(rb"\/" in raw for _, raw in hook.heard)


async def test_an_event_not_taken_comes_again_the_same_until_it_is() -> None:
    async with hooked(patience=(0, 0)) as (zalo, hook, _):
        hook.statuses = [500, 503]
        event = await zalo.say(BA, "alo")
        await zalo.settled()
        assert [headers.get("num_retry") for headers, _ in hook.heard] == [None, "1", "2"]
        assert {raw for _, raw in hook.heard} == {event.raw}
        assert await zalo.redeliver(event) == 200
        assert hook.heard[-1][0]["num_retry"] == "3"
        assert zalo.subscribed


async def test_after_the_last_try_nothing_is_told_any_more() -> None:
    async with hooked(patience=(0,)) as (zalo, hook, _):
        zalo.in_time = 0.05
        hook.stuck.clear()  # too late is as bad as an error
        first = await zalo.say(BA, "alo")
        await zalo.settled()
        second = await zalo.say(BA, "alo?")
        assert zalo.given_up == [first, second]
        assert not zalo.subscribed
        assert [answer.status for answer in zalo.answers] == [0, 0]


async def test_held_events_go_out_in_any_order() -> None:
    async with hooked() as (zalo, hook, _):
        zalo.holding = True
        first, second = await zalo.say(BA, "một"), await zalo.say(BA, "hai")
        assert not hook.heard
        await zalo.deliver(second)
        await zalo.deliver(first)
        assert [event["message"]["msg_id"] for event in hook.events()] == [second.id, first.id]


async def test_what_the_account_says_is_echoed() -> None:
    async with hooked(echoes=True) as (zalo, hook, app):
        zalo.interacted(BA)
        answer = await app.send({"text": "Dạ"})
        await zalo.settled()
        [echo] = hook.events()
        assert echo["event_name"] == "oa_send_text"
        assert echo["sender"] == {"id": OA.id}
        assert echo["message"]["msg_id"] == answer["data"]["message_id"]


# Messages

BUTTON = {"title": "Làm căn cước", "type": "oa.query.hide", "payload": "cc_start"}
IMAGE = {"media_type": "image", "attachment_id": "aBcDeF"}


def template(**payload: object) -> dict[str, object]:
    return {"type": "template", "payload": payload}


def button(kind: str, payload: object, **more: object) -> dict[str, object]:
    return {
        "text": "a",
        "attachment": template(buttons=[{"title": "a", "type": kind, "payload": payload, **more}]),
    }


@pytest.mark.parametrize("message", [
    {"text": "ạ" * 2000, "quote_message_id": "0f1e"},
    {"text": "Việc nào?", "attachment": template(buttons=[BUTTON] * 5)},
    button("oa.query.show", "a" * 1000),
    button("oa.open.url", {"url": "https://example.invalid/"}),
    button("oa.open.phone", {"phone_code": "84900000002"}),
    button("oa.open.sms", {"phone_code": "84900000002", "content": "HOI"}),
    {"text": "Mẫu", "attachment": template(template_type="media", elements=[IMAGE])},
    {"attachment": {"type": "file", "payload": {"token": "t"}}},
    {"attachment": template(template_type="request_user_info", elements=[
        {"title": "Công an", "subtitle": "Xin thông tin", "image_url": "https://example.invalid/b.png"}])},
])  # fmt: skip
async def test_the_forms_of_the_sheet_are_accepted(message: dict[str, object]) -> None:
    async with opened() as app:
        app.zalo.interacted(BA)
        assert (await app.send(message))["error"] == 0
        assert app.zalo.sent[0].body["message"] == message
        assert app.zalo.wrong == []


@pytest.mark.parametrize("message", [
    {}, "a", {"text": ""}, {"text": "a" * 2001}, {"text": "a", "parse_mode": "HTML"},
    {"quote_message_id": "a"},
    {"attachment": {"type": "image", "payload": {"url": "https://example.invalid/a.png"}}},
    {"attachment": template(buttons=[BUTTON])},
    {"text": "a", "attachment": template(buttons=[])},
    {"text": "a", "attachment": template(buttons=[BUTTON] * 6)},
    {"text": "a", "attachment": template(template_type="button", buttons=[BUTTON])},
    {"text": "a", "attachment": template(template_type="media", elements=[IMAGE, IMAGE])},
    button("oa.query.show", "a" * 1001), button("oa.query.show", {"a": 1}),
    button("oa.query.show", "a", id="1"),
    button("oa.open.url", "https://example.invalid/"), button("oa.open.phone", {"phone_code": "0900000002"}),
    button("oa.open.app", "a"), button("oa.query.hide", "a", title="a" * 101),
])  # fmt: skip
async def test_anything_else_is_refused_and_noted(message: object) -> None:
    async with opened() as app:
        app.zalo.interacted(BA)
        assert (await app.send(message))["error"] == -201
        assert len(app.zalo.wrong) == 1
        assert not app.zalo.sent


async def test_the_envelope_is_strict_too() -> None:
    async with opened() as app, aiohttp.ClientSession() as session:
        app.zalo.interacted(BA)
        assert (await app.send({"text": "a"}, user=int(BA)))["error"] == -201
        assert (await app.send({"text": "a"}, silent=True))["error"] == -201
        bearer = {"Authorization": f"Bearer {app.token}"}
        async with session.post(app.zalo.url + CS, json={}, headers=bearer) as response:
            assert (await response.json())["error"] == -216
        async with session.post(
            app.zalo.url + CS, data=b"{}", headers={"access_token": app.token}
        ) as response:
            assert (await response.json())["error"] == -201
        async with session.get(app.zalo.url + "/v2.0/oa/getprofile") as response:
            assert response.status == 404
        assert len(app.zalo.wrong) == 5


async def test_eight_free_messages_then_the_package_then_none() -> None:
    async with opened(package=1) as app:
        assert (await app.send({"text": "a"}))["error"] == -232
        app.zalo.interacted(BA)
        answers = [await app.send({"text": "a"}) for _ in range(10)]
        assert [answer["error"] for answer in answers] == [0] * 9 + [-218]
        quotas = [answer["data"]["quota"] for answer in answers[:9]]
        assert [(quota["quota_type"], quota["remain"]) for quota in quotas] == [
            *(("reply", str(left)) for left in range(7, -1, -1)), ("sub_quota", "0")
        ]  # fmt: skip
        app.zalo.interacted(BA)
        assert (await app.send({"text": "a"}))["error"] == 0
        assert (await app.post(QUOTA, {"user_id": BA}))["data"]["cs_reply"] == {"remain": 7, "total": 8}


async def test_windows_close() -> None:
    async with opened(package=1) as app:
        app.zalo.interacted(BA)
        app.token = app.zalo.access_token(OTHER)
        assert (await app.send({"text": "a"}))["error"] == -232  # a user is known to one account only
        app.zalo.skip(2 * DAY + 1)
        app.token = app.zalo.access_token(OA)
        assert (await app.send({"text": "a"}))["data"]["quota"]["quota_type"] == "sub_quota"
        assert (await app.send({"text": "a"}))["error"] == -218
        app.zalo.skip(5 * DAY)
        app.token = app.zalo.access_token(OA)
        assert (await app.send({"text": "a"}))["error"] == -230
        app.zalo.block(BA)
        assert (await app.send({"text": "a"}))["error"] == -217


async def test_doing_opens_the_window_and_following_does_not() -> None:
    async with hooked() as (zalo, _, app):
        await zalo.follow(BA)
        assert (await app.send({"text": "a"}))["error"] == -232
        await zalo.chat_now(BA)
        await zalo.unfollow(BA)
        assert (await app.send({"text": "a"}))["error"] == 0


async def test_answers_vary_and_other_calls_answer() -> None:
    async with opened(quota=False, recipient_id=True) as app:
        app.zalo.interacted(BA)
        data = (await app.send({"text": "a"}))["data"]
        assert data == {"message_id": app.zalo.sent[0].message_id, "recipient_id": BA}
        detail = await app.get(DETAIL, data=json.dumps({"user_id": BA}))
        assert detail["data"]["user_id"] == BA
        assert (await app.get(GETOA))["data"]["oa_id"] == OA.id
        assert app.zalo.wrong == []


async def test_too_many_calls_a_minute() -> None:
    async with opened(per_minute=2) as app:
        app.zalo.interacted(BA)
        assert [(await app.send({"text": "a"}))["error"] for _ in range(3)] == [0, 0, -32]
        app.zalo.skip(60)
        assert (await app.send({"text": "a"}))["error"] == 0


# Tokens


@pytest.mark.parametrize("strict", [False, True])
async def test_a_refresh_token_works_once(strict: bool) -> None:
    async with opened(strict_access=strict) as app:
        app.zalo.interacted(BA)
        first = app.zalo.refresh_token(OA)
        pair = await app.refresh(first)
        assert pair.keys() == {"access_token", "refresh_token", "expires_in"}
        assert pair["expires_in"] == "90000"
        refused = await app.refresh(first)
        assert refused["error"] == -118
        assert refused.keys() == {"error_name", "error_reason", "ref_doc", "error_description", "error"}
        assert (await app.send({"text": "a"}))["error"] == (-216 if strict else 0)
        app.token = pair["access_token"]
        assert (await app.send({"text": "a"}))["error"] == 0
        app.zalo.expire_access(OA)
        assert (await app.send({"text": "a"}))["error"] == -216
        assert [call.error for call in app.zalo.refreshes] == [0, -118]
        assert app.zalo.wrong == []


async def test_tokens_end_by_the_clock() -> None:
    async with opened() as app:
        refresh = app.zalo.refresh_token(OA)
        app.zalo.skip(90_000)
        assert (await app.get(GETOA))["error"] == -216
        app.zalo.skip(90 * DAY)
        assert (await app.refresh(refresh))["error"] == -118


async def test_a_code_works_once_in_time_and_for_its_verifier() -> None:
    async with opened() as app:
        assert challenge_of(VERIFIER) == CHALLENGE
        code = app.zalo.consent(OA, CHALLENGE, "s")
        assert app.zalo.returned == {"code": code, "oa_id": OA.id, "state": "s"}
        assert "access_token" in await app.exchange(code, code_verifier=VERIFIER)
        assert (await app.exchange(code, code_verifier=VERIFIER))["error"] < 0
        assert (await app.exchange(app.zalo.consent(OA, CHALLENGE)))["error"] < 0
        code = app.zalo.consent(OA, CHALLENGE)
        assert (await app.exchange(code, code_verifier="a" * 43))["error"] < 0
        code = app.zalo.consent(OA)
        app.zalo.skip(600)
        assert (await app.exchange(code))["error"] < 0
        assert app.zalo.wrong == []


async def test_another_app_gets_nothing() -> None:
    async with opened() as app:
        refresh = app.zalo.refresh_token(OA)
        assert (await app.refresh(refresh, secret=OA.secret_key))["error"] == -14004
        assert (await app.refresh(app.zalo.refresh_token(OTHER)))["error"] == -118
        assert "access_token" in await app.refresh(refresh)
        assert (await app.grant(grant_type="refresh_token", refresh="x"))["error"] < 0
        assert len(app.zalo.wrong) == 1


# Faults


@pytest.mark.parametrize(
    ("kind", "delivered"), [("reset", 0), ("lost", 1), ("html", 0), ("empty", 0), ("hang", 1), ("slow", 0)]
)
async def test_faults_that_give_no_answer(kind: str, delivered: int) -> None:
    async with opened() as app:
        app.zalo.interacted(BA)
        app.zalo.fault(kind, user=BA, seconds=60)
        with pytest.raises((aiohttp.ClientError, ValueError, TimeoutError)):
            await asyncio.wait_for(app.send({"text": "a"}), 0.3)
        assert len(app.zalo.sent) == delivered
        assert app.zalo.calls[0].fault == kind
        assert (await app.send({"text": "a"}))["error"] == 0


async def test_faults_that_answer() -> None:
    async with opened() as app:
        app.zalo.interacted(BA)
        app.zalo.fault("code", code=-32, times=2)
        app.zalo.fault("code", code=-217, user=citizen(2))
        app.zalo.fault("hang", seconds=0.01)
        app.zalo.fault("slow", seconds=0.01)
        assert [(await app.send({"text": "a"}))["error"] for _ in range(5)] == [-32, -32, 0, 0, 0]
        assert (await app.send({"text": "a"}, user=citizen(2)))["error"] == -217
        app.zalo.fault("code", code=-200)
        app.zalo.heal()
        assert (await app.send({"text": "a"}))["error"] == 0


async def test_a_lost_refresh_has_used_the_token_up() -> None:
    async with opened() as app:
        token = app.zalo.refresh_token(OA)
        app.zalo.fault("html", path=OAUTH)
        app.zalo.fault("lost", path=OAUTH)
        with pytest.raises(aiohttp.ContentTypeError):
            await app.refresh(token)
        with pytest.raises(aiohttp.ClientError):
            await app.refresh(token)
        assert (await app.refresh(token))["error"] == -118
        assert [(call.error, call.fault) for call in app.zalo.refreshes] == [
            (None, "html"),
            (0, "lost"),
            (-118, ""),
        ]


async def test_news_are_waited_for() -> None:
    async with opened() as app:
        app.zalo.interacted(BA)
        waiting = asyncio.create_task(app.zalo.news(2))
        await app.send({"text": "một"})
        await app.send({"text": "hai"})
        assert [call.text for call in await waiting] == ["một", "hai"]
        with pytest.raises(AssertionError, match="2 of 3 messages"):
            await app.zalo.news(3, timeout=0.01)
