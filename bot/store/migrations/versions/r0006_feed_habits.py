"""What feeds usually do: how long they fail, fall silent or are empty, and when entries may have been missed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Times are microseconds. A feed that fails now has done so since it was last read, as far as is known."""
    for name in ("failing_since", "overrun_at", "entries", "empty_since", "newest_at", "lull"):
        op.add_column("feed_states", sa.Column(name, sa.Integer() if name == "entries" else sa.BigInteger()))
    op.add_column("feed_states", sa.Column("lulls", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE feed_states SET failing_since = coalesce(succeeded_at, polled_at) WHERE failures > 0")
