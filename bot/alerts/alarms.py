"""Alarms for the admins about silence: a topic that finds nothing, an outbox that is not emptied. Pure.

An alarm is sent once, when its condition begins, and again only after the condition had ended. The caller stores what
was reported (`ReportedAlarms`) between two checks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model import TopicId


@dataclass(frozen=True, slots=True)
class ReportedAlarms:
    """The alarms that the admins were sent and whose condition has not ended."""

    topics: Mapping[TopicId, datetime] = field(default_factory=dict)
    """Topics that find nothing, and since when."""
    outbox: datetime | None = None
    """Since when messages in the outbox wait too long; None while they do not."""


def quiet_topics(
    watched: Collection[TopicId],
    begun: Mapping[TopicId, datetime],
    matched: Mapping[TopicId, datetime],
    *,
    after: timedelta,
    now: datetime,
) -> Mapping[TopicId, datetime]:
    """Topics that have found nothing for longer than `after`, and since when; in the order of `watched`.

    Args:
        begun: when each topic was first watched; a topic that is not in it cannot be quiet yet.
        matched: the last match of each topic.
    """
    since = {one: max(begun[one], matched.get(one, begun[one])) for one in watched if one in begun}
    return {one: moment for one, moment in since.items() if now - moment > after}


def topics_to_report(reported: ReportedAlarms, quiet: Mapping[TopicId, datetime]) -> tuple[TopicId, ...]:
    """The quiet topics to report: those not reported before, or that matched something since they were.

    A topic may seem to be quiet since an earlier time than was reported, because its last match was deleted as too old.
    That is not reported again.
    """
    return tuple(one for one, since in quiet.items() if one not in reported.topics or since > reported.topics[one])


def is_outbox_late(oldest: datetime | None, *, after: timedelta, now: datetime) -> bool:
    """Whether the oldest waiting message, queued at `oldest`, has waited for longer than `after`."""
    return oldest is not None and now - oldest > after
