"""HTTP connections to the Bot API, through which nothing passes that is not an answer of it (`answers`).

The HTTPXRequest of python-telegram-bot reads bodies of any size, waits for ever for one that drips, and its base class
takes the status of any page for Telegram's word.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.transport.answers import (
    LARGEST_FILE,
    ForeignAnswerError,
    largest_answer,
    read_refusal,
    read_result,
)

_CONNECT: Final = 10.0
"""Seconds to wait for a connection, and for the request to be written: whoever gives up there repeats nothing."""

_UPLOAD_PATIENCE: Final = 20.0
"""Seconds for each part of a file to be taken."""

_LONGEST: Final = 30.0
"""Seconds that a whole exchange may take beyond the wait for the answer; one that drips would have no end otherwise."""
_LONGEST_UPLOAD: Final = 600.0

_NO_SUCH_TOKEN: Final = frozenset({401, 404})
"""Unauthorized, or Not Found for a token of the wrong form (Bot API server, HttpConnection::handle)."""


class BotApiConnections(BaseRequest):
    """Implements the BaseRequest of python-telegram-bot, with up to `count` connections. Raises only TelegramErrors."""

    def __init__(
        self, methods: str, count: int, proxy: str | None, patience: float, transport: dict[str, Any] | None = None
    ) -> None:
        """`methods`: what the names of methods are appended to; any other address is that of a file.

        `patience`: seconds to wait for each part of an answer, and at most for a connection. `transport`: what
        httpx.AsyncClient is given to carry requests.
        """
        self._methods = methods
        self._patience = patience
        self._client = httpx.AsyncClient(
            proxy=proxy or None,
            limits=httpx.Limits(max_connections=count),
            **(transport or {}),
        )

    @property
    def read_timeout(self) -> float | None:
        return self._patience

    async def initialize(self) -> None:
        """Nothing is needed: connections are opened as requests come."""

    async def shutdown(self) -> None:
        await self._client.aclose()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- part of the signature
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- part of the signature
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 -- part of the signature
    ) -> tuple[int, bytes]:
        """The status and the checked answer, or the bytes of a file. Raises TelegramError.

        A refused token ends the program, so it counts only if getMe is refused right afterwards, too: servers of
        Telegram have answered 401 to some of the requests with a good token (tdlib/telegram-bot-api#77).
        """
        called = url.removeprefix(self._methods).partition("?")[0] if url.startswith(self._methods) else None
        wait = self._patience if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        limit = LARGEST_FILE if called is None else largest_answer(called)
        status, body = await self._exchange(method, url, request_data, wait, limit)
        if status != 200:
            refusal = read_refusal(status, body)
            if called is not None and status in _NO_SUCH_TOKEN and not await self._is_token_refused():
                raise ForeignAnswerError
            return status, refusal
        return status, body if called is None else read_result(called, body)

    async def _is_token_refused(self) -> bool:
        status, body = await self._exchange("GET", f"{self._methods}getMe", None, self._patience, largest_answer(""))
        if status == 200:
            read_result("getMe", body)
            return False
        read_refusal(status, body)
        return status in _NO_SUCH_TOKEN

    async def _exchange(
        self, method: str, url: str, sent: RequestData | None, wait: float, limit: int
    ) -> tuple[int, bytes]:
        """The status and the body of at most `limit` bytes."""
        files = sent.multipart_data if sent else None
        connect = min(self._patience, _CONNECT)
        timeout = httpx.Timeout(connect, read=wait, write=_UPLOAD_PATIENCE if files else connect)
        try:
            async with (
                asyncio.timeout(wait + (_LONGEST_UPLOAD if files else _LONGEST)),
                self._client.stream(
                    method,
                    url,
                    headers={"User-Agent": self.USER_AGENT, "Accept-Encoding": "identity"},
                    timeout=timeout,
                    files=files,
                    data=sent.json_parameters if sent else None,
                ) as response,
            ):
                return response.status_code, await _body_of(response, limit)
        except httpx.TimeoutException as error:
            raise TimedOut from error
        except TimeoutError:
            raise TimedOut from None
        except httpx.HTTPError as error:
            raise NetworkError(type(error).__name__) from error


async def _body_of(response: httpx.Response, limit: int) -> bytes:
    """The body as it comes: one that is packed, though that was not asked for, is none of the Bot API's."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > limit:
            raise ForeignAnswerError
    return bytes(body)
