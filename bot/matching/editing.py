"""Changes of a topic, and the reasons why a change is refused. Pure: the caller stores the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Final, Literal

from bot.features.document import CHARACTERS
from bot.model import Delivering, Destination, Example, Language, SensitivityName, Topic
from bot.text.clean import clean_title

MOST_EXAMPLES: Final = 20
"""The most examples of a topic; 1 to 5 work well."""

LONGEST_NAME: Final = 100
"""Characters of a topic's name."""


class Refusal(StrEnum):
    """Why a change of a topic is refused."""

    GONE = "gone"
    """The topic does not exist any more."""
    NOTHING_LEFT = "nothing-left"
    """The topic would have neither an example nor a query."""
    TOO_MANY_EXAMPLES = "too-many-examples"
    KNOWN_EXAMPLE = "known-example"
    BAD_NAME = "bad-name"
    """The name is empty or too long."""


Edit = Callable[[Topic], Topic | Refusal]
"""A change of a topic. It is idempotent, because a button press may be handled again after a crash."""

QueryPart = Literal["query", "require", "exclude"]
"""One of the topic's three queries."""


def with_name(name: str) -> Edit:
    """Set the name."""
    cleaned = clean_title(name)

    def edit(topic: Topic) -> Topic | Refusal:
        return replace(topic, name=cleaned) if 0 < len(cleaned) <= LONGEST_NAME else Refusal.BAD_NAME

    return edit


def with_query(part: QueryPart, query: str) -> Edit:
    """Set one of the queries to one that `parse_query` accepts; an empty one removes it."""

    def edit(topic: Topic) -> Topic | Refusal:
        match part:
            case "query":
                return _watching_something(replace(topic, query=query))
            case "require":
                return replace(topic, require=query)
            case "exclude":
                return replace(topic, exclude=query)

    return edit


def with_example(example: Example) -> Edit:
    """Add an example, with as much of its text as is compared."""
    shown = replace(example, text=example.text[:CHARACTERS])

    def edit(topic: Topic) -> Topic | Refusal:
        if any((known.title, known.text) == (shown.title, shown.text) for known in topic.examples):
            return Refusal.KNOWN_EXAMPLE
        if len(topic.examples) >= MOST_EXAMPLES:
            return Refusal.TOO_MANY_EXAMPLES
        return replace(topic, examples=(*topic.examples, shown))

    return edit


def without_example(example: Example) -> Edit:
    """Remove an example. With the last example the counterexamples are removed, too."""

    def edit(topic: Topic) -> Topic | Refusal:
        left = tuple(known for known in topic.examples if known != example)
        against = topic.counterexamples if left else ()
        return _watching_something(replace(topic, examples=left, counterexamples=against))

    return edit


def with_languages(languages: tuple[Language, ...]) -> Edit:
    """Limit the topic to articles in these languages; none: any language."""
    return lambda topic: replace(topic, languages=languages)


def with_all_feeds(topic: Topic) -> Topic:
    """Let the topic match articles of all feeds."""
    return replace(topic, feeds=())


def with_feeds(selector: str, *, wanted: bool) -> Edit:
    """Add a tag or id of feeds to those of the topic, or remove it."""

    def edit(topic: Topic) -> Topic | Refusal:
        if wanted:
            return replace(topic, feeds=tuple(dict.fromkeys((*topic.feeds, selector))))
        return replace(topic, feeds=tuple(one for one in topic.feeds if one != selector))

    return edit


def with_destination(destination: Destination, *, wanted: bool) -> Edit:
    """Add a chat or thread to the destinations, or remove it."""

    def edit(topic: Topic) -> Topic | Refusal:
        if wanted:
            return replace(topic, destinations=tuple(dict.fromkeys((*topic.destinations, destination))))
        return replace(topic, destinations=tuple(to for to in topic.destinations if to != destination))

    return edit


def with_review(*, review: bool) -> Edit:
    """Set whether the admins review alerts for channels before they are posted."""
    return lambda topic: replace(topic, review=review)


def with_paused(*, paused: bool) -> Edit:
    """Pause or resume the topic."""
    return lambda topic: replace(topic, paused=paused)


def with_sensitivity(sensitivity: SensitivityName) -> Edit:
    """Set the sensitivity."""
    return lambda topic: replace(topic, sensitivity=sensitivity)


def with_delivery(delivering: Delivering) -> Edit:
    """Set how alerts are delivered."""
    return lambda topic: replace(topic, delivering=delivering)


def _watching_something(topic: Topic) -> Topic | Refusal:
    return topic if topic.examples or topic.query else Refusal.NOTHING_LEFT
