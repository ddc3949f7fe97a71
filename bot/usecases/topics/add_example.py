"""An article that was told becomes an example of its topic: more like this."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.matching.editing import MOST_EXAMPLES
from bot.model import Alert, Change, Example, Topic, TopicId
from bot.store import Store


class Outcome(StrEnum):
    """What came of it. All but the first leave the topic as it was."""

    DONE = "done"
    SO_ALREADY = "so-already"
    FULL = "full"
    ONLY_ONE = "only-one"
    """Without it the topic would watch nothing."""
    ARTICLE_GONE = "article-gone"
    TOPIC_GONE = "topic-gone"


class MoreLike:
    """Gives a topic that was made in a chat the article of an alert as an example, and takes it away again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, topic_id: TopicId, alert: Alert, written: Change) -> Outcome:
        """What speaks against the topic so far and is this article, does so no longer."""
        async with self._store.write() as unit:
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
            await unit.topics.save(changed, written.at)
            await unit.changes.add(written)
        return Outcome.DONE

    async def remove(self, topic_id: TopicId, alert: Alert, written: Change) -> Outcome:
        """As it was before."""
        async with self._store.write() as unit:
            topic = await unit.topics.get(topic_id)
            if topic is None:
                return Outcome.TOPIC_GONE
            left = tuple(example for example in topic.examples if example.origin != origin_of(alert))
            if len(left) == len(topic.examples):
                return Outcome.SO_ALREADY
            if not left and not topic.query:
                return Outcome.ONLY_ONE
            await unit.topics.save(replace(topic, examples=left), written.at)
            await unit.changes.add(written)
        return Outcome.DONE


def origin_of(alert: Alert) -> str:
    """What an example made of the alert's article is known by."""
    return alert.link or alert.article_id


def has_example(topic: Topic, alert: Alert) -> bool:
    """Whether the alert's article is an example of the topic, by whichever way it became one."""
    return any(example.origin == origin_of(alert) for example in topic.examples)


def can_do_without(topic: Topic, alert: Alert) -> bool:
    """Whether the topic has the alert's article as an example, and something else to go by."""
    return has_example(topic, alert) and (len(topic.examples) > 1 or bool(topic.query))
