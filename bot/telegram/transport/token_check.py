"""Checks a token before it is stored: for `kabar setup` and `kabar doctor`."""

from __future__ import annotations

from bot.telegram.transport.client import DEFAULT_API_URL, BotIdentity, TelegramClient


async def check_token(token: str, api_url: str = DEFAULT_API_URL, proxy: str | None = None) -> BotIdentity:
    """The bot behind a token. MessengerError with what to do: BadTokenError, UnreachableError."""
    async with TelegramClient(token, api_url, proxy) as client:
        return await client.identity()
