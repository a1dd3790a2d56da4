"""Codes of authenticator apps (TOTP, RFC 6238), as all of those apps make them."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP, DIGITS = 30, 6  # seconds of a code, and its length
_DRIFT = 1  # steps a phone's clock may be off


def drawn() -> str:
    """A new secret, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step(secret: str, given: str, now: datetime, used: int) -> int | None:
    """The step of time a code is right for, if it is of about now and later than the last one used."""
    made, current = _made(secret), int(now.timestamp()) // STEP
    digits = "".join(char for char in given if char.isdigit()).encode()
    for each in (current, current - _DRIFT, current + _DRIFT):
        if each > used and compare_digest(made.generate(each * STEP), digits):
            return each
    return None


def _made(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303 - what apps do
