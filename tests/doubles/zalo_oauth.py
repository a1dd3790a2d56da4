"""Zalo's OAuth v4 as the API sheet describes it: consents, codes, pairs of tokens. State only, no wire."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PATH = "/v4/oa/access_token"
CODE_LIVES = 600.0
ACCESS_LIVES = 90_000.0  # 25 hours
REFRESH_LIVES = 90 * 86_400.0

BAD_REFRESH = -118
# The sheet names no numbers for these.
BAD_FORM, BAD_APP, BAD_SECRET, BAD_CODE, BAD_VERIFIER = -14001, -14002, -14004, -14010, -14011

_FIELDS = {
    "authorization_code": {"app_id", "grant_type", "code"},
    "refresh_token": {"app_id", "grant_type", "refresh_token"},
}
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43}")


@dataclass(frozen=True)
class Oa:
    """An Official Account and its app. `secret_key` signs events, `app_secret` is OAuth's."""

    id: str
    app_id: str
    app_secret: str
    secret_key: str


@dataclass(frozen=True)
class _Grant:
    oa: Oa
    until: float
    challenge: str | None = None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def refusal(code: int, name: str) -> dict[str, Any]:
    """A refusal in OAuth's own shape; it too comes with HTTP 200."""
    return {
        "error_name": name, "error_reason": name, "ref_doc": "https://example.invalid/oauth",
        "error_description": name, "error": code,
    }  # fmt: skip


def misfit(content_type: str, fields: Mapping[str, str]) -> str | None:
    """What is wrong with the form of a request, whatever its values are worth."""
    if content_type != "application/x-www-form-urlencoded":
        return f"content type {content_type}"
    wanted = _FIELDS.get(fields.get("grant_type", ""))
    if wanted is None:
        return f"grant_type {fields.get('grant_type')!r}"
    allowed = wanted | ({"code_verifier"} if "code" in wanted else set())
    if not wanted <= fields.keys() <= allowed or not all(fields.values()):
        return f"fields {sorted(fields)}"
    if "code_verifier" in fields and not _VERIFIER.fullmatch(fields["code_verifier"]):
        return "code_verifier is not 43 unreserved characters"
    return None


class Tokens:
    """Who may do what until when.

    `strict_access`: a refresh kills the old access token too; the sheet does not say.
    """

    def __init__(self, oas: tuple[Oa, ...], now: Callable[[], float], *, strict_access: bool = False) -> None:
        self._oas, self._now, self._strict = oas, now, strict_access
        self._codes: dict[str, _Grant] = {}
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def code(self, oa: Oa, challenge: str | None) -> str:
        """An admin pressed approve."""
        code = secrets.token_urlsafe(60)
        self._codes[code] = _Grant(oa, self._now() + CODE_LIVES, challenge)
        return code

    def access_token(self, oa: Oa) -> str:
        """One more valid access token."""
        token = f"AT_{secrets.token_urlsafe(120)}"
        self._access[token] = _Grant(oa, self._now() + ACCESS_LIVES)
        return token

    def refresh_token(self, oa: Oa) -> str:
        """One more valid refresh token."""
        token = f"RT_{secrets.token_urlsafe(120)}"
        self._refresh[token] = _Grant(oa, self._now() + REFRESH_LIVES)
        return token

    def expire_access(self, oa: Oa) -> None:
        """End every access token of an account."""
        self._access = {token: grant for token, grant in self._access.items() if grant.oa != oa}

    def owner(self, access: str) -> Oa | None:
        """The account an access token speaks for, while it is valid."""
        grant = self._access.get(access)
        return grant.oa if grant and self._now() < grant.until else None

    def answer(self, fields: Mapping[str, str], secret: str) -> dict[str, Any]:
        """What the token endpoint says to a well-formed request."""
        app = next((oa for oa in self._oas if oa.app_id == fields["app_id"]), None)
        if app is None:
            return refusal(BAD_APP, "Invalid app id.")
        if secret != app.app_secret:
            return refusal(BAD_SECRET, "Invalid secret key.")
        if fields["grant_type"] == "refresh_token":
            grant = self._taken(self._refresh, fields["refresh_token"], app.app_id)
            return self._pair(grant.oa) if grant else refusal(BAD_REFRESH, "Invalid refresh token.")
        grant = self._taken(self._codes, fields["code"], app.app_id)
        if grant is None:
            return refusal(BAD_CODE, "Invalid authorization code.")
        if grant.challenge and challenge_of(fields.get("code_verifier", "")) != grant.challenge:
            return refusal(BAD_VERIFIER, "Invalid code verifier.")
        return self._pair(grant.oa)

    def _taken(self, grants: dict[str, _Grant], key: str, app_id: str) -> _Grant | None:
        """The grant behind a key that can be used once; None if it was used, is over or is another app's."""
        grant = grants.get(key)
        if grant is None or grant.oa.app_id != app_id:
            return None
        del grants[key]
        return grant if self._now() < grant.until else None

    def _pair(self, oa: Oa) -> dict[str, Any]:
        if self._strict:
            self.expire_access(oa)
        return {
            "access_token": self.access_token(oa), "refresh_token": self.refresh_token(oa),
            "expires_in": str(int(ACCESS_LIVES)),
        }  # fmt: skip
