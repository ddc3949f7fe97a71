"""`/healthz` and `/metrics`: for who watches over this computer, and for nobody behind a proxy.

A proxy that hands on the webhook and, by mistake, everything else, should not show them to the world: they are answered
to this computer and its private network, and not to a request that says it was handed on. Others find nothing. nginx
does not say so by itself: the figures tell how many, and nothing else, in case.
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
from bot.usecases.monitoring.health import StalledPart, Vitals

log = structlog.get_logger()

_HANDED_ON: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""What proxies add (RFC 7239, RFC 9110 section 7.6.3, and common practice)."""

_NO_STORE: Final = {"Cache-Control": "no-store"}


def health_route(trouble: Callable[[], Awaitable[StalledPart | None]]) -> BaseRoute:
    """200 `ok`, or 503 and what does not get on: `store`, `polls` or `outbox`."""

    async def tell(request: Request) -> Response:
        _only_near(request)
        try:
            found = await trouble()
        except TimeoutError:
            found = StalledPart.STORE
        return PlainTextResponse(f"{found or 'ok'}\n", 503 if found else 200, _NO_STORE)

    return Route("/healthz", tell, methods=["GET"])


def metrics_route(vitals: Callable[[], Awaitable[Vitals]]) -> BaseRoute:
    """Prometheus' text format; 503 without a word where the database cannot be read."""

    async def tell(request: Request) -> Response:
        _only_near(request)
        try:
            text = exposition(await vitals())
        except StoreError as error:
            log.warning("metrics-not-told", reason=str(error))
            return Response(status_code=503)
        return Response(text, headers={**_NO_STORE, "Content-Type": CONTENT_TYPE})

    return Route("/metrics", tell, methods=["GET"])


def _only_near(request: Request) -> None:
    peer = "" if request.client is None else request.client.host
    if not _is_near(peer) or any(name in request.headers for name in _HANDED_ON):
        raise HTTPException(404)


def _is_near(peer: str) -> bool:
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_private
