"""Several processes on one database of a PostgreSQL server: as people run them, and as they end."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.e2e.clocks import LIBRARIES, SetClock
from tests.e2e.clocks import MISSING as NO_FAKETIME
from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.feed_server import FeedServer
from tests.fakes.postgres_server import MISSING, PostgresServer, postgres_server, programs

CHAT = 1001
SOON = 5.0
"""Seconds within which others go on with what a dead one did, on a calm machine."""
SLOWER = 4
"""So many times that on this one, which does much else."""

FEEDS = ("/a", "/b", "/c", "/d", "/e")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    if programs() is None:
        pytest.skip(MISSING)
    with postgres_server(tmp_path_factory.mktemp("workers")) as started:
        yield started


@pytest.fixture
def shared(connected: Home, feeds: FeedServer, server: PostgresServer) -> Iterator[Home]:
    """A home on a database of its own, with a topic and five feeds."""
    url = server.create()
    connected.environment["KABAR_DATABASE_URL"] = url
    connected.configure(*map(feeds.url, FEEDS))
    connected.topic("korea", query="korea", chats=[str(CHAT)])
    for feed in FEEDS:
        feeds.put_feed(feed, feed_of(article(1, "rice")))
    yield connected
    server.drop(url)


def first_lines(api: FakeBotApi) -> list[str]:
    return [message.text.partition("\n")[0] for message in api.messages(CHAT)]


def names_of(*workers: KabarProcess) -> dict[str, KabarProcess]:
    """What each is called by the others."""
    found = {}
    for worker in workers:
        joined = worker.wait_for_event("worker-joined")
        found[joined["name"]] = worker
    return found


def leader_of(home: Home, *workers: KabarProcess) -> KabarProcess:
    names = names_of(*workers)
    return next(names[line["worker"]] for line in home.run("status", "--json").json if line.get("leads"))


def test_three_processes_tell_each_article_once_and_in_its_order(
    shared: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    with shared.start("run") as one, shared.start("run") as two, shared.start("worker") as three:
        one.wait_for_poll(feeds, "/a")
        for count in range(1, 9):
            feeds.put_feed("/a", feed_of(*map(article, range(1, count + 1))))
            feeds.put_feed("/b", feed_of(*map(article, range(1, count + 1))))
            one.wait_for_messages(api, count, CHAT)
        one.wait_for_poll(feeds, "/b")
        assert [worker.stop() for worker in (one, two, three)] == [0, 0, 0]
    assert first_lines(api) == [f"Story {number} about korea" for number in range(1, 9)]


def test_each_feed_is_asked_by_one_of_them(shared: Home, feeds: FeedServer) -> None:
    with shared.start("run") as one, shared.start("worker") as two:
        two.wait_for_poll(feeds, "/a")
        time.sleep(2.0)  # both have seen each other by now
        before, started = len(feeds.hits("/a")), time.monotonic()
        time.sleep(6.0)
        asked, seconds = len(feeds.hits("/a")) - before, time.monotonic() - started
        assert one.is_running()
    assert asked <= seconds + 2  # every second, as it is configured; not twice


def test_another_one_answers_people_when_the_leader_is_killed(shared: Home, api: FakeBotApi) -> None:
    with shared.start("run") as one, shared.start("run") as two:
        one.wait_for(lambda: api.calls("getUpdates"), "somebody who listens")
        leader = leader_of(shared, one, two)
        other = two if leader is one else one
        leader.kill()
        api.user_sends(CHAT, "/help", language_code="en")
        assert other.wait_for(lambda: api.messages(CHAT), "an answer") < SOON * SLOWER
        assert other.stop() == 0


def test_what_a_dead_worker_was_sending_is_sent_by_another_one(
    shared: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    """It had arrived, but nobody had heard that it had: so it comes once more."""
    api.plan("sendMessage", [Fault(200, delivered=True, hang=60.0)])
    with shared.start("run") as one, shared.start("worker") as two:
        two.wait_for_poll(feeds, "/a")
        feeds.put_feed("/a", feed_of(article(1)))
        one.wait_for(lambda: api.calls("sendMessage"), "a first attempt")
        claimed = shared.query("SELECT claimed_by FROM chat_queues WHERE claimed IS NOT NULL")
        sender = names_of(one, two)[claimed[0][0]]
        other = two if sender is one else one
        sender.kill()
        assert other.wait_for(lambda: len(api.messages(CHAT)) > 1, "the message") < SOON * SLOWER
    assert first_lines(api) == ["Story 1 about korea"] * 2


def test_a_watch_made_in_the_chat_is_known_to_all(shared: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    with shared.start("run") as one, shared.start("worker") as two, shared.start("worker") as three:
        one.wait_for_poll(feeds, "/a")
        api.user_sends(CHAT, "/watch sagu", language_code="en")
        one.wait_for(lambda: any("Save" in message.buttons for message in api.messages(CHAT)), "a card")
        card = next(message for message in api.messages(CHAT) if "Save" in message.buttons)
        api.user_presses(CHAT, card, "Save", language_code="en")
        one.wait_for(lambda: shared.query("SELECT 1 FROM added_topics"), "the watch")
        time.sleep(2.5)
        before = len(api.messages(CHAT))
        for number, feed in enumerate(FEEDS):
            feeds.put_feed(feed, feed_of(article(number + 1, "sagu")))
        one.wait_for_messages(api, before + len(FEEDS), CHAT)
        assert all(worker.is_running() for worker in (two, three))


def test_a_server_that_is_started_again_is_waited_for(
    shared: Home, api: FakeBotApi, feeds: FeedServer, server: PostgresServer
) -> None:
    with shared.start("run") as one, shared.start("worker") as two:
        two.wait_for_poll(feeds, "/a")
        server.stop()
        try:
            one.wait_for(lambda: "gives no answer" in "\n".join(m.text for m in api.messages(CHAT)), "word of it")
        finally:
            server.start()
        feeds.put_feed("/a", feed_of(article(1)))
        one.wait_for(lambda: "Story 1 about korea" in first_lines(api), "the article")
        assert one.stop() == 0
        assert two.stop() == 0
    assert sum("gives no answer" in message.text for message in api.messages(CHAT)) == 1


def test_what_was_being_sent_while_the_server_was_started_again_arrives_once(
    shared: Home, api: FakeBotApi, feeds: FeedServer, server: PostgresServer
) -> None:
    """Nobody has died, though all had lost their sessions: who is back first leaves the others theirs."""
    api.plan("sendMessage", [Fault(200, delivered=True, hang=12.0)])
    with shared.start("run") as one, shared.start("worker") as two:
        two.wait_for_poll(feeds, "/a")
        feeds.put_feed("/a", feed_of(article(1)))
        one.wait_for(lambda: api.calls("sendMessage"), "a first attempt")
        server.stop()
        server.start()
        one.wait_for(lambda: shared.query("SELECT 1 FROM deliveries WHERE message_id IS NOT NULL"), "a note of it")
        feeds.put_feed("/a", feed_of(article(1), article(2)))
        one.wait_for(lambda: "Story 2 about korea" in first_lines(api), "what comes next")
        assert [worker.stop() for worker in (one, two)] == [0, 0]
    assert first_lines(api).count("Story 1 about korea") == 1


def test_a_worker_whose_clock_is_ten_minutes_ahead_sends_nothing_that_another_one_is_sending(
    shared: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    if not LIBRARIES:
        pytest.skip(NO_FAKETIME)
    api.plan("sendMessage", [Fault(200, delivered=True, hang=30.0)])
    with shared.start("run") as one:
        one.wait_for_poll(feeds, "/a")
        feeds.put_feed("/a", feed_of(article(1)))
        one.wait_for(lambda: api.calls("sendMessage"), "a first attempt")
        SetClock(shared).set(10 / 1440)
        with shared.start("worker", fresh=True) as two:
            two.wait_for_event("worker-joined")
            one.wait_for(lambda: shared.query("SELECT 1 FROM deliveries WHERE message_id IS NOT NULL"), "a note of it")
            assert two.stop() == 0
    assert first_lines(api) == ["Story 1 about korea"]


def test_who_is_at_work_is_told_by_status_and_doctor(shared: Home, feeds: FeedServer) -> None:
    with shared.start("run") as one, shared.start("worker") as two:
        names = names_of(one, two)
        two.wait_for_poll(feeds, "/a")
        told = shared.run("status")
        assert told.code == 0
        assert "2 workers at work" in told.out
        assert sum(f"{name}, leads" in told.out for name in names) == 1
        assert "0 messages waiting" in told.out
        looked = shared.run("doctor", "--json").json
    (server,) = [line for line in looked if line["what"] == "database server"]
    assert server["ok"]
    assert "workers: 2" in server["says"]


def test_what_is_stored_moves_to_a_server_and_nothing_is_told_again(
    connected: Home, api: FakeBotApi, feeds: FeedServer, server: PostgresServer
) -> None:
    connected.configure(feeds.url("/a"))
    connected.topic("korea", query="korea", chats=[str(CHAT)])
    feeds.put_feed("/a", feed_of(article(1)))
    with connected.start("run") as one:
        one.wait_for_messages(api, 1, CHAT)
        refused = connected.run("move-to", server.url("postgres"))
        assert refused.code == 1
        assert "already running" in refused.err
        one.wait_for(lambda: connected.query("SELECT 1 FROM deliveries WHERE state = 'sent'"), "a note of it")
        assert one.stop() == 0
    url = server.create()
    moved = connected.run("move-to", url)
    assert moved.code == 0, moved.err
    connected.environment["KABAR_DATABASE_URL"] = url
    feeds.put_feed("/a", feed_of(article(1), article(2)))
    with connected.start("run") as one:
        one.wait_for_messages(api, 2, CHAT)
        assert one.stop() == 0
    assert first_lines(api) == ["Story 1 about korea", "Story 2 about korea"]


def test_a_worker_needs_a_server(connected: Home, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/a"))
    done = connected.run("worker")
    assert done.code == 1
    assert "KABAR_DATABASE_URL=postgresql://" in done.err


def test_a_server_that_cannot_be_reached_is_named_and_its_password_is_not(connected: Home, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/a"))
    done = connected.run("run", KABAR_DATABASE_URL="postgresql://kabar:geheim123@127.0.0.1:1/kabar")
    assert done.code == 1
    assert "127.0.0.1:1/kabar gives no answer" in done.err
    assert "geheim123" not in done.err
    assert "Traceback" not in done.err
