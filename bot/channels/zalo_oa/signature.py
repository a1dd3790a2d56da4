"""Who really sent an event: SHA-256 over app id, raw body, timestamp, OA secret key (zalo-api 1.1)."""

from __future__ import annotations

import hashlib
import hmac
import re

HEADER = "X-ZEvent-Signature"
_MAC = re.compile(r"\s*(?:mac\s*=\s*)?([0-9a-fA-F]{64})\s*\Z")


def mac(app_id: str, body: bytes, timestamp: str, secret_key: str) -> str:
    """The 64 lower-case hexadecimal digits of an event; `body` byte for byte as it came."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret_key.encode()).hexdigest()


def holds(header: str, app_id: str, body: bytes, timestamp: str, secret_key: str) -> bool:
    """Whether a header (with or without `mac=`, any case, spaces) belongs to this body."""
    found = _MAC.match(header)
    return found is not None and hmac.compare_digest(
        found[1].lower(), mac(app_id, body, timestamp, secret_key)
    )
