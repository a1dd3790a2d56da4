"""What a platform sends us, read up to a bound."""

from __future__ import annotations

import asyncio

from aiohttp import web

_PATIENCE = 10.0  # seconds for all of it


async def read(request: web.Request, most: int) -> bytes | None:
    """The raw body, byte for byte; None when it is longer than `most`, breaks off or does not come."""
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    return None
    except (web.HTTPException, ValueError, ConnectionError, TimeoutError):
        return None
    return bytes(body)
