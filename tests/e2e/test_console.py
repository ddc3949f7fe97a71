"""Without a token: alerts in the terminal, what is told stays told, one instance a data folder."""

from __future__ import annotations

import json
import shlex
import signal

import pytest

from tests.e2e.kabar_process import KABAR, Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer


@pytest.fixture
def watching(home: Home, feeds: FeedServer) -> Home:
    home.configure(feeds.url("/rss"), "http://127.0.0.1:9/closed")
    home.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1), article(2, "rice"), article(3)))
    return home


def test_poll_prints_alerts_once_and_the_backlog_never_reaches_telegram(
    watching: Home, feeds: FeedServer, api: FakeBotApi
) -> None:
    first = watching.run("poll")
    assert first.code == 0
    assert [line for line in first.out.splitlines() if line.startswith("●")] == [
        "● Story 1 about korea",
        "● Story 3 about korea",
    ]
    assert "Why: Peninsula — it fits your query korea" in first.out
    assert "https://news.example/korea/1" in first.out
    assert first.err.splitlines()[-1] == "2 feeds polled, 1 unreachable, 3 new articles, 2 on a topic."
    assert "127.0.0.1 cannot be reached: it refuses the connection" in first.err
    assert "Traceback" not in first.err

    feeds.put_feed("/rss", feed_of(article(1), article(2, "rice"), article(3), article(4)))
    second = watching.run("poll", "--all", "--json")
    (alert,) = second.json
    assert alert["title"] == "Story 4 about korea"
    assert alert["link"] == "https://news.example/korea/4"
    assert [topic["id"] for topic in alert["topics"]] == ["peninsula"]
    assert (watching.run("poll", "--all", "--json").out, second.code) == ("", 0)

    told = watching.run("alerts", "--json").json
    assert [one["title"] for one in told] == [f"Story {number} about korea" for number in (1, 3, 4)]
    assert told[-1] == alert
    assert watching.run("alerts", "--limit", "1").out.startswith("● Story 4 about korea\n")

    feeds.put_feed("/rss", feed_of(article(4), article(5)))
    assert watching.run("poll", "--all", KABAR_FAULT_POINT="poll.committed").code == -9
    (unprinted,) = watching.run("outbox", "--json").json
    assert (unprinted["destination"], unprinted["state"]) == ("console", "pending")

    api.add_chat(1001)
    feeds.put_feed("/rss", feed_of(article(4), article(5), article(6)))
    watching.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
    assert watching.run("poll", "--all").code == 0
    messages = [message.text.splitlines() for message in api.messages(1001)]
    # A chat that meets the topic now gets its best three of before, as such; then what is new.
    assert [lines[0] for lines in messages] == ["Earlier news, from before this watch began"] * 3 + [
        "Story 6 about korea"
    ]
    assert watching.run("outbox", "--json").json == [unprinted]


def test_run_prints_alerts_says_what_was_told_and_has_its_folder_alone(watching: Home, feeds: FeedServer) -> None:
    with watching.start("run") as kabar:
        kabar.wait_for(lambda: "● Story 3 about korea" in kabar.out, "the alerts")
        assert "Alerts go to this terminal" in kabar.err
        beside = watching.run("poll")
        assert beside.code == 1
        assert f"(process {kabar.pid})" in beside.err
        assert str(watching.data) in beside.err
        assert beside.out == ""
        assert kabar.stop() == 0
    with watching.start("run") as kabar:
        kabar.wait_for_poll(feeds, "/rss")
        assert "Already told: 2 messages" in kabar.err
        assert "`kabar alerts` shows them" in kabar.err
        assert kabar.stop() == 0
        assert kabar.out == ""


def test_the_newest_alerts_are_counted_without_what_else_was_said(watching: Home, feeds: FeedServer) -> None:
    with watching.start("run") as kabar:
        kabar.wait_for(lambda: "● Story 3 about korea" in kabar.out, "the alerts")
        watching.topic("peninsula", query="korea AND (")
        kabar.signal(signal.SIGHUP)
        kabar.wait_for(lambda: "topics/peninsula.toml" in kabar.out, "the notice of a mistake")
        assert kabar.stop() == 0
    watching.topic("peninsula", query="korea")
    newest = watching.run("alerts", "--json", "--limit", "1").json
    assert [alert["title"] for alert in newest] == ["Story 3 about korea"]
    both = watching.run("alerts", "--json", "--limit", "2").json
    assert [alert["title"] for alert in both] == ["Story 1 about korea", "Story 3 about korea"]
    for number in ("0", "-1"):
        refused = watching.run("alerts", "--limit", number)
        assert (refused.code, refused.out) == (2, "")
        assert "--limit" in refused.err


def test_who_has_read_enough_ends_it_and_reads_the_rest_later(watching: Home, feeds: FeedServer) -> None:
    feeds.put_feed("/rss", feed_of(*(article(number) for number in range(1, 9))))
    kabar = shlex.join(KABAR)
    first = watching.script(["bash", "-c", f"{kabar} poll --json | head -n 1; echo ${{PIPESTATUS[0]}}"])
    read, code = first.out.splitlines()
    assert code == "0"
    assert "Traceback" not in first.err
    rest = watching.run("poll", "--json")
    assert json.loads(read)["title"] == "Story 1 about korea"
    assert rest.json[-1]["title"] == "Story 8 about korea"
    printed = [alert["title"] for alert in rest.json]
    told = [alert["title"] for alert in watching.run("alerts", "--json").json]
    assert len(told) == 8
    assert sorted(printed) == printed
