"""Killed at each step, stopped in the middle: nothing is lost, and nothing is told twice that need not be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.kabar_process import PATIENCE, Home
from tests.e2e.news import article, feed_of
from tests.e2e.nursery import Nursery
from tests.e2e.outside import titles
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001
KILLED = -9


POLLING = {"poll.fetched": 1, "poll.matched": 1, "poll.before-commit": 1, "poll.committed": 1}
DELIVERING = {
    "deliver.leased": 1,
    "deliver.sent": 2,  # Telegram has it, and nobody is left who knows: the one place for a repetition
    "deliver.recorded": 1,
}
ANSWERING = {"updates.stored": 1, "updates.handled": 2}


@dataclass(frozen=True, slots=True)
class Killed:
    """What the chat has got when Kabar was killed at a point, and after its next run."""

    before: tuple[str, ...]
    after: tuple[str, ...]


def killed_at(point: str, home: Home, *, asked: bool) -> Killed:
    """A feed brings an article (or the chat asks for help), a kill; the next run, with the next article."""
    with FakeBotApi() as api, FeedServer() as feeds:
        api.add_chat(CHAT)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.configure(feeds.url("/rss"))
        home.topic("peninsula", query="korea")
        feeds.put_feed("/rss", feed_of(article(0, "rice") if asked else article(1)))
        if asked:
            api.user_sends(CHAT, "/help", language_code="en")
        with home.start("run", KABAR_FAULT_POINT=point) as kabar:
            assert kabar.wait() == KILLED
        before = tuple(titles(api, CHAT))
        with home.start("run") as kabar:
            feeds.put_feed("/rss", feed_of(article(1), article(2)))
            kabar.wait_for(lambda: "Story 2 about korea" in titles(api, CHAT), "the next article")
            kabar.wait_for(lambda: len(answers(tuple(titles(api, CHAT)))) >= ANSWERING.get(point, 0), "the answer")
            kabar.wait_for(lambda: api.unconfirmed() == 0, "every update confirmed")
            assert kabar.stop() == 0
        return Killed(before, tuple(titles(api, CHAT)))


def answers(lines: tuple[str, ...]) -> list[str]:
    """Those to /help."""
    return [line for line in lines if line.startswith("I read news sources")]


@pytest.fixture(scope="module")
def kills(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Killed]]]:
    """Every kill, some at the same time: they wait more than they work."""
    with ThreadPoolExecutor(4) as pool:
        yield {
            point: pool.submit(
                killed_at,
                point,
                Home(tmp_path_factory.mktemp("home"), nursery, nursery.environment),
                asked=point in ANSWERING,
            )
            for point in POLLING | DELIVERING | ANSWERING
        }


@pytest.mark.parametrize(("point", "times_told"), (POLLING | DELIVERING).items())
def test_a_kill_loses_nothing(kills: dict[str, Future[Killed]], point: str, times_told: int) -> None:
    killed = kills[point].result()
    assert killed.after == ("Story 1 about korea",) * times_told + ("Story 2 about korea",)
    assert len(killed.before) == (1 if point in {"deliver.sent", "deliver.recorded"} else 0)


@pytest.mark.parametrize(("point", "times_answered"), ANSWERING.items())
def test_a_kill_leaves_no_command_without_an_answer(
    kills: dict[str, Future[Killed]], point: str, times_answered: int
) -> None:
    assert len(answers(kills[point].result().after)) == times_answered


def test_processes_that_read_feeds_do_not_outlive_a_kill(home: Home, feeds: FeedServer) -> None:
    home.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1)))
    with home.start("run") as kabar:
        kabar.wait_for_poll(feeds, "/rss")
        assert kabar.relatives()
        kabar.kill()
        deadline = time.monotonic() + PATIENCE
        while kabar.relatives() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert kabar.relatives() == []


def test_a_kill_leaves_no_complaint_and_no_semaphore(home: Home, feeds: FeedServer) -> None:
    home.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1)))
    with home.start("run", fresh=True) as kabar:
        kabar.wait_for_poll(feeds, "/rss")
        assert "/dev/shm/sem." not in Path(f"/proc/{kabar.pid}/maps").read_text(), "it would stay there"
        kabar.kill()
        deadline = time.monotonic() + PATIENCE
        while kabar.relatives() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [line for line in kabar.err.splitlines() if not line.startswith("{")][1:] == []


def test_sigterm_lets_a_message_under_way_arrive_and_be_noted(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    api.delay_next("sendMessage", 3.0)
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: api.calls("sendMessage"), "a message under way")
        assert kabar.stop() == 0
    assert len(api.messages(CHAT)) == 1
    waiting = connected.run("outbox", "--json")
    assert (waiting.code, waiting.out) == (0, "")


def test_killed_while_many_chats_are_told_it_tells_each_of_them_once(home: Home) -> None:
    """More chats than one transaction tells: the kill comes between two of them."""
    many = range(2_000, 2_260)
    with FakeBotApi() as api, FeedServer() as feeds:
        for chat in many:
            api.add_chat(chat)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.configure(feeds.url("/rss"))
        home.topic("peninsula", query="korea", chats=[str(chat) for chat in many])
        feeds.put_feed("/rss", feed_of(article(1)))
        with home.start("run", KABAR_FAULT_POINT="fanout.committed:2") as kabar:
            assert kabar.wait() == KILLED
        assert sum(len(titles(api, chat)) for chat in many) < len(many)
        with home.start("run") as kabar:
            kabar.wait_for(lambda: all(titles(api, chat) for chat in many), "the article in every chat", 180, every=0.5)
            assert kabar.stop() == 0
        assert {tuple(titles(api, chat)) for chat in many} == {("Story 1 about korea",)}
