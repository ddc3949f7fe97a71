"""The archive of articles, and the keys by which entries of feeds are recognised when they come again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArchiveNumber, Article, ArticleId, EntryKey, FeedId, Language, Scope, StoryId, Wanted
from bot.store.archive_index import forget_index, index_articles, keys_of, within
from bot.store.batches import batched
from bot.store.full_text import having_any
from bot.store.schema import article_index, entry_keys, indexed_words
from bot.store.schema import articles as article_table
from bot.store.statements import insert
from bot.store.story_changes import (
    StoryChanges,
    newest_story_revision,
    note_joined,
    note_stories,
    stories_changed_since,
)

_SEEN_AGAIN_AFTER: Final = timedelta(hours=1)
"""`last_seen_at` is for retention, which counts in days: updating it at each poll would cost more than all articles."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What the index knows of articles. The three tuples have one entry for each article, in the same order."""

    numbers: tuple[ArchiveNumber, ...]
    languages: tuple[Language, ...]
    digests: tuple[str, ...]
    """Digests of the texts that are embedded."""


@dataclass(frozen=True, slots=True)
class ArticleStore:
    """The archive of articles, and the keys by which entries of feeds are recognised when they come again."""

    connection: AsyncConnection

    async def known(self, feed_id: FeedId, keys: Collection[EntryKey]) -> Mapping[EntryKey, ArticleId]:
        """Those keys that are known, with their article ids. Keys are kept longer than articles, which may be gone."""
        found: dict[EntryKey, ArticleId] = {}
        for batch in batched(keys):
            rows = await self.connection.execute(
                select(entry_keys.c.key, entry_keys.c.article_id).where(
                    entry_keys.c.feed_id == feed_id, entry_keys.c.key.in_(batch)
                )
            )
            found.update({EntryKey(row.key): ArticleId(row.article_id) for row in rows})
        return found

    async def is_known_feed(self, feed_id: FeedId) -> bool:
        """Whether any entry of the feed is known."""
        return bool(await self.connection.scalar(select(exists().where(entry_keys.c.feed_id == feed_id))))

    async def remember(self, feed_id: FeedId, article_id: ArticleId, keys: Collection[EntryKey], now: datetime) -> None:
        """Record that these keys belong to this article, also those that belonged to another one."""
        await self.remember_all(feed_id, dict.fromkeys(keys, article_id), now)

    async def remember_all(self, feed_id: FeedId, known: Mapping[EntryKey, ArticleId], now: datetime) -> None:
        """Record the keys of all articles of a feed document at once."""
        if not known:
            return
        rows = [
            {"feed_id": feed_id, "key": key, "article_id": article_id, "last_seen_at": now}
            for key, article_id in known.items()
        ]
        statement = insert(entry_keys)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["feed_id", "key"],
            set_={"article_id": new.article_id, "last_seen_at": new.last_seen_at},
            where=or_(entry_keys.c.article_id != new.article_id, entry_keys.c.last_seen_at <= now - _SEEN_AGAIN_AFTER),
        )
        await self.connection.execute(statement, rows)

    async def by_links(self, links: Collection[str]) -> Mapping[str, ArticleId]:
        """The article ids by those canonical links that are in the archive, whatever the feed.

        Where several articles have the same link, this is the one that was seen first.
        """
        found: dict[str, ArticleId] = {}
        for batch in batched(links):
            rows = await self.connection.execute(
                select(article_table.c.link, article_table.c.id)
                .where(article_table.c.link.in_(batch))
                .order_by(article_table.c.first_seen_at.desc(), article_table.c.id.desc())
            )
            found.update({row.link: ArticleId(row.id) for row in rows})
        return found

    async def add(self, articles: Sequence[Article]) -> None:
        """Add articles; those that are there already are not changed. ValueError for one that no poll has seen."""
        if articles:
            there = {
                article_id
                for batch in batched(article.id for article in articles)
                for article_id in await self.connection.scalars(
                    select(article_table.c.id).where(article_table.c.id.in_(batch))
                )
            }
            new: dict[ArticleId, Article] = {}
            for article in articles:
                if article.id not in there:
                    new.setdefault(article.id, article)
            if new:
                await self.connection.execute(insert(article_table), [_values(article) for article in new.values()])
                await index_articles(self.connection, list(new.values()))

    async def update_text(self, article: Article) -> None:
        """The outlet has edited an article: update its title, text, language and image."""
        await self.connection.execute(
            update(article_table)
            .where(article_table.c.id == article.id)
            .values(title=article.title, text=article.text, language=article.language, image=article.image)
        )
        await forget_index(self.connection, [article.id])
        await self._index(article_table.c.id == article.id, 1)

    async def put_in_stories(self, stories: Mapping[ArticleId, StoryId]) -> None:
        """Assign articles to stories, whether they had one or not; articles that are not there are skipped."""
        for article_id, story in stories.items():
            await self.connection.execute(
                update(article_table).where(article_table.c.id == article_id).values(story_id=story)
            )
        await note_stories(self.connection, stories)

    async def join_stories(self, old: StoryId, new: StoryId) -> None:
        """Two stories have turned out to be one: move all articles of the old one to the new one."""
        await self.connection.execute(update(article_table).where(article_table.c.story_id == old).values(story_id=new))
        await note_joined(self.connection, old, new)

    async def story_revision(self) -> int:
        """The revision of the last change of stories; 0 before the first one."""
        return await newest_story_revision(self.connection)

    async def stories_changed_since(self, revision: int) -> StoryChanges | None:
        """What has changed in stories after a revision, in order; None where some of it is not kept any more."""
        return await stories_changed_since(self.connection, revision)

    async def those_there(self, ids: Collection[ArticleId]) -> frozenset[ArticleId]:
        """Those of these articles that are in the archive."""
        found: set[ArticleId] = set()
        for batch in batched(ids):
            rows = await self.connection.scalars(select(article_table.c.id).where(article_table.c.id.in_(batch)))
            found.update(map(ArticleId, rows))
        return frozenset(found)

    async def stories_of(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, StoryId]:
        """The stories of those of these articles that have one."""
        columns, found = article_table.c, dict[ArticleId, StoryId]()
        for batch in batched(ids):
            rows = await self.connection.execute(
                select(columns.id, columns.story_id).where(columns.id.in_(batch), columns.story_id.is_not(None))
            )
            found.update({ArticleId(row.id): StoryId(row.story_id) for row in rows})
        return found

    async def of_story(self, story: StoryId, limit: int) -> tuple[Article, ...]:
        """The latest articles of a story, in the order they were first seen."""
        return await self._latest(article_table.c.story_id == story, limit)

    async def in_stories(self, since: datetime, limit: int) -> tuple[Article, ...]:
        """The latest articles with a story that were first seen since then, in the order they were first seen."""
        has_story = article_table.c.story_id.is_not(None)
        return await self._latest(has_story & (article_table.c.first_seen_at >= since), limit)

    async def _latest(self, which: ColumnElement[bool], limit: int) -> tuple[Article, ...]:
        rows = await self.connection.execute(
            select(article_table)
            .where(which)
            .order_by(article_table.c.first_seen_at.desc(), article_table.c.id.desc())
            .limit(limit)
        )
        return tuple(_article(row) for row in rows)[::-1]

    async def unindexed(self, since: datetime | None = None) -> int:
        """How many articles (first seen since then) have no words in the index yet."""
        total = select(func.count()).select_from(article_table)
        done = select(func.count()).select_from(indexed_words)
        if since is not None:
            total = total.where(article_table.c.first_seen_at >= since)
            done = done.join(article_index, article_index.c.number == indexed_words.c.number)
            done = done.where(article_index.c.first_seen_at >= since)
        return (await self.connection.scalar(total) or 0) - (await self.connection.scalar(done) or 0)

    async def find(self, wanted: Sequence[Wanted], scope: Scope, limit: int | None = None) -> tuple[ArchiveNumber, ...]:
        """The articles of the scope that match all of these conditions, newest first; without any, all of the scope.

        Only articles in the index are found, and at most `limit`.
        """
        found = within(select(article_index.c.number), scope)
        for one in wanted:
            having = having_any(self.connection, keys_of(one.words) | one.tokens, one.beginnings)
            if having is None:
                return ()
            found = found.where(article_index.c.number.in_(having))
        return tuple(await self.connection.scalars(found.order_by(*_NEWEST_FIRST).limit(limit)))

    async def outline(self, scope: Scope) -> Outline:
        """The outline of all articles of the scope that are in the index, newest first."""
        columns = (article_index.c.number, article_index.c.language, article_index.c.digest)
        rows = (await self.connection.execute(within(select(*columns), scope).order_by(*_NEWEST_FIRST))).all()
        numbers, languages, digests = zip(*rows, strict=True) if rows else ((), (), ())
        return Outline(numbers, languages, digests)

    async def numbered(self, numbers: Collection[ArchiveNumber]) -> Mapping[ArchiveNumber, Article]:
        """The articles by their numbers in the index; those that are gone or were edited since are left out."""
        found: dict[ArchiveNumber, Article] = {}
        for batch in batched(numbers):
            rows = await self.connection.execute(
                select(article_index.c.number, article_table)
                .join(article_table, article_table.c.id == article_index.c.article_id)
                .where(article_index.c.number.in_(batch))
            )
            found.update({ArchiveNumber(row.number): _article(row) for row in rows})
        return found

    async def index_more(self, limit: int) -> int:
        """Index some more articles of the archive, newest first, and return how many.

        This is needed after a migration that creates or empties the index; from then on, `add` indexes new articles.
        """
        return await self._index(true(), limit)

    async def _index(self, which: ColumnElement[bool], limit: int) -> int:
        """Index the selected articles whose words are not indexed yet, newest first, and return how many."""
        rows = await self.connection.execute(
            select(article_table)
            .outerjoin(article_index, article_index.c.article_id == article_table.c.id)
            .outerjoin(indexed_words, indexed_words.c.number == article_index.c.number)
            .where(indexed_words.c.number.is_(None), which)
            .order_by(article_table.c.first_seen_at.desc(), article_table.c.id.desc())
            .limit(limit)
        )
        articles = [_article(row) for row in rows]
        await index_articles(self.connection, articles)
        return len(articles)

    async def get(self, ids: Collection[ArticleId]) -> tuple[Article, ...]:
        """The articles with these ids, in the order of the ids; those that are not there are left out."""
        found: dict[str, Article] = {}
        for batch in batched(ids):
            rows = await self.connection.execute(select(article_table).where(article_table.c.id.in_(batch)))
            found.update({row.id: _article(row) for row in rows})
        return tuple(found[id_] for id_ in ids if id_ in found)

    async def latest_of(self, feed_id: FeedId, limit: int) -> tuple[Article, ...]:
        """The latest articles of a feed, newest first.

        They are looked up in the index, whose rows are short.
        """
        ids = await self.connection.scalars(
            select(article_index.c.article_id)
            .where(article_index.c.feed_id == feed_id)
            .order_by(*_NEWEST_FIRST)
            .limit(limit)
        )
        return await self.get([ArticleId(id_) for id_ in ids])

    async def since(self, moment: datetime, limit: int) -> tuple[Article, ...]:
        """Articles first seen at or after the moment, newest first."""
        rows = await self.connection.execute(
            select(article_table)
            .where(article_table.c.first_seen_at >= moment)
            .order_by(article_table.c.first_seen_at.desc(), article_table.c.id.desc())
            .limit(limit)
        )
        return tuple(_article(row) for row in rows)

    async def count(self, since: datetime | None = None) -> int:
        """How many articles there are, or were first seen since then."""
        counted = select(func.count()).select_from(article_table)
        if since is not None:
            counted = counted.where(article_table.c.first_seen_at >= since)
        return await self.connection.scalar(counted) or 0

    async def earliest(self) -> datetime | None:
        """When the oldest article in the archive was first seen."""
        first: datetime | None = await self.connection.scalar(select(func.min(article_table.c.first_seen_at)))
        return first

    async def earliest_of_feeds(self) -> Mapping[FeedId, datetime]:
        """When the oldest article of each feed was first seen, for feeds that have any.

        They are looked up in the index, whose rows are short.
        """
        first = func.min(article_index.c.first_seen_at).label("first")
        rows = await self.connection.execute(
            select(article_index.c.feed_id, first)
            .where(article_index.c.feed_id.is_not(None))
            .group_by(article_index.c.feed_id)
        )
        return {FeedId(row.feed_id): row.first for row in rows}

    async def spans_with_any(self, now: datetime, span: timedelta, count: int) -> frozenset[int]:
        """In which of so many spans of time before `now` any article was first seen. Span 0 is the latest one."""
        seen_at = article_table.c.first_seen_at
        spans = [
            exists().where(seen_at > now - span * (back + 1), seen_at <= now - span * back) for back in range(count)
        ]
        row = (await self.connection.execute(select(*spans))).one()
        return frozenset(back for back, is_any in enumerate(row) if is_any)


_NEWEST_FIRST: Final = (article_index.c.first_seen_at.desc(), article_index.c.number.desc())


def _values(article: Article) -> dict[str, Any]:
    if article.first_seen_at is None:
        raise ValueError(f"article {article.id} has no first_seen_at: only what a poll has seen is archived")
    return {column.name: getattr(article, column.name) for column in article_table.columns}


def _article(row: Row[Any]) -> Article:
    return Article(
        id=ArticleId(row.id),
        title=row.title,
        text=row.text,
        language=Language(row.language),
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        feed_id=None if row.feed_id is None else FeedId(row.feed_id),
        link=row.link,
        source=row.source,
        author=row.author,
        image=row.image,
        story_id=None if row.story_id is None else StoryId(row.story_id),
    )
