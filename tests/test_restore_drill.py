"""The restore drill of the operator's book, run by its own lines: docs/van-hanh.md, chapter 7.

A desk that people used is backed up, killed, lost with its disk; what the book promises comes back.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from tests.conftest import ROOT
from tests.doubles.telegram import TelegramDouble, telegram_double
from tests.doubles.zalo import ZaloDouble, zalo_double
from tests.officer.test_desk import CODE, SECRET
from tests.open_desk import PATIENCE, Citizen, OpenDesk
from tests.open_house import BOT, OA
from tests.services.test_officers import totp

INVITED = re.compile(r"CB-[0-9A-Z]{4}-[0-9A-Z]{4}")
LATER = ("Thôi, không đặt", "Ngày khác", "Chưa rõ, việc khác")  # buttons that lead away from a visit
CALLER = 7_000_000_001


def lines(name: str) -> list[str]:
    """The lines of a marked block of the book."""
    book = (ROOT / "docs/van-hanh.md").read_text("utf-8")
    found = re.search(rf"<!-- diễn tập: {name} -->\n```sh\n(.*?)```", book, re.DOTALL)
    assert found, name
    return found[1].splitlines()


@dataclass
class Machine:
    """A server with a desk. The book's folders are below `root`; its user is the one who runs the tests."""

    root: Path
    settings: dict[str, str]
    weights: Path
    desk: OpenDesk | None = None
    said: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.root / "var/lib/tructban"

    @property
    def kept(self) -> Path:
        return self.root / "root/cat-giu"

    def prepare(self) -> None:
        """What chapter 2 of the book has one make."""
        for folder in (self.data, self.kept.parent, self.root / "bin"):
            folder.mkdir(parents=True, mode=0o700)
        command = self.root / "bin/trucban"  # as `docs/deploy/trucban`: the desk's settings and folder
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
        command.chmod(0o755)

    async def sh(self, line: str, **more: str) -> tuple[int, str]:
        """Run one line of the book; its exit code and what it said."""
        for folder in ("/var/lib/tructban", "/root/cat-giu"):
            line = line.replace(folder, f"{self.root}{folder}")
        line = line.replace("-o tructban -g tructban ", "")
        process = await asyncio.create_subprocess_shell(
            line, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env={
                **self.settings, "PATH": f"{self.root}/bin:{os.environ['PATH']}", "HOME": str(self.root),
                "DATA_DIR": str(self.data), "CONTENT_DIR": str(ROOT), **more,
            },
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode is not None
        self.said.append(out.decode())
        return process.returncode, out.decode()

    async def open(self) -> OpenDesk:
        self.desk = OpenDesk(self.data, self.weights, **self.settings)
        await self.desk.start()
        return self.desk

    async def follow(self, name: str) -> dict[str, tuple[int, str]]:
        """All lines of a block, in order; what `systemctl` does is done here."""
        done: dict[str, tuple[int, str]] = {}
        for line in lines(name):
            match line.split():
                case ["systemctl", "start", "tructban"]:
                    await self.open()
                case ["systemctl", "stop", "tructban"]:
                    assert self.desk is None
                case _:
                    done[line] = await self.sh(line)
        return done

    async def lose(self) -> None:
        """The power fails, and the disk does not come back."""
        assert self.desk
        store = self.desk.store_pid()
        await self.desk.kill()
        os.kill(store, signal.SIGKILL)
        shutil.rmtree(self.data)
        self.desk = None


@asynccontextmanager
async def around() -> AsyncIterator[tuple[TelegramDouble, ZaloDouble, aiohttp.ClientSession]]:
    async with (
        telegram_double([BOT.token]) as telegram,
        zalo_double(OA) as zalo,
        aiohttp.ClientSession() as session,
    ):
        yield telegram, zalo, session


def free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def settings(telegram: TelegramDouble, zalo: ZaloDouble) -> dict[str, str]:
    return {
        "PORT": free_port(), "TELEGRAM_TOKEN": BOT.token, "TELEGRAM_API": telegram.url,
        "ZALO_OA_ID": OA.id, "ZALO_OA_APP_ID": OA.app_id, "ZALO_OA_APP_SECRET": OA.app_secret,
        "ZALO_OA_SECRET_KEY": OA.secret_key, "ZALO_OA_API": zalo.url, "ZALO_OAUTH_API": zalo.url,
        "ZALO_OA_REFRESH_TOKEN": zalo.refresh_token(OA),
    }  # fmt: skip


async def pressed(citizen: Citizen, label: str, frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    choice = next(b["choice"] for frame in frames for b in frame["buttons"] if b["label"].startswith(label))
    return await citizen.answered(await citizen.send(choice=choice))


async def told(citizen: Citizen, text: str) -> list[dict[str, Any]]:
    return await citizen.answered(await citizen.send(text))


async def booked(citizen: Citizen) -> str:
    """A visit, whatever days the desk offers; its code."""
    frames = await told(citizen, "đặt lịch làm căn cước ở Mai Phụ")
    for _ in range(15):
        text = "\n".join(frame["text"] for frame in frames)
        if code := CODE.search(text):
            return code[0]
        labels = [button["label"] for frame in frames for button in frame["buttons"]]
        forward = [label for label in labels if label not in LATER]
        if "Đồng ý" in labels or "Đặt lịch" in labels or "Không" in labels:
            forward = [label for label in ("Đồng ý", "Đặt lịch", "Không") if label in labels]
        if forward:
            frames = await pressed(citizen, forward[0], frames)
        else:
            frames = await told(citizen, "Trần Thị Mẫu" if "họ tên" in text else "0912345678")
    raise AssertionError(text)


async def subscribed(citizen: Citizen) -> None:
    frames = await told(citizen, "tôi muốn nhận tin cảnh báo lừa đảo của xã Mai Phụ")
    frames = await pressed(citizen, "Lừa đảo", frames)
    assert "Có tin lừa đảo của Công an xã Mai Phụ" in frames[-1]["text"]


async def enlisted(machine: Machine, session: aiohttp.ClientSession) -> None:
    """A commander, invited at the terminal, who comes through the page."""
    assert machine.desk
    code, out = await machine.sh('trucban officer invite --name "Lê Mẫu" --role commander --everywhere')
    invitation = INVITED.search(out)
    assert code == 0
    assert invitation
    officer = Citizen(session)
    await officer.connect(machine.desk.url)
    shown = SECRET.search(await officer.ask(invitation[0]))
    assert shown
    await officer.ask(totp(shown[0].replace(" ", ""), datetime.now(UTC)))
    assert len(json.loads((await machine.sh("trucban officer list --json"))[1])) == 1


async def test_what_people_were_promised_comes_back_by_the_lines_of_the_book(
    tmp_path: Path, learnt: Path
) -> None:
    async with around() as (telegram, zalo, session):
        machine = Machine(tmp_path, settings(telegram, zalo), learnt)
        machine.prepare()
        desk = await machine.open()
        await enlisted(machine, session)
        citizen = Citizen(session)
        await citizen.connect(desk.url)
        visit = await booked(citizen)
        await subscribed(citizen)

        telegram.fault("server", times=10_000)  # an answer that is not sent yet is in the backup
        await telegram.say(CALLER, "mất căn cước làm lại ở đâu")
        assert await telegram.changes.until(lambda: any(call.fault for call in telegram.calls), PATIENCE)
        for line, (code, out) in (await machine.follow("cất")).items():
            assert code == 0, (line, out)
        assert telegram.sent == []
        telegram.calm()
        sent = len(await telegram.news(1, PATIENCE))  # and is sent afterwards
        renewed = len(zalo.refreshes)
        assert renewed == 1
        await machine.lose()

        await refusals(machine)
        machine.settings.pop("ZALO_OA_REFRESH_TOKEN")  # as the book says
        shutil.copytree(
            learnt / "weights", tmp_path / "weights"
        )  # what is learnt is learnt anew; here copied
        done = await machine.follow("lấy lại")
        for line, (code, out) in done.items():
            expected = 1 if line == "trucban doctor" else 0  # a token is missing, and it says so
            assert code == expected, (line, out)
        restored = next(out for line, (_, out) in done.items() if line.startswith("trucban restore"))
        assert f"trucban zalo token --account {OA.id}" in restored
        doctor = done["trucban doctor"][1]
        assert f"zalo_oa:{OA.id}: chưa có token" in doctor
        amiss = [line for line in doctor.splitlines() if line.lstrip().startswith("HỎNG")]
        assert amiss
        assert all(f"zalo_oa:{OA.id}: " in line for line in amiss), doctor  # nothing else

        assert machine.desk
        await citizen.connect(machine.desk.url)
        assert visit in await citizen.ask("lịch hẹn của tôi")
        assert "Công an xã Mai Phụ" in await citizen.ask("tôi đang nhận tin cảnh báo của nơi nào")
        assert len(json.loads((await machine.sh("trucban officer list --json"))[1])) == 1
        await telegram.say(CALLER, "còn lệ phí?")  # the talk goes on, and only this is answered
        after = await telegram.news(sent + 1, PATIENCE)
        assert "phí" in after[sent].fields["text"]
        assert len({call.fields["text"] for call in after}) == len(after)
        assert len(zalo.refreshes) == renewed  # the old token was not tried
        await occupied(machine)
        assert telegram.wrong == zalo.wrong == []


async def refusals(machine: Machine) -> None:
    """The ways it goes wrong: each says what to do, and leaves everything so that it can be done."""
    whole, key = machine.kept / "tay.backup", machine.kept / "secret.key"
    machine.data.mkdir(mode=0o700)
    restore = "trucban restore /root/cat-giu/tay.backup"
    code, out = await machine.sh(restore)
    assert (code, "Chưa có khoá" in out, "Chép khoá đã cất" in out) == (1, True, True), out
    (machine.data / "secret.key").write_text("x" * 40)
    code, out = await machine.sh(restore)
    assert (code, "khoá khác" in out, "Chép đúng khoá" in out) == (1, True, True), out
    shutil.copy(key, machine.data / "secret.key")
    cut = machine.kept / "cut.backup"
    cut.write_bytes(whole.read_bytes()[:-40])
    code, out = await machine.sh("trucban restore /root/cat-giu/cut.backup")
    assert (code, "bị cụt" in out, "Lấy bản sao lưu khác" in out) == (1, True, True), out
    code, out = await machine.sh("trucban restore /root/cat-giu/none.backup")
    assert (code, "Không mở được tệp" in out, "Ghi đủ đường dẫn" in out) == (1, True, True), out
    assert [each.name for each in machine.data.iterdir()] == ["secret.key"]


async def occupied(machine: Machine) -> None:
    """A backup is not put into a store that is open, nor into one that holds something."""
    assert machine.desk
    restore = "trucban restore /root/cat-giu/tay.backup"
    code, out = await machine.sh(restore)
    assert (code, "Dừng tiến trình ấy" in out) == (1, True), out
    await machine.desk.kill(signal.SIGTERM)
    code, out = await machine.sh(restore)
    assert (code, "đang có dữ liệu" in out, "Đặt DATA_DIR mới" in out) == (1, True, True), out
