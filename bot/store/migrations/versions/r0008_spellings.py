"""Words are found in all their spellings (`anti-korupsi`, `F16`, `U.S.`), so the archive is indexed again."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The words are emptied; articles are indexed later, step by step. What else is known of them stays."""
    op.execute("DELETE FROM indexed_words")
    op.execute("INSERT INTO article_words(article_words) VALUES('delete-all')")
