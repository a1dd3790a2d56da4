"""`trucban zalo token`: an operator gets a first token, as the manual says."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.content.shelf import Shelf
from tests.doubles.zalo import Oa, ZaloDouble, citizen, zalo_double
from tests.open_desk import ROOT, open_desk
from tests.open_house import desk_here

OA = Oa("8880001112223334445", "1234567890123456789", "app-secret", "oa-secret")
BACK = "https://trucban.example"


def settings(api: ZaloDouble, folder: Path) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder), "ZALO_OA_ID": OA.id, "ZALO_OA_APP_ID": OA.app_id,
        "ZALO_OA_APP_SECRET": OA.app_secret, "ZALO_OA_SECRET_KEY": OA.secret_key, "ZALO_OA_API": api.url,
        "ZALO_OAUTH_API": api.url,
    }  # fmt: skip


class Operator:
    """Sits at the terminal."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def calls(cls, environment: dict[str, str], *options: str) -> Operator:
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "zalo", "token", "--redirect", BACK, *options, cwd=ROOT,
                env={"PATH": os.environ["PATH"], "HOME": environment["DATA_DIR"], **environment},
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )
        )  # fmt: skip

    async def link(self) -> str:
        """The address an admin of the account opens."""
        assert self._process.stdout
        async with asyncio.timeout(60):
            async for line in self._process.stdout:
                found = re.search(r"https?://\S+/v4/oa/permission\S+", line.decode())
                if found:
                    return found[0]
        raise AssertionError("no link")

    async def puts_in(self, line: str) -> tuple[int, str]:
        """Exit code, and all that was said."""
        async with asyncio.timeout(60):
            out, error = await self._process.communicate(f"{line}\n".encode())
        return self._process.returncode or 0, (out + error).decode()


async def test_an_admin_approves_and_the_desk_answers_on_zalo(tmp_path: Path, learnt: Path) -> None:
    async with zalo_double(OA) as api:
        environment = settings(api, tmp_path)
        operator = await Operator.calls(environment)
        asked = parse_qs(urlsplit(await operator.link()).query)
        assert asked["redirect_uri"] == [f"{BACK}/"]
        api.consent(OA, asked["code_challenge"][0], asked["state"][0])
        code, said = await operator.puts_in(f"{BACK}/?{urlencode(api.returned)}")
        assert (code, "Xong" in said) == (0, True), said
        environment.pop("DATA_DIR")
        async with open_desk(tmp_path, learnt, **environment) as desk:
            api.webhook = f"{desk.url}/hooks/zalo-oa"
            await api.say(citizen(1), "mất căn cước làm lại ở đâu")
            assert "làm lại" in (await api.news(1))[0].text
            assert not [line for line in desk.log if "alarm" in line]
        assert api.wrong == []


async def test_a_refresh_token_of_the_console_does_too_also_beside_an_open_desk(
    tmp_path: Path, shelf: Shelf
) -> None:
    async with zalo_double(OA) as api:
        environment = settings(api, tmp_path)
        given = {name: value for name, value in environment.items() if name != "DATA_DIR"}
        async with desk_here(tmp_path, shelf, **given):
            operator = await Operator.calls(environment, "--refresh-token")
            code, said = await operator.puts_in(api.refresh_token(OA))
        assert (code, "Xong" in said) == (0, True), said
        again = await Operator.calls(environment, "--refresh-token")
        code, said = await again.puts_in("used-up-long-ago")
        assert (code, "-118" in said) == (1, True), said
        assert "used-up" not in said


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("", "không có mã"),
        (f"{BACK}/?code=abc&state=other", "lần chạy khác"),
        (f"{BACK}/?code=abc&state={{state}}&oa_id=999", "OA khác"),
        ("xin chào", "không có mã"),
    ],
)
async def test_what_cannot_be_used_is_told_and_changes_nothing(
    tmp_path: Path, pasted: str, told: str
) -> None:
    async with zalo_double(OA) as api:
        operator = await Operator.calls(settings(api, tmp_path))
        asked = parse_qs(urlsplit(await operator.link()).query)
        code, said = await operator.puts_in(pasted.format(state=asked["state"][0]))
        assert (code, told in said) == (1, True), said
        assert api.refreshes == []
