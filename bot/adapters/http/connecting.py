"""Connecting to checked addresses only: the name is resolved once, every address judged, and one of them connected to.

The name stays with httpcore, so TLS (SNI, certificate) and the Host header are those of the name.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import httpcore

from bot.adapters.http.addresses import kind_if_refused
from bot.errors import KabarError

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""(host, port) → addresses in the order to try them; raises OSError (`socket.gaierror`) where there are none."""

_ADDRESSES_TRIED = 4
_SECONDS_AN_ADDRESS = 4.0
"""How long an address may keep the others waiting; the last one gets all the time that is left."""


class NameNotFoundError(KabarError):
    """The name has no address, or nobody could be asked."""


class AddressRefusedError(KabarError):
    """The host leads to an address that feeds must not reach."""

    def __init__(self, host: str, port: int, address: str, kind: str) -> None:
        self.host = host
        where = host if host == address else f"{host} leads to {address},"
        at = f"[{host}]" if ":" in host else host
        super().__init__(
            f"{where} {'is ' if host == address else ''}{kind}: not asked; "
            f'if it may be, add "{at}:{port}" to network.allow_hosts'
        )


class SystemResolver:
    """The system's resolver, in threads of its own: names that take long must not hold up other work in threads."""

    def __init__(self, threads: int) -> None:
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> tuple[str, ...]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._executor, _addresses, host, port)
        return tuple(dict.fromkeys(found))

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)


def _addresses(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def checked_addresses(resolve: Resolve, host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host when all of them are public. Raises NameNotFoundError or AddressRefusedError."""
    addresses = await known_addresses(resolve, host, port)
    for address in addresses:
        kind = kind_if_refused(address)
        if kind is not None:
            raise AddressRefusedError(host, port, address, kind)
    return addresses


async def known_addresses(resolve: Resolve, host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, whatever they are. Raises NameNotFoundError."""
    try:
        addresses = await resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise NameNotFoundError(f"{host} cannot be found: no network or no such host") from error
    if not addresses:
        raise NameNotFoundError(f"{host} cannot be found: no network or no such host")
    return addresses


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's way to the network: resolves, checks unless `is_exempt(host, port)`, then connects to an address."""

    def __init__(self, resolve: Resolve, is_exempt: Callable[[str, int], bool]) -> None:
        self._resolve = resolve
        self._is_exempt = is_exempt
        self._network = httpcore.AnyIOBackend()

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
                addresses = (await find(self._resolve, host, port))[:_ADDRESSES_TRIED]
        except TimeoutError as error:
            raise NameNotFoundError(f"{host} cannot be found: the name service did not answer") from error
        last = addresses[-1]
        for address in addresses:
            left = deadline - loop.time()
            try:
                return await self._network.connect_tcp(
                    address,
                    port,
                    timeout=left if address == last else min(left, _SECONDS_AN_ADDRESS),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if address == last or deadline <= loop.time():
                    raise
        raise httpcore.ConnectError("no address")  # not reached: addresses is never empty

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
