"""Fan-outs: what is still to be told to many chats of one document, in parts that are each planned and stored alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.model.articles import Article
from bot.model.ids import ArticleId, StoryId
from bot.model.topics import Destination, Match

FanoutId = NewType("FanoutId", int)
FanoutPartId = NewType("FanoutPartId", int)

PlacedMatch = tuple[int, Match]
"""A match, and the place of its article in `Fanout.articles`."""


@dataclass(frozen=True, slots=True)
class FanoutArticle:
    """An article that chats may be alerted to, in its story, and how. Its matches are with the chats."""

    article: Article
    muted: tuple[Destination, ...] = ()
    """Where what it resembles was muted; with the chat ids of then."""
    repeats: ArticleId | None = None
    """The article that it is again: edited, copied or republished."""
    late: bool = False
    """It was published while its feed could not be read."""
    updates_only: bool = False
    """It is only sent as an update of a story that was sent before."""


@dataclass(frozen=True, slots=True)
class Fanout:
    """What all parts of a fan-out share."""

    articles: tuple[FanoutArticle, ...]
    """In the order of the document."""
    matches: tuple[PlacedMatch, ...]
    """Those that chats of several parts may be alerted to."""
    merged: Mapping[StoryId, StoryId]
    """Stories that have become a part of another one, and that one."""
    first_poll: bool
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class FanoutPart:
    """The chats that are told in one transaction: all destinations of a chat are in the same part."""

    destinations: tuple[Destination, ...] = ()
    """As topics name them. Empty where there are only matches to store."""
    matches: tuple[PlacedMatch, ...] = ()
    """Chats of this part alone may be alerted to them; they are stored with it."""
    judged: tuple[Match, ...] = ()
    """Only stored with it."""


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part that is not told yet, or of which the rest is not."""

    id: FanoutPartId
    fanout_id: FanoutId
    part: FanoutPart
