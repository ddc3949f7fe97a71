"""What may be changed in a topic, and what would make it one that cannot be watched. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Final, Literal

from bot.features.document import CHARACTERS
from bot.model import Delivering, Destination, Example, Language, SensitivityName, Topic
from bot.text.clean import clean_title

MOST_EXAMPLES: Final = 20
"""Of a topic: 1 to 5 work well."""

LONGEST_NAME: Final = 100
"""Characters."""


class Refusal(StrEnum):
    """Why a topic stays as it is."""

    GONE = "gone"
    """There is no such topic any more."""
    NOTHING_LEFT = "nothing-left"
    """It would have neither an example nor a query."""
    TOO_MANY_EXAMPLES = "too-many-examples"
    KNOWN_EXAMPLE = "known-example"
    BAD_NAME = "bad-name"
    """Empty, or too long."""


Edit = Callable[[Topic], Topic | Refusal]
"""A change of a topic. Made twice, it is as made once: a press may be handled again after a crash."""

QueryPart = Literal["query", "require", "exclude"]
"""The topic's three queries."""


def named(name: str) -> Edit:
    """It is called this."""
    cleaned = clean_title(name)

    def edit(topic: Topic) -> Topic | Refusal:
        return replace(topic, name=cleaned) if 0 < len(cleaned) <= LONGEST_NAME else Refusal.BAD_NAME

    return edit


def queried(part: QueryPart, query: str) -> Edit:
    """One of its queries is this, which can be read (`parse_query`); empty: it has none."""

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
    """It is shown one more article, as much of it as is compared."""
    shown = replace(example, text=example.text[:CHARACTERS])

    def edit(topic: Topic) -> Topic | Refusal:
        if any((known.title, known.text) == (shown.title, shown.text) for known in topic.examples):
            return Refusal.KNOWN_EXAMPLE
        if len(topic.examples) >= MOST_EXAMPLES:
            return Refusal.TOO_MANY_EXAMPLES
        return replace(topic, examples=(*topic.examples, shown))

    return edit


def without_example(example: Example) -> Edit:
    """It is no longer shown this article. What is unlike its examples goes with the last of them."""

    def edit(topic: Topic) -> Topic | Refusal:
        left = tuple(known for known in topic.examples if known != example)
        against = topic.counterexamples if left else ()
        return _watching_something(replace(topic, examples=left, counterexamples=against))

    return edit


def in_languages(languages: tuple[Language, ...]) -> Edit:
    """It tells of articles in these; none: in any."""
    return lambda topic: replace(topic, languages=languages)


def of_every_feed(topic: Topic) -> Topic:
    """It reads all feeds."""
    return replace(topic, feeds=())


def with_feeds(selector: str, *, wanted: bool) -> Edit:
    """A tag or id of feeds is among those it reads, or is not."""

    def edit(topic: Topic) -> Topic | Refusal:
        if wanted:
            return replace(topic, feeds=tuple(dict.fromkeys((*topic.feeds, selector))))
        return replace(topic, feeds=tuple(one for one in topic.feeds if one != selector))

    return edit


def with_destination(destination: Destination, *, wanted: bool) -> Edit:
    """A chat or thread is told what it finds, or is not."""

    def edit(topic: Topic) -> Topic | Refusal:
        if wanted:
            return replace(topic, destinations=tuple(dict.fromkeys((*topic.destinations, destination))))
        return replace(topic, destinations=tuple(to for to in topic.destinations if to != destination))

    return edit


def reviewed(*, review: bool) -> Edit:
    """What it finds for channels is shown to the admins first."""
    return lambda topic: replace(topic, review=review)


def paused(*, paused: bool) -> Edit:
    """It looks for nothing until it is resumed."""
    return lambda topic: replace(topic, paused=paused)


def judged(sensitivity: SensitivityName) -> Edit:
    """How alike articles have to be."""
    return lambda topic: replace(topic, sensitivity=sensitivity)


def delivered(delivering: Delivering) -> Edit:
    """How it is told."""
    return lambda topic: replace(topic, delivering=delivering)


def _watching_something(topic: Topic) -> Topic | Refusal:
    return topic if topic.examples or topic.query else Refusal.NOTHING_LEFT
