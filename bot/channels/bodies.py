"""What a platform sends us, read up to a bound."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from aiohttp import web

# An escape of JSON; a whole pair of surrogates is one, half a pair is `half`.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)

_PATIENCE = 10.0  # seconds for all of it


async def read(request: web.Request, most: int) -> bytes | None:
    """The raw body, byte for byte; None when it is longer than `most`, breaks off or cannot be unpacked.

    Raises:
        TimeoutError: it does not come.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    return None
    except (web.RequestPayloadError, web.HTTPException, ValueError, ConnectionError):
        return None
    return bytes(body)


def document(body: bytes) -> Any:
    """The JSON in a body, None when it is none; half an emoji, which nothing could keep, becomes `\ufffd`."""
    text = body.decode("utf-8", "replace")
    if "\\ud" in text.lower():
        text = _ESCAPE.sub(lambda found: "\\ufffd" if found["half"] else found[0], text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
