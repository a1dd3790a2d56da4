"""The double is as strict as the sheet, and what it sends is sound itself."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, error
from telegram import Update as TelegramUpdate

from tests.doubles.fields import UnsoundError, check_type
from tests.doubles.markup import formatted
from tests.doubles.telegram import TelegramDouble, telegram_double

TOKEN = "900000001:AA-mau"  # noqa: S105 - invented
LAN, MINH = 500000001, 500000002
Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]
BUTTON = {"text": "Căn cước", "callback_data": "m:cc"}


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


@pytest.fixture
async def double() -> AsyncIterator[TelegramDouble]:
    async with telegram_double([TOKEN]) as one:
        yield one


@pytest.fixture
async def ask(double: TelegramDouble) -> AsyncIterator[Ask]:
    """Call a method with a JSON body; status and answer."""
    async with aiohttp.ClientSession() as session:

        async def asked(method: str, token: str = TOKEN, **fields: Any) -> tuple[int, dict[str, Any]]:
            async with session.post(f"{double.url}/bot{token}/{method}", json=fields) as answer:
                return answer.status, await answer.json()

        yield asked


@pytest.fixture
async def library(double: TelegramDouble) -> AsyncIterator[Bot]:
    """python-telegram-bot, talking to the double in its own way."""
    async with Bot(TOKEN, base_url=f"{double.url}/bot") as one:
        yield one


@asynccontextmanager
async def hook(*statuses: int) -> AsyncIterator[tuple[str, list[tuple[str, Any]]]]:
    """A webhook that answers with these, then with 200; what came to it, with its secret."""
    came: list[tuple[str, Any]] = []
    answers = list(statuses)

    async def handle(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        came.append((secret, await request.json()))
        return web.Response(status=answers.pop(0) if answers else 200)

    app = web.Application()
    app.router.add_post("/hook", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", came
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"colour": "red"}, "has no field colour"),
        ({"chat_id": None}, "should be"),
        ({"chat_id": [1]}, "should be"),
        ({"protect_content": "true"}, "should be Boolean"),
        ({"message_thread_id": True}, "should be Integer"),
        ({"text": 5}, "should be String"),
        ({"text": "\ud83d"}, "UTF-8"),
        ({"text": " \n"}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
        ({"link_preview_options": {"disabled": True}}, "has no field disabled"),
        ({"reply_markup": keyboard({**BUTTON, "callback_data": "ế" * 22})}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard({**BUTTON, "callback_data": ""})}, "BUTTON_DATA_INVALID"),
        ({"reply_markup": keyboard({"text": "Gọi", "url": "tel:113"})}, "BUTTON_URL_INVALID"),
        ({"reply_markup": keyboard({**BUTTON, "text": " "})}, "must be non-empty"),
        ({"reply_markup": keyboard({"text": "Gì"})}, "exactly one action"),
        ({"reply_markup": keyboard({**BUTTON, "url": "https://a.vn"})}, "exactly one action"),
        ({"reply_markup": {"inline_keyboard": [[BUTTON] * 9]}}, "reply markup is too long"),
        ({"reply_markup": keyboard(*[BUTTON] * 101)}, "reply markup is too long"),
        ({"reply_markup": {"keyboard": [[{"text": "Có", "callback_data": "x"}]]}}, "has no field"),
    ],
)
async def test_unsound_messages_are_refused_and_noted(
    double: TelegramDouble, ask: Ask, changes: dict[str, Any], says: str
) -> None:
    status, answer = await ask("sendMessage", **{"chat_id": LAN, "text": "Chào bác", **changes})
    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert says in answer["description"]
    assert len(double.wrong) == 1
    assert says in double.wrong[0]
    assert double.calls[-1].refused
    assert double.sent == []


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("sendMessage", {"chat_id": LAN}),
        ("sendPhoto", {"chat_id": LAN, "photo": "https://a.vn/1.png", "caption": "x" * 1025}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        ("sendChatAction", {"chat_id": LAN, "action": "sleeping"}),
        ("setWebhook", {"url": "http://truc.ban.vn/telegram"}),
        ("setWebhook", {"url": "https://truc.ban.vn:8080/telegram"}),
        ("setWebhook", {"url": "https://truc.ban.vn", "secret_token": "a b"}),
        ("setWebhook", {"url": "https://truc.ban.vn", "allowed_updates": ["mesage"]}),
        ("setMyCommands", {"commands": [{"command": "Giúp", "description": "x"}]}),
        ("setMyCommands", {"commands": [], "scope": {"type": "everybody"}}),
        ("editMessageText", {"chat_id": LAN, "text": "x"}),
    ],
)
async def test_other_unsound_calls_are_refused(
    double: TelegramDouble, ask: Ask, method: str, fields: dict[str, Any]
) -> None:
    status, _ = await ask(method, **fields)
    assert status == 400
    assert len(double.wrong) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<b>chưa đóng", "đóng thừa</b>", "<b><i>chéo</b></i>", "<p>đoạn</p>", "a<br>b", "a<br/>b", "1 < 2",
        "3 > 2", "a & b", "&nbsp;", "&copy;", "</>", "<!-- x -->", "<code>a<b>c</b></code>",
        '<pre><a href="https://a.vn">x</a></pre>', "<pre><code>x</code></pre>",
        "<blockquote><blockquote>x</blockquote></blockquote>", "<a>x</a>", '<a href="javascript:x">y</a>',
        "<span>x</span>", '<b class="x">y</b>', '<a href="https://a.vn?a=1&b=2">y</a>', "<b", "<b>x</b y>",
    ],
)  # fmt: skip
def test_bad_html_cannot_be_parsed(text: str) -> None:
    with pytest.raises(UnsoundError, match="can't parse entities"):
        formatted("sendMessage", {"text": text, "parse_mode": "HTML"})


def test_good_html_is_read_as_people_see_it() -> None:
    raw = (
        '😀<b>Đậm <i>nghiêng</i></b> &lt;&#272;&gt; <a href="https://a.vn?a=1&amp;b=2">ở đây</a>'
        '<blockquote expandable>x</blockquote><pre><code class="language-sh">ls</code></pre>'
    )
    text, entities = formatted("sendMessage", {"text": raw, "parse_mode": "HTML"})
    assert text == "😀Đậm nghiêng <Đ> ở đâyxls"
    assert entities == [
        {"type": "bold", "offset": 2, "length": 11},
        {"type": "italic", "offset": 6, "length": 7},
        {"type": "text_link", "offset": 18, "url": "https://a.vn?a=1&b=2", "length": 5},
        {"type": "expandable_blockquote", "offset": 23, "length": 1},
        {"type": "pre", "offset": 24, "language": "sh", "length": 2},
    ]


async def test_length_counts_after_formatting(double: TelegramDouble, ask: Ask) -> None:
    status, _ = await ask("sendMessage", chat_id=LAN, text=f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
    assert status == 200
    assert double.sent[0].formatted.text == "&" * 4096


async def test_forms_queries_and_empty_bodies(double: TelegramDouble) -> None:
    async with aiohttp.ClientSession(double.url) as session:
        form = {
            "chat_id": str(LAN),
            "text": "5",
            "protect_content": "true",
            "reply_markup": json.dumps(keyboard(BUTTON)),
        }
        async with session.post(f"/bot{TOKEN}/sendMessage", data=form) as answer:
            message = (await answer.json())["result"]
        check_type("Message", message)
        assert message["reply_markup"] == keyboard(BUTTON)
        assert double.calls[0].fields["chat_id"] == LAN
        assert double.calls[0].fields["protect_content"] is True
        async with session.get(
            f"/bot{TOKEN}/sendMessage", params={"chat_id": str(LAN), "text": "b"}
        ) as answer:
            assert (await answer.json())["result"]["message_id"] > message["message_id"]
        async with session.post(f"/bot{TOKEN}/getMe") as answer:
            assert (await answer.json())["result"]["id"] == 900000001
        assert double.wrong == []
        bad = [
            {"protect_content": "có"},
            {"message_thread_id": "1.5"},
            {"reply_markup": "{"},
            {"file": io.BytesIO(b"x")},
        ]
        for wrong in bad:
            async with session.post(
                f"/bot{TOKEN}/sendMessage", data={"chat_id": "1", "text": "b", **wrong}
            ) as answer:
                assert answer.status == 400
        async with session.post(
            f"/bot{TOKEN}/sendMessage?text=a", data={"chat_id": "1", "text": "b"}
        ) as answer:
            assert answer.status == 400
        assert len(double.wrong) == len(bad) + 1


async def test_tokens_and_methods_that_are_not_known(double: TelegramDouble, ask: Ask) -> None:
    assert (await ask("getMe", "900000002:AB"))[0] == 401
    assert (await ask("getMe", "gì"))[0] == 404
    assert double.wrong == []
    assert (await ask("sendMesage", chat_id=1, text="x"))[0] == 404
    assert double.wrong == ["sendMesage: no such method"]


async def test_the_library_is_served(double: TelegramDouble, library: Bot) -> None:
    assert library.username == "mau_bot"
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Căn cước", callback_data="m:cc")]])
    message = await library.send_message(LAN, "<b>Chọn</b> việc:", parse_mode="HTML", reply_markup=buttons)
    photo = await library.send_photo(
        LAN, b"\x89PNG...", caption="Ảnh", reply_to_message_id=message.message_id
    )
    assert photo.reply_to_message.message_id == message.message_id
    assert double.sent[1].fields["photo"].data == b"\x89PNG..."
    assert (await message.edit_text("Xong")).text == "Xong"
    with pytest.raises(error.BadRequest, match="not modified"):
        await message.edit_text("Xong")
    with pytest.raises(error.BadRequest, match="Query is too old"):
        await library.answer_callback_query("123")
    await library.set_my_commands([("start", "Bắt đầu")], language_code="vi")
    assert [each.command for each in await library.get_my_commands(language_code="vi")] == ["start"]
    assert await library.get_my_commands() == ()
    await library.set_my_short_description("Trực ban", language_code="vi")
    assert (await library.get_my_short_description("vi")).short_description == "Trực ban"
    assert (await library.get_my_description()).description == ""
    await library.send_chat_action(LAN, "typing")
    assert double.wrong == []


@pytest.mark.parametrize(
    ("kind", "status", "parameters"),
    [
        ("retry_after", 429, {"retry_after": 7}), ("blocked", 403, None), ("deactivated", 403, None),
        ("chat_not_found", 400, None), ("parse", 400, None), ("server", 500, None),
        ("unauthorized", 401, None), ("migrate", 400, {"migrate_to_chat_id": -1001234567890}),
    ],
)  # fmt: skip
async def test_faults_hit_whom_they_should(
    double: TelegramDouble, ask: Ask, kind: str, status: int, parameters: dict[str, int] | None
) -> None:
    double.fault(kind, chat=LAN, **({"after": 7} if kind == "retry_after" else {}))
    assert (await ask("sendMessage", chat_id=MINH, text="x"))[0] == 200
    came, answer = await ask("sendMessage", chat_id=LAN, text="x")
    assert (came, answer["error_code"], answer.get("parameters")) == (status, status, parameters)
    assert (await ask("sendMessage", chat_id=LAN, text="x"))[0] == 200
    assert [call.fault for call in double.calls] == [None, kind, None]
    assert len(double.sent) == 2
    assert double.wrong == []


async def test_faults_of_the_wire(double: TelegramDouble, ask: Ask) -> None:
    double.fault("html")
    with pytest.raises(aiohttp.ContentTypeError):
        await ask("sendMessage", chat_id=LAN, text="a")
    double.fault("reset")
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask("sendMessage", chat_id=LAN, text="b")
    assert double.sent == []
    double.fault("lost")
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask("sendMessage", chat_id=LAN, text="c")
    double.fault("hang", seconds=60)
    hanging = asyncio.create_task(ask("sendMessage", chat_id=LAN, text="d"))
    assert [call.formatted.text for call in await double.news(2)] == ["c", "d"]
    assert not hanging.done()
    await double.updates.close()  # lets go of it
    assert (await hanging)[0] == 200


async def test_a_flood_stops_all_chats_for_a_while(double: TelegramDouble, ask: Ask) -> None:
    double.fault("flood", seconds=30)
    for chat in (LAN, MINH):
        status, answer = await ask("sendMessage", chat_id=chat, text="x")
        assert (status, answer["parameters"]) == (429, {"retry_after": 30})
    assert (await ask("getMe"))[0] == 200
    double.calm()
    assert (await ask("sendMessage", chat_id=LAN, text="x"))[0] == 200


def test_a_fault_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no fault"):
        asyncio.run(_arrange("blokced"))
    with pytest.raises(ValueError, match="no fault"):
        asyncio.run(_arrange("blocked", after=3))


async def _arrange(kind: str, **args: float) -> None:
    async with telegram_double() as double:
        double.fault(kind, **args)


async def test_updates_are_sound(double: TelegramDouble, ask: Ask) -> None:
    await ask("sendMessage", chat_id=LAN, text="Chọn việc:", reply_markup=keyboard(BUTTON))
    await double.say(LAN, "/start phuong_mau-01")
    await double.say(LAN, contact={"phone_number": "84900000001", "first_name": "Lan", "user_id": LAN})
    await double.say(LAN, location={"latitude": 10.77, "longitude": 106.7})
    await double.say(LAN, "chào", chat={"id": -100123, "type": "supergroup", "title": "Xóm"})
    await double.press(LAN, "m:cc")
    await double.press(LAN, "cũ", message_id=7)
    await double.press(LAN, "không đâu")
    await double.edit(LAN, 42, "/start")
    for update in double.updates.all.values():
        check_type("Update", update)
        assert TelegramUpdate.de_json(update, None)
    start, *_, press, stale, nowhere, _edited = double.updates.all.values()
    assert start["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert press["callback_query"]["message"]["text"] == "Chọn việc:"
    assert stale["callback_query"]["message"]["date"] == 0
    assert "message" not in nowhere["callback_query"]
    assert (await ask("answerCallbackQuery", callback_query_id=press["callback_query"]["id"]))[0] == 200


async def test_polling(double: TelegramDouble, ask: Ask) -> None:
    first = await double.say(LAN, "một")
    second = await double.say(MINH, "hai")

    async def poll(**fields: int) -> list[int]:
        return [update["update_id"] for update in (await ask("getUpdates", **fields))[1]["result"]]

    assert await poll(limit=1) == [first]
    assert await poll(offset=second) == [second]
    waiting = asyncio.create_task(poll(offset=second + 1, timeout=30))
    third = await double.say(LAN, "ba")
    assert await waiting == [third]
    await double.redeliver(first)
    assert await poll(offset=third + 1) == [first]
    assert await poll(offset=third + 1) == []


async def test_two_polls_or_a_webhook_conflict(double: TelegramDouble, ask: Ask) -> None:
    earlier = asyncio.create_task(ask("getUpdates", timeout=30))
    await double.changes.until(lambda: bool(double.calls), 5)
    later = asyncio.create_task(ask("getUpdates", timeout=30))
    done, _ = await asyncio.wait({earlier, later}, return_when=asyncio.FIRST_COMPLETED)
    assert done.pop().result()[0] == 409
    await ask("setWebhook", url="http://127.0.0.1:9/hook")  # ends the other
    assert {(await earlier)[0], (await later)[0]} == {409}
    assert (await ask("getUpdates"))[0] == 409


async def test_a_webhook_gets_everything_in_order(double: TelegramDouble, ask: Ask) -> None:
    early = await double.say(LAN, "trước")
    async with hook(500) as (url, came):
        setting = {"url": url, "secret_token": "bi-mat", "allowed_updates": ["message"]}
        await ask("setWebhook", **setting)
        late = await double.say(LAN, "sau")
        await double.press(LAN, "không ai hỏi")
        await double.redeliver(early)
    assert [(secret, update["update_id"]) for secret, update in came] == [
        ("bi-mat", each) for each in (early, early, late, early)
    ]
    assert double.answers == [(early, 500), (early, 200), (late, 200), (early, 200)]
    info = (await ask("getWebhookInfo"))[1]["result"]
    check_type("WebhookInfo", info)
    assert info["pending_update_count"] == 0


async def test_a_public_address_behind_a_gateway(double: TelegramDouble, ask: Ask) -> None:
    async with hook() as (url, came):
        double.updates.gateway = url
        await ask("setWebhook", url="https://truc.ban.vn/hook")
        await double.update({"subscription": {"what": "nobody knows"}})
        await double.update({})
        await ask("deleteWebhook")
        await double.say(LAN, "chờ")
    assert len(came) == 2
    assert len((await ask("getUpdates"))[1]["result"]) == 1
