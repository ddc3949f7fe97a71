"""The connection to the Bot API, made with python-telegram-bot, whose errors are translated here.

The token is part of every URL (Bot API, "Making requests"), and exceptions of HTTP clients contain URLs. So every text
that leaves this package goes through `reason_of`, and no exception of python-telegram-bot is chained to one of ours.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import httpx
import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.errors import MessengerError
from bot.telegram.transport.connections import BotApiConnections
from bot.text.clean import clean_title

log = structlog.get_logger()

DEFAULT_API_URL = "https://api.telegram.org"

BAD_TOKEN = "Telegram refuses the bot token. Copy it again from @BotFather (/mybots, API Token) and run `kabar setup`."  # noqa: S105 -- a sentence about tokens
TOKEN_TAKEN = (
    "409: another program uses this token. Stop that program, or give this one a bot of its own "  # noqa: S105 -- a sentence about tokens
    "(@BotFather, /newbot) and run `kabar setup`."
)
UNREACHABLE = "Telegram cannot be reached at {api}: {reason}. Check the network, or KABAR_TELEGRAM_API_URL."

_TOKEN = re.compile(r"\d{3,}(?::|%3[aA])[A-Za-z0-9_-]{20,}")
_TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]+", re.ASCII)
_NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
"""httpx exceptions that are raised before the first byte of a request is sent
(https://www.python-httpx.org/exceptions/).
"""

LONGEST_WAIT = timedelta(hours=1)
"""The longest wait that Telegram may ask for; then it is asked again."""

PATIENCE = 60.0
"""Seconds to wait for a response. Telegram normally takes well below one; but giving up on a message that has arrived
means to send it again, so on a slow line patience costs less.
"""


class BadTokenError(MessengerError):
    """Telegram does not accept the token: 401, or 404 for a token of the wrong form."""

    def __init__(self) -> None:
        super().__init__(BAD_TOKEN)


class TokenTakenError(MessengerError):
    """Another program calls getUpdates with the same token: 409, "terminated by other getUpdates request"."""

    def __init__(self) -> None:
        super().__init__(TOKEN_TAKEN)


class UnreachableError(MessengerError):
    """Telegram did not respond, or asked to retry later (Bot API, "ResponseParameters", retry_after)."""

    def __init__(self, api_url: str, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(UNREACHABLE.format(api=api_url, reason=reason.rstrip(".")))
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """The bot that a token belongs to."""

    user_id: int
    username: str
    """Without the `@`."""
    name: str

    def start_link(self, code: str) -> str:
        """The link that opens the bot and sends it `/start CODE` (https://core.telegram.org/bots/features#deep-linking)."""
        return f"https://t.me/{self.username}?start={code}"


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """An update as Telegram sent it, not parsed yet."""

    id: int
    body: str


@dataclass(frozen=True, slots=True)
class WebhookState:
    """What Telegram reports about the webhook (Bot API, "WebhookInfo")."""

    address: str
    """Empty if no webhook is set."""
    waiting: int
    """Number of updates that have not been delivered yet."""
    last_error: str
    last_error_at: datetime | None


class TelegramClient:
    """The connections of a bot: one for getUpdates, which waits for a long time, and others for sending.

    An asynchronous context manager.
    """

    def __init__(
        self,
        token: str,
        api_url: str = DEFAULT_API_URL,
        proxy: str | None = None,
        *,
        patience: float = PATIENCE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`patience`: seconds to wait for each part of a response, and at most for a connection.

        `transport`: what carries the requests; None: the network.
        """
        if _TOKEN_SHAPE.fullmatch(token) is None:  # it becomes part of a URL
            raise BadTokenError
        # The only way to get RetryAfter.retry_after as a timedelta; otherwise each RetryAfter causes a deprecation
        # warning (python-telegram-bot 22.2, documentation of telegram.error.RetryAfter).
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        # They log URLs and whole messages; the errors that they log are raised as well.
        for library in ("httpx", "httpcore", "telegram"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        self.api_url = api_url.rstrip("/")
        self._patience = patience
        # Reading the system's certificates takes as long as the rest of a start: once for both.
        over: dict[str, object] = {"transport": transport} if transport else {"verify": httpx.create_ssl_context()}
        methods = f"{self.api_url}/bot{token}/"
        self._updates = BotApiConnections(methods, 2, proxy, patience, over)
        sending = BotApiConnections(methods, 16, proxy, patience, over)
        self.bot = Bot(
            token,
            f"{self.api_url}/bot",
            f"{self.api_url}/file/bot",
            request=sending,
            get_updates_request=self._updates,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._updates.shutdown()
        await self.bot.request.shutdown()

    async def identity(self) -> BotIdentity:
        """The bot's own account (Bot API, "getMe"). Raises BadTokenError or UnreachableError."""
        try:
            me = await self.bot.get_me()
        except TelegramError as error:
            raise translated(error, self.api_url) from None
        return BotIdentity(me.id, me.username or "", me.full_name)

    async def updates(self, offset: int | None, wait: timedelta, kinds: Sequence[str]) -> tuple[RawUpdate, ...]:
        """The updates from `offset` on (Bot API, "getUpdates"), not parsed, so that an unknown kind cannot fail here.

        Raises BadTokenError, TokenTakenError or UnreachableError.
        """
        seconds = int(wait.total_seconds())
        asked: dict[str, int | str] = {"timeout": seconds, "allowed_updates": json.dumps(list(kinds))}
        if offset is not None:
            asked["offset"] = offset
        address = f"{self.bot.base_url}/getUpdates?{urlencode(asked)}"
        try:
            answer = await self._updates.retrieve(address, read_timeout=seconds + self._patience)
        except TelegramError as error:
            raise translated(error, self.api_url) from None
        return tuple(RawUpdate(update["update_id"], json.dumps(update)) for update in json.loads(answer)["result"])

    async def set_webhook(self, address: str, secret: str, kinds: Sequence[str], connections: int) -> None:
        """Have Telegram post updates over at most `connections` connections (Bot API, "setWebhook").

        Raises BadTokenError or UnreachableError.
        """
        try:
            await self.bot.set_webhook(
                address, secret_token=secret, allowed_updates=list(kinds), max_connections=connections
            )
        except TelegramError as error:
            raise translated(error, self.api_url) from None

    async def webhook_state(self) -> WebhookState:
        """The state of the webhook (Bot API, "getWebhookInfo"). Raises BadTokenError or UnreachableError."""
        try:
            info = await self.bot.get_webhook_info()
        except TelegramError as error:
            raise translated(error, self.api_url) from None
        return WebhookState(
            info.url, info.pending_update_count, clean_title(info.last_error_message or ""), info.last_error_date
        )

    async def delete_webhook(self) -> None:
        """Switch to getUpdates, which does not work while a webhook is set (Bot API, "getUpdates", note 1).

        Raises BadTokenError or UnreachableError.
        """
        try:
            await self.bot.delete_webhook()
        except TelegramError as error:
            raise translated(error, self.api_url) from None


def translated(error: TelegramError, api_url: str) -> MessengerError:
    """Our error for an exception of python-telegram-bot that does not concern a single message."""
    match error:
        case InvalidToken():
            return BadTokenError()
        case Conflict():
            return TokenTakenError()
        case RetryAfter():
            return UnreachableError(api_url, "it asks to wait", retry_delay(error))
        case _:
            return UnreachableError(api_url, reason_of(error))


def retry_delay(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait (Bot API, "ResponseParameters", retry_after), at most `LONGEST_WAIT`.

    People have met 23 minutes (telegraf/telegraf#1563). Asking again earlier than that does no harm, and a wrong number
    must not silence a chat for years.
    """
    asked = error.retry_after
    delay = asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
    if delay > LONGEST_WAIT:
        waits = LONGEST_WAIT.total_seconds()
        log.warning("telegram-wait-shortened", asked=delay.total_seconds(), waits=waits)
    return min(delay, LONGEST_WAIT)


def reason_of(error: BaseException) -> str:
    """The error in one line, with the token removed if the text contains it."""
    if isinstance(error, TimedOut):
        return "no answer in time"
    if isinstance(error, NetworkError) and type(error) is NetworkError and error.__cause__ is not None:
        return _network_reason(error.__cause__)
    return clean_title(_TOKEN.sub("[token]", str(error) or type(error).__name__))


def was_never_sent(error: BaseException) -> bool:
    """Whether the request certainly did not reach Telegram, so that sending again cannot duplicate a message."""
    return type(error.__cause__).__name__ in _NEVER_SENT


def _network_reason(cause: BaseException) -> str:
    """A readable reason for an httpx exception, whose own text is that of the operating system or empty."""
    name = type(cause).__name__
    if name in {"ConnectError", "ConnectTimeout"}:
        return "no connection"
    if name == "ProxyError":
        return "the proxy does not let us through"
    if name in {"RemoteProtocolError", "ReadError", "WriteError", "CloseError"}:
        return "the connection broke off"
    return clean_title(_TOKEN.sub("[token]", f"{name}: {cause}".rstrip(": ")))
