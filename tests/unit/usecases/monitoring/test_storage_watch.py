"""Trouble with the database is told to the admins without using it, once, and again only after it was over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import AlreadyRunningError, StorageTrouble, StoreError
from bot.model import Language, Notice, RetryLater
from bot.store import Store, open_store
from bot.usecases.monitoring.admin_line import AdminLine
from bot.usecases.monitoring.storage_watch import OVER_AFTER, StorageWatch
from bot.usecases.topics.watchlist import Audiences
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.fakes.clock import FakeClock
from tests.fakes.messenger import FakeMessenger
from tests.fakes.notes import TextNote

ADMIN, LINKED = 77, 88
EN = Wording(Language("en"))


class Room:
    """A watch over a database in a folder, which can be watched anew as after a restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = FakeClock()
        self.messenger = FakeMessenger()
        self.note = TextNote()
        self.lock_is_taken = False

    async def open(self) -> None:
        self.store: Store = await open_store(f"sqlite:///{self.path}", now=self.clock.now())
        self.line = AdminLine(self.messenger, self.clock, self.note, lambda: [ADMIN])
        audiences = Audiences([ADMIN], messenger=True)
        self.watch = StorageWatch(self.store, self.clock, audiences, self.line, self._renew)

    async def restart(self) -> None:
        await self.store.close()
        await self.open()

    def told(self, user: int = ADMIN) -> list[str]:
        """First lines of what an admin has got."""
        return [
            notice_text(delivery.content, EN).partition("\n")[0]
            for delivery, chat in self.messenger.sent
            if chat.chat == str(user) and isinstance(delivery.content, Notice)
        ]

    def _renew(self) -> None:
        if self.lock_is_taken:
            raise AlreadyRunningError("Kabar is already running here.")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    room = Room(tmp_path / "data" / "kabar.db")
    await room.open()
    yield room
    await room.store.close()


def fail_with(room: Room, trouble: StorageTrouble | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next examinations find."""

    async def examine() -> StoreError | None:
        return None if trouble is None else StoreError("as it is", trouble)

    monkeypatch.setattr(room.store, "examine", examine)


async def test_nobody_is_told_anything_while_all_is_well(room: Room) -> None:
    for _ in range(3):
        await room.watch.look()
    assert room.told() == []
    assert room.watch.trouble is None


async def test_an_admin_of_the_database_is_told_in_their_language_though_it_cannot_be_read(room: Room) -> None:
    async with room.store.write() as unit:
        await unit.chats.add_admin(LINKED, room.clock.now())
    await room.watch.look()
    room.store.halt(StoreError("broken", StorageTrouble.DAMAGED))
    await room.watch.look()
    assert (
        room.told(LINKED)
        == room.told(ADMIN)
        == ["My database is damaged. I have stopped: nothing is read or sent until it is mended."]
    )


async def test_what_does_not_arrive_is_sent_again_until_it_does(room: Room) -> None:
    room.messenger.script(RetryLater("no network"), RetryLater("no network"))
    room.store.halt(StoreError("broken", StorageTrouble.DAMAGED))
    for _ in range(2):
        await room.watch.look()
    assert room.told() == []
    for _ in range(2):
        await room.watch.look()
    assert len(room.told()) == 1


async def test_damage_ends_all_work_and_is_told_once_over_restarts_and_again_after_a_day(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(room, StorageTrouble.DAMAGED, monkeypatch)
    await room.watch.look()
    with pytest.raises(StoreError):
        async with room.store.read():
            pass
    assert room.watch.trouble is StorageTrouble.DAMAGED
    for hours, times in ((1, 1), (22, 1), (2, 2)):
        await room.restart()
        room.clock.set(room.clock.now() + timedelta(hours=hours))
        fail_with(room, StorageTrouble.DAMAGED, monkeypatch)
        await room.watch.look()
        assert len(room.told()) == times


async def test_a_full_disk_is_borne_and_its_end_is_told_when_it_has_lasted(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(room, StorageTrouble.FULL, monkeypatch)
    await room.watch.look()
    async with room.store.read() as unit:  # work goes on
        await unit.articles.count()
    trouble: StorageTrouble | None = room.watch.trouble
    assert trouble is StorageTrouble.FULL
    fail_with(room, None, monkeypatch)
    await room.watch.look()
    fail_with(room, StorageTrouble.FULL, monkeypatch)
    await room.watch.look()
    assert len(room.told()) == 1
    fail_with(room, None, monkeypatch)
    for _ in range(OVER_AFTER):
        await room.watch.look()
    assert room.told()[1:] == ["My database works again. I go on where I was."]
    fail_with(room, StorageTrouble.FULL, monkeypatch)
    await room.watch.look()
    assert len(room.told()) == 3


async def test_a_lock_of_another_program_is_told_only_if_it_lasts(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(room, StorageTrouble.LOCKED, monkeypatch)
    await room.watch.look()
    assert room.told() == []
    await room.watch.look()
    assert room.told() == ["Another program keeps my database locked."]


async def test_another_kabar_on_the_folder_ends_the_work_of_this_one(room: Room) -> None:
    room.lock_is_taken = True
    await room.watch.look()
    assert room.watch.trouble is StorageTrouble.REPLACED
    with pytest.raises(StoreError):
        async with room.store.write():
            pass


async def test_a_removed_database_is_written_back_and_told(room: Room) -> None:
    room.path.unlink()
    await room.watch.look()
    assert room.told() == [
        f"My database was removed while I was running. I have written it back, with all that was in it: {room.path}"
    ]
    assert room.watch.trouble is None
    assert room.path.exists()


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"admins": 3}', '{"admins": [[1]], "told": []}', "[" * 5000])
def test_a_note_that_somebody_has_changed_is_no_reason_to_fail(text: str) -> None:
    line = AdminLine(FakeMessenger(), FakeClock(), TextNote(text), lambda: [ADMIN])
    assert not line.was_told(StorageTrouble.DAMAGED)
