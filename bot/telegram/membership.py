"""Changes of chats: a group gets a new id, or the bot is removed from a chat and added again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from bot.alerts.pacing import heard_from, shut_out
from bot.model import Chat
from bot.store import Store, UnitOfWork
from bot.telegram.admission import admission_now
from bot.telegram.app_api import AppApi
from bot.telegram.transport.incoming import Membership, Moved

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MembershipUpdates:
    """Applies these changes to the store."""

    store: Store
    view: AppApi

    async def move(self, moved: Moved) -> None:
        """A group has become a supergroup with a new id: its topics, deliveries and settings move to that id."""
        async with self.store.write() as unit:
            known = await unit.chats.get(moved.old)
            await unit.chats.alias(moved.old, moved.new)
            await unit.outbox.move_chat(moved.old, moved.new)
            if known is not None:
                await unit.chats.save(replace(known, chat=moved.new, kind="supergroup"))
        log.info("chat-migrated", chat=moved.old, to=moved.new)
        await self.view.topics_changed()

    async def note_membership(self, change: Membership) -> None:
        """Store that the bot was added or removed.

        Only relevant chats are stored: known ones, those that a topic names, and those where an admin added the bot.
        """
        reason = None if change.present else "the bot was blocked or removed"
        async with self.store.write() as unit:
            known = await unit.chats.get(change.chat.chat)
            admitted = await admission_now(unit, self.view)
            if known is None and not admitted.may_use(change.chat, change.username, change.user_id):
                return
            await unit.chats.save(refreshed(known, change.chat))
            await self._change_all(unit, change.chat, change.username, partial(_with_pause, reason=reason))
            await self._store_kind_by_name(unit, change.chat, change.username)
        log.info("chat-back" if change.present else "chat-paused", chat=change.chat.chat)
        if change.present:
            await self.view.audience_changed()

    async def note_presence(self, unit: UnitOfWork, chat: Chat, username: str | None, now: datetime) -> bool:
        """A message came from the chat. Whether deliveries that waited for it may be tried now."""
        back = await self._change_all(unit, chat, username, partial(heard_from, now=now))
        await self._store_kind_by_name(unit, chat, username)
        return back

    async def _change_all(
        self, unit: UnitOfWork, chat: Chat, username: str | None, change: Callable[[Chat], Chat]
    ) -> bool:
        """Change a chat under its id and under the `@name` that files may use. Whether anything changed."""
        here = await unit.chats.current(chat.chat)
        named = None if username is None else f"@{username.lower()}"
        changed = False
        for known in await unit.chats.all():
            is_same = known.chat == here or known.chat.lower() == named
            if is_same and (after := change(known)) != known:
                await unit.chats.save(after)
                changed = True
        return changed

    async def _store_kind_by_name(self, unit: UnitOfWork, chat: Chat, username: str | None) -> None:
        """Store the kind of a chat that topics refer to by `@name`, because alerts look different in a channel."""
        named = {to.chat for topic in self.view.topics() for to in topic.destinations}
        for name in [name for name in named if name.lower() == f"@{username}".lower()]:
            known = await unit.chats.get(name) or Chat(name)
            if known.kind != chat.kind:
                await unit.chats.save(replace(known, kind=chat.kind, title=chat.title))


def _with_pause(chat: Chat, *, reason: str | None) -> Chat:
    """The chat once the bot was removed, or added or given other rights. What waited to be tested is tried then."""
    tested = chat.paused_reason is not None and chat.retry_after is not None
    if reason is not None:
        return shut_out(chat, reason)
    return replace(chat, paused_reason=None, retry_after=None if tested else chat.retry_after)


def refreshed(known: Chat | None, seen: Chat) -> Chat:
    """The stored chat, with the current kind and title."""
    return seen if known is None else replace(known, kind=seen.kind, title=seen.title)
