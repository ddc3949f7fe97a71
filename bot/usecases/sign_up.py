"""Signing up where access is open: a chat lets itself in, within the limits of `[public]`.

Whom an admin has refused or shut out stays out. What is beyond the limits is refused, and the admins hear of it once a
day at most.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog

from bot.alerts.compose import notice
from bot.config import PublicSettings
from bot.model import AccessRequest, Change, Chat, DeliveryKind, Destination, NewDelivery
from bot.store import Store, UnitOfWork

log = structlog.get_logger()

SIGNED_UP: Final = "chat-signed-up"
"""The code of the change."""

_LATEST: Final = "sign-ups"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class SignUp(StrEnum):
    """What became of a sign-up."""

    IN = "in"
    OUT = "out"
    """An admin has refused the chat or shut it out, or the person who asks for a group."""
    FULL = "full"
    """There are as many chats as there may be."""
    LATER = "later"
    """Too many have signed up in the last hour."""


class Exhausted(StrEnum):
    """A limit of the whole bot that the admins hear of."""

    CHATS = "chats"
    CHATS_PER_HOUR = "chats-per-hour"
    FEEDS = "feeds"


async def sign_up(
    unit: UnitOfWork,
    chat: Chat,
    request: AccessRequest,
    public: PublicSettings,
    admins: Collection[int],
) -> SignUp:
    """Let a chat in that is not in yet.

    Args:
        chat: as it is stored, or new.
        request: who asks for it, and when.
        admins: those who hear that a limit is reached.
    """
    if await is_kept_out(unit, request.chat, request.user_id):
        return SignUp.OUT
    now = request.asked_at
    if await unit.chats.public() >= public.chats:
        await tell_exhausted(unit, Exhausted.CHATS, public.chats, admins, now)
        return SignUp.FULL
    latest = [moment for moment in await _latest(unit) if timedelta() <= now - moment < _HOUR]
    if len(latest) >= public.chats_per_hour:
        await tell_exhausted(unit, Exhausted.CHATS_PER_HOUR, public.chats_per_hour, admins, now)
        return SignUp.LATER
    await unit.key_values.set(_LATEST, json.dumps([moment.isoformat() for moment in (*latest, now)]))
    await unit.chats.ask_access(replace(request, granted=True))
    await unit.chats.decide_access(chat.chat, granted=True, now=now)
    await unit.chats.save(replace(chat, approved=True, preferences=replace(chat.preferences, public=True)))
    named = {} if chat.kind == "private" else {"chat": chat.title or chat.chat}
    await unit.changes.add(Change(now, chat.chat, request.user_id, request.user_name, SIGNED_UP, named))
    log.info("chat-signed-up", chat=chat.chat, user=request.user_id)
    return SignUp.IN


async def tell_exhausted(unit: UnitOfWork, what: Exhausted, most: int, admins: Collection[int], now: datetime) -> None:
    """Tell the admins that a limit of the whole bot is reached, once a day at most."""
    name = f"told-exhausted:{what}"
    told = await unit.key_values.get(name)
    if not admins or (told is not None and timedelta() <= now - datetime.fromisoformat(told) < _DAY):
        return
    content = notice("public-limit", f"{what}:{now.isoformat()}", what=what, most=most)
    await unit.outbox.add(
        [NewDelivery(Destination(str(user)), DeliveryKind.NOTICE, content) for user in sorted(admins)], now
    )
    await unit.key_values.set(name, now.isoformat())
    log.warning("public-limit", what=str(what), most=most)


async def vouch_for(store: Store, chats: Collection[str]) -> None:
    """The limits of the public no longer hold for these: files name them, or an admin says so."""
    async with store.read() as unit:
        current = set((await unit.chats.current_ids(chats)).values())
        known = await unit.chats.of(current)
    if not any(chat.preferences.public for chat in known.values()):
        return
    async with store.write() as unit:
        for chat in (await unit.chats.of(current)).values():
            if chat.preferences.public:
                await unit.chats.save(vouched(chat))
                log.info("chat-vouched-for", chat=chat.chat)


def vouched(chat: Chat) -> Chat:
    """The chat without the limits of the public."""
    return replace(chat, preferences=replace(chat.preferences, public=False))


async def is_kept_out(unit: UnitOfWork, chat: str, user_id: int) -> bool:
    """Whether an admin has refused the chat, or whoever asks for it, or has shut them out."""
    for one in dict.fromkeys((chat, str(user_id))):
        decided = await unit.chats.access_request(one)
        if decided is not None and decided.granted is not None:
            known = await unit.chats.get(one)
            if known is None or not known.approved:
                return True
    return False


async def _latest(unit: UnitOfWork) -> list[datetime]:
    """When chats have signed up lately."""
    return [datetime.fromisoformat(moment) for moment in json.loads(await unit.key_values.get(_LATEST) or "[]")]
