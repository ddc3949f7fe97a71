"""The tables of whom it is told: deliveries, chats and what people do in them, topics, votes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)

from bot.store.column_types import Number, Text, ThreadColumn, UtcTime
from bot.store.schema.metadata import metadata

_PENDING = text("state = 'pending'")
_NEXT = text("state = 'pending' AND kind != 'edit'")
_NEXT_EDIT = text("state = 'pending' AND kind = 'edit'")
_SENT = text("sent_at IS NOT NULL")
_CLAIMED = text("claimed IS NOT NULL")

deliveries = Table(
    "deliveries",
    metadata,
    # The order within a chat. AUTOINCREMENT: an id is never used again, also after deliveries were dropped.
    Column("id", Number, primary_key=True),
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
    # What waits is a small part of all: these stay small, whatever the archive holds.
    Index("ix_deliveries_next", "chat", "id", sqlite_where=_NEXT, postgresql_where=_NEXT),
    Index("ix_deliveries_next_edit", "chat", "id", sqlite_where=_NEXT_EDIT, postgresql_where=_NEXT_EDIT),
    Index("ix_deliveries_waiting", "state", "created_at", "chat", sqlite_where=_PENDING, postgresql_where=_PENDING),
    Index("ix_deliveries_pace", "chat", "sent_at", sqlite_where=_SENT, postgresql_where=_SENT),
    Index(None, "state", "sent_at", "chat"),
    Index(None, "chat", "created_at"),
    # Whom a story was told: the index holds all the columns.
    Index(None, "alert_id", "chat", "thread"),
    sqlite_autoincrement=True,
)

fanouts = Table(
    "fanouts",
    metadata,
    # The order in which they are worked. AUTOINCREMENT: an id is never used again.
    Column("id", Number, primary_key=True),
    Column("what", LargeBinary, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

fanout_parts = Table(
    "fanout_parts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("fanout_id", Number, ForeignKey("fanouts.id"), nullable=False, index=True),
    # Apart from what they are told: who is owed something is asked more often.
    Column("destinations", LargeBinary, nullable=False),
    Column("what", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

chat_queues = Table(
    "chat_queues",
    metadata,
    Column("chat", Text, primary_key=True),
    # The delivery that is next; NULL where nothing is pending.
    Column("head", Number),
    # When the chat is to be looked at next: its head may be sent then, or a claim on it runs out. NULL: not before
    # something changes.
    Column("due_at", UtcTime),
    # Telegram's pace within the chat.
    Column("not_before", UtcTime),
    # The delivery that is being sent, by whom, and until when nobody else may take the chat.
    Column("claimed", Number),
    Column("claimed_by", Text),
    Column("claimed_until", UtcTime),
    # Counts the claims: only the last one may say what became of it.
    Column("fence", Integer, nullable=False),
    Index(None, "due_at", "head"),
    Index("ix_chat_queues_claimed", "claimed", sqlite_where=_CLAIMED, postgresql_where=_CLAIMED),
)

paces = Table(
    "paces",
    metadata,
    Column("name", Text, primary_key=True),
    # The time until which what was sent has used up the allowed rate (`bot.alerts.pacing.take_tokens`).
    Column("used_until", UtcTime, nullable=False),
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
    Column("id", Number, primary_key=True),
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
    Column("id", Number, primary_key=True),
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
    Column("provisional_id", BigInteger),
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

topic_revisions = Table(
    "topic_revisions",
    metadata,
    # Each change of a topic or of its votes gives the topic a new revision. AUTOINCREMENT: none is used again.
    Column("revision", Number, primary_key=True),
    Column("topic_id", Text, nullable=False),
    UniqueConstraint("topic_id"),
    sqlite_autoincrement=True,
)

example_features = Table(
    "example_features",
    metadata,
    # Of what the example says, and of the program's part that computed the features.
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # The digest under which its embedding is stored.
    Column("passage", Text, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
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
    Column("id", Number, primary_key=True),
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
