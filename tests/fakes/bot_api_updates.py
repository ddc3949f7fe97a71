"""How the fake Bot API hands updates out: getUpdates, or by POST to a webhook; never both."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request

from tests.fakes.bot_api_chats import World
from tests.fakes.bot_api_text import RefusedError

PORTS = (None, 443, 80, 88, 8443)
LOOK_AGAIN = 0.1
"""Seconds after which a request without updates looks whether it is still the one that is to be answered."""
AGAIN = 0.2
"""Seconds until an update that a webhook did not take is posted again; Telegram takes longer from time to time."""


@dataclass(slots=True)
class Webhook:
    """What setWebhook said, and how it went since."""

    url: str
    secret: str = ""
    allowed: tuple[str, ...] = ()
    max_connections: int = 40
    statuses: list[int] = field(default_factory=list)
    """Answers to the posts so far; 0: there was none."""
    last_error: str = ""
    last_error_at: int = 0


class Updates:
    """The two ways. `closing` tells when the server is about to end."""

    def __init__(self, world: World, closing: Callable[[], bool]) -> None:
        self._world = world
        self._closing = closing
        self._asking = 0
        self._task: asyncio.Task[None] | None = None
        self.webhook: Webhook | None = None
        self.taken = False
        """Another program asks for updates all the time."""

    async def get(self, values: dict[str, Any], request: Request) -> list[dict[str, Any]]:
        """A later request ends an earlier one with 409, as Telegram's do."""
        self._asking += 1
        mine = self._asking
        until = time.monotonic() + int(values.get("timeout") or 0)
        while not await request.is_disconnected():
            if self.webhook is not None:
                raise RefusedError(
                    409,
                    "Conflict: can't use getUpdates method while webhook is active; "
                    "use deleteWebhook to delete it first",
                )
            if self.taken or mine != self._asking:
                raise RefusedError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            with self._world.lock:
                offset = values.get("offset")
                found = self._world.waiting(
                    None if offset is None else int(offset),
                    int(values.get("limit") or 100),
                    values.get("allowed_updates"),
                )
            if found or time.monotonic() >= until or self._closing():
                return found
            await self._world.news(LOOK_AGAIN)
        return []

    def set_webhook(self, values: dict[str, Any]) -> bool:
        """Only what is on this computer is posted to, and may do without TLS, as with a Bot API server of one's own."""
        if not values["url"]:
            return self.delete_webhook(values)
        parts, secret = urlsplit(values["url"]), values.get("secret_token") or ""
        is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme != "https" and not is_here:
            raise RefusedError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if parts.port not in PORTS and not is_here:
            raise RefusedError(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise RefusedError(400, "Bad Request: secret token contains unallowed characters")
        connections = int(values.get("max_connections") or 40)
        self._forget(values)
        self.webhook = Webhook(values["url"], secret, tuple(values.get("allowed_updates") or ()), connections)
        if is_here:
            self._task = asyncio.get_running_loop().create_task(self._post(self.webhook))
        return True

    def delete_webhook(self, values: dict[str, Any]) -> bool:
        self._forget(values)
        self.webhook = None
        return True

    def webhook_info(self, _values: dict[str, Any]) -> dict[str, Any]:
        hook = self.webhook
        told: dict[str, Any] = {
            "url": "" if hook is None else hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._world.updates),
        }
        if hook is not None:
            told |= {"max_connections": hook.max_connections, "allowed_updates": list(hook.allowed)}
        if hook is not None and hook.last_error:
            told |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
        return told

    def _forget(self, values: dict[str, Any]) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if str(values.get("drop_pending_updates", "")).lower() == "true":
            self._world.updates.clear()

    async def _post(self, hook: Webhook) -> None:
        """One after the other, each until the answer is 200: what is not taken is kept."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        async with httpx.AsyncClient(headers=headers, timeout=5, trust_env=False) as client:
            while not self._closing():
                with self._world.lock:
                    waiting = self._world.waiting(None, 1, hook.allowed)
                if not waiting:
                    await self._world.news(LOOK_AGAIN)
                    continue
                try:
                    status = (await client.post(hook.url, json=waiting[0])).status_code
                except httpx.HTTPError:
                    status = 0
                hook.statuses.append(status)
                if status == 200:
                    with self._world.lock:
                        self._world.forget_update(waiting[0]["update_id"])
                    continue
                hook.last_error_at = int(time.time())
                hook.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
                await asyncio.sleep(AGAIN)
