"""Values as JSON Lines, whose keys scripts rely on, and the health of a feed as text for the terminal."""

from __future__ import annotations

from datetime import datetime

from bot.adapters.jsonlines import evidence_line, moment
from bot.feeds.feed_health import Health, has_overrun, health_of
from bot.model import Delivery, Entry, Feed, FeedId, FeedState, Lesson, Match, Measured, ParsedFeed, Topic
from bot.text.masked_urls import has_secrets, masked_text, masked_url


def match_line(match: Match) -> dict[str, object]:
    return {
        "id": match.article_id,
        "topic": match.topic_id,
        "score": round(match.score, 4),
        "matched": match.matched,
        "evidence": evidence_line(match.evidence),
    }


def lesson_line(lesson: Lesson) -> dict[str, object]:
    """The effect of a vote. `verdict` is null if the vote was undone; `score` and `threshold` are null if the topic has
    no examples to learn from.
    """
    return {
        "topic": lesson.topic_id,
        "article": lesson.article_id,
        "title": lesson.title,
        "verdict": None if lesson.verdict is None else lesson.verdict.value,
        "score": _measured(lesson.score),
        "threshold": _measured(lesson.threshold),
        "words": list(lesson.words),
    }


def _measured(figure: Measured | None) -> dict[str, float] | None:
    return None if figure is None else {"before": round(figure.before, 4), "now": round(figure.now, 4)}


def delivery_line(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "destination": str(delivery.destination),
        "kind": delivery.kind.value,
        "content": delivery.content.id,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "created": moment(delivery.created_at),
        "next_attempt": moment(delivery.next_attempt_at),
        "sent": moment(delivery.sent_at),
        "error": delivery.error,
    }


def entry_line(entry: Entry) -> dict[str, object]:
    return {
        "guid": entry.guid,
        "link": entry.link,
        "title": entry.title,
        "text": entry.text,
        "author": entry.author,
        "published": moment(entry.published_at),
        "updated": moment(entry.updated_at),
        "language": entry.language,
        "image": entry.image,
        "source": entry.source,
    }


def parsed_line(parsed: ParsedFeed) -> dict[str, object]:
    return {
        "feed": {
            "title": parsed.title,
            "link": parsed.link,
            "language": parsed.language,
            "format": parsed.format,
            "entries": len(parsed.entries),
            "warning": parsed.warning,
            "hub": parsed.hub,
        }
    }


def feed_line(
    feed: Feed, state: FeedState | None, read_as: FeedId | None = None, *, with_secrets: bool = False
) -> dict[str, object]:
    """A feed with its state. `read_as` is the feed that is polled instead, if this one has moved to the same URL.

    `with_secrets`: the address as it is; else `masked` says whether something is left out of it.
    """
    return {
        "id": feed.id,
        "url": feed.url if with_secrets else masked_url(feed.url),
        "masked": not with_secrets and has_secrets(feed.url),
        "title": masked_text(feed.title),
        "tags": list(feed.tags),
        "owner": feed.owner,
        "polled": moment(state.polled_at) if state else None,
        "succeeded": moment(state.succeeded_at) if state else None,
        "next_poll": moment(state.next_poll_at) if state else None,
        "failures": state.failures if state else 0,
        "error": state.error if state else None,
        "gone": state.gone if state else False,
        "health": health_of(state).name.lower(),
        "failing_since": moment(state.failing_since) if state else None,
        "overrun": moment(state.overrun_at) if state else None,
        "read_as": read_as,
    }


def health_text(state: FeedState | None, now: datetime) -> str:
    """The health of a feed, for the terminal."""
    text = _health_summary(state)
    if state is None or not has_overrun(state, now):
        return text
    return f"{text}; may have missed something {state.overrun_at:%Y-%m-%d %H:%M} UTC"


def _health_summary(state: FeedState | None) -> str:
    health = health_of(state)
    if state is None or health is Health.UNREAD:
        return "not read yet"
    match health:
        case Health.GONE:
            return "gone (410), no longer polled"
        case Health.FAILING:
            return f"failing ({state.failures}×): {state.error}"
        case Health.EMPTY:
            return f"empty since {state.empty_since:%Y-%m-%d %H:%M} UTC"
        case Health.SILENT:
            return f"silent since {state.newest_at:%Y-%m-%d %H:%M} UTC"
        case _:
            return f"read {state.succeeded_at:%Y-%m-%d %H:%M} UTC"


def topic_line(topic: Topic) -> dict[str, object]:
    return {
        "id": topic.id,
        "name": topic.name,
        "owner": topic.owner,
        "examples": [masked_text(example.origin) for example in topic.examples],
        "unlike": [masked_text(example.origin) for example in topic.counterexamples],
        "query": topic.query,
        "require": topic.require,
        "exclude": topic.exclude,
        "sensitivity": str(topic.sensitivity),
        "languages": list(topic.languages),
        "feeds": list(topic.feeds),
        "chats": [str(destination) for destination in topic.destinations],
        "delivery": topic.delivering.value,
        "paused": topic.paused,
        "review": topic.review,
    }
