"""A copy every day, as many as are wanted; and a word to the admins, once a day, when none can be made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import Store, open_store
from bot.store.backups import copies_in
from bot.usecases.backups import back_up_daily
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path / 'data' / 'kabar.db'}", now=clock.now())
    yield store
    await store.close()


async def test_one_copy_a_day_is_made_and_two_are_kept(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    made = set()
    for _ in range(80):
        assert await back_up_daily(store, clock, tmp_path / "copies", 2) is None
        made |= {copy.path for copy in copies_in(tmp_path / "copies")}
        assert len(copies_in(tmp_path / "copies")) <= 2
        clock.set(clock.now() + timedelta(hours=1))
    assert len(made) == 4


async def test_no_copy_is_made_where_none_is_wanted(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    await back_up_daily(store, clock, tmp_path / "copies", 0)
    assert not (tmp_path / "copies").exists()


async def test_a_copy_of_tomorrow_by_a_wrong_clock_does_not_hold_up_those_of_today(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    today = clock.now()
    clock.set(today + timedelta(days=400))
    await back_up_daily(store, clock, tmp_path / "copies", 3)
    made = set()
    for hour in range(50):
        clock.set(today + timedelta(hours=hour))
        await back_up_daily(store, clock, tmp_path / "copies", 2)
        made |= {copy.path for copy in copies_in(tmp_path / "copies")}
    assert len(made) == 4
    assert all(copy.made_at <= clock.now() for copy in copies_in(tmp_path / "copies"))


async def test_the_admins_hear_once_a_day_that_there_is_no_copy(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    (tmp_path / "copies").write_bytes(b"a file where the folder should be")
    told = []
    for _ in range(30):
        told.append(await back_up_daily(store, clock, tmp_path / "copies", 2))
        clock.set(clock.now() + timedelta(hours=1))
    notices = [notice for notice in told if notice is not None]
    assert [notice.code for notice in notices] == ["backup-failed"] * len(notices)
    assert 2 <= len(notices) <= 3
