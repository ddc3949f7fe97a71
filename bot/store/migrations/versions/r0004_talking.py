"""What is said in chats: topics made there, drafts, preferences, rights, muted stories, and who changed what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Times are microseconds."""
    op.add_column("chats", sa.Column("paused_until", sa.BigInteger()))
    op.add_column("chats", sa.Column("preferences", sa.Text()))
    _rights()
    _conversations()
    _topics()


def _rights() -> None:
    op.create_table(
        "editors",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "user_id", name="pk_editors"),
    )
    op.create_table(
        "access_requests",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("granted", sa.Boolean()),
        sa.Column("decided_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("chat", name="pk_access_requests"),
    )


def _conversations() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_created_at", "drafts", ["created_at"])
    op.create_table(
        "expectations",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "user_id", name="pk_expectations"),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_chat_id", "changes", ["chat", "id"])
    op.create_index("ix_changes_at", "changes", ["at"])


def _topics() -> None:
    op.create_table(
        "added_topics",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", name="pk_added_topics"),
    )
    op.create_index("ix_added_topics_chat", "added_topics", ["chat"])
    op.create_table(
        "mutes",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("thread", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("muted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "thread", "article_id", name="pk_mutes"),
    )
    op.create_index("ix_mutes_muted_at", "mutes", ["muted_at"])
