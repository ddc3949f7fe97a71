"""Locks among processes: one owner at a time, and nothing left behind."""

from __future__ import annotations

import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot.adapters.workers.pipe_locks import PipeContext, PipeLock


def test_one_thread_owns_it_as_often_as_it_likes() -> None:
    lock = PipeLock()
    got: list[bool] = []

    def try_it() -> None:
        got.append(lock.acquire(timeout=0.05) or lock.acquire(block=False))

    with lock, lock:
        other = threading.Thread(target=try_it)
        other.start()
        other.join()
        assert got == [False]
    waiting = threading.Thread(target=try_it)
    waiting.start()
    waiting.join()
    assert got == [False, True]


def test_only_the_owner_gives_it_back() -> None:
    with pytest.raises(RuntimeError):
        PipeLock().release()


def hold_it(lock: PipeLock, connection: Connection) -> None:
    with lock:
        connection.send("taken")
        connection.recv()


def test_processes_wait_for_one_another() -> None:
    context = PipeContext()
    lock = context.RLock()
    here, there = context.Pipe()
    process = context.Process(target=hold_it, args=(lock, there))
    process.start()
    assert here.recv() == "taken"
    assert not lock.acquire(timeout=0.05)
    here.send("let go")
    assert lock.acquire(timeout=60)
    process.join(60)
    assert process.exitcode == 0


def test_its_pipe_is_closed_with_it() -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_files()
    locks = [PipeLock() for _ in range(20)]
    assert open_files() == before + 40
    del locks
    assert open_files() == before
