"""The articles that a topic has judged last are found without reading all."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_matches_topic_id_judged_at_article_id", "matches", ["topic_id", "judged_at", "article_id"])
