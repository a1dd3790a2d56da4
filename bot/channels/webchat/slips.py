"""The slip of an appointment, which names nobody: `/hen/<token>`, and for a calendar `/hen/<token>.ics`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Protocol

import segno
from aiohttp import web
from markupsafe import Markup
from redis.exceptions import RedisError

from bot.channels.visitors import Visitors
from bot.channels.webchat.pages import Pages
from bot.conversation import reminding
from bot.conversation.errands import bring
from bot.domain.appointment import Appointment, Status
from bot.domain.knowledge import Knowledge
from bot.domain.reminder import alarms

_ALONE = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
_OFF = frozenset({Status.CANCELLED, Status.DISPLACED})  # nobody is expected at that time
_SCALE = 6  # pixels of a module of the QR code, before the page scales it


class Finder(Protocol):
    """Knows appointments by the token of their slip."""

    async def find(self, token: str) -> Appointment | None:
        """The appointment as it stands; None when the token is wrong or too old."""

    def token(self, appointment: Appointment) -> str:
        """What stands in the slip's address."""

    def link(self, appointment: Appointment) -> str | None:
        """The slip's address, where we know our own."""

    def code(self, appointment: Appointment) -> str:
        """The code people are given."""


@dataclass(frozen=True, slots=True)
class SlipPages:
    """Serves slips. `known` is the content in use, `quiet` the hours of the night."""

    pages: Pages
    finder: Finder
    visitors: Visitors
    known: Callable[[], Knowledge]
    quiet: tuple[int, int]

    async def page(self, request: web.Request) -> web.Response:
        """`GET /hen/<token>`."""
        found = await self._found(request)
        if found is None:
            return self._alone(self.pages.rendered("hen_nothing.html", status=404))
        known, code = self.known(), self.finder.code(found)
        response = self.pages.rendered(
            "hen.html",
            code=code,
            qr=Markup(_drawn(code)),  # noqa: S704 - drawn by us, of letters and digits
            state=str(found.status),
            off=found.status in _OFF,
            when=reminding.dated(known, found),
            where=reminding.where(known, found),
            service=reminding.service(known, found),
            matters=bring(known, found),
            anything=known.says("remind_bring_any"),
            ics=f"/hen/{self.finder.token(found)}.ics",
            start=found.station,
        )
        return self._alone(response)

    async def calendar(self, request: web.Request) -> web.Response:
        """`GET /hen/<token>.ics`."""
        found = await self._found(request)
        if found is None:
            return self._alone(self.pages.rendered("hen_nothing.html", status=404))
        # In a thread: its library takes a tenth of a second to load, once.
        ical = await asyncio.to_thread(import_module, "bot.channels.ical")
        known, code, words = self.known(), self.finder.code(found), self.pages.words
        entry = ical.Entry(
            uid=f"{self.finder.token(found)}@trucban",
            version=found.version,
            title=words["hen_entry"].format(service=reminding.service(known, found), code=code),
            begins=found.at,
            minutes=found.seat.minutes if found.seat else 0,
            place=reminding.where(known, found),
            details="\n".join(self._details(known, found, code)),
            cancelled=found.status in _OFF,
            alarms=alarms(found.at, self.quiet),
            url=self.finder.link(found),
        )
        headers = {"Content-Type": ical.KIND, "Content-Disposition": f'inline; filename="{code}.ics"'}
        return self._alone(web.Response(body=ical.written(entry, datetime.now(UTC)), headers=headers))

    def _details(self, known: Knowledge, found: Appointment, code: str) -> list[str]:
        words = self.pages.words
        matters = bring(known, found)
        things = [f"- {each.label}: {'; '.join(each.bring)}".replace("**", "") for each in matters]
        head = words["hen_bring"] + ":" if things else known.says("remind_bring_any")
        return [f"{words['hen_code']}: {code}", head, *things]

    async def _found(self, request: web.Request) -> Appointment | None:
        if not self.visitors.admits(request):
            words = self.known().says("slow_down").replace("**", "")
            raise web.HTTPTooManyRequests(text=words, headers={"Retry-After": "60"})
        try:
            return await self.finder.find(request.match_info["token"])
        except (RedisError, OSError):
            busy = self.pages.words["hen_busy"]
            raise web.HTTPServiceUnavailable(text=busy, headers={"Retry-After": "30"}) from None

    @staticmethod
    def _alone(response: web.Response) -> web.Response:
        """Not to be found by searching, nor kept on the way."""
        response.headers.update(_ALONE)
        return response


def _drawn(code: str) -> str:
    """The QR code of a code: dark on white whatever the page's colours, or phones cannot read it."""
    drawn: str = segno.make_qr(code, error="m").svg_inline(
        scale=_SCALE, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return drawn
