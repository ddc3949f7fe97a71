"""Finding archived articles by their words: a full-text index, and what is known of an article without reading it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Made empty: articles that are there already are indexed later, step by step."""
    op.create_table(
        "article_index",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_index_article_id_articles"),
        sa.PrimaryKeyConstraint("number", name="pk_article_index"),
        sa.UniqueConstraint("article_id", name="uq_article_index_article_id"),
    )
    op.create_index("ix_article_index_first_seen_at", "article_index", ["first_seen_at"])
    op.create_table(
        "indexed_words",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["article_index.number"], name="fk_indexed_words_number_article_index"),
        sa.PrimaryKeyConstraint("number", name="pk_indexed_words"),
    )
    # The words are cut and folded before they come here; of ASCII, only numbers such as 10.000 and 3,5 have signs.
    op.execute(
        "CREATE VIRTUAL TABLE article_words USING fts5("
        "words, content='', columnsize=0, detail=none, tokenize=\"ascii tokenchars '.,'\")"
    )
