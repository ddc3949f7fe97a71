"""Sends the deliveries of the outbox: in order within a chat, at the rate that Telegram allows, with retries."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.alerts.compose import notice
from bot.alerts.pacing import EACH, GROUP_MESSAGES, next_in_chat, refused, retry_at, shut_out, take_tokens
from bot.errors import KabarError, StoreError
from bot.model import (
    Chat,
    ChatForbidden,
    ChatMigrated,
    Delivery,
    DeliveryId,
    DeliveryKind,
    Destination,
    NewDelivery,
    Notice,
    RetryLater,
    SendOutcome,
    SendRejected,
    Sent,
    WritingRefused,
)
from bot.ports import Clock, FaultPoints, Messenger
from bot.store import Claim, Store, UnitOfWork
from bot.usecases.delivery.ready import ready_to_send
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
"""Longer than any send may take. The claims of a killed process are released at the next start."""

FINISH = 20.0
"""Seconds that messages under way get at the end: systemd and Docker are told to kill after 30."""

AT_ONCE = 16
"""Messages that are sent at the same time, each to another chat: as many as there are connections."""

PACE = "telegram"
"""The rate of all messages together, as the store names it."""

CRASHES_ALLOWED = 5
"""Failures of our own code after which a message becomes a dead letter, so that those behind it go out.

They take half a minute, so they are counted in memory: after a restart there may be as many again. What the network did
in between does not count.
"""

LONGEST_WAIT = 5.0
"""Seconds after which the outbox is checked without a wake-up: `kabar outbox retry` runs in another process."""

SET_BACK = timedelta(seconds=2)
"""Smaller steps back are normal corrections of a clock."""

STORE_PAUSE = 10.0
"""Seconds to wait after a database error: the disk may be full, or another program may hold the database."""


@dataclass(frozen=True, slots=True)
class _HeldBack:
    """Our own code has failed on a message `CRASHES_ALLOWED` times."""

    reason: str


class DeliveryWorker:
    """Sends deliveries through one messenger. Call `wake` when something was queued."""

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
        self._name = f"process {os.getpid()}"
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._crashes: Counter[DeliveryId] = Counter()
        self._ending = asyncio.Event()
        """Set while a database error must not be waited out: outside of `run`, and in `drain`."""
        self._ending.set()
        self._seen: datetime | None = None
        """When the outbox was last checked."""

    def wake(self) -> None:
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then finish what is being sent."""
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
                        {stopping, woken, *self._sending.values()},
                        timeout=LONGEST_WAIT if wait is None else min(wait, LONGEST_WAIT),
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                finally:
                    woken.cancel()
        finally:
            stopping.cancel()
            self._ending.set()
            await self._finish()

    async def _finish(self) -> None:
        """Wait for what is being sent, but not for long: one that is given up is sent again after the next start."""
        if self._sending:
            _, late = await asyncio.wait(self._sending.values(), timeout=FINISH)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            self._sending = {chat: task for chat, task in self._sending.items() if task not in late}
        while self._sending:
            try:
                self._collect()
            except StoreError as error:  # a database that cannot be used is no reason to end otherwise than asked
                log.error("delivery-unrecorded", reason=str(error))  # noqa: TRY400 -- the reason says it all

    async def drain(self, *, patience: timedelta) -> int:
        """Deliver everything that comes due within `patience`; returns how many messages were tried."""
        until = self._clock.now() + patience
        done = 0
        while True:
            wait = await self._start_due()
            if self._sending:
                await asyncio.wait(self._sending.values(), return_when=asyncio.FIRST_COMPLETED)
                done += self._collect()
            elif wait is None or self._clock.now() + timedelta(seconds=wait) > until:
                return done
            else:
                await self._clock.sleep(wait)

    def _collect(self) -> int:
        finished = [chat for chat, task in self._sending.items() if task.done()]
        for chat in finished:
            self._sending.pop(chat).result()
        return len(finished)

    async def _start_due(self) -> float | None:
        """Start sending what may be sent now. Returns the seconds until the next may be, None if nothing is pending."""
        now = self._clock.now()
        await self._check_clock(now)
        room = AT_ONCE - len(self._sending)
        if room == 0:
            return None
        async with self._store.read() as unit:
            coming = await unit.outbox.next_due(console=self._console, besides=self._sending)
            used = None if self._console else await unit.outbox.pace(PACE)
        if coming is None or coming > now:
            return None if coming is None else (coming - now).total_seconds()
        if not self._console and not (tokens := take_tokens(used, room, now)).granted:
            return (tokens.again_at - now).total_seconds()
        for claim, chat in await self._claim(room, now):
            self._sending[chat.chat] = asyncio.create_task(self._deliver(claim, chat))
        return EACH.total_seconds()

    async def _claim(self, room: int, now: datetime) -> list[tuple[Claim, Chat]]:
        """Take the chats that are sent something now, as many as the rate of all allows."""
        async with self._store.write() as unit:
            limit = room
            if not self._console:
                used = await unit.outbox.pace(PACE)
                limit = take_tokens(used, room, now).granted
            claims = await unit.outbox.claim_chats(
                limit, now, now + LEASE, by=self._name, console=self._console, besides=self._sending
            )
            if claims and not self._console:
                await unit.outbox.use_pace(PACE, take_tokens(used, len(claims), now).used_until)
            taken = []
            for claim in claims:
                # The delivery as it is now: a poll may have added another article on its story since it was queued.
                ready = await ready_to_send(unit, claim.delivery)
                if ready is None:
                    await unit.outbox.confirm(claim)
                    await unit.outbox.supersede(claim.delivery.id)
                else:
                    taken.append((replace(claim, delivery=ready), await _chat_of(unit, ready.destination)))
        return taken

    async def _check_clock(self, now: datetime) -> None:
        """If the clock was set back, shorten the waits of the outbox, which would otherwise grow by that time."""
        seen = self._seen
        if seen is None:
            async with self._store.read() as unit:
                seen = await unit.outbox.newest()
        if seen is not None and now < seen - SET_BACK:
            log.warning("clock-set-back", seconds=round((seen - now).total_seconds()))
            async with self._store.write() as unit:
                await unit.outbox.shorten_waits(seen - now, now)
        self._seen = now

    async def _deliver(self, claim: Claim, chat: Chat) -> None:
        self._faults.reach("deliver.leased")
        outcome = await self._send(claim.delivery, chat)
        self._faults.reach("deliver.sent")
        while True:
            try:
                async with self._store.write() as unit:
                    await self._conclude(unit, claim, outcome)
                break
            except StoreError as error:  # it was sent: a full disk must not make it be sent again
                if self._ending.is_set():
                    raise
                log.error("delivery-unrecorded", delivery=claim.delivery.id, reason=str(error))  # noqa: TRY400 -- as above
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), STORE_PAUSE)
        self._faults.reach("deliver.recorded")

    async def _conclude(self, unit: UnitOfWork, claim: Claim, outcome: SendOutcome | _HeldBack) -> None:
        """End the claim, and note what became of the delivery. If the claim was lost, only that it was sent counts."""
        now, delivery = self._clock.now(), claim.delivery
        chat = await _chat_of(unit, delivery.destination)  # it may have written meanwhile
        not_before = None
        if isinstance(outcome, Sent) and not self._console:
            sent = await unit.outbox.sent_to(chat.chat, GROUP_MESSAGES - 1) if _is_group(chat) else ()
            not_before = next_in_chat(_is_group(chat), (now, *sent), now)
        is_ours = await unit.outbox.confirm(claim, not_before)
        if is_ours or isinstance(outcome, Sent):
            await self._record(unit, delivery, chat, outcome)
        else:
            log.warning("claim-lost", delivery=delivery.id, chat=chat.chat)

    async def _send(self, delivery: Delivery, chat: Chat) -> SendOutcome | _HeldBack:
        """A message on which our own code fails is retried and then held back, so that the others go on."""
        try:
            return await self._messenger.send(delivery, chat)
        except (KabarError, BrokenPipeError):  # these end a command: a bad token, a closed standard output
            raise
        except Exception as error:  # -- see above; it is logged with its traceback
            log.exception("delivery-crashed", delivery=delivery.id, chat=chat.chat)
            reason = f"Kabar failed on this message ({type(error).__name__}); its log says more"
            self._crashes[delivery.id] += 1
            if self._crashes[delivery.id] < CRASHES_ALLOWED:
                return RetryLater(reason, uncertain=True)
            del self._crashes[delivery.id]
            return _HeldBack(reason)

    async def _record(self, unit: UnitOfWork, delivery: Delivery, chat: Chat, outcome: SendOutcome | _HeldBack) -> None:
        now = self._clock.now()
        match outcome:
            case Sent(message_id, note):
                await unit.outbox.mark_sent(delivery.id, message_id, now)
                if chat.paused_reason is not None:
                    await unit.chats.save(replace(chat, paused_reason=None, retry_after=None))
                    log.info("chat-back", chat=chat.chat)
                if not self._console:  # printed messages can be seen anyway
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
                about = notice("chat-unreachable", chat=chat.title or chat.chat)
                await self._pause(unit, delivery, chat, shut_out(chat, reason), about)
            case WritingRefused(reason):
                about = notice("chat-refuses", chat=chat.title or chat.chat, reason=reason)
                await self._pause(unit, delivery, chat, refused(chat, reason, now), about)
            case SendRejected(reason) | _HeldBack(reason):
                code = "message-held" if isinstance(outcome, _HeldBack) else "dead-letter"
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


async def _chat_of(unit: UnitOfWork, destination: Destination) -> Chat:
    known = await unit.chats.get(destination.chat)
    if known is not None:
        return known
    return Chat(destination.chat, kind="console" if destination.is_console else "private")


def _is_group(chat: Chat) -> bool:
    return chat.kind in {"group", "supergroup", "channel"} or chat.chat.startswith(("-", "@"))
