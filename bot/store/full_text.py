"""The full-text index of the archive, as each kind of database has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import postgres, sqlite


async def add_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Index articles by number; each brings its words, separated by blanks."""
    await _room_of(connection).add_words(connection, words)


async def remove_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Remove articles from the index. The words must be the same that were added, or some stay in the index."""
    await _room_of(connection).remove_words(connection, words)


def having_any(connection: AsyncConnection, words: Collection[str], beginnings: Collection[str]) -> Select[Any] | None:
    """The numbers of the articles with one of the words, or a word with one of the beginnings; None: there are none."""
    room = _room_of(connection)
    condition = room.any_of(words, beginnings)
    return None if condition is None else room.with_words(condition)


def _room_of(connection: AsyncConnection) -> Any:
    return postgres if connection.dialect.name == "postgresql" else sqlite
