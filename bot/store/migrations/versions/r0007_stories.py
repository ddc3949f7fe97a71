"""Articles are found by their story: to go on with it after a restart, to sum it up, to join two that are one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only the few articles that are on a topic have a story."""
    has_story = sa.text("story_id IS NOT NULL")
    op.create_index("ix_articles_story_id_first_seen_at", "articles", ["story_id", "first_seen_at"],
                    sqlite_where=has_story, postgresql_where=has_story)  # fmt: skip
