"""`/healthz` and `/metrics`, for monitoring from this computer and its private network only.

A reverse proxy that forwards the webhook may by mistake forward everything else too. So these routes respond with 404
to public addresses and to requests with a header that proxies add. nginx adds none by default (its documentation of
proxy_set_header), and a request through it looks local: for that case the metrics contain nothing but counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.web.exposition import CONTENT_TYPE, exposition
from bot.errors import StoreError
from bot.usecases.monitoring.health import StalledPart, Unwell, Vitals

log = structlog.get_logger()

_PROXY_HEADERS: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""Headers that proxies add (RFC 7239, RFC 9110 section 7.6.3, and common practice)."""

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
    peer = "" if request.client is None else request.client.host
    if not _is_local(peer) or any(name in request.headers for name in _PROXY_HEADERS):
        raise HTTPException(404)


def _is_local(peer: str) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_private
