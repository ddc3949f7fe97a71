"""Connections through an HTTP proxy to checked addresses: `CONNECT 192.0.2.1:443` (RFC 9110 section 9.3.6).

A proxy that is given a name resolves it itself, and may find a private address where a public one was checked. So it is
given the address; the name is only told to the site, inside the tunnel (SNI, the certificate, Host). Plain http goes
through a tunnel too: a request with a whole URL would tell the site the address as its name, because a proxy puts that
in the place of Host (RFC 9112 section 3.2.2).
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import httpcore
import httpx

from bot.adapters.http.connecting import (
    ADDRESSES_TRIED,
    CheckedBackend,
    NameNotFoundError,
    Resolve,
    checked_addresses,
)
from bot.errors import UsageError

_SECONDS = 60.0
"""For a connection without a limit of its own."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """`network.proxy`, parsed."""

    url: httpcore.URL
    auth: tuple[bytes, bytes] | None = field(repr=False)
    """User and password."""

    @classmethod
    def parse(cls, written: str) -> Self:
        """Raises UsageError, which does not repeat the address: it may carry a password."""
        try:
            proxy = httpx.Proxy(written)
        except (httpx.InvalidURL, ValueError) as error:
            raise UsageError("network.proxy is not an address such as http://proxy.lan:3128") from error
        if proxy.url.scheme not in ("http", "https") or not proxy.url.host:
            raise UsageError("network.proxy must be an HTTP proxy, such as http://proxy.lan:3128")
        return cls(httpcore.URL(str(proxy.url)), proxy.raw_auth)

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Proxy-Authorization, where the address has a login (RFC 9110 section 11.7.2)."""
        if self.auth is None:
            return []
        user, password = self.auth
        return [(b"Proxy-Authorization", b"Basic " + b64encode(user + b":" + password))]


class UnknownHereError(NameNotFoundError):
    """The name has no address here, so it cannot be checked. The proxy may know it, but it is not known as the wall."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} cannot be found here, so it cannot be checked, and the proxy is not asked; "
            "if it keeps requests out of your network, set network.proxy_resolves = true"
        )


class TunnelBackend(httpcore.AsyncNetworkBackend):
    """The network backend of httpcore: checks the host as `CheckedBackend` does, and has the proxy connect to it."""

    def __init__(self, proxy: Proxy, resolve: Resolve, tls: ssl.SSLContext) -> None:
        self._proxy = proxy
        self._resolve = resolve
        self._tls = tls
        self._network = CheckedBackend(resolve, _any_host)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature is httpcore's
        local_address: str | None = None,  # noqa: ARG002 -- as above
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 -- as above
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(_SECONDS if timeout is None else timeout):
                return await self._connected(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the proxy did not answer") from error

    async def _connected(self, host: str, port: int) -> httpcore.AsyncNetworkStream:
        try:
            addresses = (await checked_addresses(self._resolve, host, port))[:ADDRESSES_TRIED]
        except NameNotFoundError as error:
            raise UnknownHereError(host) from error
        for address in addresses:
            status, stream = await self._tunnel(address, port)
            if stream is not None:
                return stream
            if status < 500 or address == addresses[-1]:  # 5xx: it does not get there, and may get to the next one
                break
        raise httpcore.ProxyError(f"{status} to CONNECT by address; network.proxy_resolves = true asks it by name")

    async def _tunnel(self, address: str, port: int) -> tuple[int, httpcore.AsyncNetworkStream | None]:
        """The status of the proxy, and the tunnel if that is a success."""
        place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        connection = httpcore.AsyncHTTPConnection(
            self._proxy.url.origin,
            ssl_context=self._tls if self._proxy.url.scheme == b"https" else None,
            network_backend=self._network,
        )
        url, target = self._proxy.url, place.encode("ascii")
        request = httpcore.Request(
            "CONNECT",
            httpcore.URL(scheme=url.scheme, host=url.host, port=url.port, target=target),
            headers=[(b"Host", target), (b"Accept", b"*/*"), *self._proxy.headers()],
        )
        try:
            response = await connection.handle_async_request(request)
            if 200 <= response.status < 300:
                stream: httpcore.AsyncNetworkStream = response.extensions["network_stream"]
                return response.status, stream
        except BaseException:
            await connection.aclose()
            raise
        await connection.aclose()
        return response.status, None

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _any_host(_host: str, _port: int) -> bool:
    return True
