"""Sends the deliveries of the outbox: in order within a chat, at the rate that Telegram allows, with retries."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import structlog

from bot.alerts.pacing import take_slots
from bot.errors import KabarError, StoreError
from bot.model import (
    Chat,
    Delivery,
    DeliveryId,
    RetryLater,
    SendOutcome,
)
from bot.ports import Clock, FaultPoints, Messenger
from bot.store import Claim, Store
from bot.usecases.batcher import Batcher
from bot.usecases.delivery.outcomes import Ended, HeldBack, Outcomes, unknown_chat
from bot.usecases.delivery.ready import ready_to_send
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
"""Longer than any send may take. The claims of a killed process are released at the next start."""

FINISH = 20.0
"""Seconds that messages under way get at the end: systemd and Docker are told to kill after 30."""

AT_ONCE = 32
"""Messages that are under way at the same time, each to another chat. Half of them wait for their moment, or for the
record of what became of them.
"""

MANY, GATHER = 8, 0.1
"""With so many messages under way, what became of them is noted together every tenth of a second: else each would cost
a transaction. A process that is killed in that time sends them again.
"""

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
        self._console = console
        self._woken = asyncio.Event()
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._ask_at = datetime.min.replace(tzinfo=UTC)
        """When there are moments for more messages."""
        outcomes = Outcomes(store, clock, random, audiences, console=console)
        self._records: Batcher[Ended, None] = Batcher(outcomes.record, self._gathering)
        self._crashes: Counter[DeliveryId] = Counter()
        self._ending = asyncio.Event()
        """Set while a database error must not be waited out: outside of `run`, and in `drain`."""
        self._ending.set()
        self._is_unsure = False
        """Whether chats may be claimed that nobody sends to: it was stored that they are, and the answer was lost."""
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
        if now < self._ask_at:
            return (self._ask_at - now).total_seconds()
        if self._is_unsure:
            async with self._store.write() as unit:
                await unit.outbox.release_claims_of(self._store.membership.name, besides=self._sending)
            self._is_unsure = False
        async with self._store.read() as unit:
            coming = await unit.outbox.next_due(console=self._console, besides=self._sending)
        if coming is None or coming > now:
            return None if coming is None else (coming - now).total_seconds()
        for claim, chat, start in await self._claim(room):
            self._sending[chat.chat] = asyncio.create_task(self._deliver(claim, chat, start))
        return max(0.0, (self._ask_at - now).total_seconds())

    async def _claim(self, room: int) -> list[tuple[Claim, Chat, datetime]]:
        """Take the chats that are sent something now, as many as the rate of all allows, each with its moment."""
        self._is_unsure = True
        async with self._store.write() as unit:
            now = self._clock.now()  # others may have been writing for a while
            starts: tuple[datetime, ...] = (now,) * room
            if not self._console:
                used = await unit.outbox.pace(PACE)
                starts = take_slots(used, room, now).starts
            claims = await unit.outbox.claim_chats(
                len(starts),
                now,
                now + LEASE,
                by=self._store.membership.name,
                console=self._console,
                besides=self._sending,
            )
            if not self._console:
                slots = take_slots(used, len(claims), now)
                self._ask_at = slots.again_at
                await unit.outbox.use_pace(PACE, slots.used_until)
            known = await unit.chats.of({claim.delivery.destination.chat for claim in claims})
            taken = []
            for claim, start in zip(claims, starts, strict=False):
                # The delivery as it is now: a poll may have added another article on its story since it was queued.
                ready = await ready_to_send(unit, claim.delivery)
                if ready is None:
                    await unit.outbox.confirm(claim)
                    await unit.outbox.supersede(claim.delivery.id)
                else:
                    chat = known.get(ready.destination.chat) or unknown_chat(ready.destination)
                    taken.append((replace(claim, delivery=ready), chat, start))
        self._is_unsure = False
        return taken

    async def _check_clock(self, now: datetime) -> None:
        """If the clock was set back, shorten the waits of the outbox, which would otherwise grow by that time."""
        seen = self._seen
        if seen is None:
            async with self._store.read() as unit:
                seen = await unit.outbox.newest()
        if seen is not None and now < seen - SET_BACK:
            log.warning("clock-set-back", seconds=round((seen - now).total_seconds()))
            self._ask_at = now
            async with self._store.write() as unit:
                await unit.outbox.shorten_waits(seen - now, now)
        self._seen = now

    async def _deliver(self, claim: Claim, chat: Chat, start: datetime) -> None:
        self._faults.reach("deliver.leased")
        await self._clock.sleep((start - self._clock.now()).total_seconds())
        outcome = await self._send(claim.delivery, chat)
        self._faults.reach("deliver.sent")
        while True:
            try:
                await self._records.ask(Ended(claim, chat, outcome, self._clock.now()))
                break
            except StoreError as error:  # it was sent: a full disk must not make it be sent again
                if self._ending.is_set():
                    raise
                log.error("delivery-unrecorded", delivery=claim.delivery.id, reason=str(error))  # noqa: TRY400 -- as above
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), STORE_PAUSE)
        self._faults.reach("deliver.recorded")

    def _gathering(self) -> float:
        return 0.0 if len(self._sending) < MANY or self._ending.is_set() else GATHER

    async def _send(self, delivery: Delivery, chat: Chat) -> SendOutcome | HeldBack:
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
            return HeldBack(reason)
