"""Stores of chats, of what is said in them, and of small facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model import AccessRequest, Change, Chat, Draft, DraftId, Editor, Expectation, ReceivedUpdate, UpdateId


class ChatStore(Protocol):
    """Chats, who may do what, and the ids that chats had before."""

    async def get(self, chat: str) -> Chat | None:
        """Follows aliases."""
        ...

    async def save(self, chat: Chat) -> None: ...

    async def all(self) -> tuple[Chat, ...]: ...

    async def alias(self, old: str, new: str) -> None: ...

    async def current(self, chat: str) -> str:
        """The chat's id of today."""
        ...

    async def ids_of_today(self, chats: Collection[str]) -> Mapping[str, str]:
        """The same for many at once."""
        ...

    async def admins(self) -> tuple[int, ...]:
        """User ids that became admins by the one-time link."""
        ...

    async def add_admin(self, user_id: int, now: datetime) -> None: ...

    async def editors(self, chat: str) -> tuple[Editor, ...]:
        """Who may change what a group watches, in the order they were named."""
        ...

    async def add_editor(self, chat: str, editor: Editor, now: datetime) -> None: ...

    async def remove_editor(self, chat: str, user_id: int) -> bool: ...

    async def ask_access(self, request: AccessRequest) -> bool:
        """False where the chat has asked before: it stands as it is."""
        ...

    async def access_requests(self) -> tuple[AccessRequest, ...]:
        """Oldest first, decided ones too."""
        ...

    async def decide_access(self, chat: str, granted: bool, now: datetime) -> bool:
        """False where there is no such request, or it has been decided already."""
        ...


class UpdateStore(Protocol):
    """Incoming updates, kept until they have been handled."""

    async def add(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Those that are there already are left as they are."""
        ...

    async def pending(self, limit: int, *, after: ReceivedUpdate | None = None) -> tuple[ReceivedUpdate, ...]:
        """In the order they came; those that came after one of them."""
        ...

    async def get(self, ids: Collection[UpdateId]) -> tuple[ReceivedUpdate, ...]:
        """Those of these that are there, in the order they came."""
        ...

    async def waiting(self) -> int:
        """How many have not been handled yet."""
        ...

    async def done(self, update_id: UpdateId, now: datetime) -> None: ...

    async def offset(self) -> int | None:
        """What to ask getUpdates for: one past the highest id stored."""
        ...


class ConversationStore(Protocol):
    """What people are in the middle of: it survives a restart."""

    async def add_draft(self, draft: Draft) -> DraftId:
        """`draft.id` is not looked at."""
        ...

    async def draft(self, draft_id: DraftId) -> Draft | None: ...

    async def save_draft(self, draft: Draft) -> None: ...

    async def remove_draft(self, draft_id: DraftId) -> bool: ...

    async def expect(self, expectation: Expectation) -> None:
        """It takes the place of what was expected of this person in this chat before."""
        ...

    async def expected(self, chat: str, user_id: int, now: datetime) -> Expectation | None:
        """None where nothing is, or its time has run out."""
        ...

    async def forget_expectation(self, chat: str, user_id: int) -> None: ...


class ChangeStore(Protocol):
    """Who changed what."""

    async def add(self, change: Change) -> None: ...

    async def latest(self, limit: int, *, chat: str | None = None) -> tuple[Change, ...]:
        """Newest first; of one chat or of all."""
        ...


class SettingStore(Protocol):
    """Small durable facts by name (the digest of a start code and when it ends, …)."""

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, value: str | None) -> None:
        """None removes it."""
        ...
