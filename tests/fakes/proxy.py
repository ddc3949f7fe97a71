"""An HTTP proxy on loopback that notes what it is asked for: CONNECT, and requests with a whole address.

Like Squid it connects wherever it is told to, by address or by a name that it resolves itself, unless a test says where
names and addresses lead.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class FakeProxy:
    """`with FakeProxy(leads) as proxy:` serves until the block ends, also for other processes.

    `leads`: where it connects instead, by host (a name or an address); `""` stands for every host that is not named.
    What leads nowhere is answered with 502, unless it `connects` wherever it is told to. `refuses`: the status for
    CONNECT where the proxy allows none.
    """

    def __init__(self, leads: Mapping[str, tuple[str, int]], *, refuses: int = 0, connects: bool = False) -> None:
        self.leads = dict(leads)
        self.connects = connects
        self.refuses = refuses
        self.asked: list[str] = []
        """Request lines without the version: `CONNECT 192.0.2.1:443`, `GET http://name/`."""
        self.heads: list[bytes] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait(60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        self._loop.run_forever()
        server.close()
        for task in (tasks := asyncio.all_tasks(self._loop)):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._hand_on(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the end of the proxy too: asyncio would report it as a failure
        finally:
            writer.close()

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, wanted, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        self.asked.append(f"{method} {wanted}")
        self.heads.append(head)
        parts = urlsplit(f"//{wanted}" if method == "CONNECT" else wanted)
        host = parts.hostname or ""
        place = self.leads.get(host, self.leads.get("", (host, parts.port or 80) if self.connects else None))
        if place is None or (method == "CONNECT" and self.refuses):
            writer.write(b"HTTP/1.1 %d Refused\r\nContent-Length: 0\r\n\r\n" % (self.refuses or 502))
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection(*place)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = parts.path or "/"
            far_writer.write(head.replace(wanted.encode("latin-1"), path.encode("latin-1"), 1))
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            far_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
