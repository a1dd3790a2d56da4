"""How python-telegram-bot reaches the Bot API: aiohttp, many times its default's rate (`bench/transport.py`).

The Bot API has no key against repetition. So two failures are told apart: what certainly was not sent, and
what may have arrived although no answer came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import ClientConnectorError, ClientError, ClientTimeout, ConnectionTimeoutError
from pydantic_core import to_json
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

_CONNECT = 5.0  # seconds
PATIENCE = 25.0  # seconds from the first byte to the last
_IDLE = (
    20.0  # seconds a connection is kept; shorter than the servers' own patience, so that they rarely hang up
)
_JSON = {"Content-Type": "application/json"}
_LIMIT = 64  # connections


class NotSent(NetworkError):  # noqa: N818 - says what is so
    """There was no connection: nothing can have arrived."""


class Unanswered(TimedOut):
    """It was sent, and then there was no answer: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a method is given, in the shape of python-telegram-bot's RequestData, but without its objects.

    Making them, and messages of what comes back, costs as much as the sending.
    """

    parameters: dict[str, Any]
    contains_files: bool = False


async def called(bot: Bot, method: str, fields: dict[str, Any]) -> Any:
    """What a method of the Bot API returns, as it is.

    Raises:
        TelegramError: refused, not sent, or unanswered.
    """
    given: Any = Fields(fields)
    return await bot.request.post(f"{bot.base_url}/{method}", request_data=given)


class Transport(BaseRequest):
    """One pool of connections. `patience`: seconds to wait for an answer."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds; asked for by python-telegram-bot."""
        return self._patience

    async def initialize(self) -> None:
        """Make the pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_LIMIT, keepalive_timeout=_IDLE)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0913, PLR0917 - python-telegram-bot's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,  # noqa: ARG002
        write_timeout: object = None,  # noqa: ARG002
        connect_timeout: object = None,  # noqa: ARG002
        pool_timeout: object = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Status and body of an answer.

        Raises:
            NotSent: no connection.
            Unanswered: sent, no answer.
        """
        await self.initialize()
        assert self._session  # noqa: S101 - made above
        timeout = ClientTimeout(total=self._patience, sock_connect=_CONNECT)
        given = request_data.parameters if request_data else None
        body, headers = (to_json(given), _JSON) if given else (None, None)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout
            ) as answer:
                return answer.status, await answer.read()
        # Never their own words: they hold the address, and the address the token.
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (ClientError, TimeoutError, OSError) as error:
            raise Unanswered(type(error).__name__) from None
