"""Fetches a document over HTTP within limits on size, time, redirects and addresses.

Redirects (RFC 9110 section 15.4) are followed here and not by httpx, so that each hop is checked before a request is
sent to it.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import TracebackType
from typing import Self

import httpx

from bot.adapters.http.bodies import BodyReader, BodyTooSlowError
from bot.adapters.http.chain_cookies import ChainCookies
from bot.adapters.http.connecting import Resolve, system_resolver
from bot.adapters.http.failures import EXPECTED, failure_from
from bot.adapters.http.file_source import read_file
from bot.adapters.http.http_answers import PERMANENT, REDIRECTS, failure_of, header_texts
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.lookups import Lookups
from bot.adapters.http.pools import Pools
from bot.adapters.http.slots import Slots
from bot.adapters.http.targets import NotAnAddressError, Target
from bot.adapters.http.transport import PooledTransport
from bot.adapters.http.waiting_hosts import WaitingHosts
from bot.config import filled_in
from bot.model import Fetched, FetchFailed, FetchOutcome, FetchProblem, FetchRequest, NotModified
from bot.ports import Clock

_ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.2, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
}
_READABLE = frozenset({200, 203})  # 203: a proxy has changed the body (RFC 9110 section 15.3.4)
_CACHED_URLS = 2_000
"""How many parsed URLs are cached; the same feeds are polled again and again."""


@dataclass(frozen=True, slots=True)
class _Redirect:
    """A redirect that has to be followed."""

    location: str
    permanent: bool
    cookies: tuple[str, ...]
    """The values of its Set-Cookie headers."""


class HttpFetcher:
    """Implements `bot.ports.Fetcher` for http and https, and for file URLs from a configuration file.

    `resolve` None means the system's resolver; `ssl_context` None means the usual certificate authorities. Close it
    with `aclose` or use `async with`.
    """

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        *,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Raises `bot.errors.UsageError` if the configured proxy cannot be used.

        `environment`: the variables that headers of feeds may name (`${NAME}`); None means none.
        """
        self._settings = settings
        self._clock = clock
        pools = Pools(settings, resolve or system_resolver(Lookups(settings.lookups)), ssl_context)
        self._transport = PooledTransport(pools, connect_seconds=settings.connect_seconds)
        self._slots = Slots(settings.concurrency, settings.per_host)
        self._waiting = WaitingHosts()
        self._user_agent = settings.user_agent()
        self._environment = environment or {}
        self._parse = lru_cache(maxsize=_CACHED_URLS)(Target.parse)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections. Running requests fail, and no further ones are possible."""
        await self._transport.aclose()

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        """Fetch a document, following up to `settings.redirects` redirects."""
        if request.url.lower().startswith("file:"):
            return await asyncio.to_thread(read_file, request, self._settings.limit_of(request.purpose))
        try:
            target = self._parse(request.url)
        except NotAnAddressError:
            return FetchFailed(request.url, FetchProblem.REFUSED_ADDRESS, "this is not an http or https address")
        return await self._follow(request, target)

    async def _follow(self, request: FetchRequest, first: Target) -> FetchOutcome:
        target = first
        seconds_left = self._settings.total_seconds
        permanent = True
        cookies = ChainCookies()
        for _ in range(self._settings.redirects + 1):
            if (refusal := self._waiting.refusal(target.host, target.shown, self._clock.now())) is not None:
                return refusal
            trusted = request.trusted and target.place == first.place
            async with self._slots.taken(target.server):
                started = asyncio.get_running_loop().time()
                headers = self._headers(request, first, target) | cookies.header_for(target, request.headers)
                result = await self._fetch_once(request, target, headers, trusted=trusted, seconds=seconds_left)
                seconds_left -= asyncio.get_running_loop().time() - started
            if not isinstance(result, _Redirect):
                moved_to = target.with_login() if permanent and target != first else None
                return (
                    replace(result, moved_to=moved_to)
                    if isinstance(result, Fetched)
                    else _with_redirecting_host(result, first, target)
                )
            permanent = permanent and result.permanent
            cookies.take(target, result.cookies)
            try:
                target = target.redirected(result.location)
            except NotAnAddressError:
                reason = f"{target.host} redirects to something that is not an http or https address"
                return FetchFailed(target.shown, FetchProblem.REFUSED_ADDRESS, reason)
        reason = f"{first.host} redirects more than {self._settings.redirects} times"
        return FetchFailed(target.shown, FetchProblem.TOO_MANY_REDIRECTS, reason)

    async def _fetch_once(
        self, request: FetchRequest, target: Target, headers: dict[str, str | None], *, trusted: bool, seconds: float
    ) -> FetchOutcome | _Redirect:
        try:
            async with (
                asyncio.timeout(seconds),
                self._transport.ask("GET", target, headers, trusted=trusted) as response,
            ):
                return await self._read(request, target, response)
        except EXPECTED as error:
            return failure_from(error, request, target, self._settings)

    def _headers(self, request: FetchRequest, first: Target, target: Target) -> dict[str, str | None]:
        headers: dict[str, str | None] = {
            "User-Agent": request.user_agent or self._user_agent,
            "Accept": _ACCEPT[request.purpose],
            "Accept-Encoding": "gzip, deflate",
            "If-None-Match": request.etag,
            "If-Modified-Since": request.last_modified,
            "Authorization": target.authorization(),
        }
        if request.headers and target.may_have_secrets_of(first):
            own = {name.lower() for name, _ in request.headers}
            headers = {name: value for name, value in headers.items() if name.lower() not in own}
            headers |= {name: filled_in(value, self._environment) for name, value in request.headers}
        return headers

    async def _read(self, request: FetchRequest, target: Target, response: httpx.Response) -> FetchOutcome | _Redirect:
        headers = header_texts(response.headers.raw)
        status = response.status_code
        location = headers.get("location", "")
        if status in REDIRECTS and location:
            # Headers are decoded as Latin-1, but some servers put raw UTF-8 here (obs-text, RFC 9110 section 5.5).
            location = location.encode("latin-1").decode("utf-8", "replace")
            cookies = tuple(response.headers.get_list("set-cookie"))
            return _Redirect(location, status in PERMANENT, cookies)
        if status == 304 and (request.etag or request.last_modified):  # RFC 9110 section 15.4.5
            return NotModified(url=target.shown, headers=headers)
        if status not in _READABLE:
            now = self._clock.now()
            failed = failure_of(target.shown, target.host, status, headers, now)
            self._waiting.note(target.host, failed, now)
            return failed
        body = await self._body(request, response)
        return Fetched(
            url=target.shown,
            body=body,
            headers=headers,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
        )

    async def _body(self, request: FetchRequest, response: httpx.Response) -> bytes:
        limit = self._settings.limit_of(request.purpose)
        reader = BodyReader(response.headers.get("content-encoding", ""), limit)
        loop, settings = asyncio.get_running_loop(), self._settings
        scope = asyncio.timeout(settings.drip_seconds)
        drops = 0
        try:
            async with scope:
                async for part in response.aiter_raw():
                    reader.feed(part)
                    drops += len(part)
                    if drops >= settings.drip_bytes:
                        drops = 0
                        scope.reschedule(loop.time() + settings.drip_seconds)
        except TimeoutError as error:
            if scope.expired():
                raise BodyTooSlowError from error
            raise
        return reader.finish()


def _with_redirecting_host(
    outcome: NotModified | FetchFailed, first: Target, target: Target
) -> NotModified | FetchFailed:
    """Name the host that redirected to a refused address; the operator knows only the URL that they configured."""
    if isinstance(outcome, FetchFailed) and outcome.problem is FetchProblem.REFUSED_ADDRESS and target != first:
        return FetchFailed(outcome.url, outcome.problem, f"{first.host} redirects to {outcome.reason}")
    return outcome
