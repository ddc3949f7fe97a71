"""In which order articles were put into stories: several processes keep them in memory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Made empty: whoever starts loads the stories from the archive."""
    op.create_table(
        "story_changes",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Text()),
        sa.Column("story_id", sa.Text(), nullable=False),
        sa.Column("was", sa.Text()),
        sa.PrimaryKeyConstraint("revision", name="pk_story_changes"),
        sqlite_autoincrement=True,
    )
