"""Too many visits from one address, over the wire: who is counted, and who is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

import aiohttp
import pytest
from aiohttp import web

from bot.channels.visitors import A_SECOND, AT_ONCE, Visitors


class Gate:
    """A server that lets visitors in or not; its clock stands still unless moved."""

    def __init__(self, *proxies: str) -> None:
        self.now = 0.0
        self._visitors = Visitors([ip_network(proxy) for proxy in proxies], lambda: self.now)
        self._session: aiohttp.ClientSession
        self._url = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Gate]:
        site = web.Application()
        site.router.add_get("/", self._handle)
        runner = web.AppRunner(site)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        try:
            async with aiohttp.ClientSession() as self._session:
                yield self
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        return web.Response(status=200 if self._visitors.admits(request) else 429)

    async def admitted(self, times: int, forwarded: str | None = None) -> int:
        """How many of so many visits were let in."""
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        found = 0
        for _ in range(times):
            async with self._session.get(self._url, headers=headers) as answer:
                found += answer.status == 200
        return found


async def test_an_address_behind_a_proxy_is_limited_and_may_come_back() -> None:
    async with Gate("127.0.0.0/8").open() as gate:
        assert await gate.admitted(AT_ONCE + 5, "113.160.1.1") == AT_ONCE
        assert await gate.admitted(1, "113.160.1.2") == 1
        gate.now += 3 / A_SECOND
        assert await gate.admitted(5, "113.160.1.1") == 3


async def test_what_a_visitor_says_of_itself_is_not_believed() -> None:
    async with Gate("127.0.0.0/8", "10.0.0.0/8").open() as gate:
        found = 0
        for i in range(AT_ONCE + 5):
            found += await gate.admitted(1, f"8.8.4.{i}, 113.160.1.1, 10.0.0.7")
        assert found == AT_ONCE


async def test_a_household_of_ipv6_is_one_visitor() -> None:
    async with Gate("127.0.0.0/8").open() as gate:
        found = 0
        for i in range(AT_ONCE + 5):
            found += await gate.admitted(1, f"2402:800:6100:1::{i:x}")
        assert found == AT_ONCE
        assert await gate.admitted(1, "2402:800:6100:2::1") == 1


@pytest.mark.parametrize("forwarded", [None, "113.160.1.1", "nonsense", "192.168.1.4"])
async def test_nobody_is_limited_behind_a_proxy_we_do_not_know(forwarded: str | None) -> None:
    async with Gate().open() as gate:
        assert await gate.admitted(AT_ONCE + 5, forwarded) == AT_ONCE + 5


@pytest.mark.parametrize("forwarded", [None, "nonsense", "192.168.1.4", "10.1.1.1, 10.1.1.2"])
async def test_private_or_unreadable_addresses_are_not_counted(forwarded: str | None) -> None:
    async with Gate("127.0.0.0/8", "10.0.0.0/8").open() as gate:
        assert await gate.admitted(AT_ONCE + 5, forwarded) == AT_ONCE + 5
