"""Connecting to checked addresses only: a host name is resolved once, and the address that was checked is connected to.

Checking a name and then resolving it again to connect would allow DNS rebinding: the second answer can be a private
address. httpcore still knows the name, so TLS (SNI, RFC 6066 section 3; the certificate) and the Host header use it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable

import httpcore

from bot.adapters.http.addresses import kind_if_refused
from bot.adapters.http.lookups import Lookups
from bot.errors import OUT_OF_FILES_PAUSE, KabarError, is_out_of_files

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""(host, port) → addresses in the order in which to try them (RFC 6724). Raises OSError (`socket.gaierror`) if none."""

ADDRESSES_TRIED = 4
_SECONDS_PER_ADDRESS = 4.0
"""How long one address is tried before the next one; the last address gets all remaining time.

One after the other is enough here; RFC 8305 (Happy Eyeballs) tries them in parallel to save the user's time.
"""


class NameNotFoundError(KabarError):
    """The name has no address, or no name server could be reached."""


class AddressRefusedError(KabarError):
    """The host has an address that feeds must not use."""

    def __init__(self, host: str, port: int, address: str, kind: str) -> None:
        self.host = host
        where = host if host == address else f"{host} leads to {address},"
        at = f"[{host}]" if ":" in host else host
        super().__init__(
            f"{where} {'is ' if host == address else ''}{kind}: not asked; "
            f'if it may be, add "{at}:{port}" to network.allow_hosts'
        )


def system_resolver(lookups: Lookups) -> Resolve:
    """The system's resolver, each address once."""

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        found = await lookups.find(host, port, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))

    return resolve


async def checked_addresses(resolve: Resolve, host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, if all of them are public. Raises NameNotFoundError or AddressRefusedError."""
    addresses = await known_addresses(resolve, host, port)
    for address in addresses:
        kind = kind_if_refused(address)
        if kind is not None:
            raise AddressRefusedError(host, port, address, kind)
    return addresses


async def known_addresses(resolve: Resolve, host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, public or not. Raises NameNotFoundError."""
    try:
        addresses = await resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise NameNotFoundError(f"{host} cannot be found: no network or no such host") from error
    if not addresses:
        raise NameNotFoundError(f"{host} cannot be found: no network or no such host")
    return addresses


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """The network backend of httpcore: resolves the host, checks it unless `is_exempt(host, port)`, then connects."""

    def __init__(
        self,
        resolve: Resolve,
        is_exempt: Callable[[str, int], bool],
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """`network`: what connects to addresses; None: sockets."""
        self._resolve = resolve
        self._is_exempt = is_exempt
        self._network = network or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        find = known_addresses if self._is_exempt(host, port) else checked_addresses
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (timeout if timeout is not None else 60.0)
        try:
            async with asyncio.timeout_at(deadline):
                addresses = (await find(self._resolve, host, port))[:ADDRESSES_TRIED]
        except TimeoutError as error:
            raise NameNotFoundError(f"{host} cannot be found: the name service did not answer") from error
        last = addresses[-1]
        for address in addresses:
            while True:
                left = deadline - loop.time()
                try:
                    return await self._network.connect_tcp(
                        address,
                        port,
                        timeout=left if address == last else min(left, _SECONDS_PER_ADDRESS),
                        local_address=local_address,
                        socket_options=socket_options,
                    )
                except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                    if is_out_of_files(error) and loop.time() + OUT_OF_FILES_PAUSE < deadline:
                        await asyncio.sleep(OUT_OF_FILES_PAUSE)
                        continue
                    if address == last or deadline <= loop.time():
                        raise
                    break
        raise httpcore.ConnectError("no address")  # never reached, because `addresses` is never empty

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
