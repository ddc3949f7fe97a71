"""`/healthz` and `/metrics`, for monitoring from this computer and its private network only.

A reverse proxy that forwards the webhook may by mistake forward everything else too. So these routes respond with 404
to what is not a local request (`local_requests`). As that cannot always be told, the metrics are nothing but counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.web.exposition import CONTENT_TYPE, exposition
from bot.adapters.web.local_requests import is_local_request
from bot.errors import StoreError
from bot.usecases.monitoring.health import StalledPart, Unwell, Vitals

log = structlog.get_logger()

_NO_STORE: Final = {"Cache-Control": "no-store"}


def health_route(stalled_part: Callable[[], Awaitable[Unwell | None]]) -> BaseRoute:
    """200 with `ok`, or 503 with one word that says what is wrong (the values of `Unwell`)."""

    async def respond(request: Request) -> Response:
        _require_local(request)
        try:
            found = await stalled_part()
        except TimeoutError:
            found = StalledPart.STORE
        return PlainTextResponse(f"{found or 'ok'}\n", 503 if found else 200, _NO_STORE)

    return Route("/healthz", respond, methods=["GET"])


def metrics_route(vitals: Callable[[], Awaitable[Vitals]]) -> BaseRoute:
    """The metrics in Prometheus' text format, or 503 with an empty body if the database cannot be read."""

    async def respond(request: Request) -> Response:
        _require_local(request)
        try:
            text = exposition(await vitals())
        except StoreError as error:
            log.warning("metrics-not-told", reason=str(error))
            return Response(status_code=503)
        return Response(text, headers={**_NO_STORE, "Content-Type": CONTENT_TYPE})

    return Route("/metrics", respond, methods=["GET"])


def _require_local(request: Request) -> None:
    if not is_local_request(request):
        raise HTTPException(404)
