"""Which message says "Reading…" to an update: after a kill it is used again instead of a second one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("updates", sa.Column("provisional_id", sa.BigInteger()))
