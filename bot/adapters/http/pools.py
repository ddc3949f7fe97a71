"""Connection pools: one that checks every address, and one for URLs from configuration files; both with or without a
proxy.

Pools keep connections open for later requests. The pools are separate so that a connection that was made without a
check is never used for a request that needs one.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from dataclasses import dataclass

import httpcore
import httpx

from bot.adapters.http.addresses import HostRule, host_rules
from bot.adapters.http.connecting import CheckedBackend, NameNotFoundError, Resolve, checked_addresses
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.targets import Target
from bot.adapters.http.tunnels import Proxy, TunnelBackend

_IDLE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class _PoolsOfVersion:
    """The pools that offer HTTP/2, or those that do not."""

    checked: httpcore.AsyncConnectionPool
    """With a proxy: through tunnels to the addresses that were checked."""
    trusted: httpcore.AsyncConnectionPool
    """With a proxy: which is told names, and resolves them."""


class Pools:
    """The pools, created at start. No connection is made before the first request."""

    def __init__(self, settings: HttpSettings, resolve: Resolve, ssl_context: ssl.SSLContext | None) -> None:
        """Raises UsageError for an unusable proxy. `ssl_context` None means the usual certificate authorities."""
        self._rules: tuple[HostRule, ...] = host_rules(settings.allow_hosts)
        self._resolve = resolve
        tls = ssl_context if ssl_context is not None else httpx.create_ssl_context()
        proxy = Proxy.parse(settings.proxy) if settings.proxy else None
        self._has_proxy = proxy is not None
        self._proxy_is_wall = self._has_proxy and settings.proxy_resolves
        checked = TunnelBackend(proxy, resolve, tls) if proxy else CheckedBackend(resolve, self._is_allowed)
        trusted = CheckedBackend(resolve, _any_host)
        self._pools = {
            http2: _PoolsOfVersion(
                checked=_pool(settings, checked, tls, http2=http2),
                trusted=_pool(settings, trusted, tls, http2=http2, proxy=proxy),
            )
            for http2 in (True, False)
        }

    def _is_allowed(self, host: str, port: int) -> bool:
        return any(rule.covers(host, port) for rule in self._rules)

    async def pool_for(self, url: httpx.URL, *, trusted: bool, http2: bool = True) -> httpcore.AsyncConnectionPool:
        """The pool for a request. Raises AddressRefusedError if a proxy would be asked for a private address.

        `http2`: whether HTTP/2 may be used if the server offers it.

        A proxy is told names only if the operator has named the host, or has said that it is the wall itself
        (`network.proxy_resolves`). Then a name that is not known here is handed to it; one that is known is checked.
        """
        pools = self._pools[http2]
        if trusted or not self._has_proxy:
            return pools.trusted if trusted else pools.checked
        target = Target.of(url)
        if self._is_allowed(target.host, target.port):
            return pools.trusted
        if not self._proxy_is_wall:
            return pools.checked
        with suppress(NameNotFoundError):
            await checked_addresses(self._resolve, target.host, target.port)
        return pools.trusted

    async def aclose(self) -> None:
        for pools in self._pools.values():
            for pool in (pools.checked, pools.trusted):
                await pool.aclose()


def _any_host(_host: str, _port: int) -> bool:
    return True


def _pool(
    settings: HttpSettings,
    backend: httpcore.AsyncNetworkBackend,
    tls: ssl.SSLContext,
    *,
    http2: bool,
    proxy: Proxy | None = None,
) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=tls,
        proxy=httpcore.Proxy(proxy.url, proxy.auth) if proxy else None,
        max_connections=settings.concurrency,
        max_keepalive_connections=settings.kept_open,
        keepalive_expiry=_IDLE_SECONDS,
        http2=http2,
        network_backend=backend,
    )
