"""The tables as they are now. The `migrations` lead to the same tables, which a test checks."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.column_types import Duration, ThreadColumn, UtcTime

REVISION: Final = "0010"
"""The head of the migrations. It is repeated here so that a start without a migration need not import Alembic."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

article_index = Table(
    "article_index",
    metadata,
    # Leads from words and vectors to articles. Rows of articles may be long; these are short.
    Column("number", Integer, primary_key=True),
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
    Column("number", Integer, ForeignKey("article_index.number"), primary_key=True),
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

deliveries = Table(
    "deliveries",
    metadata,
    # The order within a chat. AUTOINCREMENT: an id is never used again, also after deliveries were dropped.
    Column("id", Integer, primary_key=True),
    Column("chat", Text, nullable=False),
    Column("thread", ThreadColumn, nullable=False),
    Column("alert_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcTime),
    Column("lease_until", UtcTime),
    Column("message_id", BigInteger),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("error", Text),
    UniqueConstraint("chat", "thread", "alert_id", "kind", "revision"),
    Index("ix_deliveries_heads", "state", "chat", "kind", "id", "lease_until"),
    Index(None, "state", "sent_at", "chat"),
    Index(None, "chat", "created_at"),
    sqlite_autoincrement=True,
)

chats = Table(
    "chats",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("language", Text),
    Column("timezone", Text),
    Column("approved", Boolean, nullable=False),
    Column("paused_reason", Text),
    Column("retry_after", UtcTime),
    Column("paused_until", UtcTime),
    Column("preferences", Text),
)

editors = Table(
    "editors",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("name", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("granted", Boolean),
    Column("decided_at", UtcTime),
)

drafts = Table(
    "drafts",
    metadata,
    # AUTOINCREMENT: a button of a draft that is gone must not act on another draft.
    Column("id", Integer, primary_key=True),
    Column("chat", Text, nullable=False),
    Column("thread", ThreadColumn, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("topic", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

expectations = Table(
    "expectations",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("chat", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("values", Text, nullable=False),
    Index(None, "chat", "id"),
    Index(None, "at"),
)

chat_aliases = Table(
    "chat_aliases",
    metadata,
    Column("old", Text, primary_key=True),
    # Always the current id: when an alias is added, those that led to its old id are updated.
    Column("new", Text, nullable=False, index=True),
)

admins = Table(
    "admins",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("added_at", UtcTime, nullable=False),
)

updates = Table(
    "updates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("handled_at", UtcTime),
    Index(None, "received_at", "id"),
    Index(None, "handled_at", "received_at", "id"),
)

introductions = Table(
    "introductions",
    metadata,
    Column("topic_id", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("thread", ThreadColumn, primary_key=True),
    Column("introduced_at", UtcTime, nullable=False),
    Index(None, "chat"),
)

added_topics = Table(
    "added_topics",
    metadata,
    Column("topic_id", Text, primary_key=True),
    # The current id of the chat that made the topic.
    Column("chat", Text, nullable=False, index=True),
    Column("topic", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

mutes = Table(
    "mutes",
    metadata,
    Column("chat", Text, primary_key=True),
    Column("thread", ThreadColumn, primary_key=True),
    Column("article_id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("muted_at", UtcTime, nullable=False),
    Index(None, "muted_at"),
)

votes = Table(
    "votes",
    metadata,
    # The order in which votes were cast. AUTOINCREMENT: the highest id changes with every new vote.
    Column("id", Integer, primary_key=True),
    Column("topic_id", Text, nullable=False),
    # No foreign key, and the text of the article is copied: votes are kept longer than articles.
    Column("article_id", Text, nullable=False),
    Column("voter", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("cast_at", UtcTime, nullable=False),
    Column("origin", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("published_at", UtcTime),
    UniqueConstraint("topic_id", "article_id", "voter"),
    sqlite_autoincrement=True,
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
