"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Times and durations are microseconds; a thread of -1 is none."""
    _feeds()
    _articles()
    _deliveries()
    _chats()
    _rest()


def _feeds() -> None:
    op.create_table(
        "feed_states",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("next_poll_at", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("polled_at", sa.BigInteger()),
        sa.Column("succeeded_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("interval", sa.BigInteger()),
        sa.Column("moved_to", sa.Text()),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_feed_states"),
    )
    op.create_table(
        "added_feeds",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("first_poll", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("every", sa.BigInteger()),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name="pk_added_feeds"),
        sa.UniqueConstraint("url", name="uq_added_feeds_url"),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published_at", sa.BigInteger()),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.Text()),
        sa.Column("link", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("image", sa.Text()),
        sa.Column("story_id", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    op.create_index("ix_articles_first_seen_at_id", "articles", ["first_seen_at", "id"])
    op.create_index("ix_articles_link", "articles", ["link"])
    op.create_table(
        "entry_keys",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "key", name="pk_entry_keys"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "matches",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "topic_id", name="pk_matches"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_matches_article_id_articles"),
    )
    op.create_index("ix_matches_topic_id_matched_score", "matches", ["topic_id", "matched", "score"])
    op.create_table(
        "vectors",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scale", sa.Float(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("model", "digest", name="pk_vectors"),
    )
    op.create_index("ix_vectors_used_at", "vectors", ["used_at"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(
            "chat", "thread", "alert_id", "kind", "revision", name="uq_deliveries_chat_thread_alert_id_kind_revision"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_heads", "deliveries", ["state", "chat", "kind", "id", "lease_until"])
    op.create_index("ix_deliveries_state_sent_at_chat", "deliveries", ["state", "sent_at", "chat"])
    op.create_index("ix_deliveries_chat_created_at", "deliveries", ["chat", "created_at"])


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("timezone", sa.Text()),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("paused_reason", sa.Text()),
        sa.Column("retry_after", sa.BigInteger()),
        sa.PrimaryKeyConstraint("chat", name="pk_chats"),
    )
    op.create_table(
        "chat_aliases",
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("old", name="pk_chat_aliases"),
    )
    op.create_index("ix_chat_aliases_new", "chat_aliases", ["new"])
    op.create_table(
        "admins",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_admins"),
    )


def _rest() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_updates"),
    )
    op.create_index("ix_updates_received_at_id", "updates", ["received_at", "id"])
    op.create_index("ix_updates_handled_at_received_at_id", "updates", ["handled_at", "received_at", "id"])
    op.create_table(
        "introductions",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("introduced_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "chat", "thread", name="pk_introductions"),
    )
    op.create_index("ix_introductions_chat", "introductions", ["chat"])
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
