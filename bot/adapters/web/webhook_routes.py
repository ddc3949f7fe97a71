"""Where Telegram posts updates (Bot API, setWebhook): who does not show the secret learns nothing."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.web.request_body import body_up_to
from bot.errors import StoreError

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the name of a header

LARGEST_BODY = 1_000_000
"""Bytes. Updates have a few thousand."""

BODY_WITHIN = 10.0
"""Seconds for the body."""


def webhook_route(path: str, secret: str, take: Callable[[bytes], Awaitable[bool]]) -> Route:
    """The route that `take` gets the bodies of. It stores what it takes: 200 lets Telegram forget it.

    `take` returns False for what is no update; StoreError: it is to be posted again.
    """

    async def hear(request: Request) -> Response:
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode("latin-1"), secret.encode("latin-1")):
            return Response(status_code=403)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Response(status_code=415)
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await body_up_to(request, LARGEST_BODY)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if body is None:
            return Response(status_code=413)
        try:
            return Response(status_code=200 if await take(body) else 400)
        except StoreError as error:
            log.error("update-not-stored", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return Response(status_code=503)

    return Route(path, hear, methods=["POST"])
