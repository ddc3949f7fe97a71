"""Servers that do not answer, each kind in its own way, on loopback and usable by other processes."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Final

from tests.fakes.stream_servers import StreamServers, port_of

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_DRIP: Final = 1.0
_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"


class DeadServers(StreamServers):
    """`with DeadServers() as dead:` serves until the block ends. `ports` by kind:

    `silent` accepts and says nothing, `full` does not even accept (its queue is full, so SYNs are dropped, listen(2)),
    `drips` sends a byte of its body each second, `slow-head` a byte of its head.
    """

    def __init__(self) -> None:
        super().__init__()
        self.ports: Mapping[str, int] = {}
        self.connections = 0
        self._sockets = ExitStack()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._sockets.close()

    async def open_servers(self) -> list[asyncio.Server]:
        servers = {
            kind: await asyncio.start_server(self._serving(first, then), "127.0.0.1", 0, backlog=1024)
            for kind, (first, then) in {
                "silent": (b"", b""),
                "drips": (_HEAD + b"Content-Length: 100000\r\n\r\n<rss>", b"x"),
                "slow-head": (_HEAD, b"X"),
            }.items()
        }
        self.ports = {"full": self._full(), **{kind: port_of(server) for kind, server in servers.items()}}
        return list(servers.values())

    def _serving(self, first: bytes, then: bytes) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            try:
                writer.write(first)
                while not reader.at_eof() and not writer.is_closing():
                    await asyncio.sleep(_DRIP)
                    writer.write(then)
                    await writer.drain()
            except (OSError, asyncio.CancelledError):
                pass  # the end of the server: asyncio would report it as a failure
            finally:
                writer.close()

        return serve

    def _full(self) -> int:
        listening = self._sockets.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = int(listening.getsockname()[1])
        for _ in range(4):
            waiting = self._sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        return port
