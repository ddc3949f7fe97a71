"""Connection pools: one that checks every address, one for URLs from configuration files, or one for a proxy.

Pools keep connections open for later requests. The pools are separate so that a connection that was made without a
check is never used for a request that needs one.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import httpcore
import httpx

from bot.adapters.http.addresses import HostRule, host_rules
from bot.adapters.http.connecting import CheckedBackend, NameNotFoundError, Resolve, checked_addresses
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.targets import Target
from bot.errors import UsageError

_IDLE_SECONDS = 15.0
_KEPT_OPEN = 16
"""Connections that stay open for a next request; each takes a descriptor."""


@dataclass(frozen=True, slots=True)
class _PoolsOfVersion:
    """The pools that offer HTTP/2, or those that do not."""

    checked: httpcore.AsyncConnectionPool
    trusted: httpcore.AsyncConnectionPool
    proxied: httpcore.AsyncConnectionPool | None


class Pools:
    """The pools, created at start. No connection is made before the first request."""

    def __init__(self, settings: HttpSettings, resolve: Resolve, ssl_context: ssl.SSLContext | None) -> None:
        """Raises UsageError for an unusable proxy. `ssl_context` None means the usual certificate authorities."""
        self._rules: tuple[HostRule, ...] = host_rules(settings.allow_hosts)
        self._resolve = resolve
        tls = ssl_context if ssl_context is not None else httpx.create_ssl_context()
        checked, trusted = CheckedBackend(resolve, self._is_allowed), CheckedBackend(resolve, _any_host)
        self._pools = {
            http2: _PoolsOfVersion(
                checked=_pool(settings, checked, tls, http2=http2),
                trusted=_pool(settings, trusted, tls, http2=http2),
                proxied=_proxy_pool(settings, resolve, tls, http2=http2) if settings.proxy else None,
            )
            for http2 in (True, False)
        }

    def _is_allowed(self, host: str, port: int) -> bool:
        return any(rule.covers(host, port) for rule in self._rules)

    async def pool_for(self, url: httpx.URL, *, trusted: bool, http2: bool = True) -> httpcore.AsyncConnectionPool:
        """The pool for a request. Raises AddressRefusedError if a proxy would be asked for a private address.

        `http2`: whether HTTP/2 may be used if the server offers it.

        With a proxy, a name that cannot be resolved here is passed on: the proxy may be able to resolve it.
        """
        pools = self._pools[http2]
        if pools.proxied is None:
            return pools.trusted if trusted else pools.checked
        target = Target.of(url)
        if not trusted and not self._is_allowed(target.host, target.port):
            try:
                await checked_addresses(self._resolve, target.host, target.port)
            except NameNotFoundError:
                return pools.proxied
        return pools.proxied

    async def aclose(self) -> None:
        for pools in self._pools.values():
            for pool in (pools.checked, pools.trusted, pools.proxied):
                if pool is not None:
                    await pool.aclose()


def _any_host(_host: str, _port: int) -> bool:
    return True


def _pool(
    settings: HttpSettings, backend: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext, *, http2: bool
) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=tls,
        max_connections=settings.concurrency,
        max_keepalive_connections=_KEPT_OPEN,
        keepalive_expiry=_IDLE_SECONDS,
        http2=http2,
        network_backend=backend,
    )


def _proxy_pool(
    settings: HttpSettings, resolve: Resolve, tls: ssl.SSLContext, *, http2: bool
) -> httpcore.AsyncConnectionPool:
    try:
        proxy = httpx.Proxy(settings.proxy)
    except (httpx.InvalidURL, ValueError) as error:
        raise UsageError("network.proxy is not an address such as http://proxy.lan:3128") from error
    if proxy.url.scheme not in ("http", "https") or not proxy.url.host:
        raise UsageError("network.proxy must be an HTTP proxy, such as http://proxy.lan:3128")
    return httpcore.AsyncHTTPProxy(
        proxy_url=str(proxy.url),
        proxy_auth=proxy.raw_auth,
        ssl_context=tls,
        max_connections=settings.concurrency,
        max_keepalive_connections=_KEPT_OPEN,
        keepalive_expiry=_IDLE_SECONDS,
        http2=http2,
        network_backend=CheckedBackend(resolve, _any_host),
    )
