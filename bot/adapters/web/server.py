"""The server: uvicorn beside everything else on the event loop, until the main job ends."""

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

from bot.adapters.web.connections import ImpatientProtocol
from bot.errors import WebServerError

log = structlog.get_logger()

FINISH = 2
"""Seconds that requests under way get on shutdown."""

CONNECTIONS = 64
"""At once; more are told to come back."""


class WebServer:
    """Serves routes on an address of this computer. What no route wants is told 404 and nothing else."""

    def __init__(self, host: str, port: int, routes: Sequence[BaseRoute]) -> None:
        self._host = host
        self._port = port
        self._app = Starlette(exception_handlers={HTTPException: _nothing, Exception: _nothing_either})
        self._app.router = Router(routes, redirect_slashes=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop. WebServerError where the address cannot be had."""
        bound = self._bound()
        config = uvicorn.Config(
            self._app,
            lifespan="off",
            interface="asgi3",
            http=ImpatientProtocol,
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

    def _bound(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # Named as TCP, or asyncio leaves Nagle on and every small answer waits 40 ms for an acknowledgement.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self._host, self._port))
        except OSError as error:
            bound.close()
            raise WebServerError(f"{self._host}:{self._port}", error.strerror or str(error)) from error
        return bound


class _Server(uvicorn.Server):
    """Signals are the main job's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _nothing(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return Response(status_code=404 if status == 405 else status)


async def _nothing_either(request: Request, error: Exception) -> Response:
    log.error("request-failed", path=request.url.path[:100], exc_info=error)
    return Response(status_code=500)
