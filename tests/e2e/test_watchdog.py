"""The watchdog sees a callback that computes, and not one that waits; on a slow machine it allows for that."""

from __future__ import annotations

import asyncio
import asyncio.events
import time
from pathlib import Path

import pytest

from tests import speed
from tests.e2e.watchdog import holds_in, watch_loop


async def computes() -> None:
    await busy(0.3 * speed.slowness())


async def busy(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


async def waits() -> None:
    time.sleep(0.2)  # noqa: ASYNC251 -- no CPU is used, as on a machine that has other things to do


def test_who_computes_for_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "held-up"
    monkeypatch.setattr(asyncio.events.Handle, "_run", asyncio.events.Handle._run)  # put back afterwards
    watch_loop(report)
    asyncio.run(waits())
    assert not report.exists()
    asyncio.run(computes())
    (hold,) = holds_in(report)
    assert "computes" in hold.what
    assert 0.1 < hold.seconds < 3


def test_a_slow_machine_is_allowed_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "held-up"
    monkeypatch.setattr(asyncio.events.Handle, "_run", asyncio.events.Handle._run)  # put back afterwards
    monkeypatch.setattr(speed, "USUAL", speed.USUAL / 1_000)
    watch_loop(report)
    asyncio.run(busy(0.15))
    assert not report.exists()
