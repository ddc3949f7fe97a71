"""What is still to be told to many chats is a job in parts, and whom a story was told is found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fanouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fanouts"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "fanout_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fanout_id", sa.Integer(), nullable=False),
        sa.Column("destinations", sa.LargeBinary(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fanout_id"], ["fanouts.id"], name="fk_fanout_parts_fanout_id_fanouts"),
        sa.PrimaryKeyConstraint("id", name="pk_fanout_parts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fanout_parts_fanout_id", "fanout_parts", ["fanout_id"])
    op.create_index("ix_deliveries_alert_id_chat_thread", "deliveries", ["alert_id", "chat", "thread"])
