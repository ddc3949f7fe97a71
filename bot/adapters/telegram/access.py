"""Who may talk to the bot: nobody, but admins and the chats that they let in. Pure but for the start code."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model import Chat
from bot.ports import SettingStore

START_CODE_LIFE = timedelta(minutes=15)
_START_CODE = "telegram.start-code"


@dataclass(frozen=True, slots=True)
class Admission:
    """Who has been let in: admins (of the files and by the one-time link), and chats that the files name."""

    admins: frozenset[int]
    chats: frozenset[str]
    """Ids of today, or `@name` in lower case."""

    def is_admin(self, user_id: int | None) -> bool:
        return user_id in self.admins

    def may_use(self, chat: Chat, username: str | None, user_id: int | None) -> bool:
        """Whether what this user writes in this chat is answered. `username`: of the chat."""
        named = chat.chat in self.chats or (username is not None and f"@{username.lower()}" in self.chats)
        return chat.approved or named or self.is_admin(user_id)


def admission(admins: Collection[int], chats: Collection[str]) -> Admission:
    """From user ids and chats as written in files."""
    return Admission(frozenset(admins), frozenset(chat.lower() if chat.startswith("@") else chat for chat in chats))


async def store_start_code(settings: SettingStore, code: str, now: datetime) -> None:
    """Let whoever sends this code within 15 minutes become admin; it takes the place of an earlier code.

    Only its digest is stored: who reads the database learns nothing. `code`: 16 random bytes or more, base64url.
    """
    await settings.set(_START_CODE, f"{_digest(code)} {(now + START_CODE_LIFE).isoformat()}")


async def redeem_start_code(settings: SettingStore, code: str, now: datetime) -> bool:
    """Whether the code is the one that was given out; it is used up then."""
    stored = await settings.get(_START_CODE)
    if stored is None:
        return False
    digest, _, until = stored.partition(" ")
    if not hmac.compare_digest(digest, _digest(code)) or now > datetime.fromisoformat(until):
        return False
    await settings.set(_START_CODE, None)
    return True


def _digest(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
