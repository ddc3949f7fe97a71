"""What `kabar doctor` finds of feeds: what comes must be a feed, and each trouble says what to do."""

from __future__ import annotations

import pytest

from bot.model import Feed, FeedId
from bot.usecases.monitoring.doctor import Finding, examine_feeds
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.workers import InProcessWorkers

ANTARA = Feed(FeedId("antara"), "https://antara.example/feed")
PAGE = Answer(b"<html><head><title>Hi</title></head><body>Hello</body></html>", headers={"content-type": "text/html"})
SEEK = "Look for its new address: kabar feeds discover https://antara.example/"


async def examined(answer: Answer) -> Finding:
    fetcher = FakeFetcher({ANTARA.url: answer})
    finding, _clock = await examine_feeds([ANTARA], fetcher, InProcessWorkers(), FakeClock())
    return finding


async def test_what_to_do_does_not_repeat_a_login_or_a_key() -> None:
    private = Feed(FeedId("antara"), "https://me:hunter22@antara.example/9f86d081884c7d659a2f/feed?key=s3cret")
    fetcher = FakeFetcher({private.url: Answer(status=404)})
    finding, _clock = await examine_feeds([private], fetcher, InProcessWorkers(), FakeClock())
    assert finding.todo == SEEK


async def test_a_feed_is_well_with_as_many_entries_as_it_has() -> None:
    item = Item("Rice", "rice", "1", "https://antara.example/1")
    assert await examined(Answer(rss(item))) == Finding("feed antara", ok=True, says="entries: 1")


@pytest.mark.parametrize(
    ("answer", "todo"),
    [
        (PAGE, SEEK),
        (Answer(status=404), SEEK),
        (Answer(status=410), "It is no longer polled. " + SEEK),
        (Answer(status=403), "It is tried again by itself, seldom."),
        (Answer(status=500), "It is tried again by itself."),
    ],
)
async def test_what_to_do_about_a_feed_that_cannot_be_read(answer: Answer, todo: str) -> None:
    finding = await examined(answer)
    assert (finding.ok, finding.todo) == (False, todo)
