"""What is next is found by an index, however much waits: the message of each chat, and the feeds that are due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every chat that is owed something is due at once: who claims it finds out what holds it back."""
    op.create_table(
        "chat_queues",
        sa.Column("chat", sa.Text, primary_key=True),
        sa.Column("head", sa.Integer),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("claimed", sa.Integer),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until", sa.BigInteger),
        sa.Column("fence", sa.Integer, nullable=False),
    )
    claimed = sa.text("claimed IS NOT NULL")
    op.create_index("ix_chat_queues_due_at_head", "chat_queues", ["due_at", "head"])
    op.create_index(
        "ix_chat_queues_claimed", "chat_queues", ["claimed"], sqlite_where=claimed, postgresql_where=claimed
    )
    op.create_table(
        "paces",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("used_until", sa.BigInteger, nullable=False),
    )
    _replace_indexes()
    op.add_column("feed_states", sa.Column("watched", sa.Boolean, nullable=False, server_default=sa.true()))
    for name, condition in (("well", "failures = 0"), ("failing", "failures > 0")):
        op.create_index(
            f"ix_feed_states_{name}",
            "feed_states",
            ["next_poll_at"],
            sqlite_where=sa.text(f"watched = 1 AND gone = 0 AND {condition}"),
            postgresql_where=sa.text(f"watched AND NOT gone AND {condition}"),
        )
    moved = sa.text("moved_to IS NOT NULL")
    op.create_index("ix_feed_states_moved", "feed_states", ["moved_to"], sqlite_where=moved, postgresql_where=moved)
    deliveries = sa.table("deliveries", *map(sa.column, ("id", "chat", "state", "created_at", "lease_until")))
    queues = sa.table("chat_queues", *map(sa.column, ("chat", "head", "due_at", "fence")))
    row, is_pending = deliveries.c, deliveries.c.state == "pending"
    op.execute(deliveries.update().where(row.lease_until.is_not(None)).values(lease_until=None))
    waiting = sa.select(row.chat, sa.func.min(row.id), sa.func.min(row.created_at), sa.literal(0)).where(is_pending)
    op.execute(queues.insert().from_select(["chat", "head", "due_at", "fence"], waiting.group_by(row.chat)))


def _replace_indexes() -> None:
    op.drop_index("ix_deliveries_heads", "deliveries")
    for name, columns, condition in (
        ("ix_deliveries_next", ["chat", "id"], "state = 'pending' AND kind != 'edit'"),
        ("ix_deliveries_next_edit", ["chat", "id"], "state = 'pending' AND kind = 'edit'"),
        ("ix_deliveries_waiting", ["state", "created_at", "chat"], "state = 'pending'"),
        ("ix_deliveries_pace", ["chat", "sent_at"], "sent_at IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "deliveries", columns, sqlite_where=where, postgresql_where=where)
