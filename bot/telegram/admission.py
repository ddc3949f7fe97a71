"""Who may use the bot: only admins and the chats that they have let in.

Also limits the requests per user, and keeps the one-time code that makes the first admin.
"""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model import Chat, Role
from bot.store import KeyValueStore, UnitOfWork
from bot.telegram.app_api import AppApi

START_CODE_LIFE = timedelta(minutes=15)
_START_CODE = "telegram.start-code"

COMMANDS_A_MINUTE = 30
"""Limit per user; a person does not type more than this."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The admins (from the files and by the one-time link) and the chats that topics name as destinations."""

    admins: frozenset[int]
    chats: frozenset[str]
    """Current chat ids, or `@name` in lower case."""

    def is_admin(self, user_id: int | None) -> bool:
        return user_id in self.admins

    def may_use(self, chat: Chat, username: str | None, user_id: int | None) -> bool:
        """Whether the bot answers this user in this chat. `username` is that of the chat."""
        named = chat.chat in self.chats or (username is not None and f"@{username.lower()}" in self.chats)
        return chat.approved or named or self.is_admin(user_id)

    def role(self, chat: Chat, username: str | None, user_id: int | None, editors: Collection[int]) -> Role:
        """The role of the user in this chat. `editors` are the users that an admin has named for it."""
        if self.is_admin(user_id):
            return Role.ADMIN
        if not self.may_use(chat, username, user_id):
            return Role.STRANGER
        if user_id is not None and (user_id in editors or (chat.kind == "private" and chat.chat == str(user_id))):
            return Role.EDITOR
        return Role.MEMBER


def admission(admins: Collection[int], chats: Collection[str]) -> Admission:
    """An admission from user ids, and from chats as they are written in the files."""
    return Admission(frozenset(admins), frozenset(chat.lower() if chat.startswith("@") else chat for chat in chats))


async def admission_now(unit: UnitOfWork, view: AppApi) -> Admission:
    """The current admission, from the files and the store.

    A topic that a chat created for itself does not let that chat in; otherwise the chat could not be shut out again.
    """
    topics = view.topics()
    named = {to.chat for topic in topics for to in topic.destinations if to.chat != topic.owning_chat}
    current_ids = await unit.chats.current_ids(named)
    return admission((*view.admins(), *await unit.chats.admins()), (*named, *current_ids.values()))


class Throttle:
    """Limits how many requests each user, or chat, makes within a time."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._requests: dict[Hashable, deque[datetime]] = {}

    def excess(self, whose: Hashable, now: datetime) -> int:
        """Count a request and return by how many the limit is exceeded: 0 if it is not, 1 for the first excess one."""
        requests = self._recent(whose, now)
        requests.append(now)
        return max(0, len(requests) - self._most)

    def take(self, whose: Hashable, now: datetime, most: int) -> bool:
        """Whether there is room for one more request; only then it counts."""
        requests = self._recent(whose, now)
        if len(requests) >= most:
            return False
        requests.append(now)
        return True

    def _recent(self, whose: Hashable, now: datetime) -> deque[datetime]:
        if len(self._requests) > 10_000:
            self._requests = {
                one: times for one, times in self._requests.items() if times and now - times[-1] < self._within
            }
        requests = self._requests.setdefault(whose, deque())
        while requests and not timedelta() <= now - requests[0] < self._within:
            requests.popleft()
        return requests


async def store_start_code(settings: KeyValueStore, code: str, now: datetime) -> None:
    """Store a code that makes the user who sends it within 15 minutes an admin. It replaces an earlier code.

    Only its digest is stored, so that reading the database does not reveal the code. `code`: at least 16 random bytes
    in base64url (RFC 4648 section 5), whose alphabet is that of deep links (A-Z, a-z, 0-9, _ and -).
    """
    await settings.set(_START_CODE, f"{_digest(code)} {(now + START_CODE_LIFE).isoformat()}")


async def redeem_start_code(settings: KeyValueStore, code: str, now: datetime) -> bool:
    """Whether the code is valid. A valid code is deleted, so that it works only once."""
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
