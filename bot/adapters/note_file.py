"""A small text in a file that its owner alone can read: what must be known when the database cannot be read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

_MOST: Final = 100_000
"""Bytes. A longer file is not ours."""


class NoteFile:
    """Implements `bot.ports.Notes`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        try:
            with self._path.open("rb") as file:
                return file.read(_MOST).decode()
        except (OSError, UnicodeDecodeError):
            return ""

    def write(self, text: str) -> None:
        """Write a new file and put it in the place of the old one, so that there is always a whole one (rename(2))."""
        part = self._path.with_name(f".{self._path.name}.part")
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(text)
            part.replace(self._path)
        except OSError as error:
            log.warning("note-not-kept", path=str(self._path), reason=error.strerror)
            with suppress(OSError):
                part.unlink(missing_ok=True)
