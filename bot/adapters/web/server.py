"""The HTTP server: uvicorn on the same event loop as everything else, until the main job ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Router

from bot.adapters.web.connections import DeadlineProtocol
from bot.errors import WebServerError
from bot.text.masked_urls import masked_url

log = structlog.get_logger()

FINISH = 2
"""Seconds that running requests get to finish on shutdown."""

CONNECTIONS = 64
"""Maximum number of connections; further requests get 503 (uvicorn's limit_concurrency, which counts connections)."""


class WebServer:
    """Serves the routes on an address of this computer. All other requests get 404 with an empty body."""

    def __init__(self, host: str, port: int, routes: Sequence[BaseRoute]) -> None:
        self._host = host
        self._port = port
        self._app = Starlette(exception_handlers={HTTPException: _http_error, Exception: _server_error})
        self._app.router = Router(routes, redirect_slashes=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises WebServerError if the address cannot be bound."""
        bound = self._bind()
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            interface="asgi3",
            http=DeadlineProtocol,
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=FINISH,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        stopping = asyncio.create_task(stop.wait())
        log.info("web-listening", address=f"{self._host}:{self._port}")
        try:
            await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            server.should_exit = True
            await serving

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # asyncio disables Nagle's algorithm only for sockets created with IPPROTO_TCP (python/asyncio#373). Otherwise
        # each small response waits 40 ms for a delayed acknowledgement (Kludex/uvicorn#3149).
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self._host, self._port))
        except OSError as error:
            bound.close()
            raise WebServerError(f"{self._host}:{self._port}", error.strerror or str(error)) from error
        return bound


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, because the main job handles signals. There is no setting for it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    # 405 must list the allowed methods (RFC 9110 section 15.5.6) and so reveals that the route exists; 404 does not.
    return Response(status_code=404 if status == 405 else status)


async def _server_error(request: Request, error: Exception) -> Response:
    log.error("request-failed", path=masked_url(request.url.path[:100]), exc_info=error)
    return Response(status_code=500)
