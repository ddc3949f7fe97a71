"""Killed again and again while news keep coming and Telegram keeps failing: nothing may be lost or out of order.

`pytest -m torture [--torture-seconds N] tests/e2e` runs it; it prints what it counted.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from itertools import groupby
from random import Random

import pytest

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi, Fault
from tests.fakes.feed_server import FeedServer
from tests.fakes.feeds import Item

PERSON, GROUP, FORUM = 1001, -1002002, -1003003
READERS = {"korea": (PERSON, GROUP), "rice": (PERSON, FORUM)}
"""Who is told of what. Two topics in one chat, two chats of one topic."""

EVERY = 6.0
"""Seconds between two articles of one topic: groups take 20 messages a minute, and it must end some time."""

IN_A_DOCUMENT = 30
FAILING = 0.1
"""The share of calls that fail."""

FAULTS = (
    Fault(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
    Fault(502, "Bad Gateway"),
    Fault(),
    Fault(delivered=True),
    Fault(delivered=True, hang=11.0),  # longer than the ten seconds that Kabar waits
)
WELL = Fault(200, delivered=True)


class Outlets:
    """A feed a topic, each with a new article from time to time."""

    def __init__(self, server: FeedServer) -> None:
        self._server = server
        self._items: dict[str, list[Item]] = {topic: [] for topic in READERS}
        self._next = dict.fromkeys(READERS, 0.0)

    def publish(self) -> None:
        """What is due by now."""
        for topic, items in self._items.items():
            if time.monotonic() >= self._next[topic]:
                self._next[topic] = time.monotonic() + EVERY
                items.append(article(len(items) + 1, topic))
                self._server.put_feed(f"/{topic}", feed_of(*items[-IN_A_DOCUMENT:]))

    def titles(self, topic: str) -> list[str]:
        """All that was published, in order."""
        return [item.title for item in self._items[topic]]


def told(api: FakeBotApi, chat: int, topic: str) -> list[str]:
    """Titles of a topic as a chat got them, repetitions too."""
    first_lines = [message.text.partition("\n")[0] for message in api.messages(chat)]
    return [line for line in first_lines if line.endswith(f" about {topic}")]


def faults(random: Random, count: int) -> list[Fault]:
    return [random.choice(FAULTS) if random.random() < FAILING else WELL for _ in range(count)]


@pytest.mark.torture
def test_nothing_is_lost_or_out_of_order(
    connected: Home,
    api: FakeBotApi,
    feeds: FeedServer,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seconds: float = pytestconfig.getoption("--torture-seconds")
    seed = time.time_ns()
    random = Random(seed)
    sending = faults(random, 20_000)
    api.plan("sendMessage", sending)
    api.plan("getUpdates", faults(random, 20_000))
    api.add_chat(GROUP, "supergroup", "Newsroom")
    api.add_chat(FORUM, "supergroup", "Forum", threads=(7,))
    connected.configure(*(feeds.url(f"/{topic}") for topic in READERS))
    connected.topic("korea", query="korea", chats=[str(PERSON), str(GROUP)])
    connected.topic("rice", query="rice", chats=[str(PERSON), f"{FORUM}/7"])
    outlets = Outlets(feeds)
    kills = questions = 0

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with connected.start("run") as kabar:
            end = time.monotonic() + random.uniform(0.3, 12.0)
            while time.monotonic() < end:
                outlets.publish()
                time.sleep(0.05)
            if random.random() < 0.3:
                api.user_sends(PERSON, "/help", language_code="en")
                questions += 1
            if random.random() < 0.8:
                kabar.kill()
                kills += 1
            else:
                assert kabar.stop() in {0, -15}  # -15: it had not begun to listen for signals
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: " watches " in kabar.err, "it listening to signals, even if nothing is left to tell")
        kabar.wait_for(
            lambda: all(
                len(set(told(api, chat, topic))) == len(outlets.titles(topic))
                for topic, chats in READERS.items()
                for chat in chats
            ),
            "every article in every chat",
            seconds=120 + seconds,
        )
        kabar.wait_for(lambda: api.unconfirmed() == 0, "every question heard")
        # What arrived while its answer was lost is still owed, and sent again, until an answer comes back.
        kabar.wait_for(lambda: connected.run("outbox", "--json").out == "", "nothing owed any more", seconds=60)
        assert kabar.stop() == 0

    uncertain = Counter(
        int(call.values["chat_id"])
        for call, fault in zip(api.calls("sendMessage"), sending, strict=False)
        if fault.delivered and fault is not WELL
    )
    repeated: Counter[int] = Counter()
    for topic, chats in READERS.items():
        for chat in chats:
            titles = told(api, chat, topic)
            assert [title for title, _ in groupby(titles)] == outlets.titles(topic), f"seed {seed}, chat {chat}"
            repeated[chat] += len(titles) - len(set(titles))
    answers = sum(message.text.startswith("I read news sources") for message in api.messages(PERSON))
    with capsys.disabled():
        sys.stdout.write(
            f"\n[torture: seed {seed}, {kills} kills, {sum(len(outlets.titles(topic)) for topic in READERS)} articles, "
            f"{len(api.calls('sendMessage'))} calls, {sum(uncertain.values())} arrived unseen, "
            f"{sum(repeated.values())} repeated, {questions} questions, {answers} answers, 0 lost]\n"
        )
    assert all(repeated[chat] <= kills + uncertain[chat] for chat in repeated)
    assert questions <= answers <= questions + kills + uncertain[PERSON]
    with closing(sqlite3.connect(connected.data / "kabar.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
