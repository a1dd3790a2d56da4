"""The doctor beside a whole house, and on the command line."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot import config
from bot.accounts import TELEGRAM, ZALO_BOT, ZALO_OA
from bot.channels.platform import Looking
from bot.cli.doctor import advice, sentence
from bot.config import Settings
from bot.content.shelf import Shelf
from bot.doctor import accounts, desk
from bot.doctor.rounds import Place, Subject, rounds
from bot.domain.finding import Finding, Mark
from bot.store.tokens import Tokens
from tests.conftest import ROOT
from tests.doctor.test_judging import told
from tests.open_house import BOT, OA, OpenHouse, desk_here, open_house
from tests.open_house import ZALO_BOT as BOT_OF_ZALO

NUMBERS = {TELEGRAM: BOT.id, ZALO_OA: OA.id, ZALO_BOT: BOT_OF_ZALO.id}


async def examined(house: OpenHouse, settings: Settings) -> dict[str, list[Finding]]:
    async with aiohttp.ClientSession() as session:
        around = Looking(settings, session, house.store, datetime.now(UTC))
        each = accounts.examined(settings.accounts, around)
        return {of.partition(":")[0]: await examine() for of, examine in each.items()}


async def test_every_account_of_a_house_is_examined_and_nothing_is_used_up(
    tmp_path: Path, shelf: Shelf
) -> None:
    async with open_house(tmp_path, shelf) as house:
        settings = house.settings
        refreshes, sent = len(house.zalo.refreshes), len(house.zalo.sent)
        found = await examined(house, settings)
        assert {channel: told(said) for channel, said in found.items()} == {
            TELEGRAM: [("fine", "telegram")], ZALO_OA: [("fine", "zalo_oa")],
            ZALO_BOT: [("fine", "zalo_bot")],
        }  # fmt: skip
        assert {said[0].of for said in found.values()} == {f"{k}:{v}" for k, v in NUMBERS.items()}
        assert (len(house.zalo.refreshes), len(house.zalo.sent)) == (refreshes, sent)
        house.telegram.updates.webhook = {"url": "https://elsewhere.example/hooks/telegram"}
        house.zalo_bot.updates.webhook = {}
        house.zalo.fault("code", path="/v2.0/oa/getoa", code=-224)
        found = await examined(house, settings)
        assert {channel: told(said) for channel, said in found.items()} == {
            TELEGRAM: [("broken", "telegram_hook")], ZALO_OA: [("broken", "zalo_stopped")],
            ZALO_BOT: [("broken", "zalo_bot_no_hook")],
        }  # fmt: skip
        house.telegram.fault("reset", method="getMe", times=9)
        house.zalo_bot.fault("reset", method="getMe", times=9)
        house.zalo.fault("reset", path="/v2.0/oa/getoa", times=9)
        found = await examined(house, settings)
        assert {channel: told(said) for channel, said in found.items()} == {
            TELEGRAM: [("broken", "telegram_away")], ZALO_OA: [("broken", "zalo_away")],
            ZALO_BOT: [("broken", "zalo_bot_away")],
        }  # fmt: skip
        assert house.telegram.wrong == house.zalo.wrong == house.zalo_bot.wrong == []


async def test_beside_an_open_desk_everything_is_looked_at(tmp_path: Path, shelf: Shelf) -> None:
    async with desk_here(tmp_path / "data", shelf) as open_desk:
        environment = {
            "DATA_DIR": str(tmp_path / "data"), "CONTENT_DIR": str(ROOT),
            "PORT": str(URL(open_desk.url).port),
        }  # fmt: skip
        place = Place(environment, tmp_path, (), ssl.create_default_context())
        found = await rounds(place, datetime.now(UTC))
        assert all(found[subject] for subject in Subject)
        said = {subject: told(found[subject]) for subject in Subject}
        assert said[Subject.STORE] == [("fine", "store")]
        assert said[Subject.DESK] == [("fine", "desk")]
        assert said[Subject.OFFICERS] == [("look", "no_officers")]
        assert not [each for those in found.values() for each in those if each.mark is Mark.BROKEN], said
        async with aiohttp.ClientSession() as session:
            asked = await desk.desk(config.settings(environment, ROOT), session)
        assert asked.figure("process_start_time_seconds")
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{open_desk.url}/healthz?client") as answer,
        ):
            assert await answer.json() == {"alive": True, "client": "direct"}
        heads = {"X-Forwarded-For": "203.0.113.7"}
        async with (
            aiohttp.ClientSession(headers=heads) as session,
            session.get(f"{open_desk.url}/healthz?client") as answer,
        ):
            assert (await answer.json())["client"] == "ignored"


async def doctor(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", *arguments, cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, error = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), error.decode()


async def test_beside_a_desk_the_command_ends_well(tmp_path: Path, shelf: Shelf) -> None:
    async with desk_here(tmp_path, shelf) as open_desk:
        code, out, error = await doctor(
            "--json", DATA_DIR=str(tmp_path), HOME=str(tmp_path), PORT=str(URL(open_desk.url).port)
        )
    told_ = json.loads(out)
    assert (code, told_["worst"], error) == (0, "look", ""), told_
    assert {each["subject"] for each in told_["findings"]} == {str(each) for each in Subject}
    assert all(each["do"] for each in told_["findings"] if each["mark"] != "fine")


async def test_with_settings_that_open_nothing_the_rest_is_told_and_no_secret(tmp_path: Path) -> None:
    data = tmp_path / "data"
    code, out, error = await doctor(
        DATA_DIR=str(data), HOME=str(tmp_path), PORT="0", TELEGRAM_TOKEN="not-a-token", SECRET_KEY="short",  # noqa: S106
        TELEGRAM_TOEKN="123:verysecret", LOG_LEVEL="LOUD",
    )  # fmt: skip
    assert (code, error) == (1, "")
    for name in (
        "TELEGRAM_TOKEN",
        "SECRET_KEY",
        "TELEGRAM_TOEKN",
        "LOG_LEVEL",
        "Nội dung",
        "Cán bộ",
        "trucban",
    ):
        assert name in out
    for secret in ("not-a-token", "verysecret", "short"):
        assert secret not in out
    assert not data.exists()


async def test_nothing_that_opens_anything_is_told(tmp_path: Path, shelf: Shelf) -> None:
    metrics, key = "metrics-mau-bi-mat", "khoa-mau-bi-mat-" * 3
    async with open_house(tmp_path / "data", shelf) as house:
        oa = house.settings.accounts.zalo_oa[0]
        kept = await Tokens(house.store).newest(ZALO_OA, OA.id)
        assert kept
        house.telegram.updates.webhook = {"url": f"https://u:{metrics}@elsewhere.example/{BOT.token}"}
        house.zalo_bot.updates.webhook = {"url": f"https://elsewhere.example/{BOT_OF_ZALO.token}"}
        environment = {
            "DATA_DIR": str(tmp_path / "data"), "CONTENT_DIR": str(ROOT), "PORT": str(URL(house.url).port),
            "TELEGRAM_TOKEN": BOT.token, "TELEGRAM_SECRET": str(BOT.secret),
            "TELEGRAM_API": house.telegram.url,
            "ZALO_BOT_TOKEN": BOT_OF_ZALO.token, "ZALO_BOT_API": house.zalo_bot.url, "ZALO_OA_ID": oa.id,
            "ZALO_OA_APP_ID": oa.app_id, "ZALO_OA_APP_SECRET": oa.app_secret, "ZALO_OA_API": house.zalo.url,
            "ZALO_OA_SECRET_KEY": oa.secret_key, "METRICS_TOKEN": metrics, "SECRET_KEYS": key,
            "PUBLIC_URL": "http://127.0.0.1:9", "ZALO_OA_REFRESH_TOKEN": str(oa.refresh_token),
        }  # fmt: skip
        found = await rounds(Place(environment, tmp_path, ()), datetime.now(UTC))
    said = json.dumps([f"{sentence(each)} {advice(each)}" for those in found.values() for each in those])
    assert {"telegram_hook", "zalo_bot_hook", "zalo_oa", "misspelt"} <= {
        each.key for those in found.values() for each in those
    }
    for canary in (
        metrics, key, BOT.token.partition(":")[2], str(BOT.secret), BOT_OF_ZALO.token.partition(":")[2],
        oa.app_secret, oa.secret_key, str(oa.refresh_token), kept.pair.access, kept.pair.refresh,
    ):  # fmt: skip
        assert canary not in said


async def test_what_never_answers_hides_nothing_else(tmp_path: Path) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        environment = {
            "REDIS_URL": f"redis://127.0.0.1:{port}", "SECRET_KEY": "k" * 40, "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}", "TELEGRAM_API": f"http://127.0.0.1:{port}",
            "TELEGRAM_TOKEN": BOT.token, "DATA_DIR": str(tmp_path), "CONTENT_DIR": str(ROOT),
        }  # fmt: skip
        async with asyncio.timeout(50):
            found = await rounds(Place(environment, tmp_path, ()), datetime.now(UTC))
    said = {subject: told(found[subject]) for subject in Subject}
    assert said[Subject.STORE] == [("broken", "store_error")]
    assert said[Subject.DESK] == [("broken", "desk_closed"), ("broken", "unreachable")]
    assert said[Subject.ACCOUNTS] == [("broken", "telegram_away")]
    assert said[Subject.OFFICERS] == [("look", "officers_unread")]
    assert "disk" in {key for _, key in said[Subject.DISK]}
    assert {key for _, key in said[Subject.CONTENT]}.isdisjoint({"content_bad", "content_unread", "failed"})


@pytest.mark.parametrize("arguments", [("--jsno",), ("now",)])
async def test_a_mistyped_command_is_told(arguments: tuple[str, ...], tmp_path: Path) -> None:
    code, out, error = await doctor(*arguments, DATA_DIR=str(tmp_path), HOME=str(tmp_path))
    assert (code, out) == (2, "")
    assert error
