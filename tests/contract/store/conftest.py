"""The adapters that the store's contract is run on."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.contract.store.samples import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kabar.db"


@pytest.fixture
async def store(path: Path, empty_database: Path) -> AsyncIterator[Store]:
    path.parent.mkdir()
    shutil.copyfile(empty_database, path)
    opened = await open_store(f"sqlite:///{path}", now=NOW)
    yield opened
    await opened.close()
