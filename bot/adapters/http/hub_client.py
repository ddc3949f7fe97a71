"""Sends subscription requests to WebSub hubs (W3C WebSub section 5.1): a form, by POST.

Feeds name the hubs, so only public addresses are used.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlencode

from bot.adapters.http.connecting import Resolve, system_resolver
from bot.adapters.http.failures import EXPECTED, failure_from
from bot.adapters.http.http_answers import failure_of, header_texts
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.lookups import Lookups
from bot.adapters.http.pools import Pools
from bot.adapters.http.targets import NotAnAddressError, Target
from bot.adapters.http.transport import PooledTransport
from bot.model import FetchFailed, FetchProblem, FetchRequest
from bot.ports import Clock

_REPEATING_REDIRECTS: Final = frozenset({307, 308})
"""Redirects after which the same form is posted again (RFC 9110 section 15.4); each hop is checked."""


class HttpHubs:
    """Implements `bot.ports.Hubs`. Only the status of a hub's response is used, not its body. Close with `aclose`."""

    def __init__(
        self,
        settings: HttpSettings,
        clock: Clock,
        *,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Raises UsageError if the configured proxy cannot be used."""
        self._settings = settings
        self._clock = clock
        pools = Pools(settings, resolve or system_resolver(Lookups(settings.lookups)), ssl_context)
        self._transport = PooledTransport(pools, connect_seconds=settings.connect_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def ask(self, hub: str, form: Mapping[str, str]) -> FetchFailed | None:
        try:
            target = Target.parse(hub)
        except NotAnAddressError:
            return FetchFailed(hub, FetchProblem.REFUSED_ADDRESS, "this is not an http or https address")
        body = urlencode(form).encode("ascii")
        for _ in range(self._settings.redirects + 1):
            answer = await self._post(target, body)
            if not isinstance(answer, Target):
                return answer
            target = answer
        reason = f"{target.host} redirects more than {self._settings.redirects} times"
        return FetchFailed(target.shown, FetchProblem.TOO_MANY_REDIRECTS, reason)

    async def _post(self, target: Target, body: bytes) -> Target | FetchFailed | None:
        """Post the form: the target of a redirect, the failure, or None for success."""
        try:
            async with (
                asyncio.timeout(self._settings.total_seconds),
                self._transport.ask("POST", target, self._headers(target), body, trusted=False) as response,
            ):
                headers = header_texts(response.headers.raw)
        except EXPECTED as error:
            return failure_from(error, FetchRequest(target.shown, purpose="page"), target, self._settings)
        status, location = response.status_code, headers.get("location", "")
        if status in _REPEATING_REDIRECTS and location:
            try:
                return target.redirected(location)
            except NotAnAddressError:
                reason = f"{target.host} redirects to something that is not an http or https address"
                return FetchFailed(target.shown, FetchProblem.REFUSED_ADDRESS, reason)
        if 200 <= status < 300:
            return None
        return failure_of(target.shown, target.host, status, headers, self._clock.now())

    def _headers(self, target: Target) -> dict[str, str | None]:
        return {
            "User-Agent": self._settings.user_agent(),
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": target.authorization(),
        }
