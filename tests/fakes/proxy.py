"""An HTTP proxy on loopback that notes what it is asked for: CONNECT, and requests with a whole address.

Like Squid it connects wherever it is told to, by address or by a name that it resolves itself, unless a test says where
names and addresses lead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.fakes.stream_servers import StreamServers, port_of


class FakeProxy(StreamServers):
    """`with FakeProxy(leads) as proxy:` serves until the block ends, also for other processes.

    `leads`: where it connects instead, by host (a name or an address); `""` stands for every host that is not named.
    What leads nowhere is answered with 502, unless it `connects` wherever it is told to. `refuses`: the status for
    CONNECT where the proxy allows none.
    """

    def __init__(self, leads: Mapping[str, tuple[str, int]], *, refuses: int = 0, connects: bool = False) -> None:
        super().__init__()
        self.leads = dict(leads)
        self.connects = connects
        self.refuses = refuses
        self.asked: list[str] = []
        """Request lines without the version: `CONNECT 192.0.2.1:443`, `GET http://name/`."""
        self.heads: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open_servers(self) -> list[asyncio.Server]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = port_of(server)
        return [server]

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
