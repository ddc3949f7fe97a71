"""The latest articles of a feed are found by an index: each document with news asks for them."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_article_index_feed_id_first_seen_at", "article_index", ["feed_id", "first_seen_at"])
