"""A time limit for receiving a request, which uvicorn does not have (Kludex/uvicorn#157, Kludex/uvicorn#1192).

Without it, anyone could occupy all connections of the server by opening them and sending nothing, or a byte now and
then (the "Slowloris" attack). uvicorn's own timeout_keep_alive applies only between two requests.
"""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_WITHIN: Final = 30.0
"""Seconds to receive a request, body included; longer than any route waits for a body."""

_UNFINISHED: Final = (h11.IDLE, h11.SEND_BODY)


class DeadlineProtocol(H11Protocol):
    """uvicorn's HTTP protocol with a deadline for each request. Between two requests uvicorn's own timeout applies."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # -- as uvicorn has it
        super().connection_made(transport)
        self._start_deadline()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in _UNFINISHED:
            self._start_deadline()
        else:
            self._cancel_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_deadline()
        super().connection_lost(exc)

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_WITHIN, self.transport.abort)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
