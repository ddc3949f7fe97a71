"""httpx's way to the network: each request through the pool whose connections it may use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from bot.adapters.http.failures import EXPECTED
from bot.adapters.http.pools import Pools

_WITHHELD = frozenset({b"set-cookie", b"location"})


class PooledTransport(httpx.AsyncBaseTransport):
    """Asks through the unchecked pool where the request's extension `trusted` is True, else through a checked one.

    Set-Cookie and Location come in the response's extension `withheld` instead of its headers, for httpx.AsyncClient
    would act on them: it keeps cookies, and it builds the next request even where it is told not to follow, and fails
    where the Location is no address.
    """

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer. Asks once more where a kept connection turns out to be closed by now.

        Raises what `failures.EXPECTED` lists, httpcore's errors among it; so does reading the stream.
        """
        pool = await self._pools.pool_for(request.url, trusted=request.extensions.get("trusted") is True)
        try:
            answer = await _ask(pool, request)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            answer = await _ask(pool, request)
        return httpx.Response(
            answer.status,
            headers=[header for header in answer.headers if header[0].lower() not in _WITHHELD],
            stream=_Body(answer),
            extensions={"withheld": [header for header in answer.headers if header[0].lower() in _WITHHELD]},
        )

    async def aclose(self) -> None:
        await self._pools.aclose()


async def _ask(pool: httpcore.AsyncConnectionPool, request: httpx.Request) -> httpcore.Response:
    question = httpcore.Request(
        request.method,
        str(request.url),
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
