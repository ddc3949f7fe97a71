"""In which order articles were put into stories and stories became one, by whichever process.

Each process keeps the stories of the last weeks in memory (`bot.usecases.ingest.grouping`). Before it puts an article
into one, it takes over what others have done since it last looked. Writers follow one another, so that changes become
visible in their order. Only the last ones are kept: who is farther behind loads all stories again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId
from bot.store.schema import story_changes

_KEPT: Final = 20_000
_COLUMNS = story_changes.c


@dataclass(frozen=True, slots=True)
class StoryChange:
    """An article was put into a story; or, without an article, a story has become a part of another one."""

    story: StoryId
    article_id: ArticleId | None = None
    was: StoryId | None = None
    """The story that is now a part of it."""


@dataclass(frozen=True, slots=True)
class StoryChanges:
    """What has changed up to a revision."""

    revision: int
    changes: tuple[StoryChange, ...] = ()


async def newest_story_revision(connection: AsyncConnection) -> int:
    """The revision of the last change; 0 before the first one."""
    return await connection.scalar(select(func.coalesce(func.max(_COLUMNS.revision), 0))) or 0


async def stories_changed_since(connection: AsyncConnection, revision: int) -> StoryChanges | None:
    """The changes after a revision, in their order; None where some of them are not kept any more."""
    later = select(story_changes).where(_COLUMNS.revision > revision).order_by(_COLUMNS.revision)
    rows = (await connection.execute(later)).all()
    if not rows:
        return StoryChanges(revision)
    first = await connection.scalar(select(func.min(_COLUMNS.revision)))
    if first is not None and first > revision + 1 and rows[0].revision == first:
        return None
    found = tuple(StoryChange(row.story_id, row.article_id, row.was) for row in rows)
    return StoryChanges(rows[-1].revision, found)


async def note_stories(connection: AsyncConnection, stories: Mapping[ArticleId, StoryId]) -> None:
    """Articles were put into these stories."""
    await _note(connection, [{"article_id": one, "story_id": story, "was": None} for one, story in stories.items()])


async def note_joined(connection: AsyncConnection, old: StoryId, new: StoryId) -> None:
    """A story has become a part of another one."""
    await _note(connection, [{"article_id": None, "story_id": new, "was": old}])


async def forget_story_changes(connection: AsyncConnection) -> None:
    """Delete all but the last ones."""
    newest = await newest_story_revision(connection)
    await connection.execute(delete(story_changes).where(_COLUMNS.revision <= newest - _KEPT))


async def _note(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        await connection.execute(story_changes.insert(), list(rows))
