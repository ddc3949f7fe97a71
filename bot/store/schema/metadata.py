"""The revision of the tables, and how their indexes and constraints are named."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

REVISION: Final = "0016"
"""The head of the migrations. It is repeated here so that a start without a migration need not import Alembic."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
