"""“More like this”: the article of an alert becomes an example of its topic, or stops being one.

Only topics made in a chat can be changed so. `change` is logged with it.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.matching.editing import MOST_EXAMPLES
from bot.model import Alert, Change, Example, Topic, TopicId
from bot.store import Store


class Outcome(StrEnum):
    """The result. All but DONE leave the topic as it was."""

    DONE = "done"
    SO_ALREADY = "so-already"
    FULL = "full"
    ONLY_ONE = "only-one"
    """It is the only example and there is no query: without it the topic would find nothing."""
    ARTICLE_GONE = "article-gone"
    TOPIC_GONE = "topic-gone"


async def add_alert_example(store: Store, topic_id: TopicId, alert: Alert, change: Change) -> Outcome:
    """Make the article an example. If it was a counterexample, it no longer is."""
    async with store.write() as unit:
        topic = await unit.topics.get(topic_id)
        if topic is None:
            return Outcome.TOPIC_GONE
        if has_example(topic, alert):
            return Outcome.SO_ALREADY
        if len(topic.examples) >= MOST_EXAMPLES:
            return Outcome.FULL
        found = await unit.articles.get([alert.article_id])
        if not found:
            return Outcome.ARTICLE_GONE
        (article,) = found
        example = Example(origin_of(alert), article.title, article.text, article.language, article.published_at)
        against = tuple(one for one in topic.counterexamples if one.origin != example.origin)
        changed = replace(topic, examples=(*topic.examples, example), counterexamples=against)
        await unit.topics.save(changed, change.at)
        await unit.changes.add(change)
    return Outcome.DONE


async def remove_alert_example(store: Store, topic_id: TopicId, alert: Alert, change: Change) -> Outcome:
    """Undo `add_alert_example`."""
    async with store.write() as unit:
        topic = await unit.topics.get(topic_id)
        if topic is None:
            return Outcome.TOPIC_GONE
        left = tuple(example for example in topic.examples if example.origin != origin_of(alert))
        if len(left) == len(topic.examples):
            return Outcome.SO_ALREADY
        if not left and not topic.query:
            return Outcome.ONLY_ONE
        await unit.topics.save(replace(topic, examples=left), change.at)
        await unit.changes.add(change)
    return Outcome.DONE


def origin_of(alert: Alert) -> str:
    """The origin of an example that is made from the alert's article; examples are told apart by it."""
    return alert.link or alert.article_id


def has_example(topic: Topic, alert: Alert) -> bool:
    """Whether the alert's article is an example of the topic, however it became one."""
    return any(example.origin == origin_of(alert) for example in topic.examples)


def can_do_without(topic: Topic, alert: Alert) -> bool:
    """Whether the alert's article is an example that can be removed: the topic has another one or a query."""
    return has_example(topic, alert) and (len(topic.examples) > 1 or bool(topic.query))
