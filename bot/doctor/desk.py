"""The open desk, asked from here and from where citizens ask it."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import ClientError, ClientTimeout, WSServerHandshakeError

from bot.config import Settings
from bot.domain.finding import Finding, broken, fine, look

PATIENCE = ClientTimeout(total=6, sock_connect=3)
_AGEING, _OLD = 21, 7  # days a certificate has left, from where it should have been renewed; and is urgent
_PORT = 443
_LINE = re.compile(r"^((?:trucban|process)_[a-z_]+)(?:\{([^}]*)\})? (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk says at HOST:PORT.

    `state` is that of /readyz, None when nobody answers; `figures` are those of /metrics, by name and labels.
    """

    port: int
    state: dict[str, Any] | None = None
    figures: dict[tuple[str, tuple[tuple[str, str], ...]], float] = field(default_factory=dict)

    def figure(self, name: str, **labels: str) -> float | None:
        """The sum of a figure over all labels but these; None when there is none."""
        wanted = set(labels.items())
        found = [
            value for (each, those), value in self.figures.items() if each == name and wanted <= set(those)
        ]
        return sum(found) if found else None


async def desk(settings: Settings, session: aiohttp.ClientSession) -> Desk:
    """Ask the desk on this machine."""
    if not settings.port:
        return Desk(0)
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    base = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    try:
        async with session.get(f"{base}/readyz", timeout=PATIENCE) as answer:
            state = await answer.json(content_type=None)
        if not isinstance(state, dict) or "ready" not in state:
            return Desk(settings.port)
        key = {"Authorization": f"Bearer {settings.metrics_token}"} if settings.metrics_token else {}
        async with session.get(f"{base}/metrics", headers=key, timeout=PATIENCE) as answer:
            page = await answer.text()
    except (ClientError, TimeoutError, OSError, ValueError):
        return Desk(settings.port)
    figures = {
        (name, tuple(_LABEL.findall(labels))): float(value) for name, labels, value in _LINE.findall(page)
    }
    return Desk(settings.port, state, figures)


def judged(found: Desk) -> list[Finding]:
    """Whether the desk is open and fit."""
    if not found.port:
        return [look("desk_anywhere")]
    if found.state is None:
        return [broken("desk_closed", port=found.port)]
    said = []
    if not found.state.get("ready"):
        writes = found.state.get("store")
        said.append(broken("desk_unfit" if writes else "desk_no_store"))
    said += [each for of, how in found.state.get("doors", {}).items() if (each := _door(of, how))]
    restarts = found.figure("trucban_store_restarts") or 0
    if restarts:
        said.append(look("store_restarts", count=int(restarts)))
    alarms = found.figure("trucban_alarms_total") or 0
    if alarms:
        kinds = {
            dict(labels).get("kind", "") for name, labels in found.figures if name == "trucban_alarms_total"
        }
        said.append(look("alarms", count=int(alarms), kinds=", ".join(sorted(kinds))))
    return said or [fine("desk", port=found.port)]


def _door(of: str, how: str) -> Finding | None:
    """An account that the desk has found dead, or that is closed by hand."""
    state, _, why = how.partition(": ")
    if state == "down":
        return broken("door_down", of, why=why)
    return look("door_closed", of, door=of) if state == "closed" else None


@dataclass(frozen=True, slots=True)
class Public:
    """How PUBLIC_URL looks from here. None: not asked, for what comes before failed.

    `until` is the end of the certificate, `trust` why it is not trusted, `alive` whether our /healthz
    answers, `client` what that says of the address of whoever asks, `socket` whether /chat takes a
    WebSocket, `proofs` the files of Zalo's that are not served.
    """

    address: str
    trust: str | None = None
    until: datetime | None = None
    alive: bool = False
    client: str | None = None
    socket: bool | None = None
    proofs: tuple[str, ...] = ()


async def public(
    settings: Settings, session: aiohttp.ClientSession, proofs: tuple[str, ...], trusted: ssl.SSLContext
) -> Public | None:
    """Go to PUBLIC_URL as a citizen's browser would; None without one."""
    address = settings.public_url
    if address is None:
        return None
    trust, until = await _certificate(address, trusted) if address.startswith("https:") else (None, None)
    if trust:
        return Public(address, trust)
    try:
        async with session.get(
            f"{address}/healthz?client", timeout=PATIENCE, ssl=trusted, allow_redirects=False
        ) as answer:
            told = await answer.json(content_type=None)
        if not isinstance(told, dict) or told.get("alive") is not True:
            return Public(address, None, until)
        missing = tuple([path for path in proofs if not await _served(f"{address}{path}", session, trusted)])
        socket = await _socket(address, session, trusted)
        return Public(address, None, until, True, told.get("client"), socket, missing)
    except (ClientError, TimeoutError, OSError, ValueError):
        return Public(address, None, until)


async def _certificate(address: str, trusted: ssl.SSLContext) -> tuple[str | None, datetime | None]:
    """Why a certificate is not to be trusted, and until when it is."""
    parts = urlsplit(address)
    opening = asyncio.open_connection(
        parts.hostname, parts.port or _PORT, ssl=trusted, server_hostname=parts.hostname
    )
    try:
        _, writer = await asyncio.wait_for(opening, PATIENCE.total)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message or "?", None
    except (OSError, TimeoutError):
        return None, None  # not reachable: whoever asks next will see
    certificate = writer.get_extra_info("peercert")
    writer.close()
    return None, datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


async def _served(address: str, session: aiohttp.ClientSession, trusted: ssl.SSLContext) -> bool:
    async with session.get(address, timeout=PATIENCE, ssl=trusted) as answer:
        return answer.status == 200


async def _socket(address: str, session: aiohttp.ClientSession, trusted: ssl.SSLContext) -> bool:
    """Whether a WebSocket comes through; nothing is said on it, so no talk begins."""
    try:
        async with asyncio.timeout(PATIENCE.total):
            socket = await session.ws_connect(f"{address}/chat", ssl=trusted, origin=address)
            await socket.close()
    except (WSServerHandshakeError, ClientError, TimeoutError, OSError):
        return False
    return True


def public_judged(found: Public | None, now: datetime, *, proxies: bool) -> list[Finding]:
    """What is wrong on the way from citizens to us. `proxies`: TRUSTED_PROXIES names some."""
    if found is None:
        return []
    if found.trust:
        return [broken("untrusted", address=found.address, why=found.trust)]
    if not found.alive:
        return [broken("unreachable", address=found.address)]
    said = []
    if found.until is not None:
        days = (found.until - now).days
        if days < _AGEING:
            said.append((broken if days < _OLD else look)("certificate", days=days))
    if not found.socket:
        said.append(broken("no_socket", address=found.address))
    if found.client == "ignored":
        said.append(look("client_ignored"))
    if found.client == "direct" and proxies:
        said.append(look("client_untold"))
    said += [broken("no_proof", address=found.address, path=path) for path in found.proofs]
    return said or [fine("public", address=found.address)]
