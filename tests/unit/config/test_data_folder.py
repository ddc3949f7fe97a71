"""The data folder is its owner's alone, and is closed to others only where nobody loses anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.config import store_token
from bot.config.data_folder import Openness, make_data_folder, make_private, openness
from bot.store import InstanceLock
from bot.store.sqlite import create_file


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    make_data_folder(made)
    for name in ("kabar.db", "kabar.db-wal", "kabar.lock", "kabar.db.0009-20260302.bak", "telegram-token"):
        made.joinpath(name).touch(mode=0o600)
    return made


@pytest.mark.parametrize("maker", ["lock", "database", "token"])
def test_whoever_makes_it_makes_it_private(tmp_path: Path, maker: str) -> None:
    folder, usual = tmp_path / "new" / "data", os.umask(0o002)
    try:
        match maker:
            case "lock":
                with InstanceLock(folder):
                    pass
            case "database":
                create_file(folder / "kabar.db")
            case "token":
                store_token(folder / "telegram-token", "7000000001:AAFakeTokenForTestsOnly_0123456789abc")
    finally:
        os.umask(usual)
    assert mode_of(folder) == 0o700
    assert mode_of(folder.parent) == 0o775, "only the data folder is Kabar's to close"


@pytest.mark.parametrize(
    ("mode", "open_to_others"),
    [
        (0o700, Openness.PRIVATE),
        (0o500, Openness.PRIVATE),
        (0o755, Openness.READABLE),
        (0o701, Openness.READABLE),
        (0o750, Openness.READABLE),
        (0o770, Openness.WRITABLE),
        (0o1777, Openness.WRITABLE),
    ],
)
def test_what_others_may_do(folder: Path, mode: int, open_to_others: Openness) -> None:
    folder.chmod(mode)
    assert openness(folder) is open_to_others


def test_one_of_an_earlier_version_is_closed(folder: Path) -> None:
    folder.chmod(0o755)
    assert make_private(folder)
    assert mode_of(folder) == 0o700


def test_one_that_holds_other_things_is_left_as_it_is(folder: Path) -> None:
    folder.joinpath("holiday.jpg").touch()
    folder.chmod(0o755)
    assert not make_private(folder)
    assert mode_of(folder) == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_one_of_somebody_else_is_left_as_it_is(folder: Path) -> None:
    os.chown(folder, 12345, -1)
    folder.chmod(0o755)
    assert not make_private(folder)


def test_one_with_an_access_control_list_is_left_as_it_is(folder: Path) -> None:
    # user::rwx user:12345:r-x group::--- mask::r-x other::---, as <linux/posix_acl_xattr.h> has it
    entries = ((1, 7, -1), (2, 5, 12345), (4, 0, -1), (0x10, 5, -1), (0x20, 0, -1))
    packed = (2).to_bytes(4, "little") + b"".join(
        tag.to_bytes(2, "little") + rights.to_bytes(2, "little") + who.to_bytes(4, "little", signed=True)
        for tag, rights, who in entries
    )
    try:
        os.setxattr(folder, "system.posix_acl_access", packed)
    except OSError:
        pytest.skip("this file system has no access control lists")
    assert openness(folder) is Openness.READABLE
    assert not make_private(folder)


def test_one_that_is_not_there_is_open_to_nobody(tmp_path: Path) -> None:
    assert openness(tmp_path / "none") is Openness.PRIVATE
    assert not make_private(tmp_path / "none")
