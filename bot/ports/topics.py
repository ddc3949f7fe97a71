"""Stores of topics, and of what readers say of what they bring."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.model import ArticleId, Destination, Topic, TopicId, Vote


class TopicStore(Protocol):
    """Topics made in chats; and when any topic was first seen with a destination: older articles are background."""

    async def added(self) -> tuple[Topic, ...]:
        """Oldest first, with chats' ids of today."""
        ...

    async def get(self, topic_id: TopicId) -> Topic | None:
        """One made in a chat, as `added` has it."""
        ...

    async def save(self, topic: Topic, now: datetime) -> None:
        """Add it, or change the one with its id. ValueError for one that no chat owns."""
        ...

    async def remove(self, topic_id: TopicId) -> bool:
        """Its votes and introductions go with it."""
        ...

    async def introduced(self) -> Mapping[tuple[TopicId, Destination], datetime]: ...

    async def introduce(self, topic_id: TopicId, destination: Destination, now: datetime) -> None: ...


class VoteStore(Protocol):
    """Verdicts of readers: one a voter, article and topic. They outlive the articles; each topic keeps the newest."""

    async def cast(self, vote: Vote) -> None:
        """Takes the place of what the voter said of the article before; where there are too many the oldest goes."""
        ...

    async def withdraw(self, topic_id: TopicId, article_id: ArticleId, voter: str) -> bool:
        """Undo; False where there is no such vote."""
        ...

    async def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        """In the order they were cast."""
        ...

    async def all(self) -> tuple[Vote, ...]:
        """In the order they were cast."""
        ...

    async def stamp(self) -> str:
        """Changes whenever a vote is cast or withdrawn, by whatever process: cheap to ask."""
        ...
