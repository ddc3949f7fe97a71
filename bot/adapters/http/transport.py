"""httpx's way to the network: each request through the pool whose connections it may use.

httpx.AsyncClient is not between: it adds headers, keeps cookies, and builds the next request of a redirect even where
it is told not to follow, and fails where that is no address. It would also be a third of what an unchanged feed costs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import httpcore
import httpx

from bot.adapters.http.failures import EXPECTED
from bot.adapters.http.pools import Pools
from bot.adapters.http.targets import Target


class PooledTransport(httpx.AsyncBaseTransport):
    """Asks through the unchecked pool where the request's extension `trusted` is True, else through a checked one."""

    def __init__(self, pools: Pools, *, connect_seconds: float) -> None:
        self._pools = pools
        self._timeout = {"connect": connect_seconds}

    @asynccontextmanager
    async def ask(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str | None],
        content: bytes | None = None,
        *,
        trusted: bool,
    ) -> AsyncIterator[httpx.Response]:
        """The answer, its body unread; None among the headers stands for one that is not sent, Host is added.

        Raises what `failures.EXPECTED` lists, httpcore's errors among it; so does reading the body.
        """
        # httpx would add a Host, but not for every `xn--…` name: it decodes them, and raises where they are malformed.
        sent = {"Host": target.host_header(), **headers}
        raw = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in sent.items() if value]
        request = httpx.Request(
            method,
            target.url,
            headers=raw,
            content=content,
            extensions={"trusted": trusted, "timeout": self._timeout},
        )
        response = await self.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer. Asks once more where a kept connection turns out to be closed by now."""
        pool = await self._pools.pool_for(request.url, trusted=request.extensions.get("trusted") is True)
        try:
            answer = await _ask(pool, request)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            answer = await _ask(pool, request)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._pools.aclose()


async def _ask(pool: httpcore.AsyncConnectionPool, request: httpx.Request) -> httpcore.Response:
    url = request.url
    question = httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )
    with _foreign_bytes():
        return await pool.handle_async_request(question)


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _foreign_bytes():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def _foreign_bytes() -> Iterator[None]:
    """Makes whatever an answer's bytes raise in httpcore a protocol error.

    It lets some errors of its parsers through, such as ValueError for an HTTP/2 status that is no number.
    """
    try:
        yield
    except EXPECTED:
        raise
    except Exception as error:  # -- any error of a parser, see above
        raise httpcore.RemoteProtocolError("not HTTP") from error
