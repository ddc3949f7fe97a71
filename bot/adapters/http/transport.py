"""Sends each request through the connection pool that it may use (`bot.adapters.http.pools`).

httpx.AsyncClient is not used. It adds headers, keeps cookies, and prepares the next request of a redirect even with
follow_redirects=False, which raises for an invalid Location (encode/httpx#3706). It would also take a third of the CPU
time of a poll that finds an unchanged feed.
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
    """Uses the unchecked pool if the request's extension `trusted` is True, otherwise the checked pool."""

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
        """The response, with its body not read yet. A header whose value is None is not sent; Host is added.

        Raises the errors in `failures.EXPECTED`; reading the body raises them too.
        """
        # httpx could add Host, but it decodes `xn--…` names and raises for malformed ones, although some of them are
        # names of reachable sites (kjd/idna#255).
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
        """The response without its body. Retries once if the server has closed the kept-alive connection meanwhile.

        Some servers agree on HTTP/2 and reset each stream (https://github.com/martinrotter/rssguard/issues/1615):
        those are asked again over HTTP/1.1.

        RFC 9112 section 9.3.1 allows this for idempotent requests. The POST requests made here are idempotent in
        effect: subscribing twice, or embedding or summarizing a text twice, changes nothing.
        """
        trusted = request.extensions.get("trusted") is True
        pool = await self._pools.pool_for(request.url, trusted=trusted)
        try:
            answer = await _send(pool, request)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
            if _is_of_http2(error):
                pool = await self._pools.pool_for(request.url, trusted=trusted, http2=False)
            answer = await _send(pool, request)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        await self._pools.aclose()


def _is_of_http2(error: Exception) -> bool:
    """Whether a server ended the stream or the connection by a frame of HTTP/2 (RFC 9113 sections 6.4 and 6.8)."""
    return any(type(cause).__module__.startswith("h2.") for cause in (*error.args, error.__cause__, error.__context__))


async def _send(pool: httpcore.AsyncConnectionPool, request: httpx.Request) -> httpcore.Response:
    url = request.url
    core_request = httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )
    with _parser_errors_as_protocol_errors():
        return await pool.handle_async_request(core_request)


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _parser_errors_as_protocol_errors():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def _parser_errors_as_protocol_errors() -> Iterator[None]:
    """Turn any exception that the bytes of a response cause in httpcore into a RemoteProtocolError.

    httpcore lets some exceptions of its parsers through, such as ValueError for an HTTP/2 status that is not a number.
    """
    try:
        yield
    except EXPECTED:
        raise
    except Exception as error:  # -- any exception of a parser, see above
        raise httpcore.RemoteProtocolError("not HTTP") from error
