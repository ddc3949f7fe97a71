"""A document's audience, whether it is told with the document or later, and the parts in which it is told. Pure.

A part has all destinations of its chats, for all articles of the document: so the order within a chat, its hourly
budget and its story threads are planned as if the chat were alone. Parts are told in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.alerts.compose import topics_by_destination
from bot.features.document import Document
from bot.model import (
    Destination,
    Fanout,
    FanoutArticle,
    FanoutPart,
    Match,
    StoryId,
    Topic,
    TopicId,
)
from bot.usecases.ingest.alerting import AlertCandidate

MOST_TOLD: Final = 250
"""Messages that one transaction plans, unless one chat gets more: it holds the lock for a tenth of a second."""

MOST_JUDGED: Final = 1_000
"""Matches that one transaction stores."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the articles of a document are told."""

    groups: tuple[Mapping[Destination, tuple[Match, ...]], ...]
    """For each article on a topic, the matches of each destination, as the topics name it."""

    @property
    def destinations(self) -> tuple[Destination, ...]:
        return tuple(dict.fromkeys(to for group in self.groups for to in group))

    @property
    def messages(self) -> int:
        """As many as may be planned."""
        return sum(map(len, self.groups))


def reach_of(
    on_topic: Sequence[Sequence[Match]], topics: Mapping[TopicId, Topic], default: Sequence[Destination]
) -> Reach:
    """Whom articles with these matches are told."""
    return Reach(tuple(topics_by_destination(matches, topics, default) for matches in on_topic))


def plan_fanout(
    candidates: Sequence[AlertCandidate],
    judged: Sequence[Match],
    reach: Reach,
    merged: Mapping[StoryId, StoryId],
    merging: Sequence[Destination],
    current: Callable[[Destination], Destination],
    now: datetime,
    *,
    first_poll: bool,
    most: int,
) -> tuple[Fanout, tuple[FanoutPart, ...]]:
    """Divide what is told of a document into parts.

    Args:
        judged: what is to be stored of the document and of which nobody is told: near misses.
        reach: of the candidates, in the same order.
        merging: destinations that may know of merged stories.
        most: messages in a part, unless one chat gets more.
    """
    chats = [*_divide(reach, merging, current, most)]
    uses = [_matches_for(reach, part) for part in chats]
    counted: dict[tuple[int, TopicId], int] = {}
    for used in uses:
        for key in used:
            counted[key] = counted.get(key, 0) + 1
    shared = {key for key, count in counted.items() if count > 1}
    shared |= {key for used in uses if len(used) > MOST_JUDGED for key in used}
    everything = {key: match for used in uses for key, match in used.items()}
    common = [(place, match) for (place, topic), match in everything.items() if (place, topic) in shared]
    untold = [match for item in candidates for match in item.matches]
    told = {id(match) for match in everything.values()}
    stored_alone = [
        *(match for _, match in common),
        *(match for match in untold if id(match) not in told),
        *judged,
    ]
    fanout = Fanout(
        tuple(
            FanoutArticle(item.article, tuple(sorted(item.muted, key=str)), item.repeats, item.late, item.updates_only)
            for item in candidates
        ),
        tuple(common),
        merged,
        first_poll,
        now,
    )
    parts = [FanoutPart(judged=tuple(batch)) for batch in _batches(stored_alone, MOST_JUDGED)]
    for part, used in zip(chats, uses, strict=True):
        own = tuple((place, match) for (place, topic), match in used.items() if (place, topic) not in shared)
        parts.append(FanoutPart(part, own))
    return fanout, tuple(parts)


def candidates_of(fanout: Fanout, part: FanoutPart, documents: Sequence[Document]) -> tuple[AlertCandidate, ...]:
    """The articles with the matches of a part's chats; those of other chats may be among them.

    Args:
        documents: of the fan-out's articles, in their order.
    """
    matches: dict[int, list[Match]] = {}
    for place, match in (*fanout.matches, *part.matches):
        matches.setdefault(place, []).append(match)
    return tuple(
        AlertCandidate(
            item.article,
            documents[place],
            tuple(matches[place]),
            frozenset(item.muted),
            item.repeats,
            item.late,
            item.updates_only,
        )
        for place, item in enumerate(fanout.articles)
        if place in matches
    )


def addressed_to(
    destinations: Collection[Destination], topics: Mapping[TopicId, Topic], default: Sequence[Destination]
) -> Mapping[TopicId, Topic]:
    """The topics as far as they alert these destinations: who has left a topic since is not alerted to it."""
    here = frozenset(destinations)
    found: dict[TopicId, Topic] = {}
    for topic in topics.values():
        to = tuple(one for one in topic.destinations or default if one in here)
        if to:
            found[topic.id] = replace(topic, destinations=to)
    return found


def first_chats(
    destinations: Sequence[Destination], current: Callable[[Destination], Destination], chats: int
) -> tuple[tuple[Destination, ...], tuple[Destination, ...]]:
    """The destinations of the first so many chats, and all others."""
    first = frozenset([*dict.fromkeys(current(to).chat for to in destinations)][:chats])
    now = tuple(to for to in destinations if current(to).chat in first)
    return now, tuple(to for to in destinations if current(to).chat not in first)


def _divide(
    reach: Reach, merging: Sequence[Destination], current: Callable[[Destination], Destination], most: int
) -> Iterator[tuple[Destination, ...]]:
    """All destinations, those of a chat together, in parts of at most so many messages."""
    by_chat: dict[str, dict[Destination, None]] = {}
    for to in (*reach.destinations, *merging):
        by_chat.setdefault(current(to).chat, {})[to] = None
    weights = Counter(to for group in reach.groups for to in group)
    weights.update(dict.fromkeys(merging, 1))
    part: list[Destination] = []
    weight = 0
    for destinations in by_chat.values():
        heavy = sum(weights[to] for to in destinations)
        if part and weight + heavy > most:
            yield tuple(part)
            part, weight = [], 0
        part += destinations
        weight += heavy
    if part:
        yield tuple(part)


def _matches_for(reach: Reach, destinations: Collection[Destination]) -> dict[tuple[int, TopicId], Match]:
    """The matches that these destinations are alerted to, by the place of the article and the topic."""
    return {
        (place, match.topic_id): match
        for place, group in enumerate(reach.groups)
        for to in destinations
        for match in group.get(to, ())
    }


def _batches(matches: Sequence[Match], size: int) -> Iterator[Sequence[Match]]:
    for start in range(0, len(matches), size):
        yield matches[start : start + size]
