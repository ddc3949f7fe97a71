from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.usecases.newsroom import Newsroom


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """One chat, one topic (articles that say Korea), one feed."""
    room = await Newsroom.open(tmp_path)
    yield room
    await room.aclose()
