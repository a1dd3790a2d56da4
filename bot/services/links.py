"""Whether an official link answers: looked at within bounds, and nothing that is not official is asked."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Callable, Collection
from enum import StrEnum
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.warning import is_official

LASTS = 6.0  # seconds for all of it
HOPS = 4  # redirects
BYTES = 64 * 1024  # of what is answered
PICTURE = 5_000_000  # bytes that doors take of one
_LEADS_ON = frozenset({301, 302, 303, 307, 308})
_AGENT = "TrucBan/1.0 (kiem tra lien ket)"


class Wants(StrEnum):
    """What a link shall lead to."""

    PAGE = "page"
    PICTURE = "picture"


class Outside(AbstractResolver):
    """Names of hosts, without those that lead into our own network."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        """The public addresses of a host.

        Raises:
            OSError: it has none.
        """
        self._resolver = self._resolver or aiohttp.DefaultResolver()
        found = await self._resolver.resolve(host, port, family)  # type: ignore[arg-type]  # as aiohttp asks
        public = [each for each in found if ipaddress.ip_address(each["host"]).is_global]
        if not public:
            raise OSError(f"no public address: {host}")
        return public

    async def close(self) -> None:
        """Let go of the resolver behind."""
        if self._resolver:
            await self._resolver.close()


class Links:
    """Looks at links. `official` gives the endings of hosts that may be asked; tests give a resolver."""

    def __init__(
        self,
        official: Callable[[], Collection[str]],
        resolver: Callable[[], AbstractResolver] = Outside,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._official, self._resolver, self._trust = official, resolver, trust

    async def answers(self, url: str, wants: Wants = Wants.PAGE) -> bool:
        """Whether something of that kind is there."""
        try:
            async with asyncio.timeout(LASTS), self._session() as session:
                for _ in range(HOPS + 1):
                    if not is_official(url, self._official()):
                        return False
                    async with session.get(url, allow_redirects=False) as answer:
                        there = answer.headers.get("Location")
                        if answer.status in _LEADS_ON and there:
                            url = urljoin(url, there)
                            continue
                        return await _fits(answer, wants)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return False
        return False

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver(), ssl=self._trust or True, limit=1, use_dns_cache=False
        )
        return aiohttp.ClientSession(
            connector=connector, headers={"User-Agent": _AGENT}, cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False, auto_decompress=False, read_bufsize=BYTES,
        )  # fmt: skip


async def _fits(answer: aiohttp.ClientResponse, wants: Wants) -> bool:
    """Whether an answer is what was wanted; of a page that asks who we are it is enough that it is there."""
    if wants is Wants.PICTURE:
        size = answer.content_length
        return answer.status == 200 and answer.content_type.startswith("image/") and (size or 0) <= PICTURE
    if answer.status not in {200, 401, 403}:
        return False
    await answer.content.read(BYTES)
    return True
