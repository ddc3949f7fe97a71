"""Chats, their editors, requests for access, and the admins of the bot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import AccessRequest, Chat, Editor, Language
from bot.store.aliases import A_CHAT, add_alias, current_id, current_ids
from bot.store.batches import batched
from bot.store.codec import PUBLIC_IN_JSON, decode_preferences, encode_preferences
from bot.store.outbox.queues import refresh_queue_of
from bot.store.schema import access_requests, admins, chat_aliases, chats, editors
from bot.store.statements import insert

_CHAT = select(chats).where(chats.c.chat == current_id(A_CHAT))
_CURRENT = select(chat_aliases.c.new).where(chat_aliases.c.old == A_CHAT)
_ADMINS = select(admins.c.user_id).order_by(admins.c.added_at, admins.c.user_id)
_EDITORS = select(editors).where(editors.c.chat == current_id(A_CHAT)).order_by(editors.c.added_at, editors.c.user_id)


@dataclass(frozen=True, slots=True)
class ChatStore:
    """Chats, who may do what in them, and the ids that they had before."""

    connection: AsyncConnection

    async def get(self, chat: str) -> Chat | None:
        """The chat with this id, which may be an earlier id of the chat; the result has the current id."""
        rows = await self.connection.execute(_CHAT, {A_CHAT.key: chat})
        row = rows.one_or_none()
        return None if row is None else _chat(row)

    async def of(self, names: Collection[str]) -> Mapping[str, Chat]:
        """Those of these chats that are known, by their current ids, which they must be named by."""
        found: dict[str, Chat] = {}
        for batch in batched(names):
            rows = await self.connection.execute(select(chats).where(chats.c.chat.in_(batch)))
            found.update({row.chat: _chat(row) for row in rows})
        return found

    async def save(self, chat: Chat) -> None:
        """Add or change a chat. It is stored under its current id."""
        values = {
            "kind": chat.kind,
            "title": chat.title,
            "language": chat.language,
            "timezone": chat.timezone,
            "approved": chat.approved,
            "paused_reason": chat.paused_reason,
            "retry_after": chat.retry_after,
            "paused_until": chat.paused_until,
            "preferences": encode_preferences(chat.preferences),
        }
        statement = insert(chats).values(chat=current_id(chat.chat), **values)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["chat"], set_=values))
        await refresh_queue_of(self.connection, current_id(chat.chat))  # it may be paused, or heard from again

    async def all(self) -> tuple[Chat, ...]:
        """All chats, ordered by id."""
        rows = await self.connection.execute(select(chats).order_by(chats.c.chat))
        return tuple(_chat(row) for row in rows)

    async def alias(self, old: str, new: str) -> None:
        """Record that the chat `old` has the id `new` now. Everything stored for the old id moves to the new one."""
        await add_alias(self.connection, old, new)

    async def current(self, chat: str) -> str:
        """The current id of a chat."""
        return await self.connection.scalar(_CURRENT, {A_CHAT.key: chat}) or chat

    async def current_ids(self, chats: Collection[str]) -> Mapping[str, str]:
        """The current ids of several chats, by the ids that were given."""
        return await current_ids(self.connection, chats)

    async def former_ids(self, chats: Collection[str]) -> frozenset[str]:
        """The ids that these chats had before."""
        found: set[str] = set()
        for batch in batched(chats):
            found.update(await self.connection.scalars(select(chat_aliases.c.old).where(chat_aliases.c.new.in_(batch))))
        return frozenset(found)

    async def admins(self) -> tuple[int, ...]:
        """The ids of users who became admins by the one-time link, in that order."""
        return tuple(await self.connection.scalars(_ADMINS))

    async def add_admin(self, user_id: int, now: datetime) -> None:
        """Make a user admin; nothing changes for one who is admin already."""
        await self.connection.execute(insert(admins).values(user_id=user_id, added_at=now).on_conflict_do_nothing())

    async def editors(self, chat: str) -> tuple[Editor, ...]:
        """Who may change what a group watches, in the order they were added."""
        rows = await self.connection.execute(_EDITORS, {A_CHAT.key: chat})
        return tuple(Editor(row.user_id, row.name) for row in rows)

    async def add_editor(self, chat: str, editor: Editor, now: datetime) -> None:
        """Add an editor, or update the name of one who is there already."""
        statement = insert(editors).values(
            chat=current_id(chat), user_id=editor.user_id, name=editor.name, added_at=now
        )
        await self.connection.execute(
            statement.on_conflict_do_update(index_elements=["chat", "user_id"], set_={"name": editor.name})
        )

    async def remove_editor(self, chat: str, user_id: int) -> bool:
        """Remove an editor. False if there was no such editor."""
        here = current_id(chat)
        gone = await self.connection.execute(
            delete(editors).where(editors.c.chat == here, editors.c.user_id == user_id)
        )
        return gone.rowcount == 1

    async def ask_access(self, request: AccessRequest) -> bool:
        """Record a request for access. False if the chat has asked before, which changes nothing."""
        values = {
            "chat": current_id(request.chat),
            "kind": request.kind,
            "title": request.title,
            "user_id": request.user_id,
            "user_name": request.user_name,
            "asked_at": request.asked_at,
            "granted": request.granted,
        }
        result = await self.connection.execute(insert(access_requests).values(values).on_conflict_do_nothing())
        return result.rowcount == 1

    async def access_requests(self) -> tuple[AccessRequest, ...]:
        """All requests for access, decided ones too, oldest first."""
        columns = access_requests.c
        rows = await self.connection.execute(select(access_requests).order_by(columns.asked_at, columns.chat))
        return tuple(_request(row) for row in rows)

    async def access_request(self, chat: str) -> AccessRequest | None:
        """The request of a chat, under whichever id; None if it has not asked."""
        rows = await self.connection.execute(select(access_requests).where(access_requests.c.chat == current_id(chat)))
        row = rows.one_or_none()
        return None if row is None else _request(row)

    async def public(self) -> int:
        """How many chats have let themselves in, without those that the bot cannot write to."""
        columns = chats.c
        of_public = columns.preferences.contains(PUBLIC_IN_JSON, autoescape=True)
        counted = select(func.count()).where(columns.approved, columns.paused_reason.is_(None), of_public)
        return await self.connection.scalar(counted) or 0

    async def decide_access(self, chat: str, granted: bool, now: datetime) -> bool:
        """Grant or refuse a request. False if there is no such request, or it was decided before."""
        columns = access_requests.c
        here = current_id(chat)
        result = await self.connection.execute(
            update(access_requests)
            .where(columns.chat == here, columns.granted.is_(None))
            .values(granted=granted, decided_at=now)
        )
        return result.rowcount == 1


def _chat(row: Row[Any]) -> Chat:
    return Chat(
        chat=row.chat,
        kind=row.kind,
        title=row.title,
        language=None if row.language is None else Language(row.language),
        timezone=row.timezone,
        approved=row.approved,
        paused_reason=row.paused_reason,
        retry_after=row.retry_after,
        paused_until=row.paused_until,
        preferences=decode_preferences(row.preferences),
    )


def _request(row: Row[Any]) -> AccessRequest:
    return AccessRequest(row.chat, row.kind, row.title, row.user_id, row.user_name, row.asked_at, row.granted)
