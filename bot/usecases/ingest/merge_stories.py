"""Two stories turn out to be one: what each destination was sent of both, or is to be sent, becomes one thread.

Pure. Nothing is lost by it: what has not been sent of the one is sent with the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.alerts.compose import story_alert_id
from bot.alerts.outlet_preferences import OutletPreferences
from bot.alerts.story_thread import StoryThread, is_waiting, merge_into_alert
from bot.model import AlertId, DeliveryKind, DeliveryState, Destination, Language, NewDelivery, StoryId, Update
from bot.usecases.ingest.planned_outbox import PlannedOutbox
from bot.usecases.ingest.snapshot import Snapshot


def plan_mergers(
    outbox: PlannedOutbox, snapshot: Snapshot, merged: Mapping[StoryId, StoryId], language: Language, now: datetime
) -> None:
    """Plan what becomes of the threads of stories that are merged. Merging them again changes nothing.

    Args:
        merged: stories that have become a part of another, and that one.
        language: of chats that have not chosen one.
    """
    for old, new in merged.items():
        _merge(outbox, snapshot, story_alert_id(old), story_alert_id(new), language, now)


def _merge(
    outbox: PlannedOutbox, snapshot: Snapshot, before: AlertId, after: AlertId, language: Language, now: datetime
) -> None:
    know_both: list[tuple[Destination, StoryThread, StoryThread | None]] = []
    know_other = set(outbox.threads_of(after))
    for destination in outbox.threads_of(before):
        ending = outbox.thread(destination, before)
        if ending is not None and destination in know_other:
            know_both.append((destination, ending, outbox.thread(destination, after)))
    swapped = [to for to, ending, goes_on in know_both if goes_on is None or _weight(ending) > _weight(goes_on)]
    outbox.join(before, after, swapped)
    for destination, ending, goes_on in know_both:
        if goes_on is None:
            continue
        thread, other = sorted((goes_on, ending), key=_weight, reverse=True)  # of equals the thread goes on
        if not other.is_told:
            preferences = OutletPreferences.of(snapshot.chats.get(destination.chat), language)
            _absorb(outbox, thread, other, after, preferences, now)


def _absorb(
    outbox: PlannedOutbox,
    thread: StoryThread,
    other: StoryThread,
    alert_id: AlertId,
    preferences: OutletPreferences,
    now: datetime,
) -> None:
    """What nobody was sent of the other is sent with the thread; topics that this was not about, in reply to it.

    Where both were sent, both messages stay, and what is still queued for either of them is sent.
    """
    outbox.move_to(other.first, DeliveryState.SUPERSEDED)
    alert = replace(merge_into_alert(thread.alert, other.alert, preferences, now=now, repeats=None), id=alert_id)
    if not thread.is_told:
        alert = replace(alert, facts=alert.facts | other.alert.facts)
    reply = _reply(thread, other, alert_id)
    if reply is not None:
        outbox.queue(reply)
    outbox.show(thread, alert)


def _reply(thread: StoryThread, other: StoryThread, alert_id: AlertId) -> NewDelivery | None:
    known = {reason.topic_id for reason in thread.alert.reasons}
    topics = tuple(reason.topic_name for reason in other.alert.reasons if reason.topic_id not in known)
    if not topics or not thread.is_told:
        return None
    reply = replace(other.alert, id=alert_id, update=Update(topics=topics))
    revision = thread.next_revision(DeliveryKind.REPLY)
    state = DeliveryState.HELD if other.first.state is DeliveryState.HELD else DeliveryState.PENDING
    return NewDelivery(thread.first.destination, DeliveryKind.REPLY, reply, revision, state)


def _weight(thread: StoryThread) -> int:
    """Which of two goes on: what can be changed, then what was sent, then what is sent soonest."""
    if thread.has_message:
        return 4
    if thread.is_told:
        return 3
    return 2 if is_waiting(thread.first) else 1 if thread.first.state is DeliveryState.HELD else 0
