"""Stories that a destination has heard enough of: muted, heard again, and kept from it for as long as they go on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.alerts.compose import alert_id
from bot.alerts.story_thread import is_waiting
from bot.features.document import Document
from bot.model import ArticleId, Change, DeliveryKind, DeliveryState, Destination, Mute
from bot.ports import Clock, Embedder
from bot.store import Store, UnitOfWork
from bot.stories.clusters import APART, same_story
from bot.usecases.ingest.score_articles import Judged, document_of, vector_digest


class StoryMuter:
    """Mutes and unmutes. What was muted once or twice is the same, and written down once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def mute(self, mute: Mute, written: Change) -> None:
        async with self._store.write() as unit:
            if not await self.is_muted(unit, mute.destination, mute.article_id):
                await unit.mutes.add(mute)
                await self._hush(unit, mute)
                await unit.changes.add(written)

    async def unmute(self, destination: Destination, article_id: ArticleId, written: Change) -> None:
        async with self._store.write() as unit:
            removed = [
                await unit.mutes.remove(destination, mute.article_id)
                for mute in await self._mutes_of(unit, destination, article_id)
            ]
            if any(removed):
                await unit.changes.add(written)

    async def is_muted(self, unit: UnitOfWork, destination: Destination, article_id: ArticleId) -> bool:
        """Whether the story of this article is kept from a destination. The destination has its id of today."""
        return bool(await self._mutes_of(unit, destination, article_id))

    async def _mutes_of(self, unit: UnitOfWork, destination: Destination, article_id: ArticleId) -> list[Mute]:
        """Those of this article, or of another one on its story: it may have led the message, or have come in reply."""
        here = [one for one in await unit.mutes.since(self._clock.now() - APART) if one.destination == destination]
        asked = {article_id, *(mute.article_id for mute in here)}
        story_of = {article.id: article.story_id for article in await unit.articles.get(asked)} if here else {}
        story = story_of.get(article_id)
        return [
            mute
            for mute in here
            if mute.article_id == article_id or (story is not None and story_of.get(mute.article_id) == story)
        ]

    async def _hush(self, unit: UnitOfWork, mute: Mute) -> None:
        """What of the story waits for a digest, or to be sent, is not told any more."""
        for article in await unit.articles.get([mute.article_id]):
            for delivery in await unit.outbox.of_alert(mute.destination, alert_id(article)):
                waits = delivery.state is DeliveryState.HELD or is_waiting(delivery)
                if delivery.kind is DeliveryKind.REPLY and waits:
                    await unit.outbox.supersede(delivery.id)


@dataclass(frozen=True, slots=True)
class _Muted:
    """An article that somebody has muted, as stories are compared."""

    destination: Destination
    document: Document
    vector: NDArray[np.float32] | None


class MutedStories:
    """Knows what goes on with a muted story. A mute counts for as long as stories last and its article is kept."""

    def __init__(self, store: Store, embedder: Embedder, clock: Clock) -> None:
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._documents: dict[str, Document] = {}
        """Of the muted articles, by the digest of their text: each is read once."""

    async def hushed(self, judged: Sequence[Judged]) -> tuple[frozenset[Destination], ...]:
        """For each of these articles the destinations (chats by their ids of today) that want no more of its story.

        Embeds nothing: an article without a vector is compared by its words.
        """
        muted = await self._muted() if any(item.on_topic for item in judged) else ()
        if not muted:
            return (frozenset(),) * len(judged)
        return await asyncio.to_thread(lambda: tuple(_where_muted(item, muted) for item in judged))

    async def _muted(self) -> Sequence[_Muted]:
        async with self._store.read() as unit:
            mutes = await unit.mutes.since(self._clock.now() - APART)
            if not mutes:
                return ()
            articles = {one.id: one for one in await unit.articles.get({mute.article_id for mute in mutes})}
            digests = {article_id: vector_digest(article) for article_id, article in articles.items()}
            vectors = await unit.vectors.get(self._embedder.name, list(digests.values()))
        new = {digests[key]: article for key, article in articles.items() if digests[key] not in self._documents}
        read = await asyncio.to_thread(lambda: {digest: document_of(article) for digest, article in new.items()})
        documents = {**self._documents, **read}
        self._documents = {digest: documents[digest] for digest in digests.values()}
        return [
            _Muted(mute.destination, documents[digests[mute.article_id]], vectors.get(digests[mute.article_id]))
            for mute in mutes
            if mute.article_id in articles
        ]


def _where_muted(item: Judged, muted: Sequence[_Muted]) -> frozenset[Destination]:
    if not item.on_topic:
        return frozenset()
    return frozenset(
        one.destination for one in muted if same_story(item.document, item.vector, one.document, one.vector)
    )
