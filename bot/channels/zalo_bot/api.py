"""Calls of the Bot Platform (zalo-api 2.1). The token is part of the address: no error of ours quotes either.

The platform has no key against repetition. So three failures are told apart: what certainly did not get
through, what may have arrived although no answer came, and what was refused.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from aiohttp import ClientConnectorError, ClientError, ClientTimeout, ConnectionTimeoutError

PATIENCE = 30.0  # seconds from the first byte to the last; less than the outbox waits
_CONNECT = 5.0


class ApiError(Exception):
    """A call that did not succeed."""


class AwayError(ApiError):
    """It did not get through: there was no connection, or something before the platform answered."""


class UnansweredError(ApiError):
    """It was sent, and then there was no answer: it may have been done."""


class RefusedError(ApiError):
    """The platform does not do it; `code` is its own."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Api:
    """One bot. `base` is the platform's address."""

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str) -> None:
        self._session, self._address = session, f"{base}/bot{token}"

    async def call(self, method: str, patience: float = PATIENCE, **fields: object) -> Any:
        """What a method returns.

        Raises:
            ApiError: one of the three.
        """
        timeout = ClientTimeout(total=patience, sock_connect=_CONNECT)
        try:
            async with self._session.post(
                f"{self._address}/{method}", json=fields, timeout=timeout, allow_redirects=False
            ) as answer:
                status, raw = answer.status, await answer.read()
        except (ClientConnectorError, ConnectionTimeoutError):
            raise AwayError from None
        except (ClientError, TimeoutError, OSError):
            raise UnansweredError from None
        return _result(status, raw)


def _result(status: int, raw: bytes) -> Any:
    """What an answer holds; a success may name an error code too, so only `ok` counts."""
    try:
        found = json.loads(raw)
    except ValueError:  # a gateway's own words
        raise AwayError from None
    if not isinstance(found, dict) or not isinstance(found.get("ok"), bool):
        raise AwayError
    if found["ok"]:
        return found.get("result")
    code = found.get("error_code")
    raise RefusedError(code if isinstance(code, int) else status)
