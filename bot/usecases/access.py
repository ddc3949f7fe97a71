"""Who is let in: strangers ask, admins decide, and take it back; and who may change what a group watches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.alerts.compose import notice
from bot.model import (
    AccessRequest,
    Change,
    Chat,
    DeliveryKind,
    Destination,
    Editor,
    Language,
    NewDelivery,
    Notice,
)
from bot.store import Store, UnitOfWork

log = structlog.get_logger()

ASKED_A_DAY = 5
"""Requests that may wait for a decision, of all that came within a day: strangers must not flood the admins."""

EDITORS_MOST = 50
"""Of a chat: as many as its list can show."""

_DAY = timedelta(days=1)
_LET_IN, _REFUSED = "chat-let-in", "chat-refused"
_LOOKED_THROUGH = 100
"""Changes of a chat among which its decision is looked for."""


class AccessStatus(StrEnum):
    """How it is with a chat that is not an admin's own."""

    WAITING = "waiting"
    IN = "in"
    OUT = "out"
    """Refused, or let in once and no longer."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A chat that was let in, or asked to be."""

    chat: Chat
    standing: AccessStatus
    request: AccessRequest | None = None
    """None: an admin opened the door by writing there."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a request: now, or before somebody else pressed."""

    request: AccessRequest
    granted: bool
    by: str
    """The admin's name; empty where nobody knows any more."""
    is_new: bool


def may_ask(requests: Sequence[AccessRequest], now: datetime) -> bool:
    """Whether one more stranger may reach the admins now."""
    waiting = [one for one in requests if one.granted is None and timedelta() <= now - one.asked_at < _DAY]
    return len(waiting) < ASKED_A_DAY


async def ask_access(
    unit: UnitOfWork, request: AccessRequest, language: Language | None, admins: Collection[int], now: datetime
) -> bool:
    """Tell the admins that a stranger asks, once a chat; whether they are told now.

    Where nobody is admin yet, nothing is remembered: the chat may ask again.
    """
    if not admins or not may_ask(await unit.chats.access_requests(), now):
        return False
    if not await unit.chats.ask_access(request):
        return False
    told = request_notice(request, language)
    await unit.outbox.add(
        [NewDelivery(Destination(str(user)), DeliveryKind.NOTICE, told) for user in sorted(admins)], now
    )
    log.info("access-asked", chat=request.chat, user=request.user_id)
    return True


def request_notice(request: AccessRequest, language: Language | None = None) -> Notice:
    """What the admins are told. `language`: of the stranger's Telegram; it comes back with the button."""
    return notice(
        "access-request",
        request.asked_at.isoformat(),
        chat=request.chat,
        kind=request.kind,
        title=request.title,
        user=request.user_id,
        who=request.user_name,
        language=language or "",
    )


async def let_in(unit: UnitOfWork, chat: Chat, change: Change) -> None:
    """From now on the chat is answered; a request of its that waits is decided by that."""
    await unit.chats.decide_access(chat.chat, granted=True, now=change.at)
    await unit.chats.save(replace(chat, approved=True))
    await unit.changes.add(replace(change, chat=chat.chat, code=_LET_IN, values={"chat": chat.title or chat.chat}))
    log.info("chat-let-in", chat=chat.chat, by=change.user_id)


async def guests_of(unit: UnitOfWork, admins: Collection[int]) -> tuple[Guest, ...]:
    """Those who wait first, then those let in, then the others; the newest requests first. Admins are no guests."""
    requests = {one.chat: one for one in await unit.chats.access_requests()}
    known = {chat.chat: chat for chat in await unit.chats.all()}
    own = {str(user) for user in admins}
    found = []
    for name in dict.fromkeys((*reversed(requests), *known)):
        request = requests.get(name)
        chat = known.get(name) or (_chat_of(request) if request else None)
        if chat is None or name in own:
            continue
        if chat.approved:
            found.append(Guest(chat, AccessStatus.IN, request))
        elif request is not None:
            standing = AccessStatus.WAITING if request.granted is None else AccessStatus.OUT
            found.append(Guest(chat, standing, request))
    order = {AccessStatus.WAITING: 0, AccessStatus.IN: 1, AccessStatus.OUT: 2}
    return tuple(sorted(found, key=lambda guest: order[guest.standing]))


class Doorkeeper:
    """Does what admins decide. `change` says who decides, where and when; its code and values are filled in here."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def decide(
        self, chat: str, change: Change, *, granted: bool, language: Language | None = None
    ) -> Decided | None:
        """Answer a request, if nobody has; None where there is none. The chat hears of a yes, and nothing of a no."""
        async with self._store.write() as unit:
            request = await _request_of(unit, chat)
            if request is None:
                return None
            if not await unit.chats.decide_access(chat, granted, change.at):
                return Decided(request, request.granted is True, await _decider(unit, request.chat), is_new=False)
            if granted:
                await self._welcome(unit, request, change, language)
            else:
                named = {"chat": request.title or request.chat}
                await unit.changes.add(replace(change, chat=request.chat, code=_REFUSED, values=named))
                log.info("chat-refused", chat=request.chat, by=change.user_id)
        return Decided(request, granted, change.user_name, is_new=True)

    async def let_in_after_all(self, chat: str, change: Change) -> bool:
        """For a chat that asked, and was refused or shut out since; False where it never asked, or is in."""
        async with self._store.write() as unit:
            request = await _request_of(unit, chat)
            known = await unit.chats.get(chat)
            if request is None or (known is not None and known.approved):
                return False
            await self._welcome(unit, request, change, None)
        return True

    async def shut_out(self, chat: str, change: Change) -> bool:
        """Take it back: the chat is answered no more, and its own topics pause. False where it was not let in."""
        async with self._store.write() as unit:
            known = await unit.chats.get(chat)
            if known is None or not known.approved:
                return False
            await unit.chats.save(replace(known, approved=False))
            for topic in await unit.topics.added():
                if topic.owning_chat == known.chat and not topic.paused:
                    await unit.topics.save(replace(topic, paused=True), change.at)
            named = {"chat": known.title or known.chat}
            await unit.changes.add(replace(change, chat=known.chat, code="chat-shut-out", values=named))
        log.info("chat-shut-out", chat=known.chat, by=change.user_id)
        return True

    async def name_editor(self, chat: str, editor: Editor, change: Change) -> bool:
        """False where there are too many already; naming somebody again brings their name up to date."""
        async with self._store.write() as unit:
            before = {known.user_id for known in await unit.chats.editors(chat)}
            if editor.user_id not in before and len(before) >= EDITORS_MOST:
                return False
            await unit.chats.add_editor(chat, editor, change.at)
            if editor.user_id not in before:
                await unit.changes.add(replace(change, code="editor-named", values={"who": editor.name}))
        return True

    async def remove_editor(self, chat: str, user_id: int, change: Change) -> Editor | None:
        """Who it was; None where nobody in this chat has that id."""
        async with self._store.write() as unit:
            found = next((one for one in await unit.chats.editors(chat) if one.user_id == user_id), None)
            if found is not None:
                await unit.chats.remove_editor(chat, user_id)
                await unit.changes.add(replace(change, code="editor-removed", values={"who": found.name}))
        return found

    async def _welcome(
        self, unit: UnitOfWork, request: AccessRequest, change: Change, language: Language | None
    ) -> None:
        chat = await unit.chats.get(request.chat) or _chat_of(request)
        if chat.kind == "private":
            chat = replace(chat, language=chat.language or language)
        await let_in(unit, chat, change)
        told = notice("let-in", change.at.isoformat())
        await unit.outbox.add([NewDelivery(Destination(chat.chat), DeliveryKind.NOTICE, told)], change.at)


async def _request_of(unit: UnitOfWork, chat: str) -> AccessRequest | None:
    """Under whatever id the chat had: buttons bear that of the day."""
    here = await unit.chats.current(chat)
    return next((one for one in await unit.chats.access_requests() if one.chat == here), None)


async def _decider(unit: UnitOfWork, chat: str) -> str:
    """Who decided on a chat, as long as that is remembered."""
    changes = await unit.changes.latest(_LOOKED_THROUGH, chat=chat)
    return next((change.user_name for change in changes if change.code in {_LET_IN, _REFUSED}), "")


def _chat_of(request: AccessRequest) -> Chat:
    return Chat(request.chat, request.kind, request.title)
