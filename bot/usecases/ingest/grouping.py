"""Groups articles that match a topic into stories: articles on one event, from any outlet, in any language.

Only articles on a topic are grouped: nobody asks for the stories of the others, and to embed them would take hours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.features.document import Document
from bot.model import Article, ArticleId, StoryId
from bot.ports import Clock, Embedder
from bot.store import Store, StoryChange, UnitOfWork
from bot.stories.clusters import APART, REMEMBERED, StoryStream
from bot.usecases.ingest.score_articles import Judged, document_of, embed_articles, vector_digest

log = structlog.get_logger()

MEMORY = APART
"""How far back articles are loaded at start: articles further apart are never one story."""

RELOADED = 10_000
"""Articles loaded at start, at most; the last ones. To describe them takes half a minute, off the event loop."""

SLOW = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Grouped:
    """An article on a topic, with its story."""

    judged: Judged
    repeats: ArticleId | None = None
    """The earlier article that this one edits, copies or republishes."""

    @property
    def article(self) -> Article:
        return self.judged.article


class Grouping:
    """The stories of the last two weeks, in memory; loaded from the archive before they are first needed.

    Where several processes work on one database, each keeps them. Who is planning (`Store.planning`) is alone in that,
    and knows by then what others have placed: so they come to the same stories as a single one.
    """

    def __init__(self, store: Store, embedder: Embedder, clock: Clock) -> None:
        self._store = store
        self._embedder = embedder
        self._clock = clock
        self._stream = StoryStream()
        self._stories: dict[ArticleId, StoryId] = {}
        """The story of each article that was placed or loaded lately."""
        self._merged: dict[StoryId, StoryId] = {}
        self._unkept: set[StoryId] = set()
        """Of those merged, the ones that the store does not know yet."""
        self._repeated: dict[ArticleId, ArticleId | None] = {}
        """Which article each repeats, of those placed that are not stored yet."""
        self._loading = asyncio.Lock()
        self._revision: int | None = None
        """Up to which change of stories, by whichever process, these are known; None before they are loaded."""

    async def prepare(self, judged: Sequence[Judged]) -> tuple[Judged, ...]:
        """Get what `place` needs: load the stories, and embed articles on a topic that have no vector yet."""
        wanting = [item for item in judged if item.on_topic and item.vector is None]
        if any(item.on_topic for item in judged):
            await self._load()
        vectors = await embed_articles(self._embedder, [item.article for item in wanting])
        found = {item.article.id: row for item, row in zip(wanting, vectors, strict=True)}
        return tuple(
            replace(item, vector=found[item.article.id]) if item.article.id in found else item for item in judged
        )

    def place(self, judged: Sequence[Judged], alone: Collection[ArticleId] = frozenset()) -> tuple[Grouped | None, ...]:
        """Each article with its story, None where it is on no topic. Call `prepare` first.

        Placing an article again gives the same answer, so a plan that was not stored does no harm.

        Args:
            alone: articles that begin a story of their own whatever they resemble.
        """
        placed = [self._place(item, item.article.id in alone) if item.on_topic else None for item in judged]
        return tuple(self._as_of_now(item) if item is not None else None for item in placed)

    def merged(self) -> Mapping[StoryId, StoryId]:
        """Stories that have become a part of another one, which the store does not know yet.

        They are merged again with every transaction until `stored` says that one was committed: a poll that is rolled
        back must not leave what it has merged merged in memory alone.
        """
        return {old: self._current(old) for old in self._unkept}

    def is_current(self, grouped: Iterable[Grouped], merged: Mapping[StoryId, StoryId]) -> bool:
        """Whether articles are still in these stories, and nothing else has been merged meanwhile."""
        stories = (item.article.story_id for item in grouped)
        return merged == self.merged() and all(one is None or self._current(one) == one for one in stories)

    def stored(self, grouped: Iterable[Grouped], merged: Mapping[StoryId, StoryId]) -> None:
        """The transaction with these articles and mergers is committed."""
        self._unkept -= set(merged)
        for item in grouped:
            self._repeated.pop(item.article.id, None)

    def _place(self, item: Judged, is_alone: bool) -> Grouped:
        article = item.article
        known = self._stories.get(article.id) or article.story_id
        if known is not None:
            story = self._current(known)
            if article.id not in self._stories:
                self._remember(replace(article, story_id=story), item.document, item.vector)
            repeats = self._repeated.get(article.id, article.id)
            return Grouped(replace(item, article=replace(article, story_id=story)), repeats=repeats)
        if is_alone:
            own = replace(article, story_id=StoryId(str(article.id)))
            self._remember(own, item.document, item.vector)
            self._repeated[article.id] = None
            return Grouped(replace(item, article=own), None)
        placement = self._stream.place(article, item.document, item.vector)
        story = self._current(placement.story)
        self._know(article.id, story)
        self._repeated[article.id] = placement.duplicate_of
        for old in {self._current(one) for one in placement.merged} - {story}:
            self._merged[old] = story
            self._unkept.add(old)
        placed = replace(item, article=replace(article, story_id=story))
        return Grouped(placed, placement.duplicate_of)

    def _as_of_now(self, item: Grouped) -> Grouped:
        """A later article of the same document may have made its story a part of another."""
        article = item.article
        if article.story_id is None or self._current(article.story_id) == article.story_id:
            return item
        return replace(
            item, judged=replace(item.judged, article=replace(article, story_id=self._current(article.story_id)))
        )

    def _current(self, story: StoryId) -> StoryId:
        """The story that this one has been merged into, or the story itself."""
        while story in self._merged:
            story = self._merged[story]
        return story

    def _remember(self, article: Article, document: Document, vector: NDArray[np.float32] | None) -> None:
        if article.story_id is not None:
            self._know(article.id, article.story_id)
        self._stream.remember(article, document, vector)

    def _know(self, article_id: ArticleId, story: StoryId) -> None:
        self._stories[article_id] = story
        if len(self._stories) > REMEMBERED:
            self._stories.pop(next(iter(self._stories)))

    async def _load(self) -> None:
        """Load the stories at first; then take over what other processes have changed since."""
        async with self._loading:
            if self._revision is not None and await self._catch_up(self._revision):
                return
            began = self._clock.now()
            async with self._store.read() as unit:
                revision = await unit.articles.story_revision()
                articles = await unit.articles.in_stories(began - MEMORY, RELOADED)
                vectors = await self._vectors_of(unit, articles)
            await asyncio.to_thread(self._take, articles, vectors)
            self._revision = revision
            if self._clock.now() - began > SLOW:
                log.info("stories-remembered", articles=len(articles))

    async def _catch_up(self, revision: int) -> bool:
        """False where it was away for so long that all has to be loaded again."""
        async with self._store.read() as unit:
            changed = await unit.articles.stories_changed_since(revision)
            if changed is None:
                return False
            new = [one.article_id for one in changed.changes if one.article_id and self._is_news(one)]
            articles = {article.id: article for article in await unit.articles.get(dict.fromkeys(new))}
            vectors = await self._vectors_of(unit, tuple(articles.values()))
        if changed.changes:
            await asyncio.to_thread(self._take_changes, changed.changes, articles, vectors)
        self._revision = changed.revision
        return True

    async def _vectors_of(
        self, unit: UnitOfWork, articles: Sequence[Article]
    ) -> Mapping[ArticleId, NDArray[np.float32]]:
        digests = {article.id: vector_digest(article) for article in articles}
        vectors = await unit.vectors.get(self._embedder.name, set(digests.values()))
        return {article_id: vectors[digest] for article_id, digest in digests.items() if digest in vectors}

    def _is_news(self, change: StoryChange) -> bool:
        known = None if change.article_id is None else self._stories.get(change.article_id)
        return known is None or self._current(known) != self._current(change.story)

    def _take_changes(
        self,
        changes: Sequence[StoryChange],
        articles: Mapping[ArticleId, Article],
        vectors: Mapping[ArticleId, NDArray[np.float32]],
    ) -> None:
        """What others have done, in the order in which they have."""
        for change in changes:
            if change.was is not None and self._current(change.was) != self._current(change.story):
                self._merged[self._current(change.was)] = self._current(change.story)
            article = articles.get(change.article_id) if change.article_id is not None else None
            if article is not None and self._is_news(change):
                self._take([replace(article, story_id=self._current(change.story))], vectors)

    def _take(self, articles: Sequence[Article], vectors: Mapping[ArticleId, NDArray[np.float32]]) -> None:
        for article in articles:
            try:
                self._remember(article, document_of(article), vectors.get(article.id))
            except Exception:  # -- one that our own code fails on must not keep the others from being told
                log.exception("article-failed", article=article.id, title=article.title)
