"""The outbox as a plan will leave it: what a snapshot has, and what the plan has added and changed so far.

Nothing of it is stored while planning. What comes out (`OutboxChanges`) is stored as it is, in one write unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.story_thread import BETWEEN_EDITS, StoryThread, looks_same, thread_of
from bot.model import (
    Alert,
    AlertId,
    Content,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    NewDelivery,
)
from bot.store import UnitOfWork
from bot.usecases.ingest.snapshot import Thread

_COUNTED = (DeliveryKind.NEW, DeliveryKind.REPLY)
"""Kinds that use up a chat's hourly budget."""


@dataclass(frozen=True, slots=True)
class JoinedAlerts:
    """What was sent under one alert id goes on under another."""

    old: AlertId
    new: AlertId
    moved: tuple[DeliveryId, ...]
    """What destinations know that were told nothing under the new one."""
    swapped: tuple[Destination, ...]
    """Destinations that know both, and where the old one goes on."""


@dataclass(frozen=True, slots=True)
class OutboxChanges:
    """What is to be stored in the outbox, in this order."""

    joined: tuple[JoinedAlerts, ...] = ()
    changed: tuple[tuple[Delivery, Delivery], ...] = ()
    """Deliveries that are there already: before and after."""
    queued: tuple[NewDelivery, ...] = ()


class PlannedOutbox:
    """Mutable while a plan is made, and thrown away with it."""

    def __init__(
        self,
        threads: Mapping[Thread, Sequence[Delivery]],
        now: datetime,
        current: Callable[[Destination], Destination] = lambda destination: destination,
    ) -> None:
        """`threads`: as they are stored; `current`: a destination with its chat's current id."""
        self._now = now
        self._current = current
        self._threads: dict[Thread, list[Delivery]] = {key: list(known) for key, known in threads.items()}
        self._before = {one.id: one for known in threads.values() for one in known}
        self._thread_of = {one.id: key for key, known in threads.items() for one in known}
        self._sent_at_once: Counter[str] = Counter()
        self._joined: list[JoinedAlerts] = []
        self._queued: dict[DeliveryId, NewDelivery] = {}
        """By provisional ids, which are below zero."""

    def thread(self, to: Destination, alert: AlertId) -> StoryThread | None:
        """What a destination will have been sent on a story."""
        return thread_of(self._threads.get((self._current(to), alert), ()))

    def knows(self, to: Destination, alert: AlertId) -> bool:
        """Whether there is anything for a destination under an alert id, in any state."""
        return bool(self._threads.get((self._current(to), alert)))

    def queue(self, new: NewDelivery) -> None:
        """One that is there already (same destination, content id, kind, revision) is left as it is."""
        to = self._current(new.destination)
        known = self._threads.setdefault((to, new.content.id), [])
        if any(one.kind is new.kind and one.revision == new.revision for one in known):
            return
        number = DeliveryId(-1 - len(self._queued))
        known.append(Delivery(number, to, new.kind, new.revision, new.content, new.state, self._now))
        self._thread_of[number] = to, new.content.id
        self._queued[number] = new
        if new.state is DeliveryState.PENDING and new.kind in _COUNTED and isinstance(new.content, Alert):
            self._sent_at_once[to.chat] += 1

    def revise(self, delivery: Delivery, content: Content) -> None:
        """Change what a delivery says."""
        self._replace(delivery.id, content=content)

    def move_to(self, delivery: Delivery, state: DeliveryState) -> None:
        self._replace(delivery.id, state=state)

    def show(self, thread: StoryThread, alert: Alert) -> None:
        """Keep the alert as it is now, and queue the edit that shows it, if its message must change and none waits."""
        before = thread.alert
        self.revise(thread.first, alert)
        if not thread.has_message or looks_same(alert, before):
            return
        if (waiting := thread.waiting_edit) is not None:
            self.revise(waiting, alert)
            return
        # The clock may have been years ahead when the message was last edited.
        at = min(max(self._now, thread.edited_at + BETWEEN_EDITS), self._now + BETWEEN_EDITS)
        revision = thread.next_revision(DeliveryKind.EDIT)
        self.queue(NewDelivery(thread.first.destination, DeliveryKind.EDIT, alert, revision, not_before=at))

    def threads_of(self, alert: AlertId) -> Sequence[Destination]:
        """Destinations that were sent anything under an alert id."""
        return [to for (to, known), deliveries in self._threads.items() if known == alert and deliveries]

    def join(self, old: AlertId, new: AlertId, swapped: Sequence[Destination]) -> None:
        """What destinations know by the old id alone goes on under the new one; `swapped` ones change places."""
        moved: list[DeliveryId] = []
        for to in self.threads_of(old):
            if not self._threads.get((to, new)):
                moved += [one.id for one in self._threads[to, old]]
                self._relabel({(to, new): self._threads.pop((to, old))})
            elif to in swapped:
                self._relabel({(to, old): self._threads[to, new], (to, new): self._threads[to, old]})
        self._joined.append(JoinedAlerts(old, new, tuple(moved), tuple(swapped)))

    def sent_at_once(self, chat: str) -> int:
        """New alerts and updates that the plan sends to a chat without waiting for a digest."""
        return self._sent_at_once[chat]

    def changes(self) -> OutboxChanges:
        """All that the plan changes."""
        after = {one.id: one for known in self._threads.values() for one in known}
        changed = [(before, after[number]) for number, before in self._before.items() if after[number] != before]
        return OutboxChanges(tuple(self._joined), tuple(changed), tuple(self._queued.values()))

    def _relabel(self, threads: Mapping[Thread, list[Delivery]]) -> None:
        self._threads.update(threads)
        self._thread_of.update({one.id: key for key, known in threads.items() for one in known})

    def _replace(
        self, number: DeliveryId, *, content: Content | None = None, state: DeliveryState | None = None
    ) -> None:
        known = self._threads[self._thread_of[number]]
        place = next(place for place, one in enumerate(known) if one.id == number)
        known[place] = replace(known[place], content=content or known[place].content, state=state or known[place].state)
        if number in self._queued:
            after = known[place]
            self._queued[number] = replace(self._queued[number], content=after.content, state=after.state)


async def store_outbox(unit: UnitOfWork, changes: OutboxChanges, now: datetime) -> None:
    """Store what a plan changes in the outbox."""
    for joined in changes.joined:
        await unit.outbox.relabel(joined.moved, joined.new)
        for destination in joined.swapped:
            await unit.outbox.swap_alerts(destination, joined.old, joined.new)
    changed = changes.changed
    revised = [after for before, after in changed if after.content != before.content]
    await unit.outbox.revise_all([(one.id, one.content) for one in revised])
    moved = [(before, after) for before, after in changed if after.state is not before.state]
    await unit.outbox.supersede_all([after.id for _, after in moved if after.state is DeliveryState.SUPERSEDED])
    again = [(before, after) for before, after in moved if after.state is not DeliveryState.SUPERSEDED]
    # A held or dead delivery waits to be sent again; a dead one may have to wait for a digest.
    dead = [after for before, after in again if before.state is DeliveryState.DEAD]
    await unit.outbox.retry([one.id for one in dead], now)
    await unit.outbox.hold([one.id for one in dead if one.state is DeliveryState.HELD])
    await unit.outbox.unhold([after.id for before, after in again if before.state is DeliveryState.HELD])
    await unit.outbox.add(changes.queued, now)
