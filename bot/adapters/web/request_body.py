"""The body of a post, as far as it may be long."""

from __future__ import annotations

from starlette.requests import Request


async def body_up_to(request: Request, limit: int) -> bytes | None:
    """None where it has more bytes, of which no more are read. ClientDisconnect where it breaks off."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
