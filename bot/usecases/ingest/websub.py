"""Hubs: asked to post what is new, heard when they come back, and told when nothing more is wanted (W3C WebSub)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.errors import KabarError
from bot.feeds.websub import (
    after_denial,
    after_verification,
    before_request,
    end_subscriptions,
    is_expected,
    is_request_due,
    is_signed,
    restart_subscription,
    subscription_request,
)
from bot.model import FeedId, Subscription, SubscriptionState
from bot.ports import Clock, Hubs
from bot.store import KeyValueStore, Store
from bot.usecases.ingest.websub_subscriptions import apply

log = structlog.get_logger()

LOOK = 5.0
"""Seconds between two looks at who is to be asked: a feed's news may come by its hub so soon after its first poll."""

AT_ONCE = 4
"""Questions between two looks: many feeds may have one hub."""

QUEUE = 50
"""Posts that wait to be read; more are told to come back."""

OF_A_FEED = 5
"""Of these: no hub may keep those of other feeds waiting."""

LARGEST_QUEUE = 30_000_000
"""Bytes of them."""

_ADDRESS = "hubs.address"


class Hearing(StrEnum):
    """What becomes of a post."""

    UNKNOWN = "unknown"
    TAKEN = "taken"
    """Or ignored: who signs wrongly learns nothing (section 8.1)."""
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class _Post:
    feed_id: FeedId
    body: bytes
    headers: Mapping[str, str]


Take = Callable[[FeedId, bytes, Mapping[str, str]], Awaitable[None]]


class HubKeeper:
    """Keeps the subscriptions, and hands on what hubs post. A companion of the main job.

    Posts are read after they were answered. One that is lost on the way, by a crash, comes with the next poll.
    """

    def __init__(
        self,
        store: Store,
        hubs: Hubs,
        clock: Clock,
        address: str,
        take: Take,
        feeds: Callable[[], Collection[FeedId]],
    ) -> None:
        """`address`: what hubs reach us by, without the token; `feeds`: those that are watched now."""
        self._store = store
        self._hubs = hubs
        self._clock = clock
        self.address = address.rstrip("/")
        self._take = take
        self._feeds = feeds
        self._posts: asyncio.Queue[_Post] = asyncio.Queue(QUEUE)
        self._waiting: Counter[FeedId] = Counter()
        self._bytes = 0

    async def run(self, stop: asyncio.Event) -> None:
        await begin_at(self._store, self._clock, self.address)
        looking = asyncio.create_task(self._keep_looking())
        reading = asyncio.create_task(self.read_posts())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({looking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (stopping, looking, reading):  # a hub may take minutes to give no answer
                task.cancel()
            await asyncio.wait({looking, reading})
        if not looking.cancelled():
            looking.result()

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.look()
            except KabarError as error:
                log.error("hubs-wait", reason=str(error))  # noqa: TRY400 -- the reason says it all
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Ask hubs whose time has come; end what belongs to feeds that are gone."""
        now = self._clock.now()
        async with self._store.read() as unit:
            known = await unit.subscriptions.all()
            states = await unit.feeds.states({one.feed_id for one in known})
        watched = {feed_id for feed_id in self._feeds() if not (feed_id in states and states[feed_id].gone)}
        ends = [one for one in known if one.feed_id not in watched and one.state is not SubscriptionState.ENDING]
        if ends:
            async with self._store.write() as unit:
                await apply(unit.subscriptions, end_subscriptions(ends, now))
                known = await unit.subscriptions.all()
        for subscription in [one for one in known if is_request_due(one, now)][:AT_ONCE]:
            await self._ask(subscription.token)

    async def _ask(self, token: str) -> None:
        now = self._clock.now()
        async with self._store.write() as unit:
            subscription = await unit.subscriptions.get(token)  # as it is by now
            if subscription is None or not is_request_due(subscription, now):
                return
            after = before_request(subscription, now)
            if after is None:
                await unit.subscriptions.remove(token)
                return
            await unit.subscriptions.save(after)
        failed = await self._hubs.ask(after.hub, subscription_request(after, f"{self.address}/{token}"))
        if failed is not None:
            log.warning("hub-refuses", feed=after.feed_id, reason=failed.reason)

    async def confirm(self, token: str, mode: str, topic: str, lease_seconds: str) -> bool:
        """Whether a hub that comes back is told yes: only where it was asked this. StoreError."""
        if not await self.expects(token):  # strangers do not take turns with who writes
            return False
        now = self._clock.now()
        async with self._store.write() as unit:
            subscription = await unit.subscriptions.get(token)
            if subscription is None or not is_expected(subscription, mode, topic, now):
                return False
            match mode:
                case "denied":
                    await unit.subscriptions.save(after_denial(subscription, now))
                case "unsubscribe":
                    await unit.subscriptions.remove(token)
                case _:
                    await unit.subscriptions.save(after_verification(subscription, lease_seconds, now))
        log.info("hub-confirms", feed=subscription.feed_id, mode=mode)
        return True

    async def expects(self, token: str) -> bool:
        """Whether there is such a subscription: what comes there is worth a look. StoreError."""
        return await self._subscription(token) is not None

    async def hear(self, token: str, signature: str, body: bytes, headers: Mapping[str, str]) -> Hearing:
        """A hub posts what is new. StoreError."""
        subscription = await self._subscription(token)
        if subscription is None:
            return Hearing.UNKNOWN
        if not await asyncio.to_thread(is_signed, subscription.secret, signature, body):
            log.warning("push-not-signed", feed=subscription.feed_id)
            return Hearing.TAKEN
        if subscription.state is not SubscriptionState.ACTIVE:
            return Hearing.TAKEN
        if not self._has_room(subscription.feed_id, len(body)):
            return Hearing.BUSY
        self._bytes += len(body)
        self._waiting[subscription.feed_id] += 1
        self._posts.put_nowait(_Post(subscription.feed_id, body, headers))
        return Hearing.TAKEN

    def _has_room(self, feed_id: FeedId, size: int) -> bool:
        fits = not self._posts.full() and self._bytes + size <= LARGEST_QUEUE
        return fits and self._waiting[feed_id] < OF_A_FEED

    async def read_posts(self) -> None:
        """One after the other, for ever."""
        while True:
            post = await self._posts.get()
            try:
                await self._take(post.feed_id, post.body, post.headers)
            except KabarError as error:
                log.error("push-not-stored", feed=post.feed_id, reason=str(error))  # noqa: TRY400 -- says it all
            except Exception:  # -- our own failure on one post must not keep the others
                log.exception("push-crashed", feed=post.feed_id)
            finally:
                self._bytes -= len(post.body)
                self._waiting[post.feed_id] -= 1
                self._posts.task_done()

    async def all_read(self) -> None:
        """Wait until no post waits any more."""
        await self._posts.join()

    async def _subscription(self, token: str) -> Subscription | None:
        async with self._store.read() as unit:
            return await unit.subscriptions.get(token)


async def begin_at(store: Store, clock: Clock, address: str) -> None:
    """Where hubs reach us from now on; empty: nowhere. What hubs know by another address counts for nothing."""
    async with store.write() as unit:
        if (await _address(unit.key_values)) == address:
            return
        await unit.key_values.set(_ADDRESS, address or None)
        for one in await unit.subscriptions.all():
            await unit.subscriptions.save(restart_subscription(one, clock.now()))


async def _address(settings: KeyValueStore) -> str:
    return await settings.get(_ADDRESS) or ""
