"""What changed of topics is found without reading them all; what is known of their examples is kept over a start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_revisions",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_topic_revisions"),
        sa.UniqueConstraint("topic_id", name="uq_topic_revisions_topic_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "example_features",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_example_features"),
    )
    op.create_index("ix_example_features_passage", "example_features", ["passage"])
