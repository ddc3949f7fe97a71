"""Who may talk to the bot: nobody, but admins and the chats that they let in. Pure but for what asks the store."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model import Chat, Role
from bot.store import KeyValueStore, UnitOfWork
from bot.telegram.app_api import AppApi

START_CODE_LIFE = timedelta(minutes=15)
_START_CODE = "telegram.start-code"

COMMANDS_A_MINUTE = 30
"""Of one person: more is a script, or a cat."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Who has been let in: admins (of the files and by the one-time link), and chats that topics name."""

    admins: frozenset[int]
    chats: frozenset[str]
    """Ids of today, or `@name` in lower case."""

    def is_admin(self, user_id: int | None) -> bool:
        return user_id in self.admins

    def may_use(self, chat: Chat, username: str | None, user_id: int | None) -> bool:
        """Whether what this user writes in this chat is answered. `username`: of the chat."""
        named = chat.chat in self.chats or (username is not None and f"@{username.lower()}" in self.chats)
        return chat.approved or named or self.is_admin(user_id)

    def role(self, chat: Chat, username: str | None, user_id: int | None, editors: Collection[int]) -> Role:
        """What this user may do in this chat. `editors`: those that an admin has named for it."""
        if self.is_admin(user_id):
            return Role.ADMIN
        if not self.may_use(chat, username, user_id):
            return Role.STRANGER
        if user_id is not None and (user_id in editors or (chat.kind == "private" and chat.chat == str(user_id))):
            return Role.EDITOR
        return Role.MEMBER


def admission(admins: Collection[int], chats: Collection[str]) -> Admission:
    """From user ids and chats as written in files."""
    return Admission(frozenset(admins), frozenset(chat.lower() if chat.startswith("@") else chat for chat in chats))


async def admission_now(unit: UnitOfWork, view: AppApi) -> Admission:
    """As files and the store have it. No chat is in because it once made a topic for itself: else it could not be shut
    out.
    """
    topics = view.topics()
    named = {to.chat for topic in topics for to in topic.destinations if to.chat != topic.owning_chat}
    today = await unit.chats.current_ids(named)
    return admission((*view.admins(), *await unit.chats.admins()), (*named, *today.values()))


class Throttle:
    """How much somebody asked for lately."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._asked: dict[int, deque[datetime]] = {}

    def excess(self, user_id: int, now: datetime) -> int:
        """Count one more; by how much it is too many: 0 while all is well, 1 the first time it is not."""
        asked = self._asked.setdefault(user_id, deque())
        while asked and not timedelta() <= now - asked[0] < self._within:
            asked.popleft()
        asked.append(now)
        if len(self._asked) > 10_000:
            self._asked = {user: times for user, times in self._asked.items() if now - times[-1] < self._within}
        return max(0, len(asked) - self._most)


async def store_start_code(settings: KeyValueStore, code: str, now: datetime) -> None:
    """Let whoever sends this code within 15 minutes become admin; it takes the place of an earlier code.

    Only its digest is stored: who reads the database learns nothing. `code`: 16 random bytes or more, base64url.
    """
    await settings.set(_START_CODE, f"{_digest(code)} {(now + START_CODE_LIFE).isoformat()}")


async def redeem_start_code(settings: KeyValueStore, code: str, now: datetime) -> bool:
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
