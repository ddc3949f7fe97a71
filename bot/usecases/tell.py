"""From matches to deliveries: which chats are told of an article, at once or in a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.calendar import Silence, rhythm_of
from bot.alerts.compose import compose, topics_by_destination
from bot.alerts.policy import decide, delivering_of
from bot.model import Alert, AlertId, Article, DeliveryKind, DeliveryState, Destination, Match, NewDelivery
from bot.ports import UnitOfWork
from bot.summaries.extract import summarize
from bot.text.tokens import words
from bot.usecases.review import needs_review, reviews_of
from bot.usecases.watch import Audience, Watch

log = structlog.get_logger()

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """An article and its matches, ready to be told."""

    article: Article
    matches: tuple[Match, ...]
    muted: frozenset[Destination] = frozenset()
    """Where its story is muted; chats by their ids of today."""


async def queue_alerts(
    unit: UnitOfWork,
    told: Sequence[Told],
    watch: Watch,
    audience: Audience,
    now: datetime,
    *,
    first_poll: bool = False,
) -> tuple[NewDelivery, ...]:
    """Queue one delivery an article and chat, naming all its topics; what exceeds the budget waits for a digest,
    and what comes while it is quiet there, for the end of that.

    Where the article's story is muted, nothing is queued; for a channel under review, what its admins are asked.
    """
    topics = audience.address(watch.topics)
    used: dict[str, int] = {}
    silences: dict[str, Silence] = {}
    queued: dict[tuple[Destination, AlertId], NewDelivery] = {}
    for item in told:
        for destination, matches in topics_by_destination(item.matches, topics, audience.default).items():
            if item.muted and await _today(unit, destination) in item.muted:
                continue
            alert = compose_alert(item.article, matches, watch)
            if (destination, alert.id) in queued or await unit.outbox.has_alert(destination, alert.id):
                continue
            if await needs_review(unit, destination, [topics[match.topic_id] for match in matches]):
                for review in await reviews_of(unit, alert, destination, audience.default):
                    queued.setdefault((review.destination, review.content.id), review)
                continue
            if destination.chat not in used:
                used[destination.chat] = await unit.outbox.instant_count(destination, now - HOUR, now)
                silences[destination.chat] = await silence_in(unit, destination, watch, now)
            delivering = delivering_of((match.topic_id for match in matches), topics)
            state = decide(
                DeliveryKind.NEW,
                delivering,
                used[destination.chat],
                watch.alerts_per_hour,
                first_poll=first_poll,
                silence=silences[destination.chat],
            )
            used[destination.chat] += state is DeliveryState.PENDING
            queued[destination, alert.id] = NewDelivery(destination, DeliveryKind.NEW, alert, state=state)
    await unit.outbox.add(tuple(queued.values()), now)
    return tuple(queued.values())


async def silence_in(unit: UnitOfWork, destination: Destination, watch: Watch, now: datetime) -> Silence:
    """Whether a chat wants to hear nothing now."""
    return rhythm_of(await unit.chats.get(destination.chat), watch.timezone).silence(now)


async def _today(unit: UnitOfWork, destination: Destination) -> Destination:
    return replace(destination, chat=await unit.chats.current(destination.chat))


def compose_alert(article: Article, matches: Sequence[Match], watch: Watch, *, earlier: bool = False) -> Alert:
    """The alert for one destination: its summary leans on what made the article match there."""
    carried = [text for match in matches for text in (*match.evidence.names, *match.evidence.terms)]
    focus = dict.fromkeys(word for text in carried for word in words(text, article.language))
    try:
        summary = summarize(article.title, article.text, article.language, tuple(focus))
    except Exception:  # -- a defect in summing up must not keep an alert, and all others of its poll, from a chat
        log.exception("summary-failed", article=article.id, title=article.title)
        summary = ()
    return compose(article, matches, watch.topics, summary=summary, earlier=earlier)
