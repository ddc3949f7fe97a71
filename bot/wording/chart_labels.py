"""The labels of topics, outlets and votes in charts, and the legend below a chart."""

from __future__ import annotations

from itertools import count

from bot.model import Stats
from bot.text.clean import clean_title
from bot.text.lettering import is_drawable
from bot.wording.wording import Wording

_LABEL = 60


def topic_labels(stats: Stats, wording: Wording) -> tuple[str, ...]:
    """A label for each topic: its name, or `Watch {n}` where the chart's font lacks a character of the name."""
    return tuple(
        _label(topic.name, wording.say("Watch {n}", n=number)) if topic.name else wording.say("other watches")
        for number, topic in enumerate(stats.topics, 1)
    )


def source_labels(stats: Stats, wording: Wording) -> tuple[str, ...]:
    """The same for outlets: the name, or `Source {n}`."""
    return tuple(
        _label(source.name, wording.say("Source {n}", n=number)) for number, source in enumerate(stats.sources, 1)
    )


def hit_labels(stats: Stats, wording: Wording) -> tuple[str, ...]:
    """The same for topics with votes. A topic has the number that it has in `topic_labels`; others are numbered on."""
    numbers = {topic.name: number for number, topic in enumerate(stats.topics, 1) if topic.name}
    further = count(len(stats.topics) + 1)
    for hit in stats.hits:
        if hit.topic not in numbers:
            numbers[hit.topic] = next(further)
    return tuple(_label(hit.topic, wording.say("Watch {n}", n=numbers[hit.topic])) for hit in stats.hits)


def legend(stats: Stats, wording: Wording) -> tuple[tuple[str, str], ...]:
    """(label, name) of everything that the chart shows by a number instead of its name."""
    topics = [(label, topic.name) for label, topic in zip(topic_labels(stats, wording), stats.topics, strict=True)]
    sources = [(label, one.name) for label, one in zip(source_labels(stats, wording), stats.sources, strict=True)]
    hits = [(label, hit.topic) for label, hit in zip(hit_labels(stats, wording), stats.hits, strict=True)]
    named = dict.fromkeys((*topics, *hits, *sources))
    return tuple((label, name) for label, name in named if name and not is_drawable(name))


def _label(name: str, number: str) -> str:
    title = clean_title(name)
    if not title or not is_drawable(title):
        return number
    return title if len(title) <= _LABEL else title[: _LABEL - 1].rstrip() + "…"
