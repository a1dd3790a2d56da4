"""The open house: every part that runs while the desk is open, started and stopped in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web

from bot.caretaker import Keeping
from bot.channels import server as site
from bot.channels.visitors import Visitors
from bot.channels.webchat.pages import Assets, Pages
from bot.channels.webchat.slips import SlipPages
from bot.channels.webchat.socket import Sockets
from bot.channels.webchat.tables import Tables
from bot.clerk import Clerk, Surroundings
from bot.config import Role, Settings
from bot.content.files import say
from bot.content.shelf import Shelf
from bot.courier import Courier
from bot.dispatch import Dispatch
from bot.domain.health import Rules
from bot.domain.message import Address
from bot.doors import Doors, check
from bot.errors import StoreError
from bot.metrics import Metrics
from bot.offices import Offices, Reach
from bot.services.handover import NOWHERE
from bot.services.lookout import Lookout
from bot.services.mailings import Mailings
from bot.services.notices import Notices
from bot.services.onward import NextDoors
from bot.services.outages import DOOR
from bot.services.relay import TALK
from bot.services.shut import ShutDoors
from bot.services.silence import Silence
from bot.services.telling import Teller
from bot.services.watch import AccountsWatch
from bot.steward import Steward
from bot.store.connection import Store, ended
from bot.store.health import Health
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.records import Records
from bot.store.server import Server
from bot.store.signals import Signals
from bot.store.turns import Turns
from bot.store.upkeep import Upkeep
from bot.vitals import Vitals

_DRAIN = 20.0  # seconds for what was begun, at the end; for answering and for sending each
_KEEPALIVE = 75.0  # seconds an idle connection stays open; longer than a proxy in front of us waits
_log: Any = structlog.get_logger("house")


class House:
    """One process of the desk. `clock` is the time of its talks; tests move it."""

    def __init__(  # noqa: PLR0913, PLR0917 - all it is made of
        self,
        settings: Settings,
        store: Store,
        server: Server | None,
        shelf: Shelf,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        rules: Rules | None = None,
    ) -> None:
        """`rules`: how soon a door counts as dead."""
        self._settings, self._store, self._server, self._shelf = settings, store, server, shelf
        self._metrics = Metrics()
        inbox, signals = Inbox(store), Signals(store)
        self._shared = None if server else signals  # our own server is used by this process alone
        records, outbox = Records(store), Outbox(store, inbox)
        known = shelf.current.known
        self._watch = watch = AccountsWatch(
            Health(store), settings.accounts.every, self._metrics, rules=rules
        )
        self._offices = offices = Offices(
            store, outbox, records, lambda: shelf.current.known, settings.public_url, self._metrics,
            Reach(lambda: self._doors.senders, lambda who: self._sockets.told(who, None), clock, watch),
        )  # fmt: skip
        self._outages = offices.outages(watch, self._tied_to)
        shut = ShutDoors(watch, self._outages.words, settings.public_url)
        around = Surroundings(lambda: shelf.current, self._station_of, clock, shut)
        self._courier = Courier(
            inbox,
            Clerk(offices.desk, offices.officers, around, self._metrics),
            self._metrics,
            Keeping(settings.keep_talks, settings.keep_unclear),
        )
        self._visitors = Visitors(settings.trusted_proxies)
        self._sockets = Sockets(
            inbox, self._courier.hear, self._says, self._metrics, self._visitors, settings.public_url
        )
        self._silence = Silence(watch.kept, watch.accounts, Turns(store), self._metrics)
        hear = self._silence.beside(self._courier.hear)
        self._doors = Doors(settings, store, inbox, hear, self._says, self._metrics)
        self._dispatches = {
            channel: Dispatch(channel, door, outbox, self._says, self._metrics, watch=watch)
            for channel, door in self._doors.senders.items()
        }
        outbox.tell(self._dispatches)
        self._lookout = Lookout(watch, Turns(store), self._metrics, self._doors.probe, self._outages.told)
        self._talk_doors = offices.talk_doors(self._outages.words)
        onward = NextDoors(outbox, offices.ways, lambda who: self._sockets.told(who, None))
        notices = Notices(
            offices.booking, outbox, lambda: shelf.current.known, self._doors.senders, offices.slips.link,
            teller=Teller(outbox, self._doors.senders, onward, settings.accounts.writing(self._station_of)),
        )  # fmt: skip
        for dispatch in self._dispatches.values():
            for about in notices.wanted():
                dispatch.go_on(about, onward)
            dispatch.ask_before(DOOR, self._outages.wanted)
            dispatch.go_on(TALK, self._talk_doors)
            for about, wanted in (notices.wanted() | offices.wanted(clock)).items():
                dispatch.ask_before(about, wanted)
        self._steward = Steward(
            store, offices.booking, offices.reception, notices, lambda: shelf.current.known, clock,
            self._metrics,
        )  # fmt: skip
        self._clock = clock
        self._upkeep = Upkeep(store, settings.data_dir / "backups", settings.keep_backups)
        self.port, self._role = settings.port, Role.ALL
        self._tied = settings.accounts.stations
        self._vitals = Vitals(store, server, shelf, self._doors.state, self._metrics, watch)
        check(settings, known)

    def _posts(self) -> tuple[str, ...]:
        """Where talks may be handed over: every station, and that of who has named none."""
        return (*self._shelf.current.known.stations, NOWHERE)

    def _says(self, key: str) -> str:
        return self._shelf.current.known.says(key)

    def _tied_to(self, channel: str, account: str) -> str | None:
        """The station an account is tied to, by the settings or by the content."""
        return self._tied.get((channel, account)) or self._shelf.current.known.station_of(channel, account)

    def _station_of(self, address: Address) -> str | None:
        return self._tied_to(address.channel, address.account)

    def address(self, role: Role) -> str:
        """One line for the operator: where the page is."""
        if role is Role.WORKER:
            return say("run", "working")
        host = "127.0.0.1" if self._settings.host in {"0.0.0.0", "::"} else self._settings.host  # noqa: S104
        return say("run", "open", address=self._settings.public_url or f"http://{host}:{self.port}")

    @asynccontextmanager
    async def open(self, role: Role) -> AsyncIterator[None]:
        """Open; on leaving, take in nothing new, finish what was begun, then close."""
        self._role = role
        self._vitals.note_content()
        await self._offices.booking.follow()
        await self._watch.refresh()
        if self._server:
            await self._courier.take_over()
            await self._doors.take_over()
            for each in self._dispatches.values():
                await each.take_over()
        # First: when the port is taken, nothing runs yet that would have to be ended.
        runner = await self._serve(role)
        async with asyncio.TaskGroup() as parts:
            around = [parts.create_task(each) for each in self._around(role)]
            answering: list[asyncio.Task[None]] = []
            sending: list[asyncio.Task[None]] = []
            if role is not Role.WEB:
                work = self._courier.work(self._sockets.told, self._dispatches, self._shared)
                answering = [parts.create_task(work)]
                sending = [parts.create_task(d.work(self._shared)) for d in self._dispatches.values()]
                sending.append(parts.create_task(self._offices.mailings.work(self._clock)))
            try:
                yield
            finally:
                for listening in list(runner.sites):
                    await listening.stop()
                await self._finished([self._courier], answering)
                await self._finished([*self._dispatches.values(), self._offices.mailings], sending)
                await self._sockets.close()
                await runner.cleanup()
                await ended(*around)
                await self._doors.close()

    def _around(self, role: Role) -> Iterator[Coroutine[Any, Any, None]]:
        """What goes on beside answering and sending."""
        yield from (
            self._vitals.follow(self._offices.booking.follow),
            self._shelf.study(),
            self._watch.follow(),
        )
        yield self._silence.work(None if role is Role.WEB else self._doors.deaf)
        yield from self._doors.running(role)
        if role is not Role.WEB:
            yield from (self._upkeep.work(), self._steward.work(), self._lookout.look())
            yield self._talk_doors.work(self._clock)
            yield from self._offices.loops(self._posts, self._clock)
        if role is not Role.WORKER:
            yield self._sockets.follow(self._shared)

    async def _finished(
        self, parts: Iterable[Courier | Dispatch | Mailings], tasks: list[asyncio.Task[None]]
    ) -> None:
        """Have parts of the house finish what they have begun."""
        for part in parts:
            part.close()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_DRAIN)
            await ended(*late)

    async def _serve(self, role: Role) -> web.AppRunner:
        assets = Assets()
        watch = site.Watch(
            lambda: self._vitals.ready(self._role), self._metrics, self._settings.metrics_token
        )
        sockets = self._sockets if role is not Role.WORKER else None
        hooks = self._doors.hooks if role is not Role.WORKER else site.Hooks({}, {})
        pages = Pages(
            lambda: self._shelf.current, assets, self._visitors,
            lambda: self._outages.banners(datetime.now(UTC)),
        )  # fmt: skip
        quiet = self._offices.booking.rules.quiet
        slips = SlipPages(
            pages, self._offices.slips, self._visitors, lambda: self._shelf.current.known, quiet
        )
        tables = Tables(pages, self._offices.exports, self._clock)
        runner = web.AppRunner(
            site.build(pages, assets, sockets, hooks, watch, self._settings.public_url, slips, tables),
            access_log=None,
            shutdown_timeout=5,
            handle_signals=False,
            keepalive_timeout=_KEEPALIVE,
        )
        await runner.setup()
        listening = web.TCPSite(runner, self._settings.host, self._settings.port, backlog=1024)
        try:
            await listening.start()
        except OSError as error:
            await runner.cleanup()
            raise StoreError("port", port=self._settings.port, error=str(error)) from error
        self.port = runner.addresses[0][1]
        return runner
