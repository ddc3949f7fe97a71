"""Only one instance may run on a data folder."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.config.data_folder import make_data_folder
from bot.errors import AlreadyRunningError, StoreError

_NAME: Final = "kabar.lock"


class InstanceLock:
    """Held inside `with`, or between `acquire` and `release`; the kernel releases it when the process dies.

    The file `kabar.lock` is never removed: two instances could then lock two files of the same name.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._handle: int | None = None

    def acquire(self) -> None:
        """Lock the folder. AlreadyRunningError names the process that has locked it."""
        try:
            make_data_folder(self._path.parent)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"The data folder {self._path.parent} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            if error.errno == errno.EWOULDBLOCK:
                raise AlreadyRunningError(_busy(self._path.parent, holder)) from error
            raise StoreError(f"The data folder {self._path.parent} cannot be locked: {error.strerror}.") from error
        self._handle = handle

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


def _busy(folder: Path, holder: str) -> str:
    process = f"process {holder}" if holder.isdecimal() else "another process"
    return f"Kabar is already running on {folder} ({process}). Stop that one, or use another data folder (KABAR_DATA)."
