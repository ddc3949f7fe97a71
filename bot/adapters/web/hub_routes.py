"""The callback URL of WebSub subscriptions: hubs verify a subscription here and post new content (W3C WebSub)."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.web.request_body import body_up_to
from bot.errors import StoreError
from bot.usecases.ingest.websub import Hearing, HubKeeper

log = structlog.get_logger()

LARGEST_BODY: Final = 5_000_000
"""Bytes. A larger feed is read by polling."""

BODY_WITHIN: Final = 20.0
"""Seconds to receive the body."""

AT_ONCE: Final = 4
"""How many bodies are read at the same time."""

_LONGEST_CHALLENGE: Final = 1000
_STATUS: Final = {Hearing.UNKNOWN: 404, Hearing.TAKEN: 202, Hearing.BUSY: 503}
_TEXT: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def hub_route(path: str, keeper: HubKeeper) -> BaseRoute:
    """The route of all callback URLs: `path` and a token. A request with an unknown token gets 404."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def handle(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            if request.method == "POST":
                return await _receive(request, token, keeper, slots)
            return await _confirm(request, token, keeper)
        except StoreError as error:
            log.error("hub-not-heard", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return Response(status_code=503)

    return Route(f"{path.rstrip('/')}/{{token}}", handle, methods=["GET", "POST"])


async def _confirm(request: Request, token: str, keeper: HubKeeper) -> Response:
    """Verify intent (W3C WebSub section 5.3): return the challenge, or 404 if the subscription is not wanted."""
    query = request.query_params
    mode, challenge = query.get("hub.mode", ""), query.get("hub.challenge", "")
    if len(challenge) > _LONGEST_CHALLENGE or (mode != "denied" and not challenge):
        raise HTTPException(404)
    if not await keeper.confirm(token, mode, query.get("hub.topic", ""), query.get("hub.lease_seconds", "")):
        raise HTTPException(404)
    return PlainTextResponse("" if mode == "denied" else challenge, headers=_TEXT)


async def _receive(request: Request, token: str, keeper: HubKeeper, slots: asyncio.Semaphore) -> Response:
    """Content distribution (W3C WebSub section 7): store the body and respond at once; it is parsed later."""
    if not await keeper.expects(token):
        raise HTTPException(404)
    try:
        async with asyncio.timeout(BODY_WITHIN), slots:
            body = await body_up_to(request, LARGEST_BODY)
    except (TimeoutError, ClientDisconnect):
        return Response(status_code=408)
    if body is None:
        return Response(status_code=413)
    headers = {name: request.headers[name] for name in ("content-type", "link") if name in request.headers}
    result = await keeper.hear(token, request.headers.get("x-hub-signature", ""), body, headers)
    return Response(status_code=_STATUS[result])
