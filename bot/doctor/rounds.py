"""All subjects looked at side by side. What fails or takes too long is a finding too, and hides no other."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import aiohttp

from bot.channels.platform import Looking
from bot.config import Settings
from bot.conversation.days import VIETNAM
from bot.doctor import accounts, clock, contents, desk, given, keeping, people, storing
from bot.doctor.desk import Desk
from bot.doctor.storing import Held
from bot.domain.finding import Finding, broken, look
from bot.doors import proofs
from bot.errors import SettingsError, StoreError, where
from bot.store.connection import Store

LIMIT = 25.0  # seconds for one subject
_QUICK = 8.0  # seconds for what several subjects need


class Subject(StrEnum):
    """What is looked at, in the order it is told."""

    SETTINGS = "settings"
    STORE = "store"
    CLOCK = "clock"
    DESK = "desk"
    ACCOUNTS = "accounts"
    CONTENT = "content"
    DISK = "disk"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the doctor looks: the environment, the folder it was called in, whom it trusts on https."""

    environment: Mapping[str, str]
    here: Path
    files: tuple[Path, ...] = given.FILES
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)


Findings = dict[Subject, list[Finding]]


async def rounds(place: Place, now: datetime) -> Findings:
    """Look at everything. Whatever is wrong is among the findings; nothing is raised."""
    read = given.given(place.environment, place.here)
    found: Findings = {each: [] for each in Subject}
    found[Subject.SETTINGS] = given.judged(given.facts(read, place.environment, place.here, place.files))
    if read.settings is None:
        found[Subject.SETTINGS].append(broken("unreadable_settings"))
        return found
    async with aiohttp.ClientSession() as session:
        await _Rounds(place, read, read.settings, session, now, found).go()
    return found


class _Rounds:
    """One look at everything; what several subjects need is asked once."""

    def __init__(  # noqa: PLR0913, PLR0917 - all there is to go by
        self, place: Place, read: given.Given, settings: Settings, session: aiohttp.ClientSession,
        now: datetime, found: Findings,
    ) -> None:  # fmt: skip
        self._place, self._read, self._settings = place, read, settings
        self._session, self._now, self._found = session, now, found
        self._held, self._desk, self._content = Held(), Desk(settings.port), contents.Facts(None)
        self._store: Store | None = None

    async def go(self) -> None:
        """What others build on first, then the rest."""
        first = (self._find_store(), self._find_desk(), self._read_content())
        await asyncio.gather(*first, return_exceptions=True)  # what failed is missing where it is judged
        try:
            await asyncio.gather(
                self._judge(Subject.STORE, self._stored), self._judge(Subject.CLOCK, self._clock),
                self._judge(Subject.DESK, self._open), self._judge(Subject.ACCOUNTS, self._tied),
                self._judge(Subject.DISK, self._kept), self._judge(Subject.OFFICERS, self._people),
                self._judge(Subject.CONTENT, self._contents), *self._examinations(),
            )  # fmt: skip
        finally:
            if self._store:
                await self._store.close()

    async def _find_store(self) -> None:
        try:
            async with asyncio.timeout(_QUICK):
                self._held = await storing.held(self._settings)
        except TimeoutError as error:
            self._held = Held(error=StoreError("unreachable", error=type(error).__name__))
        with suppress(Exception):  # said where the store is judged, and by whoever needs it
            async with asyncio.timeout(_QUICK):
                self._store = await self._held.borrowed()

    async def _find_desk(self) -> None:
        self._desk = await desk.desk(self._settings, self._session)

    async def _read_content(self) -> None:
        async with asyncio.timeout(LIMIT):
            self._content = await asyncio.to_thread(contents.facts, self._settings)

    async def _judge(
        self, subject: Subject, look_at: Callable[[], Awaitable[list[Finding]]], of: str = ""
    ) -> None:
        """Have a subject looked at; a failure of ours or of what is looked at is told with its place."""
        try:
            async with asyncio.timeout(LIMIT):
                self._found[subject] += await look_at()
        except TimeoutError:
            self._found[subject].append(broken("too_slow", of, seconds=int(LIMIT)))
        except Exception as error:  # whatever it is, the others are told
            self._found[subject].append(broken("failed", of, error=type(error).__name__, place=where(error)))

    def _examinations(self) -> list[Awaitable[None]]:
        around = Looking(self._settings, self._session, self._store, self._now)
        each = accounts.examined(self._settings.accounts, around)
        return [self._judge(Subject.ACCOUNTS, examine, of) for of, examine in each.items()]

    async def _stored(self) -> list[Finding]:
        return storing.judged(
            self._held, key_missing=self._read.key_missing, volatile=self._settings.allow_volatile
        )

    async def _clock(self) -> list[Finding]:
        looked = self._held.looked
        return clock.judged(clock.facts(looked.skew if looked else None))

    async def _open(self) -> list[Finding]:
        said = desk.judged(self._desk)
        try:
            files = tuple(proofs(self._settings.accounts.verifiers))
        except SettingsError:
            files, said = (), [*said, broken("no_verifier")]
        public = await desk.public(self._settings, self._session, files, self._place.trusted)
        proxies = bool(self._settings.trusted_proxies)
        return [*said, *desk.public_judged(public, self._now, proxies=proxies)]

    async def _tied(self) -> list[Finding]:
        begun = self._now.timestamp()
        return accounts.judged(self._settings.accounts, self._content.known, self._desk, begun)

    async def _contents(self) -> list[Finding]:
        return contents.judged(self._content, self._desk, self._now.astimezone(VIETNAM).date())

    async def _kept(self) -> list[Finding]:
        seals = self._held.seals.fingerprints if self._held.seals and not self._read.key_missing else ()
        facts = await asyncio.to_thread(keeping.facts, self._settings)
        return keeping.judged(facts, seals, self._now)

    async def _people(self) -> list[Finding]:
        if self._store is None:
            return [look("officers_unread")]
        return people.judged(await people.facts(self._store), self._now)
