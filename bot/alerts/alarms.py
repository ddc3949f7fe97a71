"""Silences that are worth a word to the admins: a topic that finds nothing, an outbox that does not empty.

Pure: each is told once, when it comes about, and again only after it was over. What was told is given and returned.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model import TopicId


@dataclass(frozen=True, slots=True)
class ReportedAlarms:
    """What the admins have heard of and is not over yet."""

    topics: Mapping[TopicId, datetime] = field(default_factory=dict)
    """Since when each has been quiet."""
    outbox: datetime | None = None
    """Since when messages have waited too long."""


def quiet_topics(
    watched: Collection[TopicId],
    begun: Mapping[TopicId, datetime],
    matched: Mapping[TopicId, datetime],
    *,
    after: timedelta,
    now: datetime,
) -> Mapping[TopicId, datetime]:
    """Topics that have found nothing for longer than `after`, and since when; in the order they are watched.

    `begun`: when each was first watched: one that has not been is not quiet yet. `matched`: when each matched last.
    """
    since = {one: max(begun[one], matched.get(one, begun[one])) for one in watched if one in begun}
    return {one: moment for one, moment in since.items() if now - moment > after}


def news_of(told: ReportedAlarms, quiet: Mapping[TopicId, datetime]) -> tuple[TopicId, ...]:
    """The quiet topics that the admins have not heard of, or that have found something since they did.

    An earlier moment is no news: the match of the later one has become too old to be kept.
    """
    return tuple(one for one, since in quiet.items() if one not in told.topics or since > told.topics[one])


def outbox_waits(owed: datetime | None, *, after: timedelta, now: datetime) -> bool:
    """Whether the oldest message, queued at `owed`, has waited for too long."""
    return owed is not None and now - owed > after
