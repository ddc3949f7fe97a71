"""Of feeds: when a whole document last came, and how their dates are written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Times and offsets are microseconds. A feed that was read before gets its eight days from the next poll on."""
    op.add_column("feed_states", sa.Column("document_at", sa.BigInteger()))
    op.add_column("feed_states", sa.Column("date_zone", sa.BigInteger()))
    op.add_column("feed_states", sa.Column("day_first", sa.Boolean()))
