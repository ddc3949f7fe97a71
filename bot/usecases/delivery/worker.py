"""Deliver what the outbox owes: in order within a chat, at the pace Telegram allows, until it is sent or dead."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.alerts.compose import notice
from bot.alerts.pacing import MEMORY, next_slot, retry_at
from bot.errors import KabarError, StoreError
from bot.model import (
    Alert,
    AlertId,
    Chat,
    ChatForbidden,
    ChatMigrated,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Destination,
    NewDelivery,
    Notice,
    RetryLater,
    SendOutcome,
    SendRejected,
    Sent,
    Tally,
)
from bot.ports import Clock, FaultPoints, Messenger
from bot.store import Store, UnitOfWork
from bot.usecases.delivery.vote_tally import tally_in, votes_on
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
"""Longer than any send may take; a killed process's leases are freed at the next start."""

AT_ONCE = 8
"""Messages under way at the same time, each to another chat."""

CRASHES_BORNE = 5
"""Attempts after which a message that our own code fails on is a dead letter."""

LONGEST_WAIT = 5.0
"""Seconds after which the outbox is looked at again without being woken: `kabar outbox retry` cannot wake us."""

SET_BACK = timedelta(seconds=2)
"""Less is how clocks are corrected day by day."""

STORE_PAUSE = 10.0
"""Seconds to wait after the database could not be used: the disk is full, or another program holds it."""


class DeliveryWorker:
    """Sends deliveries through one messenger. `wake` tells it that something was queued."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        faults: FaultPoints,
        random: Random,
        audiences: Audiences,
        *,
        console: bool,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._faults = faults
        self._random = random
        self._audiences = audiences
        self._console = console
        self._woken = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._ending = asyncio.Event()
        """Set while nobody waits for the database: before and after `run`, and in `drain`."""
        self._ending.set()
        self._seen: datetime | None = None
        """When the outbox was last looked at."""

    def wake(self) -> None:
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop; what is under way then is finished."""
        stopping = asyncio.create_task(stop.wait())
        self._ending.clear()
        try:
            while not stop.is_set():
                self._woken.clear()
                try:
                    self._collect()
                    wait = await self._start_due()
                except StoreError as error:
                    log.error("delivery-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
                    await asyncio.wait({stopping}, timeout=STORE_PAUSE)
                    continue
                woken = asyncio.create_task(self._woken.wait())
                try:
                    await asyncio.wait(
                        {stopping, woken, *self._under_way.values()},
                        timeout=None if wait is None and self._under_way else min(wait or LONGEST_WAIT, LONGEST_WAIT),
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                finally:
                    woken.cancel()
        finally:
            stopping.cancel()
            self._ending.set()
            if self._under_way:
                await asyncio.wait(self._under_way.values())
            self._collect()

    async def drain(self, *, patience: timedelta) -> int:
        """Deliver all that comes due within `patience`; how many messages went out or died."""
        until = self._clock.now() + patience
        done = 0
        while True:
            wait = await self._start_due()
            if self._under_way:
                await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
                done += self._collect()
            elif wait is None or self._clock.now() + timedelta(seconds=wait) > until:
                return done
            else:
                await self._clock.sleep(wait)

    def _collect(self) -> int:
        finished = [chat for chat, task in self._under_way.items() if task.done()]
        for chat in finished:
            self._under_way.pop(chat).result()
        return len(finished)

    async def _start_due(self) -> float | None:
        """Start what may be sent now; seconds until the next one may be, None if nothing is owed."""
        now = self._clock.now()
        await self._mind_clock(now)
        async with self._store.read() as unit:
            heads = await unit.outbox.heads(now, console=self._console)
            sent = await unit.outbox.sent_times(now - MEMORY)
            chats = {head.destination.chat: await _chat_of(unit, head.destination) for head in heads}
            coming = await unit.outbox.next_due(console=self._console)
        waits = [] if coming is None or coming <= now else [(coming - now).total_seconds()]
        under_way = [(chat, now) for chat in self._under_way]
        for head in heads:
            chat = head.destination.chat
            if chat in self._under_way or len(self._under_way) >= AT_ONCE:
                continue
            slot = now if self._console else next_slot(chat, _is_group(chats[chat]), [*sent, *under_way], now)
            if slot > now:
                waits.append((slot - now).total_seconds())
                continue
            under_way.append((chat, now))
            self._under_way[chat] = asyncio.create_task(self._deliver(head, chats[chat]))
        return min(waits) if waits else None

    async def _mind_clock(self, now: datetime) -> None:
        """A clock that was set back makes nothing wait longer than it was told to."""
        seen = self._seen
        if seen is None:
            async with self._store.read() as unit:
                seen = await unit.outbox.newest()
        if seen is not None and now < seen - SET_BACK:
            log.warning("clock-set-back", seconds=round((seen - now).total_seconds()))
            async with self._store.write() as unit:
                await unit.outbox.shorten_waits(seen - now, now)
        self._seen = now

    async def _deliver(self, delivery: Delivery, chat: Chat) -> None:
        now = self._clock.now()
        async with self._store.write() as unit:
            if not await unit.outbox.lease(delivery.id, now + LEASE, now):
                return
            # As it is now: a poll may have found another article on its story since it was found due.
            leased = await _ready(unit, await unit.outbox.get(delivery.id) or delivery)
            if leased is None:
                await unit.outbox.supersede(delivery.id)
                return
            delivery = leased
        self._faults.reach("deliver.leased")
        outcome = await self._send(delivery, chat)
        self._faults.reach("deliver.sent")
        while True:
            try:
                async with self._store.write() as unit:
                    today = await _chat_of(unit, delivery.destination)  # it may have been heard from meanwhile
                    await self._record(unit, replace(delivery, attempts=delivery.attempts + 1), today, outcome)
                break
            except StoreError as error:  # it must not be sent again because the disk was full when it had arrived
                if self._ending.is_set():
                    raise
                log.error("delivery-unrecorded", delivery=delivery.id, reason=str(error))  # noqa: TRY400 -- as above
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), STORE_PAUSE)
        self._faults.reach("deliver.recorded")

    async def _send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        """A message that our own code fails on is tried again, then given up: the others must go on."""
        try:
            return await self._messenger.send(delivery, chat)
        except (KabarError, BrokenPipeError):  # what ends a command: a bad token, nobody who reads its output
            raise
        except Exception as error:  # -- see above; it is logged with its traceback
            log.exception("delivery-crashed", delivery=delivery.id, chat=chat.chat)
            reason = f"Kabar failed on this message ({type(error).__name__}); its log says more"
            return RetryLater(reason, uncertain=True) if delivery.attempts + 1 < CRASHES_BORNE else SendRejected(reason)

    async def _record(self, unit: UnitOfWork, delivery: Delivery, chat: Chat, outcome: SendOutcome) -> None:
        now = self._clock.now()
        match outcome:
            case Sent(message_id, note):
                await unit.outbox.mark_sent(delivery.id, message_id, now)
                if not self._console:  # what was printed shows by itself
                    log.info("delivered", delivery=delivery.id, chat=chat.chat, kind=delivery.kind, note=note)
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
                await unit.outbox.mark_later(delivery.id, now, reason)
                await unit.chats.save(replace(chat, paused_reason=reason))
                await self._tell_admins(unit, delivery, notice("chat-unreachable", chat=chat.title or chat.chat), now)
                log.warning("chat-paused", chat=chat.chat, reason=reason)
            case SendRejected(reason):
                await unit.outbox.mark_dead(delivery.id, reason)
                await self._tell_admins(unit, delivery, notice("dead-letter", id=delivery.id, reason=reason), now)
                log.error("delivery-dead", delivery=delivery.id, chat=chat.chat, reason=reason)

    async def _tell_admins(self, unit: UnitOfWork, failed: Delivery, content: Notice, now: datetime) -> None:
        """The other admins hear of it; a notice that fails is not told by another notice to the same chat."""
        others = [to for to in (await self._audiences.read(unit)).admins if to.chat != failed.destination.chat]
        deliveries = [NewDelivery(to, DeliveryKind.NOTICE, content) for to in others]
        if failed.kind is not DeliveryKind.NOTICE:
            await unit.outbox.add(deliveries, now)


async def _ready(unit: UnitOfWork, delivery: Delivery) -> Delivery | None:
    """An edit or a reply with the message that it is about; None for an edit that has none: it was folded, dropped or
    refused meanwhile. An edit shows the alert as it stands, also one that was given up and is tried again."""
    if delivery.kind not in (DeliveryKind.EDIT, DeliveryKind.REPLY):
        return delivery
    told = await unit.outbox.of_alert(delivery.destination, AlertId(delivery.content.id))
    first = next((one for one in told if one.kind is DeliveryKind.NEW), None)
    message = first.message_id if first is not None and first.state is DeliveryState.SENT else None
    if delivery.kind is DeliveryKind.REPLY:
        return replace(delivery, message_id=message)
    if first is None or message is None:
        return None
    await unit.outbox.revise(delivery.id, first.content)
    delivery = replace(delivery, content=first.content, message_id=message)
    return replace(delivery, tally=await _tally(unit, delivery))


async def _tally(unit: UnitOfWork, delivery: Delivery) -> Tally:
    """What readers have said of an alert; its edit would otherwise show it no more."""
    if not isinstance(delivery.content, Alert):
        return Tally()
    return tally_in(delivery.destination.chat, await votes_on(unit, delivery.content))


async def _chat_of(unit: UnitOfWork, destination: Destination) -> Chat:
    known = await unit.chats.get(destination.chat)
    if known is not None:
        return known
    return Chat(destination.chat, kind="console" if destination.is_console else "private")


def _is_group(chat: Chat) -> bool:
    return chat.kind in {"group", "supergroup", "channel"} or chat.chat.startswith(("-", "@"))
