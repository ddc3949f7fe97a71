"""Checks a token with Telegram, for `kabar setup` and `kabar doctor`."""

from __future__ import annotations

from bot.telegram.transport.client import DEFAULT_API_URL, BotIdentity, TelegramClient


async def check_token(token: str, api_url: str = DEFAULT_API_URL, proxy: str | None = None) -> BotIdentity:
    """The bot that a token belongs to. Raises BadTokenError or UnreachableError, whose text says what to do."""
    async with TelegramClient(token, api_url, proxy) as client:
        return await client.identity()
