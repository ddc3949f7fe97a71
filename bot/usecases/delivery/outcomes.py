"""What became of messages, noted in the store: what was sent, what is tried again, and what is given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

import structlog

from bot.alerts.compose import notice
from bot.alerts.pacing import GROUP_MESSAGES, next_in_chat, refused, retry_at, shut_out
from bot.model import (
    Chat,
    ChatForbidden,
    ChatMigrated,
    Delivery,
    DeliveryId,
    DeliveryKind,
    Destination,
    FailedSend,
    NewDelivery,
    Notice,
    RetryLater,
    SendRejected,
    Sent,
    WritingRefused,
)
from bot.ports import Clock
from bot.store import Claim, SentMessage, Store, UnitOfWork
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Our own code has failed on a message `CRASHES_ALLOWED` times."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a message, and when."""

    claim: Claim
    chat: Chat
    outcome: Sent | FailedSend | HeldBack
    at: datetime


class Outcomes:
    """Notes what became of messages."""

    def __init__(self, store: Store, clock: Clock, random: Random, audiences: Audiences, *, console: bool) -> None:
        self._store = store
        self._clock = clock
        self._random = random
        self._audiences = audiences
        self._console = console

    async def record(self, ended: Sequence[Ended]) -> Sequence[None]:
        """Note what became of messages, together: a transaction costs the same for one and for ten."""
        async with self._store.write() as unit:
            sent = [await self._sent_message(unit, one, one.outcome) for one in ended if isinstance(one.outcome, Sent)]
            lost = set(await unit.outbox.record_sent(sent)) if sent else set()
            for one in ended:
                if not isinstance(one.outcome, Sent):
                    await self._record_failure(unit, one.claim, one.outcome, lost)
                elif one.chat.paused_reason is not None:
                    await self._reopen(unit, one.claim.delivery.destination)
        for one in ended:
            delivery, chat = one.claim.delivery, one.chat.chat
            if delivery.id in lost:
                log.warning("claim-lost", delivery=delivery.id, chat=chat)
            elif isinstance(one.outcome, Sent) and not self._console:  # printed messages can be seen anyway
                log.info("delivered", delivery=delivery.id, chat=chat, kind=delivery.kind, note=one.outcome.note)
        return [None] * len(ended)

    async def _sent_message(self, unit: UnitOfWork, one: Ended, sent: Sent) -> SentMessage:
        not_before = None
        if not self._console:
            is_limited = is_group(one.chat)
            before = await unit.outbox.sent_to(one.chat.chat, GROUP_MESSAGES - 1) if is_limited else ()
            not_before = next_in_chat(is_limited, (one.at, *before), one.at)
        return SentMessage(one.claim, sent.message_id, one.at, not_before)

    async def _record_failure(
        self, unit: UnitOfWork, claim: Claim, outcome: FailedSend | HeldBack, lost: set[DeliveryId]
    ) -> None:
        if await unit.outbox.confirm(claim):
            current = await chat_of(unit, claim.delivery.destination)  # it may have written meanwhile
            await self._record(unit, claim.delivery, current, outcome)
        else:
            lost.add(claim.delivery.id)

    async def _reopen(self, unit: UnitOfWork, destination: Destination) -> None:
        """A message has reached a chat that took none."""
        chat = await chat_of(unit, destination)
        await unit.chats.save(replace(chat, paused_reason=None, retry_after=None))
        log.info("chat-back", chat=chat.chat)

    async def _record(self, unit: UnitOfWork, delivery: Delivery, chat: Chat, outcome: FailedSend | HeldBack) -> None:
        """Note why a message was not sent, and what follows from that."""
        now = self._clock.now()
        match outcome:
            case RetryLater(reason, after, _):
                again = retry_at(delivery.attempts, after, now, self._random.random())
                await unit.outbox.mark_later(delivery.id, again, reason)
                if after is not None:
                    await unit.chats.save(replace(chat, retry_after=again))
                log.warning("delivery-later", chat=chat.chat, reason=reason, again_at=again.isoformat())
            case ChatMigrated(new_chat):
                await unit.chats.alias(chat.chat, new_chat)
                await unit.outbox.move_chat(chat.chat, new_chat)
                await unit.outbox.mark_later(delivery.id, now, "the group became a supergroup")
                await unit.chats.save(replace(chat, chat=new_chat, kind="supergroup"))
                log.info("chat-migrated", chat=chat.chat, to=new_chat)
            case ChatForbidden(reason):
                about = notice("chat-unreachable", chat=chat.title or chat.chat)
                await self._pause(unit, delivery, chat, shut_out(chat, reason), about)
            case WritingRefused(reason):
                about = notice("chat-refuses", chat=chat.title or chat.chat, reason=reason)
                await self._pause(unit, delivery, chat, refused(chat, reason, now), about)
            case SendRejected(reason) | HeldBack(reason):
                code = "message-held" if isinstance(outcome, HeldBack) else "dead-letter"
                await self._give_up(unit, delivery, reason, notice(code, id=delivery.id, reason=reason))

    async def _give_up(self, unit: UnitOfWork, delivery: Delivery, reason: str, about: Notice) -> None:
        """Make it a dead letter, and tell all admins: it does not block its chat any more, be it an admin's own."""
        await unit.outbox.mark_dead(delivery.id, reason)
        await self._tell_admins(unit, delivery, about)
        log.error("delivery-dead", delivery=delivery.id, chat=delivery.destination.chat, reason=reason)

    async def _pause(self, unit: UnitOfWork, delivery: Delivery, before: Chat, paused: Chat, about: Notice) -> None:
        """Let the chat's deliveries wait. The admins are told about it once, not after each test."""
        now = self._clock.now()
        await unit.outbox.mark_later(delivery.id, now, paused.paused_reason or "")
        await unit.chats.save(paused)
        if before.paused_reason is None:
            if not before.preferences.public:  # of the public, some leave every day
                await self._tell_admins(unit, delivery, about, unreached=paused.chat)
            log.warning("chat-paused", chat=paused.chat, reason=paused.paused_reason)

    async def _tell_admins(
        self, unit: UnitOfWork, failed: Delivery, content: Notice, *, unreached: str | None = None
    ) -> None:
        """Queue a notice for the admins, but not in a chat that cannot be reached.

        A notice that fails causes no further notice, so this has an end.
        """
        if failed.kind is DeliveryKind.NOTICE:
            return
        admins = [to for to in (await self._audiences.read(unit)).admins if to.chat != unreached]
        await unit.outbox.add([NewDelivery(to, DeliveryKind.NOTICE, content) for to in admins], self._clock.now())


async def chat_of(unit: UnitOfWork, destination: Destination) -> Chat:
    """What is known of the chat of a destination."""
    return await unit.chats.get(destination.chat) or unknown_chat(destination)


def unknown_chat(destination: Destination) -> Chat:
    """A chat that nothing is stored about."""
    return Chat(destination.chat, kind="console" if destination.is_console else "private")


def is_group(chat: Chat) -> bool:
    """Whether the limits of groups hold for it; channels have the same."""
    return chat.kind in {"group", "supergroup", "channel"} or chat.chat.startswith(("-", "@"))
