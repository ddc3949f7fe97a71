"""Changes of chats: a group gets a new id, or the bot is removed from a chat and added again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from bot.alerts.compose import notice
from bot.alerts.pacing import heard_from, shut_out
from bot.model import Change, Chat, DeliveryKind, Destination, Editor, NewDelivery, Notice
from bot.store import Store, UnitOfWork
from bot.telegram.admission import admission_now
from bot.telegram.app_api import AppApi
from bot.telegram.open_access import OpenAccess
from bot.telegram.pages.editors import name_of
from bot.telegram.transport.incoming import Membership, Moved
from bot.usecases.editors import name_first_editor
from bot.usecases.sign_up import SignUp

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

    async def note_membership(self, change: Membership, now: datetime) -> None:
        """Store that the bot was added or removed.

        Only relevant chats are stored: known ones, those that a topic names, those where an admin added the bot, and
        groups that sign up by adding it.
        """
        reason = None if change.present else "the bot was blocked or removed"
        async with self.store.write() as unit:
            known = await unit.chats.get(change.chat.chat)
            admitted = await admission_now(unit, self.view)
            seen = refreshed(known, change.chat)
            outcome = await OpenAccess(self.view).join(unit, change, seen, admitted, now)
            editor = await _first_editor(unit, change, now) if outcome is SignUp.IN else ""
            if outcome is not None and (content := _greeting(outcome, editor, now)) is not None:
                to = Destination(await unit.chats.current(change.chat.chat))
                await unit.outbox.add([NewDelivery(to, DeliveryKind.NOTICE, content)], now)
            known = await unit.chats.get(change.chat.chat)
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
        changed = False
        for known in (await unit.chats.of({here, *self._written(username)})).values():
            if (after := change(known)) != known:
                await unit.chats.save(after)
                changed = True
        return changed

    async def _store_kind_by_name(self, unit: UnitOfWork, chat: Chat, username: str | None) -> None:
        """Store the kind of a chat that topics refer to by `@name`, because alerts look different in a channel."""
        for name in self._written(username):
            known = await unit.chats.get(name) or Chat(name)
            if known.kind != chat.kind:
                await unit.chats.save(replace(known, kind=chat.kind, title=chat.title))

    def _written(self, username: str | None) -> frozenset[str]:
        """The name of a chat as topics write it, in whichever case."""
        if username is None:
            return frozenset()
        named = f"@{username.lower()}"
        destinations = (to.chat for topic in self.view.topics() for to in topic.destinations)
        return frozenset(chat for chat in destinations if chat.lower() == named)


async def _first_editor(unit: UnitOfWork, added: Membership, now: datetime) -> str:
    """Who has taken the bot into a group is its editor; their name, empty where they write as the group."""
    chat = await unit.chats.current(added.chat.chat)
    editor = Editor(added.user_id, name_of(added.user_name))
    change = Change(now, chat, added.user_id, added.user_name, "")
    return editor.name if await name_first_editor(unit, chat, editor, change) else ""


def _greeting(outcome: SignUp, editor: str, now: datetime) -> Notice | None:
    """What a group is told that somebody has taken the bot into."""
    match outcome:
        case SignUp.IN:
            return notice("signed-up", now.isoformat(), who=editor)
        case SignUp.OUT:
            return None
        case SignUp.FULL | SignUp.LATER:
            return notice("no-room", now.isoformat(), why=outcome)


def _with_pause(chat: Chat, *, reason: str | None) -> Chat:
    """The chat once the bot was removed, or added or given other rights. What waited to be tested is tried then."""
    tested = chat.paused_reason is not None and chat.retry_after is not None
    if reason is not None:
        return shut_out(chat, reason)
    return replace(chat, paused_reason=None, retry_after=None if tested else chat.retry_after)


def refreshed(known: Chat | None, seen: Chat) -> Chat:
    """The stored chat, with the current kind and title."""
    return seen if known is None else replace(known, kind=seen.kind, title=seen.title)
