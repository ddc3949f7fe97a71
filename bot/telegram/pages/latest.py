"""/latest: the latest alerts that were sent to a chat. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import Alert, Feed, FeedId, FeedState, Topic
from bot.telegram.buttons import pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.articles import Listed, article_page
from bot.telegram.pages.pagination import newer_and_older
from bot.telegram.pages.topics import TopicListContext, last_read
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.wording.alerts import byline

_NAME = 60


def latest_page(
    alerts: Sequence[Alert], first: int, count: int, reader: Reader, now: datetime, *, is_more: bool
) -> Rendered:
    """A page of at most `count` alerts, newest first, beginning with index `first`. `is_more`: older ones follow."""
    wording = reader.wording
    title = wording.say("The latest alerts here") if first == 0 else wording.say("Earlier alerts here")
    items = [
        Listed(
            alert.title,
            alert.link,
            " · ".join(
                part
                for part in (
                    byline(alert.source, alert.published_at or alert.first_seen_at, wording, reader.timezone, now),
                    ", ".join(shortened(reason.topic_name, _NAME) for reason in alert.reasons),
                )
                if part
            ),
        )
        for alert in alerts
    ]
    turners = newer_and_older(
        wording,
        newer=pressing(ButtonVerb.LIST_LATEST, max(0, first - count), count) if first else None,
        older=pressing(ButtonVerb.LIST_LATEST, first + count, count) if is_more else None,
    )
    return article_page([line(span(title, "bold")), ()], items, (), turners)


def nothing_told(
    topics: Sequence[Topic],
    feeds: Sequence[Feed],
    states: Mapping[FeedId, FeedState],
    reader: Reader,
    now: datetime,
) -> Rendered:
    """The page before the first alert, so that silence does not look like a failure. `topics`: those of the chat."""
    wording = reader.wording
    if not topics:
        text = wording.say("No watch tells this chat anything yet.")
        return page([line(span(text))])
    lines: list[Line] = [
        line(span(wording.say("Nothing has been told here yet. That is no failure: nothing new has fitted so far."))),
        (),
    ]
    list_context = TopicListContext(wording, "", None, feeds, states, now)
    for topic in topics:
        read = wording.say("paused") if topic.paused else last_read(topic, list_context)
        lines.append(line("• ", span(shortened(topic.name, _NAME), "bold"), " — ", span(read)))
    return page(lines)
