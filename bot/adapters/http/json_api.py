"""Client for a JSON API that the operator configured: POST requests with limits on size and time, and no redirects."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from types import TracebackType
from typing import Self

import httpx

from bot.adapters.http.addresses import kind_if_refused
from bot.adapters.http.bodies import BodyReader
from bot.adapters.http.connecting import NameNotFoundError, Resolve, known_addresses, system_resolver
from bot.adapters.http.failures import EXPECTED, failure_from
from bot.adapters.http.http_answers import REDIRECTS, failure_of, header_texts
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.lookups import Lookups
from bot.adapters.http.pools import Pools
from bot.adapters.http.targets import NotAnAddressError, Target
from bot.adapters.http.transport import PooledTransport
from bot.errors import UsageError
from bot.model import Fetched, FetchFailed, FetchProblem, FetchRequest
from bot.ports import Clock
from bot.text.masked_urls import masked_url


class JsonApi:
    """A client for one base URL. The operator chose it, so unlike the URLs of feeds it may be a private address.

    The key is sent to that address only, because no redirect is followed. The limits are `settings.page_limit` and
    `settings.total_seconds`. Close it with `aclose` or use `async with`.
    """

    def __init__(
        self,
        url: str,
        settings: HttpSettings,
        clock: Clock,
        *,
        key: str = "",
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Raises UsageError for an invalid URL or proxy. `key` is sent as a bearer token (RFC 6750 section 2.1)."""
        try:
            self._base = Target.parse(url)
        except NotAnAddressError as error:
            raise UsageError("the address of an API begins with http:// or https://") from error
        self._settings = settings
        self._clock = clock
        self._key = key
        self._resolve = resolve or system_resolver(Lookups(settings.lookups))
        tls = ssl_context if ssl_context is not None else httpx.create_ssl_context()
        self._direct = _transport(replace(settings, proxy=""), self._resolve, tls)
        self._proxied = _transport(settings, self._resolve, tls) if settings.proxy else None

    @property
    def shown(self) -> str:
        """The base URL without its login and keys, safe for logs and messages."""
        return masked_url(self._base.shown)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections. Running requests fail."""
        for transport in (self._direct, self._proxied):
            if transport is not None:
                await transport.aclose()

    async def ask(self, path: str, question: bytes) -> Fetched | FetchFailed:
        """POST a JSON text to `path`, which begins with a slash and is appended to the base URL."""
        target = replace(self._base, shown=(shown := f"{self._base.shown.rstrip('/')}{path}"), url=httpx.URL(shown))
        request = FetchRequest(target.shown, purpose="page", trusted=True)
        try:
            async with asyncio.timeout(self._settings.total_seconds):
                transport = await self._transport_to(target)
                async with transport.ask("POST", target, self._headers(target), question, trusted=True) as response:
                    return await self._read(target, response)
        except EXPECTED as error:
            return failure_from(error, request, target, self._settings)

    async def _transport_to(self, target: Target) -> PooledTransport:
        """The transport to use: hosts in the local network are reached directly, all others through the proxy."""
        if self._proxied is None:
            return self._direct
        try:
            addresses = await known_addresses(self._resolve, target.host, target.port)
        except NameNotFoundError:
            return self._proxied
        return self._direct if any(kind_if_refused(address) for address in addresses) else self._proxied

    def _headers(self, target: Target) -> dict[str, str | None]:
        return {
            "User-Agent": self._settings.user_agent(),
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._key}" if self._key else target.authorization(),
        }

    async def _read(self, target: Target, response: httpx.Response) -> Fetched | FetchFailed:
        headers = header_texts(response.headers.raw)
        status = response.status_code
        if status in REDIRECTS:
            reason = f"{target.host} answered {status}: it redirects, and questions go only to the address configured"
            return FetchFailed(target.shown, FetchProblem.HTTP_ERROR, reason, status)
        if status != 200:
            return failure_of(target.shown, target.host, status, headers, self._clock.now())
        reader = BodyReader(response.headers.get("content-encoding", ""), self._settings.page_limit)
        async for part in response.aiter_raw():
            reader.feed(part)
        return Fetched(url=target.shown, body=reader.finish(), headers=headers)


def _transport(settings: HttpSettings, resolve: Resolve, tls: ssl.SSLContext) -> PooledTransport:
    return PooledTransport(Pools(settings, resolve, tls), connect_seconds=settings.connect_seconds)
