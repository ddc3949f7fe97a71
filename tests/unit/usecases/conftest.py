from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from bot.model import Feed, Topic
from tests.fakes.near_sqlite import NearDatabases
from tests.unit.usecases.newsroom import KOREA, Newsroom

OpenRoom = Callable[..., Awaitable[Newsroom]]


@pytest.fixture(scope="session")
def databases() -> NearDatabases:
    """The engines of one newsroom after another."""
    return NearDatabases()


@pytest.fixture
async def open_room(new_database: Path, databases: NearDatabases) -> AsyncIterator[OpenRoom]:
    """Opens newsrooms that are closed at the end of the test. The first waits for neither threads nor the disk."""
    rooms: list[Newsroom] = []

    async def open_one(topics: Sequence[Topic] = (KOREA,), feeds: Sequence[Feed] = ()) -> Newsroom:
        near = None if rooms else await databases.new(new_database)
        rooms.append(await Newsroom.open(new_database.parent, topics, feeds, near))
        return rooms[-1]

    yield open_one
    for room in rooms:
        await room.aclose()


@pytest.fixture
async def room(open_room: OpenRoom) -> Newsroom:
    """One chat, one topic (articles that say Korea), one feed."""
    return await open_room()
