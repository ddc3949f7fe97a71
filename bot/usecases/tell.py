"""From matches to deliveries: which chats are told of an article, at once or in a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts.compose import compose, topics_by_destination
from bot.alerts.policy import decide, delivering_of
from bot.model import Alert, Article, DeliveryKind, DeliveryState, Match, NewDelivery
from bot.ports import UnitOfWork
from bot.summaries.extract import summarize
from bot.usecases.watch import Audience, Watch

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """An article and its matches, ready to be told."""

    article: Article
    matches: tuple[Match, ...]


async def queue_alerts(
    unit: UnitOfWork,
    told: Sequence[Told],
    watch: Watch,
    audience: Audience,
    alerts_per_hour: int,
    now: datetime,
    *,
    first_poll: bool = False,
) -> tuple[NewDelivery, ...]:
    """Queue one delivery an article and chat, naming all its topics; what exceeds the budget waits for a digest."""
    topics = audience.address(watch.topics)
    used: dict[str, int] = {}
    queued: list[NewDelivery] = []
    for item in told:
        for destination, matches in topics_by_destination(item.matches, topics, audience.default).items():
            alert = compose_alert(item.article, matches, watch)
            if await unit.outbox.has_alert(destination, alert.id):
                continue
            if destination.chat not in used:
                used[destination.chat] = await unit.outbox.instant_count(destination, now - HOUR)
            delivering = delivering_of((match.topic_id for match in matches), topics)
            state = decide(DeliveryKind.NEW, delivering, used[destination.chat], alerts_per_hour, first_poll=first_poll)
            used[destination.chat] += state is DeliveryState.PENDING
            queued.append(NewDelivery(destination, DeliveryKind.NEW, alert, state=state))
    await unit.outbox.add(queued, now)
    return tuple(queued)


def compose_alert(article: Article, matches: Sequence[Match], watch: Watch, *, earlier: bool = False) -> Alert:
    """The alert for one destination: its summary leans on what made the article match there."""
    evidence = [match.evidence for match in matches]
    focus = dict.fromkeys(word for found in evidence for word in (*found.names, *found.terms))
    summary = summarize(article.title, article.text, article.language, tuple(focus))
    return compose(article, matches, watch.topics, summary=summary, earlier=earlier)
