"""The full-text index of the archive, by SQLite's FTS5 (https://www.sqlite.org/fts5.html)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Select, column, insert, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

WORD_INDEX: Final = "article_words"
"""The index knows which article has which word, and stores neither texts nor positions nor lengths."""

_WHOLE: Final = re.compile("[0-9A-Za-z.,\u0080-\ud7ff\ue000-\U0010ffff]+")
"""The words that the tokenizer of the index does not split."""

_words = table(WORD_INDEX, column(WORD_INDEX), column("rowid"), column("words"))
"""The hidden column with the name of the table takes commands, and is the left side of MATCH."""


async def add_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Index articles by number; each brings its words, separated by blanks."""
    rows = [{"rowid": number, "words": line} for number, line in words]
    if rows:
        await connection.execute(insert(_words), rows)


async def remove_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Remove articles from the index. The words must be the same that were added, or some stay in the index."""
    rows = [{WORD_INDEX: "delete", "rowid": number, "words": line} for number, line in words]
    if rows:
        await connection.execute(insert(_words), rows)


def with_words(condition: str) -> Select[Any]:
    """The numbers (`rowid`) of the articles that meet a condition made by `any_of`."""
    return select(_words.c.rowid).where(_words.c[WORD_INDEX].match(condition))


def any_of(words: Collection[str], beginnings: Collection[str]) -> str | None:
    """A condition for `with_words`: one of the words, or a word with one of the beginnings. None: nothing can match.

    Words that FTS5 would split are left out, as no indexed word looks like them.
    """
    terms = [_quoted(word) for word in sorted(words) if _WHOLE.fullmatch(word)]
    terms += [f"{_quoted(beginning)} *" for beginning in sorted(beginnings) if _WHOLE.fullmatch(beginning)]
    return " OR ".join(terms) or None


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
