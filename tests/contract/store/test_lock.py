"""One instance a data folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import AlreadyRunningError, StoreError
from bot.store import InstanceLock


def test_the_second_is_told_who_is_first(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with InstanceLock(folder):
        with pytest.raises(AlreadyRunningError, match=rf"already running on {folder} \(process {os.getpid()}\)"):
            InstanceLock(folder).acquire()
        with InstanceLock(tmp_path / "other"):
            pass
    with InstanceLock(folder):
        assert (folder / "kabar.lock").read_text() == f"{os.getpid()}\n"


def test_releasing_twice_or_unlocked_is_fine(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path)
    lock.release()
    lock.acquire()
    lock.release()
    lock.release()
    with InstanceLock(tmp_path):
        assert (tmp_path / "kabar.lock").exists()


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import fcntl, os, sys, time\n"
        "handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n"
        "fcntl.flock(handle, fcntl.LOCK_EX); os.write(handle, b'%d' % os.getpid())\n"
        "print('locked', flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-S", "-c", code, str(tmp_path / "kabar.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(AlreadyRunningError, match=f"process {other.pid}"):
            InstanceLock(tmp_path).acquire()
        other.send_signal(signal.SIGKILL)
        other.wait()
        with InstanceLock(tmp_path):
            assert (tmp_path / "kabar.lock").read_text() == f"{os.getpid()}\n"


def test_a_lock_file_with_strange_contents(tmp_path: Path) -> None:
    (tmp_path / "kabar.lock").write_bytes(b"\xff not a number" * 100)
    with InstanceLock(tmp_path):
        (tmp_path / "kabar.lock").write_bytes(b"\xff\x00")
        with pytest.raises(AlreadyRunningError, match="another process"):
            InstanceLock(tmp_path).acquire()


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        InstanceLock(tmp_path / "file").acquire()
