"""Where hubs come (W3C WebSub): to ask whether a subscription is meant, and to post what is new."""

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
"""Bytes. A larger feed comes by polling."""

BODY_WITHIN: Final = 20.0
"""Seconds for the body."""

AT_ONCE: Final = 4
"""Bodies that are read at the same time."""

_LONGEST_CHALLENGE: Final = 1000
_STATUS: Final = {Hearing.UNKNOWN: 404, Hearing.TAKEN: 202, Hearing.BUSY: 503}
_TEXT: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def hub_route(path: str, keeper: HubKeeper) -> BaseRoute:
    """`path`: what comes before the token. Who does not know a token finds nothing there."""
    room = asyncio.Semaphore(AT_ONCE)

    async def come(request: Request) -> Response:
        token = request.path_params["token"]
        try:
            if request.method == "POST":
                return await _hear(request, token, keeper, room)
            return await _confirm(request, token, keeper)
        except StoreError as error:
            log.error("hub-not-heard", reason=str(error))  # noqa: TRY400 -- the reason says it all
            return Response(status_code=503)

    return Route(f"{path.rstrip('/')}/{{token}}", come, methods=["GET", "POST"])


async def _confirm(request: Request, token: str, keeper: HubKeeper) -> Response:
    """Section 5.3: the challenge back, or 404."""
    told = request.query_params
    mode, challenge = told.get("hub.mode", ""), told.get("hub.challenge", "")
    if len(challenge) > _LONGEST_CHALLENGE or (mode != "denied" and not challenge):
        raise HTTPException(404)
    if not await keeper.confirm(token, mode, told.get("hub.topic", ""), told.get("hub.lease_seconds", "")):
        raise HTTPException(404)
    return PlainTextResponse("" if mode == "denied" else challenge, headers=_TEXT)


async def _hear(request: Request, token: str, keeper: HubKeeper, room: asyncio.Semaphore) -> Response:
    """Section 7: answered at once, read later."""
    if not await keeper.expects(token):
        raise HTTPException(404)
    try:
        async with asyncio.timeout(BODY_WITHIN), room:
            body = await body_up_to(request, LARGEST_BODY)
    except (TimeoutError, ClientDisconnect):
        return Response(status_code=408)
    if body is None:
        return Response(status_code=413)
    headers = {name: request.headers[name] for name in ("content-type", "link") if name in request.headers}
    heard = await keeper.hear(token, request.headers.get("x-hub-signature", ""), body, headers)
    return Response(status_code=_STATUS[heard])
