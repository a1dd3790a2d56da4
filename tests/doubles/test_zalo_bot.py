"""The double behaves as the API sheet says, and is strict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.doubles.zalo_bot import NAME, ZaloBotDouble, citizen, zalo_bot_double
from tests.doubles.zalo_bot_updates import SECRET

TOKEN, OTHER = "520000001:mau-xyz_mau", "520000002:khac"
BA, ONG = citizen(1), citizen(2)


class App:
    """A bot's program at the double, and its webhook."""

    def __init__(self, double: ZaloBotDouble, session: aiohttp.ClientSession) -> None:
        self.double, self._session = double, session
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []

    async def call(self, method: str, token: str = TOKEN, **fields: Any) -> dict[str, Any]:
        async with self._session.post(f"{self.double.url}/bot{token}/{method}", json=fields) as answer:
            return dict(await answer.json())

    async def send(self, text: str = "Chào bác", chat: str = BA) -> dict[str, Any]:
        return await self.call("sendMessage", chat_id=chat, text=text)

    async def hook(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def at_double(*tokens: str, **options: Any) -> AsyncIterator[App]:
    async with zalo_bot_double(tokens or [TOKEN], **options) as double, aiohttp.ClientSession() as session:
        app = App(double, session)
        site = web.Application()
        site.router.add_post("/{path:.*}", app.hook)
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        for each in double.bots.values():
            each.gateway = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield app
        await runner.cleanup()


async def test_polls_give_one_update_each_and_an_empty_one_is_an_error() -> None:
    async with at_double() as app:
        await app.double.say(BA, "một")
        await app.double.say(BA, "hai")
        first, second = [await app.call("getUpdates", timeout=1) for _ in range(2)]
        assert [each["result"]["message"]["text"] for each in (first, second)] == ["một", "hai"]
        assert first["result"]["event_name"] == "message.text.received"
        assert first["error_code"] == 0
        empty = await app.call("getUpdates", timeout="0")
        assert (empty["ok"], empty["error_code"]) == (False, 408)
        waiting = asyncio.create_task(app.call("getUpdates", timeout=30))
        await app.double.called("getUpdates", 4)
        await app.double.say(BA, "ba")
        assert (await waiting)["ok"]
        assert app.double.wrong == []


async def test_an_update_may_be_given_twice() -> None:
    async with at_double(twice=True) as app:
        await app.double.say(BA, "một")
        ids = [(await app.call("getUpdates", timeout=0))["result"]["message"]["message_id"] for _ in range(2)]
        assert ids[0] == ids[1]
        assert (await app.call("getUpdates", timeout=0))["error_code"] == 408


async def test_a_webhook_is_tried_kept_and_told_with_its_secret_by_turns_wrapped_and_bare() -> None:
    async with at_double() as app:
        assert (await app.call("getWebhookInfo"))["error_code"] == 404
        app.statuses = [403]
        made = await app.call("setWebhook", url="https://a.example/x", secret_token="dummy-secret")  # noqa: S106
        assert made["result"]["verification"]["outcome"] == "webhook.http.403"
        assert (await app.call("getWebhookInfo"))["result"]["url"] == "https://a.example/x"
        assert app.heard[0][1] == b""
        assert SECRET not in app.heard[0][0]
        await app.double.say(BA, "một")
        await app.double.say(BA, "hai")
        assert {headers[SECRET] for headers, _ in app.heard[1:]} == {"dummy-secret"}
        assert sorted(b'"result"' in raw for _, raw in app.heard[1:]) == [False, True]
        assert (await app.call("getUpdates", timeout=0))["error_code"] == 400  # one excludes the other
        await app.call("deleteWebhook")
        assert (await app.call("getUpdates", timeout=0))["error_code"] == 408


async def test_an_update_that_is_not_taken_is_not_told_again_unless_a_test_wants_it() -> None:
    async with at_double(verifies=False) as app:
        await app.call("setWebhook", url="https://a.example/x", secret_token="dummy-secret")  # noqa: S106
        app.statuses = [503]
        assert (await app.double.say(BA, "một")).statuses == [503]
        app.double.updates.tries, app.double.updates.pause, app.statuses = 2, 0, [503]
        assert (await app.double.say(BA, "hai")).statuses == [503, 200]


async def test_of_a_group_only_what_mentions_the_bot_is_told() -> None:
    async with at_double() as app:
        await app.double.say(BA, "chào cả nhà", group="zgr-1")
        await app.double.say(BA, f"@{NAME} chào", group="zgr-1")
        found = await app.call("getUpdates", timeout=0)
        assert found["result"]["message"]["chat"] == {"id": "zgr-1", "chat_type": "GROUP"}
        assert (await app.call("getUpdates", timeout=0))["error_code"] == 408
        assert (await app.send(chat="zgr-1"))["ok"]


async def test_messages_go_only_to_who_wrote_to_this_bot_and_is_still_there() -> None:
    async with at_double(TOKEN, OTHER) as app:
        assert (await app.send())["error_code"] == 404
        await app.double.say(BA, "alo", token=OTHER)
        assert (await app.send())["error_code"] == 404
        await app.double.say(BA, "alo")
        sent = await app.send()
        assert sent["result"].keys() == {"message_id", "date"}
        app.double.blocked.add(BA)
        assert (await app.send())["error_code"] == 403
        assert [call.code for call in app.double.calls] == [404, 404, 0, 403]
        assert len(app.double.sent) == 1


async def test_a_month_has_its_messages() -> None:
    async with at_double(monthly=2, zeroes=False) as app:
        await app.double.say(BA, "alo")
        answers = [await app.send() for _ in range(3)]
        assert [answer.get("error_code") for answer in answers] == [None, None, 429]


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("sendmessage", {"chat_id": BA, "text": "a"}), ("sendMessage", {"chat_id": BA}),
        ("sendMessage", {"chat_id": BA, "text": ""}), ("sendMessage", {"chat_id": BA, "text": "a" * 2001}),
        ("sendMessage", {"chat_id": 5, "text": "a"}),
        ("sendMessage", {"chat_id": BA, "text": "a", "reply_markup": {}}),
        ("sendMessage", {"chat_id": BA, "text": "a", "parse_mode": "HTML"}),
        ("sendPhoto", {"chat_id": BA, "photo": "http://x.invalid/a.jpg"}),
        ("setWebhook", {"url": "http://a.example", "secret_token": "dummy-secret"}),
        ("setWebhook", {"url": "https://a.example", "secret_token": "short"}),
        ("getUpdates", {"offset": 1}),
    ],
)  # fmt: skip
async def test_anything_else_is_refused_and_noted(method: str, fields: dict[str, Any]) -> None:
    async with at_double() as app:
        await app.double.say(BA, "alo")
        assert (await app.call(method, **fields))["error_code"] == 400
        assert len(app.double.wrong) == 1
        assert not app.double.sent


async def test_a_wrong_token_is_refused() -> None:
    async with at_double() as app:
        assert (await app.call("getMe", token=OTHER))["error_code"] == 401
        assert (await app.call("getMe"))["result"]["account_name"] == "bot.mau"


@pytest.mark.parametrize(
    ("kind", "delivered"), [("reset", 0), ("lost", 1), ("html", 0), ("empty", 0), ("hang", 1), ("slow", 0)]
)
async def test_faults_that_give_no_answer(kind: str, delivered: int) -> None:
    async with at_double() as app:
        await app.double.say(BA, "alo")
        app.double.fault(kind, chat=BA, seconds=60)
        with pytest.raises((aiohttp.ClientError, ValueError, TimeoutError)):
            await asyncio.wait_for(app.send(), 0.3)
        assert len(app.double.sent) == delivered
        assert (await app.send())["ok"]


async def test_faults_that_answer() -> None:
    async with at_double() as app:
        await app.double.say(BA, "alo")
        app.double.fault("code", code=403, times=2)
        app.double.fault("code", code=500, chat=ONG)
        app.double.fault("slow", seconds=0.01)
        codes = [(await app.send()).get("error_code") for _ in range(4)]
        assert codes == [403, 403, 0, 0]
        app.double.heal()
        assert (await app.send(chat=ONG))["error_code"] == 404


async def test_a_poll_of_the_dead_takes_nothing() -> None:
    async with at_double() as app:
        dead = asyncio.create_task(app.call("getUpdates", timeout=30))
        await app.double.called("getUpdates")
        dead.cancel()
        await asyncio.gather(dead, return_exceptions=True)
        async with asyncio.timeout(10):
            while app.double.polling:  # noqa: ASYNC110 - the server notices in its own time
                await asyncio.sleep(0.01)
        await app.double.say(BA, "alo")
        assert (await app.call("getUpdates", timeout=0))["ok"]
