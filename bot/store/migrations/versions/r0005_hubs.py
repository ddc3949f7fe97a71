"""Subscriptions with hubs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Times are microseconds."""
    op.create_table(
        "subscriptions",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_feed_id", "subscriptions", ["feed_id"])
