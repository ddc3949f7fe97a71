"""Killed again and again while news keep coming and Telegram keeps failing: nothing may be lost or out of order.

`pytest -m torture [--torture-seconds N] tests/e2e` runs it; it prints what it counted. With figures and several hundred
kills: `python -m tests.benchmarks.durability`.
"""

from __future__ import annotations

import sys
import time

import pytest

from tests.e2e.kabar_process import Home
from tests.e2e.ordeal import Ordeal
from tests.e2e.reckoning import reckon, table
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

ALL_OF_IT = 120.0
"""Seconds from which it is worth waiting for the last edits and digests, too."""


@pytest.mark.torture
def test_nothing_is_lost_or_out_of_order(
    connected: Home,
    api: FakeBotApi,
    feeds: FeedServer,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seconds: float = pytestconfig.getoption("--torture-seconds")
    ordeal = Ordeal(connected, api, feeds, time.time_ns(), is_short=seconds < ALL_OF_IT)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ordeal.live(longest=12.0)
    ordeal.settle()
    found = reckon(ordeal)
    with capsys.disabled():
        sys.stdout.write(f"\n[torture: seed {ordeal.seed}]\n{table(found)}\n")
    assert found.is_clean, table(found)
