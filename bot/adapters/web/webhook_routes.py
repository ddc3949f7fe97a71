"""The webhook that Telegram posts updates to (Bot API, "setWebhook"). Requests without the secret get 403."""

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
"""Bytes. A typical update has a few thousand."""

BODY_WITHIN = 10.0
"""Seconds to receive the body."""


def webhook_route(path: str, secret: str, take: Callable[[bytes], Awaitable[bool]]) -> Route:
    """The route of the webhook, which passes each body to `take`.

    `take` stores the update and returns True, or returns False if the body is not an update. The response is 200 only
    after the update is stored, because Telegram repeats a request until the status is 2xx (Bot API, "setWebhook"). If
    `take` raises StoreError the response is 503, and Telegram posts the update again.
    """

    async def receive(request: Request) -> Response:
        presented = request.headers.get(SECRET_HEADER, "")
        # Bytes, because compare_digest raises TypeError for text that is not ASCII (Python's documentation of hmac).
        if not hmac.compare_digest(presented.encode("latin-1"), secret.encode("latin-1")):
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

    return Route(path, receive, methods=["POST"])
