"""The tables of what is read: feeds, articles and their index, matches, vectors."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, text, true

from bot.store.column_types import Duration, Number, Text, UtcTime
from bot.store.schema.metadata import metadata

# As SQLAlchemy writes the conditions of `FeedStore.due` for each: an index is used only where they are the same.
_WELL = text("watched = 1 AND gone = 0 AND failures = 0")
_WELL_ON_SERVER = text("watched AND NOT gone AND failures = 0")
_FAILING = text("watched = 1 AND gone = 0 AND failures > 0")
_FAILING_ON_SERVER = text("watched AND NOT gone AND failures > 0")
_MOVED = text("moved_to IS NOT NULL")

feed_states = Table(
    "feed_states",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("next_poll_at", UtcTime, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("polled_at", UtcTime),
    Column("succeeded_at", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("interval", Duration),
    Column("moved_to", Text),
    Column("gone", Boolean, nullable=False),
    Column("failing_since", UtcTime),
    Column("overrun_at", UtcTime),
    Column("entries", Integer),
    Column("empty_since", UtcTime),
    Column("newest_at", UtcTime),
    Column("lull", Duration),
    Column("lulls", Integer, nullable=False),
    Column("document_at", UtcTime),
    Column("date_zone", Duration),
    Column("day_first", Boolean),
    # Whether the feed is on the list: the states of others are kept, and never due.
    Column("watched", Boolean, nullable=False, server_default=true()),
    Index("ix_feed_states_well", "next_poll_at", sqlite_where=_WELL, postgresql_where=_WELL_ON_SERVER),
    Index("ix_feed_states_failing", "next_poll_at", sqlite_where=_FAILING, postgresql_where=_FAILING_ON_SERVER),
    Index("ix_feed_states_moved", "moved_to", sqlite_where=_MOVED, postgresql_where=_MOVED),
)

added_feeds = Table(
    "added_feeds",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("first_poll", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("every", Duration),
    Column("added_at", UtcTime, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("token", Text, primary_key=True),
    Column("feed_id", Text, nullable=False, index=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("asked_at", UtcTime),
    Column("lease_until", UtcTime),
    Column("failures", Integer, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("published_at", UtcTime),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("feed_id", Text),
    Column("link", Text),
    Column("source", Text, nullable=False),
    Column("author", Text),
    Column("image", Text),
    Column("story_id", Text),
    Index(None, "first_seen_at", "id"),
    Index(None, "link"),
)
_has_story = articles.c.story_id.is_not(None)
Index(None, articles.c.story_id, articles.c.first_seen_at, sqlite_where=_has_story, postgresql_where=_has_story)

story_changes = Table(
    "story_changes",
    metadata,
    # The order in which articles came into stories. AUTOINCREMENT: no revision is used again.
    Column("revision", Number, primary_key=True),
    # NULL: the story `was` has become a part of `story_id`.
    Column("article_id", Text),
    Column("story_id", Text, nullable=False),
    Column("was", Text),
    sqlite_autoincrement=True,
)

article_index = Table(
    "article_index",
    metadata,
    # Leads from words and vectors to articles. Rows of articles may be long; these are short.
    Column("number", Number, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False, unique=True),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("feed_id", Text),
    Column("language", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index(None, "first_seen_at"),
    Index(None, "feed_id", "first_seen_at"),
)

indexed_words = Table(
    "indexed_words",
    metadata,
    # The full-text index stores no texts: to delete an article from it, exactly these words must be given.
    Column("number", Number, ForeignKey("article_index.number"), primary_key=True),
    Column("words", LargeBinary, nullable=False),
)

entry_keys = Table(
    "entry_keys",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    # No foreign key: keys are kept longer than articles, so that an old entry is not taken for a new one.
    Column("article_id", Text, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)

matches = Table(
    "matches",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("topic_id", Text, primary_key=True),
    Column("matched", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    Column("threshold", Float, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("judged_at", UtcTime, nullable=False),
    Index(None, "topic_id", "matched", "score"),
    Index(None, "topic_id", "judged_at", "article_id"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("model", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("scale", Float, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("used_at", UtcTime, nullable=False),
    Index(None, "used_at"),
)
