"""Muted stories: a destination gets no further alerts on them for as long as the story goes on, or until it unmutes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


async def mute_story(store: Store, mute: Mute, change: Change) -> None:
    """Idempotent: a story that is muted already is neither muted nor logged again."""
    async with store.write() as unit:
        if not await is_muted(unit, mute.destination, mute.article_id, change.at):
            await unit.mutes.add(mute)
            await _supersede_waiting(unit, mute)
            await unit.changes.add(change)


async def unmute_story(store: Store, destination: Destination, article_id: ArticleId, change: Change) -> None:
    """Idempotent as `mute_story` is."""
    async with store.write() as unit:
        removed = [
            await unit.mutes.remove(destination, mute.article_id)
            for mute in await _mutes_of(unit, destination, article_id, change.at)
        ]
        if any(removed):
            await unit.changes.add(change)


async def is_muted(unit: UnitOfWork, destination: Destination, article_id: ArticleId, now: datetime) -> bool:
    """Whether the story of this article is muted for a destination, which must have its current chat id."""
    return bool(await _mutes_of(unit, destination, article_id, now))


async def _mutes_of(unit: UnitOfWork, destination: Destination, article_id: ArticleId, now: datetime) -> list[Mute]:
    """The mutes of this article and of others on its story: either may have been shown when somebody pressed Mute."""
    here = [one for one in await unit.mutes.since(now - APART) if one.destination == destination]
    article_ids = {article_id, *(mute.article_id for mute in here)}
    story_of = {article.id: article.story_id for article in await unit.articles.get(article_ids)} if here else {}
    story = story_of.get(article_id)
    return [
        mute
        for mute in here
        if mute.article_id == article_id or (story is not None and story_of.get(mute.article_id) == story)
    ]


async def _supersede_waiting(unit: UnitOfWork, mute: Mute) -> None:
    """Updates of the story that are held for a digest or not sent yet are not sent any more."""
    for article in await unit.articles.get([mute.article_id]):
        for delivery in await unit.outbox.of_alert(mute.destination, alert_id(article)):
            waits = delivery.state is DeliveryState.HELD or is_waiting(delivery)
            if delivery.kind is DeliveryKind.REPLY and waits:
                await unit.outbox.supersede(delivery.id)


@dataclass(frozen=True, slots=True)
class _Muted:
    """An article whose story is muted, as stories are compared."""

    destination: Destination
    document: Document
    vector: NDArray[np.float32] | None


class MutedStories:
    """Finds new articles that continue a muted story. Remembers the muted articles once they are read and tokenized.

    A mute holds for as long as a story can go on and its article is kept in the archive.
    """

    def __init__(self, store: Store, embedder: Embedder, clock: Clock) -> None:
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._documents: dict[str, Document] = {}
        """The documents of the muted articles by the digest of their text."""

    async def hushed(self, judged: Sequence[Judged]) -> tuple[frozenset[Destination], ...]:
        """For each of these articles, the destinations (with current chat ids) that have muted its story.

        Nothing is embedded: an article without a vector is compared by its words.
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
