"""The rights of the data folder: nobody but its owner has business in it (mode 0700).

The files in it have mode 0600 whatever the folder's. But who may write to the folder can put another database in the
place of Kabar's, and who may read it sees when chats were last written to.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OWN_NAMES: Final = (
    "kabar.",
    ".kabar.",
    "telegram-token",
    ".telegram-token-",
    "admins.json",
    ".admins.json",
    "backups",
)
"""How the names of Kabar's files in it begin."""


class Openness(StrEnum):
    """Who besides its owner may use a folder."""

    PRIVATE = "private"
    READABLE = "readable"
    WRITABLE = "writable"


def make_data_folder(folder: Path) -> None:
    """Make the folder so that only its owner can use it, unless it is there already. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)


def openness(folder: Path) -> Openness:
    """What others may do in the folder. Private where it does not exist."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return Openness.PRIVATE
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        return Openness.WRITABLE
    return Openness.READABLE if mode & _OTHERS else Openness.PRIVATE


def make_private(folder: Path) -> bool:
    """Take the rights of others away, where that can take nothing from anybody; whether it was done.

    It is done in a folder of this user that has nothing but Kabar's files in it, which others cannot read anyway. A
    folder that holds more may be open for a reason, and one with an access control list (acl(5)) is so on purpose.
    """
    try:
        found = folder.stat()
        holds_more = not all(file.name.startswith(_OWN_NAMES) for file in folder.iterdir())
        if found.st_uid != os.geteuid() or holds_more or _has_acl(folder):
            return False
        folder.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)
    except OSError:  # a read-only or foreign file system
        return False
    return openness(folder) is Openness.PRIVATE  # some file systems say yes and keep what they have


def _has_acl(folder: Path) -> bool:
    with suppress(OSError):
        return "system.posix_acl_access" in os.listxattr(folder)
    return False
