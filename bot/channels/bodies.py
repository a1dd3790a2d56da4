"""What a platform sends us, read up to a bound."""

from __future__ import annotations

from aiohttp import web


async def read(request: web.Request, most: int) -> bytes | None:
    """The raw body, byte for byte; None when it is longer than `most` or breaks off."""
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > most:
                return None
    except (web.HTTPException, ValueError, ConnectionError):
        return None
    return bytes(body)
