"""All webhooks under fire: whatever is posted to them, by strangers or with the right key, over real HTTP.

Never a 500, never a word from a stranger taken in; with the right key everything is taken, so that the
platform does not bring it again and again; and the house still answers at every door.
"""

from __future__ import annotations

import asyncio
import copy
import gzip
import io
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doubles.telegram import TelegramDouble, telegram_double
from tests.doubles.zalo import Oa, ZaloDouble, citizen, signature, zalo_double
from tests.doubles.zalo_bot import ZaloBotDouble, zalo_bot_double
from tests.doubles.zalo_bot import citizen as bot_citizen
from tests.doubles.zalo_bot_updates import SECRET as BOT_HEADER
from tests.doubles.zalo_bot_updates import update as bot_update
from tests.open_desk import PATIENCE, Citizen, OpenDesk

pytestmark = pytest.mark.asyncio(loop_scope="module")
fuzzed = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))

TOKEN, SECRET = "4200000001:AAdummy-dummy_dummy", "dummy-telegram-secret"
BOT_TOKEN, BOT_SECRET = "520000001:mau-xyz_mau", "dummy-zalo-bot-secret"
OA = Oa("8880001112223334445", "1234567890123456789", "appSecretExample", "oaSecretKeyExample01")
QUESTION, ANSWER = "mất căn cước làm lại ở đâu", "không phải viết đơn"
WORD = "kanarivogel"  # in every message; may be read nowhere but in an answer
STRANGER, LAN = 7_700_000_001, 7_700_000_002
NOW = "1795413600000"  # 2026-11-23; a later one is as good as now
MESSAGE: dict[str, Any] = {
    "message_id": 77, "date": 1795327200, "text": WORD,
    "from": {"id": STRANGER, "is_bot": False, "first_name": "An", "language_code": "vi"},
    "chat": {"id": STRANGER, "type": "private", "first_name": "An"},
    "entities": [{"type": "bold", "offset": 0, "length": 4}],
}  # fmt: skip
UPDATES: list[dict[str, Any]] = [
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 2, "edited_message": {**MESSAGE, "edit_date": 1795327201}},
    {"update_id": 3, "message": {**MESSAGE, "caption": WORD, "photo": [
        {"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]}},
    {"update_id": 4, "callback_query": {
        "id": "4", "from": MESSAGE["from"], "chat_instance": "1", "data": "m", "message": MESSAGE}},
    {"update_id": 5, "my_chat_member": {
        "chat": MESSAGE["chat"], "from": MESSAGE["from"], "date": 1795327200,
        "old_chat_member": {"status": "member", "user": MESSAGE["from"]},
        "new_chat_member": {"status": "kicked", "user": MESSAGE["from"], "until_date": 0}}},
    {"update_id": 6, "message": {**MESSAGE, "chat": {"id": -1001, "type": "supergroup", "title": "Xóm"},
     "text": f"@mau_bot {WORD}", "entities": [{"type": "mention", "offset": 0, "length": 8}]}},
]  # fmt: skip
_ENDS = {"sender": {"id": citizen(1)}, "recipient": {"id": OA.id}, "user_id_by_app": "555"}
_EVENT = {"app_id": OA.app_id, "timestamp": NOW}
EVENTS: list[dict[str, Any]] = [
    {**_EVENT, **_ENDS, "event_name": "user_send_text", "message": {"msg_id": "a1", "text": WORD}},
    {**_EVENT, **_ENDS, "event_name": "user_send_text", "message": {"msg_id": "a2", "text": "Các mục [m]"}},
    {**_EVENT, **_ENDS, "event_name": "user_send_link", "message": {"msg_id": "a3", "attachments": [
        {"type": "link", "payload": {"url": f"https://{WORD}.invalid", "description": WORD}}]}},
    {**_EVENT, **_ENDS, "event_name": "user_send_image", "message": {"msg_id": "a4", "text": WORD,
     "attachments": [{"type": "image", "payload": {"url": "https://x.invalid/o.jpg"}}]}},
    {**_EVENT, "event_name": "follow", "oa_id": OA.id, "follower": {"id": citizen(1)}, "source": "x"},
    {**_EVENT, "event_name": "unfollow", "oa_id": OA.id, "follower": {"id": citizen(1)}},
    {**_EVENT, "event_name": "user_withdraw", "oa_id": OA.id, "user_id": citizen(1)},
    {**_EVENT, "event_name": "oa_send_text", "sender": {"id": OA.id, "admin_id": "9"},
     "recipient": {"id": citizen(1)}, "message": {"msg_id": "a5", "text": WORD}},
    {**_EVENT, **_ENDS, "event_name": "user_seen_message", "message": {"msg_ids": ["a1"]}},
]  # fmt: skip

BOT_UPDATES: list[dict[str, Any]] = [
    bot_update("text", bot_citizen(1), 1, 1795413600, text=WORD),
    {"ok": True, "result": bot_update("text", bot_citizen(1), 2, 1795413600, text="k1")},
    bot_update("image", bot_citizen(1), 3, 1795413600, photo_url="https://x.invalid/p.jpg", caption=WORD),
    bot_update("voice", bot_citizen(1), 4, 1795413600, voice_url="https://x.invalid/v.aac"),
    bot_update("unsupported", bot_citizen(1), 5, 1795413600),
    bot_update("text", bot_citizen(1), 6, 1795413600, "zgr-2d758cb5", text=f"@Bot Công an Mẫu {WORD}"),
]  # fmt: skip


# -- what is posted


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    made: Any = []
    for _ in range(levels):
        made = [made]
    return made


ODD = st.sampled_from([
    None, True, False, 0, -1, 1, 1.5, 1e308, 2**31, 2**53, 2**63, 2**64, -(2**64), 10**400, "", " ", "0",
    "-1", "\0", "a\0b", "\ud800", "x\udfffy", "\ud83d", "\u202e", "٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣", "x" * 5_000,
    "/start ../../x", "/", "//", "@mau_bot", "[m]", "x [m]", "[" * 3_000, [], {}, [[]], [None], [{}],
    {"id": None}, {"id": {}}, {"id": "\ud800"}, {"is_bot": True}, {"\ud800": 1}, {"__class__": 1},
    {"api_kwargs": {}}, {"bot": 1}, deep(200),
])  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield (*here, key)
        yield from places(each, (*here, key))


@st.composite
def mutated(draw: st.DrawFn, sound: list[dict[str, Any]]) -> dict[str, Any]:
    """A sound document with a few fields gone, swapped or something else."""
    made = copy.deepcopy(draw(st.sampled_from(sound)))
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(list(places(made)) or [("x",)]))
        holder = made
        for key in above:
            holder = holder[key]
        match draw(st.sampled_from(["gone", "odd", "odd", "odd", "any", "moved"])):
            case "gone":
                del holder[last]
            case "odd":
                holder[last] = copy.deepcopy(draw(ODD))
            case "any":
                holder[last] = copy.deepcopy(draw(ANY_JSON))
            case _:
                holder[last] = copy.deepcopy(made)
        if not made:
            break
    return made


def spelt(document: Any) -> bytes:
    """JSON, also of what is none."""
    return json.dumps(document).encode()


RAW = [
    b"", b" ", b"\0", b"{", b"}", b"null", b"true", b"1", b'""', b"[]", b"{}", b"[{}]", b"NaN", b"Infinity",
    b"1" * 5_000, b"1e999999", b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0", b'{"a":"\xed\xa0\x80"}', b'"\xff"',
    b"[" * 2_000, b"[" * 2_000 + b"]" * 2_000, b"[" * 100_000, b'{"message":' * 2_000 + b"1" + b"}" * 2_000,
    b'{"update_id":1,"update_id":2}', b"update_id=1&message=x", b"<xml/>", b"PK\3\4",
    gzip.compress(b"{}", mtime=0),
    b'{"update_id":' + b"9" * 4_000 + b"}", b'{"timestamp":' + b"9" * 4_000 + b',"event_name":"x"}',
    b'{"timestamp":"' + b"9" * 5_000 + b'","event_name":"x"}', b"{}" + b" " * 2_000_000,
    b'{"message":{"text":"' + b"x" * 2_000_000 + b'"}}', b'{"event_name":"\\ud800","timestamp":"1"}',
    b'{"event_name":"x","timestamp":"\\ud800"}',
]  # fmt: skip


# -- the house, and ways to post


class Ground:
    """A desk with both webhooks, and who stands around it."""

    def __init__(
        self,
        url: str,
        telegram: TelegramDouble,
        zalo: ZaloDouble,
        zalo_bot: ZaloBotDouble,
        web: aiohttp.ClientSession,
    ) -> None:
        self.url, self.telegram, self.zalo, self.zalo_bot, self.web = url, telegram, zalo, zalo_bot, web
        self._asked = 0

    async def post(self, door: str, body: bytes, headers: dict[str, str], path: str = "") -> int:
        """The status of the answer; 0 when it hung up."""
        with suppress(aiohttp.ClientError):
            async with asyncio.timeout(PATIENCE):
                async with self.web.post(
                    f"{self.url}/hooks/{door}{path}", data=io.BytesIO(body), headers=headers
                ) as answer:
                    assert await answer.read() in {b"", b"404: Not Found"} or answer.status == 400
                    return answer.status
        return 0

    async def tell_telegram(self, body: bytes, **headers: str) -> int:
        """With the right secret."""
        return await self.post(
            "telegram",
            body,
            {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET, **headers},
        )

    async def tell_zalo(self, body: bytes, timestamp: str, **headers: str) -> int:
        """Signed as Zalo would sign it."""
        mac = signature(OA, body, timestamp)
        return await self.post(
            "zalo-oa", body, {"Content-Type": "application/json", "X-ZEvent-Signature": mac, **headers}
        )

    async def tell_zalo_bot(self, body: bytes, **headers: str) -> int:
        """With the right secret."""
        return await self.post(
            "zalo-bot", body, {"Content-Type": "application/json", BOT_HEADER: BOT_SECRET, **headers}
        )

    async def heard(self, door: str) -> float:
        """How many messages were taken in there."""
        async with self.web.get(f"{self.url}/metrics") as answer:
            page = await answer.text()
        return sum(
            float(n)
            for n in re.findall(rf'^trucban_heard_total{{door="{door}".*?}} (\S+)', page, re.MULTILINE)
        )

    async def honest(self) -> None:
        """A citizen is answered at every door."""
        self._asked += 1
        page = Citizen(self.web)
        await page.connect(self.url)
        assert ANSWER in await page.ask(QUESTION)
        await page.socket.close()
        lan, nam = LAN + self._asked, citizen(1_000 + self._asked)
        await self.telegram.say(lan, QUESTION)
        while not any(c.fields["chat_id"] == lan and ANSWER in c.formatted.text for c in self.telegram.sent):
            await self.telegram.news(len(self.telegram.sent) + 1, PATIENCE)
        await self.zalo.say(nam, QUESTION)
        while not any(call.user == nam and ANSWER in call.text for call in self.zalo.sent):
            await self.zalo.news(len(self.zalo.sent) + 1, PATIENCE)
        hoa = bot_citizen(1_000 + self._asked)
        await self.zalo_bot.say(hoa, QUESTION)
        while not any(call.chat == hoa and ANSWER in call.text for call in self.zalo_bot.sent):
            await self.zalo_bot.news(len(self.zalo_bot.sent) + 1, PATIENCE)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(learnt: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """One house for all of it; its log is as talkative as it can be, and tells nothing."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with (
        telegram_double([TOKEN]) as telegram,
        zalo_double(OA) as zalo,
        zalo_bot_double([BOT_TOKEN]) as zalo_bot,
        aiohttp.ClientSession() as web,
    ):
        telegram.updates.gateway, zalo.webhook = url, f"{url}/hooks/zalo-oa"
        zalo_bot.updates.gateway = url
        refresh = zalo.refresh_token(OA)
        desk = OpenDesk(
            tmp_path_factory.mktemp("desk"), learnt, PORT=str(port), LOG_LEVEL="DEBUG", PUBLIC_URL="https://trucban.example",
            TELEGRAM_TOKEN=TOKEN, TELEGRAM_SECRET=SECRET, TELEGRAM_API=telegram.url, ZALO_OA_ID=OA.id,
            ZALO_OA_APP_ID=OA.app_id, ZALO_OA_APP_SECRET=OA.app_secret, ZALO_OA_SECRET_KEY=OA.secret_key,
            ZALO_OA_REFRESH_TOKEN=refresh, ZALO_OA_API=zalo.url, ZALO_OAUTH_API=zalo.url,
            ZALO_BOT_TOKEN=BOT_TOKEN, ZALO_BOT_SECRET=BOT_SECRET, ZALO_BOT_API=zalo_bot.url,
            ZALO_BOT_QUOTA="0",
        )  # fmt: skip
        await desk.start()
        try:
            assert await telegram.changes.until(lambda: bool(telegram.updates.webhook), PATIENCE)
            await _open(web, url)
            yield Ground(url, telegram, zalo, zalo_bot, web)
        finally:
            code = await desk.kill(15)
        log = "\n".join(desk.log)
        assert code == 0
        assert "Traceback" not in log, log[-3_000:]
        errors = [line for line in desk.log if '"level": "error"' in line]
        known = ("alarm", "update dropped", "event dropped")
        assert [line for line in errors if not any(f'"event": "{each}"' in line for each in known)] == []
        assert telegram.wrong == []
        assert zalo_bot.wrong == []
        assert [wrong for wrong in zalo.wrong if "user_id" not in wrong] == []  # of senders made up here
        tokens = (
            TOKEN,
            TOKEN.partition(":")[2],
            SECRET,
            OA.app_secret,
            OA.secret_key,
            BOT_TOKEN,
            BOT_TOKEN.partition(":")[2],
            BOT_SECRET,
            refresh,
            zalo.access_token(OA),
        )
        for told in (WORD, QUESTION, ANSWER, *tokens, str(STRANGER), citizen(1), bot_citizen(1)):
            assert told not in log, next(line for line in desk.log if told in line)


async def _open(web: aiohttp.ClientSession, url: str) -> None:
    while True:
        async with web.get(f"{url}/readyz") as answer:
            if set((await answer.json())["doors"].values()) == {"open"}:
                return


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def unharmed(ground: Ground) -> AsyncIterator[None]:
    yield
    await ground.honest()


# -- strangers

DOORS = ("telegram", "zalo_oa", "zalo_bot")
NO_SECRETS = ["", " ", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), f'"{SECRET}"', "\u00e9", "null", TOKEN]
NO_SIGNATURES = [
    "",
    " ",
    "mac=",
    "mac=" + "0" * 64,
    "0" * 64,
    "mac=" + "٣" * 64,
    "mac=" + "é" * 64,
    "ZNS ",
    "x" * 4_000,
]


@given(
    body=st.sampled_from([each for each in RAW if len(each) < 5_000])
    | ANY_JSON.map(spelt)
    | st.sampled_from(UPDATES).map(spelt),
    secret=st.sampled_from(NO_SECRETS),
)
@fuzzed
async def test_strangers_are_not_heard_on_telegram(ground: Ground, body: bytes, secret: str) -> None:
    before, sent = await ground.heard("telegram"), len(ground.telegram.calls)
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    assert await ground.post("telegram", body, headers) in {401, 0}
    assert await ground.heard("telegram") == before
    assert len(ground.telegram.calls) == sent


@given(
    body=st.sampled_from([each for each in RAW if len(each) < 5_000])
    | ANY_JSON.map(spelt)
    | st.sampled_from(BOT_UPDATES).map(spelt),
    secret=st.sampled_from([*NO_SECRETS, BOT_SECRET[:-1], BOT_TOKEN]),
)
@fuzzed
async def test_strangers_are_not_heard_on_a_zalo_bot(ground: Ground, body: bytes, secret: str) -> None:
    before, sent = await ground.heard("zalo_bot"), len(ground.zalo_bot.calls)
    headers = {BOT_HEADER: secret} if secret else {}
    # The trial of a new address has neither a body nor a secret.
    assert await ground.post("zalo-bot", body, headers) in ({401, 0} if body or secret else {200, 401})
    assert await ground.heard("zalo_bot") == before
    assert len(ground.zalo_bot.calls) == sent


@given(
    body=st.sampled_from([each for each in RAW if len(each) < 5_000])
    | ANY_JSON.map(spelt)
    | st.sampled_from(EVENTS).map(spelt),
    mac=st.sampled_from(NO_SIGNATURES),
)
@fuzzed
async def test_strangers_are_not_heard_on_zalo(ground: Ground, body: bytes, mac: str) -> None:
    before, sent = await ground.heard("zalo_oa"), len(ground.zalo.calls)
    headers = {"X-ZEvent-Signature": mac} if mac else {}
    assert await ground.post("zalo-oa", body, headers) in {401, 413, 200, 0}
    assert await ground.heard("zalo_oa") == before
    assert len(ground.zalo.calls) == sent


@pytest.mark.parametrize("number", range(len(EVENTS)))
async def test_an_event_of_ours_that_was_changed_on_its_way_is_refused(ground: Ground, number: int) -> None:
    before, event = await ground.heard("zalo_oa"), EVENTS[number]
    body, mac = spelt(event), signature(OA, spelt(event), NOW)
    other = Oa(OA.id, "999", OA.app_secret, OA.secret_key)
    wrong = [
        (body + b" ", mac), (body + b"\n", mac),
        (spelt({**event, "timestamp": "1795413600001"}), mac), (body, signature(OA, body, "1795413600001")),
        (spelt({**event, "app_id": "999"}), mac), (body, signature(other, body, NOW)),
        (spelt({**event, "app_id": "999"}), signature(other, spelt({**event, "app_id": "999"}), NOW)),
    ]  # fmt: skip
    for raw, given_mac in wrong:
        assert await ground.post("zalo-oa", raw, {"X-ZEvent-Signature": given_mac}) == 401
    assert await ground.heard("zalo_oa") == before


@pytest.mark.parametrize(
    "path", ["/", "/x", "/4200000001", "/4200000002", "/%00", "/%2e%2e", "/" + "9" * 3_000]
)
async def test_no_path_is_a_way_round_the_key(ground: Ground, path: str) -> None:
    for door, sound in (("telegram", UPDATES[0]), ("zalo-oa", EVENTS[0]), ("zalo-bot", BOT_UPDATES[0])):
        before = await ground.heard(door.replace("-", "_"))
        assert await ground.post(door, spelt(sound), {}, path) in {401, 404, 405}
        assert await ground.heard(door.replace("-", "_")) == before


# -- with the right key


@pytest.mark.parametrize("body", RAW, ids=lambda body: ascii(body[:24]))
async def test_rubbish_with_the_right_key_is_taken_once(ground: Ground, body: bytes) -> None:
    before = [await ground.heard(door) for door in DOORS]
    assert await ground.tell_telegram(body) == 200
    assert await ground.tell_zalo(body, "1") in {401, 413, 200}  # without a time in it nothing can be signed
    assert await ground.tell_zalo_bot(body) == 200
    assert [await ground.heard(door) for door in DOORS] == before


@given(mutated(UPDATES) | ANY_JSON)
@fuzzed
async def test_any_update_is_taken(ground: Ground, update: Any) -> None:
    assert await ground.tell_telegram(spelt(update)) == 200


@given(mutated(BOT_UPDATES) | ANY_JSON)
@fuzzed
async def test_any_update_of_a_zalo_bot_is_taken(ground: Ground, update: Any) -> None:
    assert await ground.tell_zalo_bot(spelt(update)) == 200


@given(mutated(EVENTS) | ANY_JSON)
@fuzzed
async def test_any_signed_event_is_taken(ground: Ground, event: Any) -> None:
    stamp = event.get("timestamp") if isinstance(event, dict) else None
    if (
        not isinstance(stamp, (str, int))
        or isinstance(stamp, bool)
        or str(stamp).encode("ascii", "replace") == b"?"
    ):
        stamp = NOW
    body = spelt(event)
    status = await ground.tell_zalo(body, str(stamp).encode("utf-8", "replace").decode())
    foreign = isinstance(event, dict) and event.get("app_id", OA.app_id) != OA.app_id
    assert status == 200 or (foreign and status == 401), body


TYPES = (
    "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
    "application/json; charset=x", "application/json; charset=utf-16", ";", "\u00e9", "a" * 4_000,
)  # fmt: skip


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: ascii(kind[:20]))
async def test_the_content_type_does_not_matter(ground: Ground, kind: str) -> None:
    headers = {"Content-Type": kind}
    assert await ground.tell_telegram(spelt({**UPDATES[0], "update_id": 9_000 + len(kind)}), **headers) == 200
    assert await ground.tell_zalo(spelt(EVENTS[0]), NOW, **headers) == 200
    assert await ground.tell_zalo_bot(spelt(BOT_UPDATES[0]), **headers) == 200


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(spelt(UPDATES[0]), mtime=0),
        gzip.compress(b" " * 50_000_000, mtime=0),
        b"no gzip",
        b"\x1f\x8b\x08",
    ],
)
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x"])
async def test_packed_bodies(ground: Ground, packed: bytes, coding: str) -> None:
    before = await ground.heard("zalo_oa")
    headers = {"Content-Encoding": coding}
    assert await ground.tell_telegram(packed, **headers) in {200, 400}
    assert await ground.tell_zalo_bot(packed, **headers) in {200, 400, 0}  # the line may be broken
    assert await ground.tell_zalo(packed, NOW, **headers) in {200, 400, 413, 0}
    assert await ground.heard("zalo_oa") == before


# -- by hand

SOUND = spelt({**UPDATES[0], "update_id": 9_900})
_KEY = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}".encode()
BROKEN = [  # heads and bodies that end too soon, or say two things
    b"Content-Length: 5000\r\n\r\n" + SOUND,
    b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % 5_000 + SOUND,
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + SOUND,
    b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + SOUND,
    b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhallo\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n{} x",
    b"Content-Length: -1\r\n\r\n", b"Content-Length: x\r\n\r\n",
    b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n{} ",
    b"X-\xff: y\r\nContent-Length: 2\r\n\r\n{}", b"X: \xff\xfe\0\r\nContent-Length: 2\r\n\r\n{}",
    b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", b"Expect: x\r\nContent-Length: 2\r\n\r\n{}",
]  # fmt: skip


@pytest.mark.parametrize("rest", BROKEN, ids=lambda rest: ascii(rest[:36]))
@pytest.mark.parametrize("keys", [[], [_KEY], [_KEY, _KEY], [_KEY, b"X-Telegram-Bot-Api-Secret-Token: x"],
                                  [b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe"],
                                  [b"X-Bot-Api-Secret-Token: " + BOT_SECRET.encode()],
                                  [b"X-ZEvent-Signature: mac=\xff", b"X-ZEvent-Signature: \xd9\xa3"]],
                         ids=len)  # fmt: skip
async def test_requests_that_break_off(ground: Ground, rest: bytes, keys: list[bytes]) -> None:
    before = [await ground.heard(door) for door in DOORS]
    for door in (b"telegram", b"zalo-oa", b"zalo-bot"):
        head = b"\r\n".join([b"POST /hooks/" + door + b" HTTP/1.1", b"Host: x", b"Connection: close", *keys])
        reader, writer = await asyncio.open_connection("127.0.0.1", int(ground.url.rpartition(":")[2]))
        writer.write(head + b"\r\n" + rest)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            got = await reader.read()
        writer.close()
        assert got == b"" or re.match(rb"HTTP/1\.[01] (100|[24]\d\d) ", got), got
    assert [await ground.heard(door) for door in DOORS] == before


async def test_of_two_secrets_the_first_counts_and_nothing_is_heard_twice(ground: Ground) -> None:
    before = await ground.heard("telegram")
    body = spelt({**UPDATES[0], "update_id": 9_901})
    for _ in range(3):
        assert await ground.tell_telegram(body) == 200
    assert await ground.heard("telegram") == before + 3  # counted, as "again"
    sent = [call for call in ground.telegram.sent if call.fields["chat_id"] == STRANGER]
    await ground.honest()
    assert len([c for c in ground.telegram.sent if c.fields["chat_id"] == STRANGER]) <= len(sent) + 1
