"""Reads the body of a request up to a size limit; Starlette itself has none."""

from __future__ import annotations

from starlette.requests import Request


async def body_up_to(request: Request, limit: int) -> bytes | None:
    """The body, or None if it is longer than `limit`. Raises ClientDisconnect if the client closes the connection.

    Reading stops at the limit.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
