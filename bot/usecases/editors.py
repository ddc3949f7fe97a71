"""The editors of a group: who may change what it watches.

Where a function takes a `change`, it says who acts, where and when; the function fills in its code and values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import structlog

from bot.alerts.compose import notice
from bot.model import Change, DeliveryKind, Destination, Editor, NewDelivery
from bot.store import Store, UnitOfWork
from bot.usecases.sign_up import is_kept_out

log = structlog.get_logger()

EDITORS_MOST = 50
"""Editors of one chat: as many as its list can show."""

_NAMED, _FIRST, _REMOVED = "editor-named", "editor-first", "editor-removed"
_CHANGES_SEARCHED: Final = 100
"""The newest changes of a chat, among which those of its editors are searched."""


async def name_editor(store: Store, chat: str, editor: Editor, change: Change) -> bool:
    """Add an editor, or update the name of one. False if the chat has as many editors as it may have."""
    async with store.write() as unit:
        before = {known.user_id for known in await unit.chats.editors(chat)}
        if editor.user_id not in before and len(before) >= EDITORS_MOST:
            return False
        await unit.chats.add_editor(chat, editor, change.at)
        if editor.user_id not in before:
            await unit.changes.add(replace(change, code=_NAMED, values={"who": editor.name}))
    return True


async def remove_editor(store: Store, chat: str, user_id: int, change: Change) -> Editor | None:
    """The editor that was removed; None if the chat has no editor with this id."""
    async with store.write() as unit:
        found = next((one for one in await unit.chats.editors(chat) if one.user_id == user_id), None)
        if found is not None:
            await unit.chats.remove_editor(chat, user_id)
            await unit.changes.add(replace(change, code=_REMOVED, values={"who": found.name}))
    return found


async def needs_editor(unit: UnitOfWork, chat: str) -> bool:
    """Whether a group has let itself in and never had an editor: one whom somebody has removed does not come back."""
    known = await unit.chats.get(chat)
    if known is None or not known.approved or not known.preferences.public or known.kind not in {"group", "supergroup"}:
        return False
    if await unit.chats.editors(chat):
        return False
    changes = await unit.changes.latest(_CHANGES_SEARCHED, chat=chat)
    return not any(change.code in {_NAMED, _FIRST, _REMOVED} for change in changes)


async def name_first_editor(unit: UnitOfWork, chat: str, editor: Editor, change: Change) -> bool:
    """The group's first editor, who is to be one of its administrators, or who has brought the bot.

    False for a group that needs none, and for whom an admin of the bot has refused or shut out.
    """
    if not editor.user_id or not await needs_editor(unit, chat) or await is_kept_out(unit, chat, editor.user_id):
        return False
    await unit.chats.add_editor(chat, editor, change.at)
    await unit.changes.add(replace(change, chat=chat, code=_FIRST, values={}))
    log.info("editor-first", chat=chat, user=editor.user_id)
    return True


async def take_first_editor(store: Store, chat: str, editor: Editor, change: Change) -> bool:
    """The same in a transaction of its own, which also queues what the group is told: a crash must not lose it."""
    async with store.write() as unit:
        if not await name_first_editor(unit, chat, editor, change):
            return False
        content = notice("first-editor", change.at.isoformat(), who=editor.name)
        await unit.outbox.add([NewDelivery(Destination(chat), DeliveryKind.NOTICE, content)], change.at)
    return True
