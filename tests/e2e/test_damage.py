"""Damage to the database while Kabar runs: the admins hear of it within a minute, and nothing is told twice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.outside import has_told, health, titles
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.loopback import free_port

CHAT = 1001
PAGE = 4096


@pytest.fixture
def port(connected: Home, feeds: FeedServer) -> int:
    """Where the home's Kabar listens. It watches one feed with one article."""
    port = free_port()
    connected.configure(feeds.url("/rss"), settings=SETTINGS + f'[web]\nlisten = "127.0.0.1:{port}"\n')
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    return port


def run_until_told(home: Home, api: FakeBotApi, title: str) -> None:
    with home.start("run") as kabar:
        wait_for_title(kabar, api, title)
        kabar.wait_for(lambda: home.run("outbox", "--json").out == "", "nothing owed any more", every=0.5)
        assert kabar.stop() == 0


def wait_for_title(kabar: KabarProcess, api: FakeBotApi, title: str) -> None:
    kabar.wait_for(lambda: title in titles(api, CHAT), title)


def overwrite(database: Path, table: str) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(os.urandom(PAGE))


def test_a_broken_page_is_told_to_the_admins_by_name_and_ends_all_work(
    connected: Home, api: FakeBotApi, feeds: FeedServer, port: int
) -> None:
    database = connected.data / "kabar.db"
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        overwrite(database, "articles")
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        kabar.wait_for(lambda: has_told(api, CHAT, "My database is damaged"), "a word to the admin", seconds=60)
        assert health(port) == "damaged"
        time.sleep(2)
        assert "Story 2 about korea" not in titles(api, CHAT)
        assert "Traceback" not in kabar.err
        doctor = connected.run("doctor")
        assert doctor.code == 1
        assert "kabar doctor --repair" in doctor.out
        assert kabar.stop() == 0
    before = len(api.messages(CHAT))
    for _ in range(2):
        with connected.start("run") as kabar:
            kabar.wait_for(lambda: "damaged" in kabar.err, "a word in the log")
            kabar.stop() if kabar.is_running() else kabar.wait()
    assert len(api.messages(CHAT)) == before  # told once, not at each start
    repaired = connected.run("doctor", "--repair")
    assert repaired.code == 0, repaired.err
    assert connected.run("doctor").code == 0
    run_until_told(connected, api, "Story 2 about korea")
    assert titles(api, CHAT).count("Story 1 about korea") == 1


def test_an_index_that_was_broken_while_kabar_was_stopped_is_told(connected: Home, api: FakeBotApi, port: int) -> None:
    """Of all indexes it is the one that the very first look at the feeds reads."""
    run_until_told(connected, api, "Story 1 about korea")
    overwrite(connected.data / "kabar.db", "ix_feed_states_moved")
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: has_told(api, CHAT, "My database is damaged"), "a word to the admin", seconds=60)
        assert health(port) == "damaged"
        assert kabar.stop() == 0, kabar.err


def test_a_daily_copy_is_put_back_in_the_place_of_a_damaged_database(
    connected: Home, api: FakeBotApi, feeds: FeedServer, port: int
) -> None:
    run_until_told(connected, api, "Story 1 about korea")
    assert connected.run("backup").code == 0
    assert "backups" in connected.run("restore", "--list").out
    overwrite(connected.data / "kabar.db", "deliveries")
    doctor = connected.run("doctor")
    assert doctor.code == 1
    assert "`kabar restore` puts back the copy of" in doctor.out
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: has_told(api, CHAT, "My database is damaged"), "a word to the admin", seconds=60)
        kabar.stop() if kabar.is_running() else kabar.wait()
    restored = connected.run("restore")
    assert restored.code == 0, restored.err
    feeds.put_feed("/rss", feed_of(article(1), article(2)))
    run_until_told(connected, api, "Story 2 about korea")
    assert titles(api, CHAT).count("Story 1 about korea") == 1


def test_nothing_is_put_back_under_a_running_kabar(
    connected: Home, api: FakeBotApi, feeds: FeedServer, port: int
) -> None:
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        assert connected.run("backup").code == 0
        refused = connected.run("restore")
        assert refused.code == 1
        assert "already running" in refused.err
        assert connected.run("doctor", "--repair").code == 1
        assert kabar.stop() == 0


@pytest.mark.parametrize("what", ["folder", "file", "log"])
def test_a_database_that_is_removed_while_running_is_written_back_and_nothing_is_told_again(
    connected: Home, api: FakeBotApi, feeds: FeedServer, port: int, what: str
) -> None:
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        if what == "folder":
            shutil.rmtree(connected.data)
        else:
            for file in connected.data.glob("kabar.db" if what == "file" else "kabar.db-*"):
                file.unlink()
        kabar.wait_for(
            lambda: has_told(api, CHAT, "was removed while I was running"), "a word to the admin", seconds=60
        )
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        wait_for_title(kabar, api, "Story 2 about korea")
        assert health(port) == "ok"
        assert connected.run("doctor").code == 0
        kabar.wait_for(lambda: connected.run("outbox", "--json").out == "", "nothing owed any more", every=0.5)
        assert kabar.stop() == 0
    feeds.put_feed("/rss", feed_of(article(1), article(2), article(3)))
    run_until_told(connected, api, "Story 3 about korea")
    stories = [title for title in titles(api, CHAT) if title.startswith("Story")]
    assert stories == [f"Story {number} about korea" for number in (1, 2, 3)]


def test_another_database_in_its_place_is_told_and_what_was_open_can_be_put_back(
    connected: Home, api: FakeBotApi, feeds: FeedServer, port: int
) -> None:
    database = connected.data / "kabar.db"
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        kabar.wait_for(lambda: connected.run("outbox", "--json").out == "", "nothing owed any more", every=0.5)
        empty = connected.another("empty")
        empty.environment["KABAR_CONFIG"] = str(connected.config)
        assert empty.run("topics").code == 0
        (empty.folder / "data" / "kabar.db").replace(database)
        kabar.wait_for(
            lambda: has_told(api, CHAT, "Another database is in the place"), "a word to the admin", seconds=60
        )
        assert health(port) == "replaced"
        assert connected.run("doctor").code == 1
        assert kabar.stop() == 0
    (saved,) = connected.data.glob("kabar.db.rescued-*")
    assert connected.run("restore", str(saved)).code == 0
    feeds.put_feed("/rss", feed_of(article(1), article(2)))
    run_until_told(connected, api, "Story 2 about korea")
    assert [title for title in titles(api, CHAT) if title.startswith("Story")] == [
        "Story 1 about korea",
        "Story 2 about korea",
    ]


def test_a_database_that_is_missing_at_the_start_is_no_reason_to_begin_anew(
    connected: Home, api: FakeBotApi, feeds: FeedServer, port: int
) -> None:
    run_until_told(connected, api, "Story 1 about korea")
    (connected.data / "kabar.db").unlink()
    refused = connected.run("run")
    assert refused.code == 1
    assert "kabar restore" in refused.err
    assert has_told(api, CHAT, "My database was removed") or has_told(api, CHAT, "gone")
    assert connected.run("doctor").code == 1
    assert not (connected.data / "kabar.db").exists()
    assert titles(api, CHAT).count("Story 1 about korea") == 1
