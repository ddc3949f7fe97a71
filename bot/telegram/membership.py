"""Changes of chats: a group gets a new id, or the bot is removed from a chat and added again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

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
            await unit.chats.save(replace(refreshed(known, change.chat), paused_reason=reason))
            await self._set_paused(unit, change.chat, change.username, reason)
            await self._store_kind_by_name(unit, change.chat, change.username)
        log.info("chat-back" if change.present else "chat-paused", chat=change.chat.chat)
        if change.present:
            await self.view.audience_changed()

    async def note_presence(self, unit: UnitOfWork, chat: Chat, username: str | None) -> bool:
        """A message came from the chat. Whether it was paused until now, so that deliveries may be waiting for it."""
        back = await self._set_paused(unit, chat, username, None)
        await self._store_kind_by_name(unit, chat, username)
        return back

    async def _set_paused(self, unit: UnitOfWork, chat: Chat, username: str | None, reason: str | None) -> bool:
        """Pause or resume a chat, under its id and under the `@name` that files may use."""
        here = await unit.chats.current(chat.chat)
        named = None if username is None else f"@{username.lower()}"
        changed = False
        for known in await unit.chats.all():
            is_same = known.chat == here or known.chat.lower() == named
            if is_same and (known.paused_reason is None) != (reason is None):
                await unit.chats.save(replace(known, paused_reason=reason))
                changed = True
        return changed

    async def _store_kind_by_name(self, unit: UnitOfWork, chat: Chat, username: str | None) -> None:
        """Store the kind of a chat that topics refer to by `@name`, because alerts look different in a channel."""
        named = {to.chat for topic in self.view.topics() for to in topic.destinations}
        for name in [name for name in named if name.lower() == f"@{username}".lower()]:
            known = await unit.chats.get(name) or Chat(name)
            if known.kind != chat.kind:
                await unit.chats.save(replace(known, kind=chat.kind, title=chat.title))


def refreshed(known: Chat | None, seen: Chat) -> Chat:
    """The stored chat, with the current kind and title."""
    return seen if known is None else replace(known, kind=seen.kind, title=seen.title)
