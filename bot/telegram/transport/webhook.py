"""Receives updates that Telegram posts to our URL, instead of long polling (Bot API, "setWebhook").

An update is stored before it is confirmed, as with long polling. A request must contain a secret that only Telegram
knows. The HTTP server is in `bot.adapters.web`; it calls `take`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_urlsafe

import structlog

from bot.ports import Clock, FaultPoints
from bot.store import KeyValueStore, Store
from bot.telegram.transport.client import RawUpdate, TelegramClient, UnreachableError
from bot.telegram.transport.incoming import KINDS
from bot.telegram.transport.long_polling import POSTED, keep
from bot.telegram.transport.waiting import Patience

log = structlog.get_logger()

CONNECTIONS = 4
"""How many updates Telegram may post at once (Bot API, "setWebhook", max_connections)."""

LOOK_AGAIN = timedelta(minutes=5)
"""How often the state of the webhook is checked."""

_SECRET = "telegram.webhook-secret"  # noqa: S105 -- the name that it is stored under
_LARGEST_ID = 2**63 - 1


async def webhook_secret(settings: KeyValueStore) -> str:
    """The secret in each request of Telegram (Bot API, "setWebhook", secret_token). Created once, kept in the store."""
    secret = await settings.get(_SECRET)
    if secret is None:
        secret = token_urlsafe(32)
        await settings.set(_SECRET, secret)
    return secret


class PostedUpdates:
    """Receives updates through a webhook. Raises BadTokenError or TokenTakenError."""

    def __init__(
        self,
        client: TelegramClient,
        store: Store,
        clock: Clock,
        faults: FaultPoints,
        address: str,
        secret: str,
        *,
        look_again: timedelta = LOOK_AGAIN,
    ) -> None:
        """`address`: the URL that Telegram posts to. `secret`: 1 to 256 characters A-Z, a-z, 0-9, `_` and `-`."""
        self.address = address
        self.secret = secret
        self._client = client
        self._store = store
        self._clock = clock
        self._faults = faults
        self._look_again = look_again.total_seconds()
        self._patience = Patience(clock)
        self._wake: Callable[[], None] = _do_nothing
        self._last_error_at: datetime | None = None

    async def begin(self) -> None:
        """Set the webhook. Raises BadTokenError or UnreachableError."""
        async with self._store.write() as unit:
            await unit.key_values.set(POSTED, "yes")
        await self._client.set_webhook(self.address, self.secret, KINDS, CONNECTIONS)

    async def listen(self, stop: asyncio.Event, wake: Callable[[], None]) -> None:
        self._wake = wake
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                try:
                    await self._check()
                except UnreachableError as error:
                    await self._patience.wait_out(error, stop)
                    continue
                self._patience.over()
                await asyncio.wait({stopping}, timeout=self._look_again)
        finally:
            stopping.cancel()
            self._wake = _do_nothing

    async def take(self, body: bytes) -> bool:
        """Store an update, once, and wake the handler. False if the body is not an update. Raises StoreError.

        Telegram repeats a request if it got no 2xx status in time, so the same update may arrive twice.
        """
        try:
            posted = json.loads(body)
            number = posted["update_id"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return False
        if type(number) is not int or not 0 <= number <= _LARGEST_ID:
            return False
        async with self._store.write() as unit:
            await keep(unit, [RawUpdate(number, json.dumps(posted))], self._clock.now())
        self._faults.reach("updates.stored")
        self._wake()
        return True

    async def _check(self) -> None:
        """Check that no other program has replaced the webhook and that Telegram reaches it; else no update arrives."""
        state = await self._client.webhook_state()
        if state.address != self.address:
            log.warning("webhook-changed", what="another program uses this token; the address is set again")
            await self.begin()
        elif state.last_error_at is not None and state.last_error_at != self._last_error_at:
            self._last_error_at = state.last_error_at
            log.warning("webhook-failing", reason=state.last_error, waiting=state.waiting)


def _do_nothing() -> None:
    """Nothing handles updates yet, or any more. The handler finds the stored ones when it starts."""
