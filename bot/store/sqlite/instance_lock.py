"""Only one instance may run on a data folder."""

from __future__ import annotations

import errno
import fcntl
import os
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.config.data_folder import make_data_folder
from bot.errors import AlreadyRunningError, StoreError
from bot.store.sqlite.examination import FileIdentity

_NAME: Final = "kabar.lock"


class InstanceLock:
    """Held inside `with`, or between `acquire` and `release`; the kernel releases it when the process dies.

    The file `kabar.lock` is never removed: two instances could then lock two files of the same name.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME
        """The file. It may not be there yet."""
        self._handle: int | None = None
        self._database = ""
        self.last_database = ""
        """The identity of the database that the instance before had open; empty if there was none."""

    def acquire(self) -> None:
        """Lock the folder. AlreadyRunningError names the process that has locked it."""
        try:
            make_data_folder(self.path.parent)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"The data folder {self.path.parent} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.last_database = self._database = _note_in(handle).database
            _write(handle, self.last_database)
        except OSError as error:
            holder = _note_in(handle).holder
            os.close(handle)
            if error.errno == errno.EWOULDBLOCK:
                raise AlreadyRunningError(_busy(self.path.parent, holder)) from error
            raise StoreError(f"The data folder {self.path.parent} cannot be locked: {error.strerror}.") from error
        self._handle = handle

    def note_database(self, identity: str) -> None:
        """Write into the file which database this instance has open, for those who look at the folder from outside."""
        if self._handle is not None and identity != self._database:
            _write(self._handle, identity)
        self._database = identity

    def renew(self) -> None:
        """Lock the folder again if the file is not there any more, or another one is.

        Raises AlreadyRunningError if another instance has locked that one meanwhile.
        """
        if self._handle is None or FileIdentity.of(self.path) == FileIdentity.of(self._handle):
            return
        old, self._handle, database = self._handle, None, self._database
        try:
            self.acquire()
        except (StoreError, AlreadyRunningError):
            self._handle = old
            raise
        os.close(old)
        self.note_database(database)

    def release(self) -> None:
        """Unlock the folder. Does nothing where it is not locked by this object."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


@dataclass(frozen=True, slots=True)
class LockNote:
    """What the file says."""

    holder: str = ""
    """The number of the process."""
    database: str = ""
    """The identity of the database that it has or had open; empty if it has opened none."""
    is_held: bool = False
    """Whether that process is running."""


def _note_in(handle: int) -> LockNote:
    lines = os.pread(handle, 200, 0).decode("ascii", "replace").split("\n")
    return LockNote(lines[0].strip(), lines[1].strip() if len(lines) > 1 else "")


def _write(handle: int, database: str) -> None:
    os.ftruncate(handle, 0)
    lines = [str(os.getpid()), database] if database else [str(os.getpid())]
    os.pwrite(handle, "".join(f"{line}\n" for line in lines).encode(), 0)


def lock_note(folder: Path) -> LockNote:
    """Who runs on the folder, or ran there last, and on which database. Nothing is locked or changed."""
    try:
        handle = os.open(folder / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return LockNote()
    try:
        note = _note_in(handle)
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return replace(note, is_held=True)
    finally:
        os.close(handle)
    return note


def _busy(folder: Path, holder: str) -> str:
    process = f"process {holder}" if holder.isdecimal() else "another process"
    return f"Kabar is already running on {folder} ({process}). Stop that one, or use another data folder (KABAR_DATA)."
