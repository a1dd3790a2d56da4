"""Getting tokens from Zalo (zalo-api 1.7): an admin's approval or a refresh token, for a new pair."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import ClientTimeout

from bot.accounts import ZaloAccount
from bot.store.tokens import Pair

_PATIENCE = ClientTimeout(total=30, sock_connect=5)
_LIFE = 90_000  # seconds of an access token, if Zalo does not say


class DeniedError(Exception):
    """Zalo says no: the token was used, has expired or was taken back. `code` is its number."""

    def __init__(self, code: int) -> None:
        super().__init__(f"denied: {code}")
        self.code = code


class UnansweredError(Exception):
    """No answer, or none that can be read: the token may have been used up, or not."""


class OAuth:
    """Zalo's token office at `address`."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session, self._address = session, address

    async def renewed(self, account: ZaloAccount, refresh: str, now: datetime) -> Pair:
        """A new pair for a refresh token, which is used up by this.

        Raises:
            DeniedError, UnansweredError.
        """
        return await self._asked(account, {"grant_type": "refresh_token", "refresh_token": refresh}, now)

    async def approved(self, account: ZaloAccount, code: str, verifier: str, now: datetime) -> Pair:
        """The first pair, for the code an admin's approval gave.

        Raises:
            DeniedError, UnansweredError.
        """
        fields = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return await self._asked(account, fields, now)

    def consent(self, account: ZaloAccount, back: str, verifier: str, state: str) -> str:
        """The page on which an admin of the account approves; it leads to `back?code=…&state=…`."""
        asked = {"app_id": account.app_id, "redirect_uri": back, "state": state}
        asked["code_challenge"] = challenge(verifier)
        return f"{self._address}/v4/oa/permission?{urlencode(asked)}"

    async def _asked(self, account: ZaloAccount, fields: dict[str, str], now: datetime) -> Pair:
        try:
            async with self._session.post(
                f"{self._address}/v4/oa/access_token",
                data={"app_id": account.app_id, **fields},
                headers={"secret_key": account.app_secret},
                timeout=_PATIENCE,
                allow_redirects=False,  # the secret is for this address alone
            ) as answer:
                found: Any = json.loads(await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise UnansweredError(type(error).__name__) from None
        return _pair(found, now)


def verifier() -> str:
    """A new PKCE verifier: 43 letters."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """What stands for a verifier in the open (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _pair(found: Any, now: datetime) -> Pair:
    if not isinstance(found, dict):
        raise UnansweredError("no object")
    access, refresh = found.get("access_token"), found.get("refresh_token")
    if isinstance(access, str) and isinstance(refresh, str) and access and refresh:
        try:
            life = int(found.get("expires_in", _LIFE))
        except (TypeError, ValueError):
            life = _LIFE
        return Pair(access, refresh, now + timedelta(seconds=life), now)
    code = found.get("error")
    if isinstance(code, int) and code:
        raise DeniedError(code)
    raise UnansweredError("neither tokens nor an error")
