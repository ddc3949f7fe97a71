"""Access: chats ask for it, admins grant, refuse and withdraw it.

How chats let themselves in where access is open is in `sign_up`; who may change what a group watches, in `editors`.

Where a function takes a `change`, it says who acts, where and when; the function fills in its code and values.
"""

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
    Language,
    NewDelivery,
    Notice,
)
from bot.store import Store, UnitOfWork
from bot.usecases.sign_up import SIGNED_UP, vouched

log = structlog.get_logger()

ASKED_A_DAY = 5
"""Undecided requests of one day after which no more reach the admins: strangers must not flood them."""

_DAY = timedelta(days=1)
_LET_IN, _REFUSED = "chat-let-in", "chat-refused"
_CHANGES_SEARCHED = 100
"""The newest changes of a chat, among which the decision on its request is searched."""


class AccessStatus(StrEnum):
    """The access of a chat that is not an admin's own."""

    WAITING = "waiting"
    IN = "in"
    OUT = "out"
    """Refused, or let in earlier and shut out since."""


@dataclass(frozen=True, slots=True)
class Guest:
    """A chat that was let in or has asked for it."""

    chat: Chat
    status: AccessStatus
    request: AccessRequest | None = None
    """None if the chat never asked: an admin let it in by writing there."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision on a request, made now or by another admin before."""

    request: AccessRequest
    granted: bool
    by: str
    """The admin's name; empty if it is no longer known."""
    is_new: bool
    """False: another admin had decided before."""


def may_ask(requests: Sequence[AccessRequest], now: datetime) -> bool:
    """Whether the admins may be asked about one more chat now."""
    waiting = [one for one in requests if one.granted is None and timedelta() <= now - one.asked_at < _DAY]
    return len(waiting) < ASKED_A_DAY


async def ask_access(
    unit: UnitOfWork, request: AccessRequest, language: Language | None, admins: Collection[int], now: datetime
) -> bool:
    """Ask the admins about a chat, once for each chat. Returns whether they are asked now.

    While there is no admin, nothing is stored, so that the chat can ask again later.
    """
    if not admins or not may_ask(await unit.chats.access_requests(), now):
        return False
    if not await unit.chats.ask_access(request):
        return False
    content = request_notice(request, language)
    await unit.outbox.add(
        [NewDelivery(Destination(str(user)), DeliveryKind.NOTICE, content) for user in sorted(admins)], now
    )
    log.info("access-asked", chat=request.chat, user=request.user_id)
    return True


def request_notice(request: AccessRequest, language: Language | None = None) -> Notice:
    """The notice that asks the admins. `language`: of the asking user's Telegram, for the chat when it is let in."""
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
    """Answer the chat from now on. This also decides a request of it that still waits."""
    await unit.chats.decide_access(chat.chat, granted=True, now=change.at)
    await unit.chats.save(replace(vouched(chat), approved=True))
    await unit.changes.add(replace(change, chat=chat.chat, code=_LET_IN, values={"chat": chat.title or chat.chat}))
    log.info("chat-let-in", chat=chat.chat, by=change.user_id)


async def guests_of(unit: UnitOfWork, admins: Collection[int]) -> tuple[Guest, ...]:
    """All chats but the admins' own: those that wait, then those let in, then the rest; newest requests first."""
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
            status = AccessStatus.WAITING if request.granted is None else AccessStatus.OUT
            found.append(Guest(chat, status, request))
    order = {AccessStatus.WAITING: 0, AccessStatus.IN: 1, AccessStatus.OUT: 2}
    return tuple(sorted(found, key=lambda guest: order[guest.status]))


async def lift_limits(store: Store, chat: str, change: Change) -> bool:
    """The limits of `[public]` no longer hold for the chat. False if they did not."""
    async with store.write() as unit:
        known = await unit.chats.get(chat)
        if known is None or not known.preferences.public:
            return False
        await unit.chats.save(vouched(known))
        named = {"chat": known.title or known.chat}
        await unit.changes.add(replace(change, chat=known.chat, code="chat-limits-lifted", values=named))
    log.info("chat-limits-lifted", chat=known.chat, by=change.user_id)
    return True


async def decide_access(
    store: Store, chat: str, change: Change, *, granted: bool, language: Language | None = None
) -> Decided | None:
    """Grant or refuse a request that is still undecided; None if there is no request.

    The chat gets a notice when it is let in, and nothing when it is refused.
    """
    async with store.write() as unit:
        request = await _request_of(unit, chat)
        if request is None:
            return None
        if not await unit.chats.decide_access(chat, granted, change.at):
            return Decided(request, request.granted is True, await _decider(unit, request.chat), is_new=False)
        if granted:
            await _welcome(unit, request, change, language)
        else:
            named = {"chat": request.title or request.chat}
            await unit.changes.add(replace(change, chat=request.chat, code=_REFUSED, values=named))
            log.info("chat-refused", chat=request.chat, by=change.user_id)
    return Decided(request, granted, change.user_name, is_new=True)


async def let_in_again(store: Store, chat: str, change: Change) -> bool:
    """Let in a chat that was refused or shut out; False if it never asked or is let in already."""
    async with store.write() as unit:
        request = await _request_of(unit, chat)
        known = await unit.chats.get(chat)
        if request is None or (known is not None and known.approved):
            return False
        await _welcome(unit, request, change, None)
    return True


async def shut_out(store: Store, chat: str, change: Change) -> bool:
    """Withdraw access: the chat is no longer answered and its own topics pause. False if it was not let in.

    It stays out where access is open, too.
    """
    async with store.write() as unit:
        known = await unit.chats.get(chat)
        if known is None or not known.approved:
            return False
        await unit.chats.save(replace(known, approved=False))
        user_id = int(known.chat) if known.kind == "private" and known.chat.isdecimal() else 0
        decision = AccessRequest(known.chat, known.kind, known.title, user_id, "", change.at, granted=False)
        await unit.chats.ask_access(decision)  # where it never asked, nothing else would say that it is to stay out
        for topic in await unit.topics.of_chat(known.chat):
            if not topic.paused:
                await unit.topics.save(replace(topic, paused=True), change.at)
        named = {"chat": known.title or known.chat}
        await unit.changes.add(replace(change, chat=known.chat, code="chat-shut-out", values=named))
    log.info("chat-shut-out", chat=known.chat, by=change.user_id)
    return True


async def _welcome(unit: UnitOfWork, request: AccessRequest, change: Change, language: Language | None) -> None:
    """Let the chat in and send it the notice that says so."""
    chat = await unit.chats.get(request.chat) or _chat_of(request)
    if chat.kind == "private":
        chat = replace(chat, language=chat.language or language)
    await let_in(unit, chat, change)
    content = notice("let-in", change.at.isoformat())
    await unit.outbox.add([NewDelivery(Destination(chat.chat), DeliveryKind.NOTICE, content)], change.at)


async def _request_of(unit: UnitOfWork, chat: str) -> AccessRequest | None:
    """The request of a chat. A button may carry an id that the chat had before it became a supergroup."""
    current = await unit.chats.current(chat)
    return next((one for one in await unit.chats.access_requests() if one.chat == current), None)


async def _decider(unit: UnitOfWork, chat: str) -> str:
    """The name of the admin who decided; empty if that change is no longer stored."""
    changes = await unit.changes.latest(_CHANGES_SEARCHED, chat=chat)
    return next((change.user_name for change in changes if change.code in {_LET_IN, _REFUSED, SIGNED_UP}), "")


def _chat_of(request: AccessRequest) -> Chat:
    return Chat(request.chat, request.kind, request.title)
