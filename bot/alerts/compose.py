"""Composes messages: matches become an alert, held alerts become digests, and the bot's own messages notices. Pure.

Ids are derived from the content and never random, so queueing the same message twice leaves one delivery (idempotence).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import chain

from bot.alerts.outlet_preferences import of_other_outlets, version_of
from bot.model import (
    Alert,
    AlertId,
    Article,
    Delivery,
    Destination,
    Digest,
    DigestItem,
    Facts,
    Match,
    Notice,
    Sentence,
    StoryId,
    Topic,
    TopicId,
    TopicReason,
)
from bot.text.truncate import cut_after_word

_STORY = "a:"

DIGEST_UNITS = 3_300
"""UTF-16 units of text in one digest. With its heading it stays below 4,096 (Bot API, "sendMessage", `text`)."""

DIGEST_TITLE = 120
"""Characters of a title in a line of a digest."""

_LINE_UNITS = 64
"""UTF-16 units of a line besides title, source and topics: bullet, time, language, count of outlets, separators."""


def alert_id(article: Article) -> AlertId:
    """The id of the alert on this article, or on its story if it has one.

    The id of a story is that of its first article, so the alert on that article is the alert on the story.
    """
    return story_alert_id(article.story_id or StoryId(article.id))


def story_alert_id(story: StoryId) -> AlertId:
    """The id that all messages on a story share."""
    return AlertId(f"{_STORY}{story}")


def story_of_alert(alert_id: AlertId) -> StoryId:
    """The story of an id made by `story_alert_id`."""
    return StoryId(alert_id.removeprefix(_STORY))


def compose(
    article: Article,
    matches: Sequence[Match],
    topics: Mapping[TopicId, Topic],
    *,
    summary: tuple[Sentence, ...],
    facts: Facts | None = None,
    earlier: bool = False,
    late: bool = False,
) -> Alert:
    """The alert on an article for one destination, its reasons sorted by score, best first.

    Args:
        matches: the matches of one destination (see `topics_by_destination`).
        summary: sentences in the order of the article.
        facts: the facts of the article, which later articles of the story are compared with.
        earlier: the article is older than its topic or destination.
        late: the article was published while its feed could not be read.

    Raises:
        ValueError: none of the matches is a hit on a known topic, or the article does not come from a poll.
    """
    reasons = sorted(
        (
            TopicReason(match.topic_id, topics[match.topic_id].name, match.score, match.evidence)
            for match in matches
            if match.matched and match.topic_id in topics
        ),
        key=lambda reason: (-reason.score, reason.topic_name),
    )
    if not reasons:
        raise ValueError(f"article {article.id} matched none of the topics")
    if article.first_seen_at is None:
        raise ValueError(f"article {article.id} does not come from a poll")
    return Alert(
        id=alert_id(article),
        article_id=article.id,
        title=article.title,
        link=article.link,
        source=article.source,
        language=article.language,
        published_at=article.published_at,
        first_seen_at=article.first_seen_at,
        summary=summary,
        reasons=tuple(reasons),
        earlier=earlier,
        image=article.image,
        feed_id=article.feed_id,
        facts=facts or Facts(),
        late=late,
    )


def topics_by_destination(
    matches: Sequence[Match], topics: Mapping[TopicId, Topic], default: Sequence[Destination]
) -> Mapping[Destination, tuple[Match, ...]]:
    """The hits on an article by destination. Paused topics, unknown topics and near misses are left out.

    Args:
        default: the destinations of topics that name none (the admins, or the console).
    """
    hits: dict[Destination, list[Match]] = {}
    for match in matches:
        topic = topics.get(match.topic_id)
        if not match.matched or topic is None or topic.paused:
            continue
        for destination in dict.fromkeys(topic.destinations or default):
            hits.setdefault(destination, []).append(match)
    return {destination: tuple(found) for destination, found in hits.items()}


def by_destination(deliveries: Sequence[Delivery]) -> Mapping[Destination, tuple[Delivery, ...]]:
    """Groups deliveries by destination and keeps their order; each group can become digests."""
    groups: dict[Destination, list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault(delivery.destination, []).append(delivery)
    return {destination: tuple(group) for destination, group in groups.items()}


def digest_of(deliveries: Sequence[Delivery], why: str, limits: tuple[int, int] | None = None) -> tuple[Digest, ...]:
    """The held alerts of one destination in as few messages as possible, sorted by topic and story; none is left out.

    The same deliveries always give the same digests with the same ids. A story with several held messages is listed
    once, as its last message has it.

    Args:
        deliveries: those of one destination; deliveries that are not alerts are ignored.
        why: a key of the wording: `over-budget`, `scheduled`, `quiet`, `paused`.
        limits: alerts an hour and a day, where the digest is to name them.
    """
    alerts: dict[AlertId, Alert] = {}
    for delivery in deliveries:
        if isinstance(delivery.content, Alert):
            before = alerts.pop(delivery.content.id, None)
            alerts[delivery.content.id] = delivery.content if before is None else _with_update(before, delivery.content)
    items = [_item(alert) for alert in _ranked(alerts.values())]
    ids = ",".join(str(delivery.id) for delivery in deliveries)
    first = deliveries[0].created_at.isoformat() if deliveries else ""
    key = _digest(f"{why}|{ids}|{first}")
    return tuple(Digest(AlertId(f"d:{key}:{number}"), why, page, limits) for number, page in enumerate(_pages(items)))


def _with_update(alert: Alert, later: Alert) -> Alert:
    """One alert of two held messages on a story; it is marked as an update only if the first was one, too."""
    known = {reason.topic_id for reason in later.reasons}
    others = (*alert.also, version_of(alert), *later.also)
    also = {one.article_id: one for one in others if one.article_id != later.article_id}
    return replace(
        later,
        reasons=(*later.reasons, *(reason for reason in alert.reasons if reason.topic_id not in known)),
        also=tuple(also.values()),
        update=later.update if alert.update is not None else None,
    )


def notice(code: str, occasion: str = "", /, **values: object) -> Notice:
    """A message of the bot about itself. The same code, occasion and values give the same id, so it is queued once.

    Args:
        code: a key of the wording.
        occasion: distinguishes two notices with the same values (a date, an address).
        values: fill in the placeholders of the wording.
    """
    texts = {name: str(value) for name, value in sorted(values.items())}
    parts = chain((code, occasion), chain.from_iterable(texts.items()))
    return Notice(AlertId(f"n:{code}:{_digest(chr(0).join(parts))}"), code, texts)


def _ranked(alerts: Iterable[Alert]) -> list[Alert]:
    """Sorted by topic, the one with most stories first; within a topic by number of outlets, then by score."""
    by_topic: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_topic.setdefault(alert.reasons[0].topic_name if alert.reasons else "", []).append(alert)
    topics = sorted(by_topic.values(), key=len, reverse=True)
    return [alert for group in topics for alert in sorted(group, key=_weight, reverse=True)]


def _weight(alert: Alert) -> tuple[int, float]:
    return len(of_other_outlets(alert)), alert.reasons[0].score if alert.reasons else 0.0


def _item(alert: Alert) -> DigestItem:
    return DigestItem(
        alert_id=alert.id,
        title=cut_after_word(alert.title, DIGEST_TITLE),
        link=alert.link,
        source=alert.source,
        published_at=alert.published_at,
        topic_names=tuple(reason.topic_name for reason in alert.reasons),
        language=alert.language,
        also=alert.also,
        is_update=alert.update is not None,
    )


def _pages(items: Sequence[DigestItem]) -> tuple[tuple[DigestItem, ...], ...]:
    """Divides the items, in their order, into pages that each fit one message with the headings of their topics."""
    pages: list[list[DigestItem]] = []
    room = 0
    for item in items:
        size = _LINE_UNITS + sum(_units(text) + 2 for text in (item.title, item.source, *item.topic_names))
        if pages and item.topic != pages[-1][-1].topic:
            size += _units(item.topic) + 2
        if not pages or size > room:
            pages.append([])
            room = DIGEST_UNITS - _units(item.topic) - 2
        pages[-1].append(item)
        room -= size
    return tuple(tuple(page) for page in pages)


def _units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units (https://core.telegram.org/api/entities#entity-length)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
