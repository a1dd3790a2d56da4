"""The access token of one account, renewed in time, by one process of all.

A refresh token can be used once: with every use a new pair comes, and the old one is dead. So the new pair is
on our own disk before anything else is done with it (`Spare`), and then in the store, in place of exactly the
one it was made from. Killed in between, the next start finds the spare. Were even that lost, the access token
of before still works for some hours: enough for an operator to put in a new one (`trucban zalo token`).
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError
from redis.exceptions import RedisError

from bot.accounts import ZALO_OA, ZaloAccount
from bot.channels.zalo_oa.oauth import DeniedError, OAuth, UnansweredError
from bot.errors import StoreError
from bot.metrics import Metrics
from bot.store.sealing import Seals
from bot.store.tokens import Kept, Pair, Tokens
from bot.store.turns import Turns

LIFE_USED = 0.8  # of an access token's life, when it is renewed
OLD = timedelta(days=60)  # a refresh token lives for 90
_LOOK = 60.0  # seconds between looks
_FAILED = 2  # renewals in a row that fail before the operator is told
_DENIED_AGAIN = timedelta(minutes=10)
_UNANSWERED_AGAIN = timedelta(seconds=30)
_OTHERS = 20.0  # seconds another process is waited for that is renewing them
_AGAIN = 0.2
_SOON = timedelta(seconds=30)  # before its end an access token counts as ended
_log: Any = structlog.get_logger("zalo")


class Keeper:
    """The tokens of one account, as this process knows them."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it needs of the house
        self, account: ZaloAccount, tokens: Tokens, turns: Turns, oauth: OAuth, spare: Spare, metrics: Metrics
    ) -> None:
        self.account = account
        self._tokens, self._turns, self._oauth = tokens, turns, oauth
        self._spare, self._metrics = spare, metrics
        self._known: Kept | None = None
        self._failed = 0
        self._denied: int | None = None  # generation whose refresh token Zalo does not take
        self._failing: tuple[int, datetime] | None = None  # generation, and until when it is left alone
        self._renewing: asyncio.Task[None] | None = None

    async def access(self) -> str | None:
        """An access token that still lives; None when there is none."""
        if self._known is None:
            await self._take_up()
        if self._known is None or self._ended(self._known.pair):
            self._known = await self._newest()
        if self._known is None or self._ended(self._known.pair):
            await self.renew(self._known)
        return None if self._known is None or self._ended(self._known.pair) else self._known.pair.access

    async def refused(self, access: str) -> str | None:
        """Zalo does not take this token: another one, if there is or can be one."""
        self._known = await self._newest()
        if self._known and self._known.pair.access == access:
            await self.renew(self._known)
        found = self._known.pair.access if self._known else None
        return None if found == access else found

    def state(self) -> str:
        """How it stands, in a word."""
        if self._known is None:
            return "no token"
        return "token ended" if self._ended(self._known.pair) else "open"

    @property
    def may_renew(self) -> bool:
        """Whether there is a refresh token that Zalo has not said no to."""
        return self._known is not None and self._known.generation != self._denied

    async def keep(self) -> None:
        """Renew in time, for ever."""
        while True:
            try:
                await self.look()
            except (RedisError, OSError, StoreError) as error:
                _log.warning("tokens not looked at", error=type(error).__name__)
            await asyncio.sleep(_LOOK)

    async def look(self) -> None:
        """Take up what lies about, renew what is due, tell of what grows old."""
        await self._take_up()
        kept = self._known = await self._newest()
        if kept is None:
            self._metrics.alarm("zalo_no_token", self.account.id)
            return
        now, pair = datetime.now(UTC), kept.pair
        if now >= pair.made + (pair.expires - pair.made) * LIFE_USED:
            await self.renew(kept)
        made = self._known.pair.made if self._known else pair.made
        self._metrics.tokens.labels(ZALO_OA, self.account.id).set(made.timestamp())
        if now - made > OLD:
            self._metrics.alarm("zalo_token_old", self.account.id)

    async def renew(self, kept: Kept | None) -> None:
        """Get the next pair for this one, unless somebody else has done so.

        Whoever waits may be cancelled; the renewal goes on, for with its answer the account would be lost.
        """
        if kept is None:
            return
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(kept))
        await asyncio.shield(self._renewing)

    async def close(self) -> None:
        """Wait for a renewal that was begun."""
        if self._renewing:
            await asyncio.wait([self._renewing])

    async def _renew(self, kept: Kept) -> None:
        until = asyncio.get_running_loop().time() + _OTHERS
        while not await self._tried(kept) and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110
            await asyncio.sleep(_AGAIN)

    async def _tried(self, kept: Kept) -> bool:
        """Whether there is nothing more to wait for; False while another process is at it."""
        async with self._turns.taken(f"token:{ZALO_OA}:{self.account.id}") as ours:
            if ours:
                await self._take_up()
            newest = self._known = await self._newest()
            now = datetime.now(UTC)
            if newest is None or newest.generation != kept.generation:
                return True
            if self._failing and self._failing[0] == kept.generation and now < self._failing[1]:
                return True
            if ours is None:
                return False
            try:
                pair = await self._oauth.renewed(self.account, newest.pair.refresh, now)
            except DeniedError as error:
                self._failing = (newest.generation, now + _DENIED_AGAIN)
                self._denied = newest.generation
                _log.error("token denied", account=self.account.id, code=error.code)
                self._metrics.alarm("zalo_token", self.account.id)
            except UnansweredError as error:
                self._failed += 1
                self._failing = (newest.generation, now + _UNANSWERED_AGAIN)
                _log.warning("token not renewed", account=self.account.id, error=str(error))
                if self._failed >= _FAILED:
                    self._metrics.alarm("zalo_token_failed", self.account.id)
            else:
                self._failed = 0
                self._spare.write(newest.generation, pair)  # on our disk first
                await self._take(newest.generation, pair)
            return True

    async def _take(self, generation: int, pair: Pair) -> None:
        """Make what came of a generation the pair to use, unless there is a newer one."""
        newest = await self._newest()
        if newest is None or newest.generation == generation or newest.pair.made < pair.made:
            before, now = newest.generation if newest else 0, datetime.now(UTC)
            if await self._tokens.replace(ZALO_OA, self.account.id, before, pair, now):
                _log.info("token renewed", account=self.account.id)
        self._spare.remove()
        self._known = await self._newest()

    async def _take_up(self) -> None:
        """A pair that was on disk and not yet in the store; else a first one from the settings."""
        found = self._spare.read()
        if found:
            await self._take(*found)
        if self.account.refresh_token and await self._newest() is None:
            now = datetime.now(UTC)
            await self._tokens.replace(
                ZALO_OA, self.account.id, 0, first(self.account.refresh_token, now), now
            )

    async def _newest(self) -> Kept | None:
        return await self._tokens.newest(ZALO_OA, self.account.id)

    @staticmethod
    def _ended(pair: Pair) -> bool:
        return datetime.now(UTC) >= pair.expires - _SOON


def first(refresh: str, now: datetime) -> Pair:
    """A pair of which only the refresh token is known; it is renewed at once."""
    return Pair("", refresh, now, now)


class Spare:
    """A file for a pair that is not yet in the store: sealed, its owner's only, whole or not there."""

    _CONTENT = TypeAdapter(tuple[int, Pair])

    def __init__(self, folder: Path, account: str, seals: Seals) -> None:
        self._path, self._seals = folder / f"zalo-{account}.token", seals

    def write(self, generation: int, pair: Pair) -> None:
        """On disk when this returns; a disk that is full is no reason to lose the pair: the store is next."""
        temporary = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(self._seals.seal(self._CONTENT.dump_json((generation, pair))))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # the name too
            finally:
                os.close(folder)
        except OSError as error:
            _log.error("spare not written", error=type(error).__name__)

    def read(self) -> tuple[int, Pair] | None:
        """What was written, if it can be read."""
        try:
            return self._CONTENT.validate_json(self._seals.open(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, StoreError, ValidationError) as error:
            _log.error("spare not read", error=type(error).__name__)
            return None

    def remove(self) -> None:
        """It is in the store now, or of no use any more."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:  # it is older than the store's next time, and passed over
            _log.error("spare not removed", error=type(error).__name__)
