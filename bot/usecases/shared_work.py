"""The part of this process in the work on one database: a share of the feeds, and perhaps what only one may do.

On a database file there is one process, which does everything. On a server there may be many: each polls its share of
the servers of feeds and sends what is owed; one leads, and does the rest: it talks with people, makes digests, sends
alarms and tidies up. Where the leader ends, another one takes over within seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

import structlog

from bot.errors import StoreError
from bot.feeds.shares import is_share_of
from bot.model import Feed
from bot.store import Store

log = structlog.get_logger()

Companion = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""A background task that ends when the event is set."""

EVERY: Final = 1.0
"""Seconds between two looks at who is there."""

STANDS_STILL: Final = 60.0
"""Seconds without a look after which a process counts as gone, though the server keeps its session."""

RETURN: Final = 15.0
"""Seconds that others get to come back after the server was away: they have not died with it, and go on with what they
are sending.
"""


class SharedWork:
    """Call `look` at the start and then every second."""

    def __init__(self, store: Store, *, may_lead: bool = True, patience: float = STANDS_STILL) -> None:
        """`patience`: seconds without a look of theirs after which others count as gone."""
        self._store = store
        self._membership = store.membership
        self._may_lead = may_lead
        self._patience = patience
        self._leads = asyncio.Event()
        self._follows = asyncio.Event()
        self._was_away = False
        self._patient_until = 0.0
        """By the clock of the event loop."""
        self._has_to_free = False
        self.tells_admins = False
        """Whether this process has led when the database last gave an answer: it tells the admins of its troubles."""
        self._note()

    @property
    def name(self) -> str:
        """Of this process, as claims have it."""
        return self._membership.name

    @property
    def names(self) -> tuple[str, ...]:
        """Of all processes that work on the database."""
        return self._membership.names

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on the database."""
        return self._store.membership.is_shared

    @property
    def leads(self) -> bool:
        """Whether this process does what only one may do."""
        return self._leads.is_set()

    async def join(self) -> None:
        """Become one of those who work on the database."""
        await self._store.claim()
        await self._membership.look(may_lead=self._may_lead)
        self._note()
        self.tells_admins = self.leads
        if self.is_shared:
            log.info("worker-joined", name=self.name, leads=self.leads, workers=len(self.names))

    async def look(self) -> bool:
        """Look who is there; returns whether this process has begun to lead. What the dead had claimed is set free.

        Raises StoreError where the database gives no answer; then this process does not lead.
        """
        led = self.leads
        try:
            is_changed = await self._membership.look(may_lead=self._may_lead, patience=self._patience)
        except StoreError:
            self._was_away = True
            raise
        finally:
            self._note()
        self.tells_admins = self.leads
        await self._free_in_time(is_changed=is_changed)
        return self.leads and not led

    async def _free_in_time(self, *, is_changed: bool) -> None:
        """Whoever sees a change frees what the dead had claimed: the last one may be a worker that never leads.

        What fails is done with the next look. After the server was away, the others may come back.
        """
        now = asyncio.get_running_loop().time()
        if self._was_away:
            self._was_away, self._patient_until = False, now + RETURN
        if is_changed:
            log.info("workers-changed", name=self.name, leads=self.leads, workers=len(self.names))
            self._has_to_free = True
        if self._has_to_free and now >= self._patient_until:
            await self.free_claims()
            self._has_to_free = False

    async def free_claims(self) -> None:
        """End the claims of processes that are gone. Their attempts stay counted, as the messages may have arrived."""
        async with self._store.write() as unit:
            freed = await unit.outbox.release_claims(besides=self.names)
        if freed:
            log.info("leases-freed", deliveries=freed)

    def has(self, feed: Feed) -> bool:
        """Whether this process polls the feed; none while the others do not know of it."""
        return self.name in self.names and is_share_of(self.name, feed, self.names)

    def while_leading(self, companion: Companion) -> Companion:
        """The companion, running only while this process leads."""

        async def run(stop: asyncio.Event) -> None:
            while not stop.is_set():
                if not await _first_of(stop, self._leads):
                    return
                ending = asyncio.Event()
                task = asyncio.create_task(companion(ending))
                try:
                    await _first_of(stop, self._follows, task)
                finally:
                    ending.set()
                    await self._ended(task)
                if not self._follows.is_set():
                    return

        return run

    async def _ended(self, task: asyncio.Task[None]) -> None:
        """Wait for its end. Where the lead was lost because the database gives no answer, that is no failure of it."""
        try:
            await task
        except asyncio.CancelledError:
            pass
        except StoreError as error:
            if not self._follows.is_set():
                raise
            log.error("lead-lost", reason=str(error))  # noqa: TRY400 -- the reason says it all

    def _note(self) -> None:
        now, before = (self._leads, self._follows) if self._membership.leads else (self._follows, self._leads)
        now.set()
        before.clear()


async def _first_of(stop: asyncio.Event, other: asyncio.Event, task: asyncio.Task[None] | None = None) -> bool:
    """Wait until one of them happens; whether `stop` has not."""
    waiting = [asyncio.create_task(event.wait()) for event in (stop, other)]
    try:
        await asyncio.wait([*waiting, *([task] if task else [])], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
    return not stop.is_set()
