"""Where everything can be reckoned by hand, the simulation comes to the same."""

from __future__ import annotations

import pytest

from tests.benchmarks.simulate.costs import SERVER
from tests.benchmarks.simulate.figures import simulate
from tests.benchmarks.simulate.kabar import Kabar
from tests.benchmarks.simulate.outbox import Messages
from tests.benchmarks.simulate.workload import Size

NOTHING = Size(feeds=0, chats=0, topics=0)


def test_a_thousand_messages_that_wait_go_out_at_25_a_second() -> None:
    kabar = Kabar(NOTHING)
    kabar.outbox.add(Messages(published=kabar.began - 300, read=kabar.began, count=1_000))
    kabar.events.run(kabar.began + 3_600)
    since = sorted(kabar.outbox.sent.since_read)
    assert len(since) == 1_000
    assert since[-1] == pytest.approx(1_000 / 25, rel=0.03)
    assert since[500] == pytest.approx(500 / 25, rel=0.03)
    assert max(kabar.outbox.sent.since_published) == pytest.approx(since[-1] + 300)


def test_feeds_that_never_change_are_asked_every_hour_and_hold_the_lock_for_a_commit_each() -> None:
    feeds = 1_000
    size = Size(feeds=feeds, chats=0, topics=0, ignores_validators=0.0)
    figures = simulate(size, rates=[0.0001] * feeds)
    polls = feeds / (3_600 * 1.05 + 1)  # the jitter is a tenth at most, and a look comes every two seconds
    hold = SERVER.unchanged.hold
    each = hold.cpu + hold.server + hold.statements * SERVER.trip + SERVER.commit
    assert figures.polls == pytest.approx(polls, rel=0.06)
    assert figures.shares["write lock"] == pytest.approx(figures.polls * each, rel=0.05)
    assert figures.shares["event loop"] == pytest.approx(
        figures.polls * (SERVER.unchanged.cpu + 0.002) + SERVER.idle, rel=0.05
    )
    assert figures.messages == 0
    assert figures.keeps_up


def test_the_same_seed_gives_the_same_figures() -> None:
    size = Size(feeds=300, chats=100, topics=100, workers=2, hours=1.5)
    assert simulate(size) == simulate(size)
