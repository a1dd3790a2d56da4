"""A station that is open on every day of the tests, and its officer at a terminal."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from bot.cli import _parser
from bot.config import settings
from bot.content.rota import rota
from bot.domain.appointment import Appointment, Personal
from bot.domain.message import Address
from bot.domain.seat import LOCAL, Seat
from bot.domain.wish import Act, Wish
from bot.services.almanac import Almanac
from bot.services.booking import Booking
from bot.services.reception import Reception
from bot.store.connection import Store, open_store
from bot.store.naming import person
from bot.store.sealing import Seals
from tests.conftest import ROOT
from tests.store.conftest import KEY

TRUCBAN = str(Path(sys.executable).with_name("trucban"))
TODAY = datetime.now(LOCAL).date()
TOMORROW = TODAY + timedelta(days=1)
STATION = "mai_phu"
_CONTENT = """\
mai_phu:
  name: Công an xã Mai Phụ
  commune: xã Mai Phụ
  province: Hà Tĩnh
  demo: true
  specials:
{specials}
  services:
    - {{id: can_cuoc, name: Làm thẻ căn cước, minutes: 15, desks: [quay_1], days_ahead: 14}}
    - {{id: cu_tru, name: Cư trú, minutes: 15, desks: [quay_2]}}
    - {{id: tai_nha, name: Làm thẻ tại nhà, at_home: true}}
    - {{id: xac_nhan, name: "Xác nhận, điều chỉnh thông tin", minutes: 15, desks: [quay_2]}}
"""


def write(folder: Path) -> None:
    """The content, open around the clock for two weeks, whatever holidays there are."""
    folder.mkdir()
    days = "\n".join(
        f'    - {{day: {TODAY + timedelta(days=ahead)}, spans: ["00:00-24:00"]}}' for ahead in range(-1, 16)
    )
    (folder / "stations.yaml").write_text(_CONTENT.format(specials=days), "utf-8")
    shutil.copy(ROOT / "texts.yaml", folder)
    (folder / "faq.yaml").touch()


@dataclass
class Officer:
    """At a terminal of 80 columns, with the store of a desk."""

    content: Path
    data: Path
    store_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "CONTENT_DIR": str(self.content), "DATA_DIR": str(self.data), "NO_COLOR": "1",
            "COLUMNS": "80", "REDIS_URL": self.store_url, "SECRET_KEY": KEY, "TERM": "dumb",
        }  # fmt: skip

    def begins(self, *words: str) -> subprocess.Popen[str]:
        """A command that runs."""
        return subprocess.Popen(
            [TRUCBAN, "visits", *words], env=self.environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def says(self, *words: str, code: int = 0) -> str:
        """Everything a command prints. It runs here: a process for each takes a second longer."""
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            options = _parser().parse_args(["visits", *words])
            module, _, function = options.run.rpartition(".")
            command = getattr(import_module(f"bot.cli.{module}"), function)
            found = command(settings(self.environment, Path.cwd()), options)
        assert found == code, printed.getvalue()
        return printed.getvalue()

    def gets(self, *words: str) -> Any:
        """What a command tells a program."""
        return json.loads(self.says(*words, "--json"))


class Town:
    """What citizens have done."""

    def __init__(self, store: Store, content: Path) -> None:
        known = rota(content)
        self.store = store
        self.booking = Booking(store, Almanac(lambda: known), known.stations)
        self.reception = Reception(store, self.booking)
        self._requests = count()

    def act(self, now: datetime | None = None) -> Act:
        return Act(f"test.{next(self._requests)}", now or datetime.now(UTC))

    async def booked(  # noqa: PLR0913 - what differs between visits
        self,
        seat: Seat,
        name: str,
        phone: str,
        *,
        chat: bool = True,
        service: str = "can_cuoc",
        door: Address | None = None,
    ) -> Appointment:
        """A visit, made yesterday: seats of today's early hours can be had too."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        if not chat:
            wish = Wish(STATION, service, (seat,))
            result = await self.reception.add(self.act(yesterday), wish, Personal(name, phone))
        else:
            address = door or Address("telegram", "bot", phone)
            who = person(address, self.store.names)
            held = await self.booking.hold(who, self.act(yesterday), Wish(STATION, service, (seat,)))
            assert held.appointment
            ticket = next(iter(self.booking.tickets(self.booking.code(held.appointment))))
            result = await self.booking.confirm(
                who, self.act(yesterday), ticket, Personal(name, phone, address)
            )
        assert result.appointment, result
        return result.appointment

    def code(self, visit: Appointment) -> str:
        return self.booking.code(visit)


@asynccontextmanager
async def town(url: str, content: Path) -> AsyncIterator[Town]:
    store = await open_store(url, Seals([KEY]))
    try:
        yield Town(store, content)
    finally:
        await store.close()
