"""Two stories turn out to be one: what each destination was told of both, or is owed, becomes one thread.

Nothing is lost by it: what has not been told of the one is told with the other.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from bot.alerts.compose import by_destination, story_alert_id
from bot.alerts.outlet_preferences import OutletPreferences
from bot.alerts.story_thread import StoryThread, is_waiting, merge_into_alert, thread_of
from bot.model import AlertId, DeliveryKind, DeliveryState, Language, NewDelivery, StoryId, Update
from bot.store import UnitOfWork
from bot.usecases.ingest.story_summary import revise

log = structlog.get_logger()


async def join_stories(unit: UnitOfWork, old: StoryId, new: StoryId, language: Language, now: datetime) -> None:
    """In the archive and in the outbox. Joining them again changes nothing.

    `language`: of chats that have not chosen one.
    """
    await unit.articles.join_stories(old, new)
    before, after = story_alert_id(old), story_alert_id(new)
    for destination, deliveries in by_destination(await unit.outbox.join_alerts(before, after)).items():
        ending, goes_on = thread_of(deliveries), thread_of(await unit.outbox.of_alert(destination, after))
        if ending is None:
            continue
        if goes_on is None or _weight(ending) > _weight(goes_on):
            await unit.outbox.swap_alerts(destination, before, after)
        if goes_on is not None:
            thread, other = sorted((goes_on, ending), key=_weight, reverse=True)  # of equals the thread goes on
            if not other.is_told:
                await _absorb(unit, thread, other, after, language, now)
    log.info("stories-joined", old=old, new=new)


async def _absorb(
    unit: UnitOfWork, thread: StoryThread, other: StoryThread, alert_id: AlertId, language: Language, now: datetime
) -> None:
    """What nobody was told of the other is told with the thread; of topics that this was not told on, in reply to it.

    Where both were told, both messages stay, and what either of them is owed is sent.
    """
    await unit.outbox.supersede(other.first.id)
    chat = await unit.chats.get(thread.first.destination.chat)
    taste = OutletPreferences.of(chat, language)
    alert = replace(merge_into_alert(thread.alert, other.alert, taste, now=now, repeats=None), id=alert_id)
    if not thread.is_told:
        alert = replace(alert, facts=alert.facts | other.alert.facts)
    edits = await revise(unit, thread, alert, now)
    await unit.outbox.add([*_reply(thread, other, alert_id), *edits], now)


def _reply(thread: StoryThread, other: StoryThread, alert_id: AlertId) -> list[NewDelivery]:
    told = {reason.topic_id for reason in thread.alert.reasons}
    topics = tuple(reason.topic_name for reason in other.alert.reasons if reason.topic_id not in told)
    if not topics or not thread.is_told:
        return []
    reply = replace(other.alert, id=alert_id, update=Update(topics=topics))
    revision = thread.next_revision(DeliveryKind.REPLY)
    state = DeliveryState.HELD if other.first.state is DeliveryState.HELD else DeliveryState.PENDING
    return [NewDelivery(thread.first.destination, DeliveryKind.REPLY, reply, revision, state)]


def _weight(thread: StoryThread) -> int:
    """Which of two goes on: what can be changed, then what was told, then what is told soonest."""
    if thread.has_message:
        return 4
    if thread.is_told:
        return 3
    return 2 if is_waiting(thread.first) else 1 if thread.first.state is DeliveryState.HELD else 0
