"""The commands beside the main job: lists, feeds, backup, backtest, doctor."""

from __future__ import annotations

import re
import sqlite3
import sys
from contextlib import closing

from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import Answer, FeedServer

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="World"><outline type="rss" text="BBC" xmlUrl="https://bbc.example/rss"/></outline>
<outline type="rss" text="Antara" xmlUrl="https://antara.example/rss"/></body></opml>"""


def test_feeds_are_added_found_listed_exported_and_removed(home: Home, feeds: FeedServer) -> None:
    allowed = f'[network]\nallow_hosts = ["127.0.0.1:{feeds.port}"]\n'
    home.configure(feeds.url("/rss"), settings=SETTINGS + allowed)
    feeds.put_feed("/rss", feed_of(article(1)))
    feeds.put_feed("/more", feed_of(article(2)))
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/dead", "/more"))
    feeds.put("/site", Answer(f"<html><head>{links}</head></html>".encode(), headers={"content-type": "text/html"}))

    assert home.run("feeds", "discover", feeds.url("/site")).out == f"{feeds.url('/more')}  Test Outlet\n"
    added = home.run("feeds", "add", feeds.url("/site"))
    assert (added.code, added.out) == (0, f"test-outlet: added ({feeds.url('/more')})\n")
    assert "there already" in home.run("feeds", "add", feeds.url("/site")).out
    nothing = home.run("feeds", "add", feeds.url("/nothing"))
    assert nothing.code == 1
    assert feeds.url("/nothing") in nothing.err

    opml = home.write("mine.opml", OPML)
    imported = home.run("feeds", "import", str(opml)).out.splitlines()
    assert [line.partition(":")[2] for line in imported] == [
        " added (https://bbc.example/rss)",
        " added (https://antara.example/rss)",
    ]
    listed = {feed["id"]: feed for feed in home.run("feeds", "--json").json}
    assert [feed["owner"] for feed in listed.values()] == ["file", "command", "command", "command"]
    assert listed["feed-1"]["polled"] is None

    exported = home.run("feeds", "export").out
    assert home.run("feeds", "export", "--toml").out.count("[[feeds]]") == 4
    other = home.another("other")
    other.configure()
    assert other.run("feeds", "import", str(other.write("all.opml", exported))).code == 0
    assert {feed["url"] for feed in other.run("feeds", "--json").json} == {feed["url"] for feed in listed.values()}

    assert home.run("feeds", "remove", "test-outlet").out == "test-outlet removed.\n"
    refused = home.run("feeds", "remove", "feed-1")
    assert refused.code == 1
    assert "feeds.toml" in refused.err
    assert len(home.run("feeds", "--json").json) == 3


def test_keys_in_addresses_are_shown_to_who_asks_for_them(home: Home, feeds: FeedServer) -> None:
    key = "9f86d081884c7d659a2feaa0c55ad015"
    allowed = f'[network]\nallow_hosts = ["127.0.0.1:{feeds.port}"]\n'
    private = feeds.url(f"/private?token={key}")
    login = feeds.url("/login").replace("://", f"://me:{key}@")
    home.configure(feeds.url("/rss"), login, settings=SETTINGS + allowed)
    feeds.put_feed("/private", feed_of(article(1)))
    feeds.put("/no-feed", Answer(b"hello"))
    outputs = [
        home.run("feeds", "discover", private),
        home.run("feeds", "add", private),
        home.run("feeds", "add", private),
        home.run("feeds", "add", feeds.url(f"/no-feed?token={key}")),
        home.run("feeds", "add", feeds.url(f"/away?token={key}")),
        home.run("feeds", "discover", feeds.url(f"/away?token={key}")),
        home.run("parse", feeds.url(f"/away?token={key}")),
        home.run("poll", "--json"),
        home.run("feeds"),
        home.run("feeds", "--json"),
        home.run("feeds", "export"),
        home.run("feeds", "export", "--toml"),
        home.run("doctor"),
        home.run("check"),
        home.run("topics", "--json"),
    ]
    for output in outputs:
        assert key not in output.out + output.err, output.out + output.err
    listed = {feed["id"]: feed for feed in outputs[9].json}
    assert listed["test-outlet"]["url"] == feeds.url("/private?token=…")
    assert [feed["masked"] for feed in listed.values()] == [False, True, True]
    assert "Left out: 2 feeds with a key or a login. --with-secrets adds them." in outputs[10].err
    assert outputs[10].out.count("xmlUrl") == outputs[11].out.count("[[feeds]]") == 1
    assert "Test Outlet (127.0.0.1)" in outputs[10].out
    assert "Test Outlet (127.0.0.1)" in outputs[11].out

    assert private in home.run("feeds", "--show-secrets").out
    assert {feed["url"] for feed in home.run("feeds", "--json", "--show-secrets").json} >= {private, login}
    assert private in home.run("feeds", "discover", "--show-secrets", private).out
    for options in ([], ["--toml"]):
        whole = home.run("feeds", "export", "--with-secrets", *options)
        assert private in whole.out
        assert "Kabar, with secrets" in whole.out
        assert "Keep this list to yourself: 2 feeds in it with a key or a login." in whole.err


def test_errors_of_the_configuration_quote_no_key(home: Home) -> None:
    home.configure("htp://me:hunter22@x.example/rss?token=s3cret77", "me:hunter22@x.example/rss")
    home.topic("t", query="x", examples=["https://x.example/?token=s3cret77"], languages=["http://a:hunter22@b"])
    for command in ("check", "feeds", "poll"):
        refused = home.run(command)
        assert refused.code == 2
        assert "x.example" in refused.err
        assert "hunter22" not in refused.err
        assert "s3cret77" not in refused.err


def test_a_backtest_says_which_examples_it_goes_without(home: Home, feeds: FeedServer) -> None:
    home.configure(feeds.url("/rss"))
    gone = feeds.url("/gone")
    home.topic("flood", examples=[gone])
    home.topic("flood-or-word", examples=[gone], query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    assert home.run("poll").code == 0
    nothing = home.run("backtest", "flood")
    assert (nothing.code, nothing.out) == (1, "")
    assert gone in nothing.err
    assert "None of the examples of flood could be read" in nothing.err
    partly = home.run("backtest", "flood-or-word")
    assert (partly.code, gone in partly.err) == (0, True)
    assert "would have sent 1 alert" in partly.out


def test_lists_backup_and_backtest_beside_a_running_kabar(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea", chats=["1001", "-1002002"])
    feeds.put_feed("/rss", feed_of(article(1), article(2, "rice"), article(3)))
    with connected.start("run") as kabar:
        kabar.wait_for_messages(api, 2, 1001)
        kabar.wait_for_event("delivery-dead", 2)

        (topic,) = connected.run("topics", "--json").json
        assert (topic["id"], topic["query"], topic["chats"]) == ("peninsula", "korea", ["1001", "-1002002"])
        (feed,) = connected.run("feeds", "--json").json
        assert feed["succeeded"]
        assert (feed["failures"], feed["error"]) == (0, None)
        told = connected.run("alerts", "--json").json
        assert [(one["title"], one["destination"]) for one in told] == [
            ("Story 1 about korea", "1001"),
            ("Story 3 about korea", "1001"),
        ]
        first, second = connected.dead_letters()
        assert connected.run("outbox", "drop", str(first["id"])).out == "1 dropped.\n"
        assert connected.dead_letters() == [second]

        looked_back = connected.run("backtest", "peninsula", "--json")
        assert "would have sent 2 alerts" in looked_back.err
        assert {(one["title"], one["matched"]) for one in looked_back.json} == {
            ("Story 1 about korea", True),
            ("Story 3 about korea", True),
        }
        told_of = connected.run("backtest", "peninsula").out
        assert "would have sent 2 alerts" in told_of
        assert re.search(r"Story 1 about korea  \(.*\d\d[:.]\d\d [A-Z]+\)", told_of), told_of  # the reader's time
        assert not re.search(r"\dT\d\d:", told_of)
        unknown = connected.run("backtest", "peninsular")
        assert unknown.code == 2
        assert "peninsula" in unknown.err

        copy = connected.folder / "copy.db"
        copied = connected.run("backup", str(copy))
        assert copied.code == 0
        assert "kabar restore" in copied.out
        assert connected.run("backup", str(copy)).code != 0  # it is there: nothing is overwritten
        assert kabar.stop() == 0
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (3,)

    restored = connected.folder / "restored"
    restored.mkdir()
    copy.rename(restored / "kabar.db")
    assert len(connected.run("alerts", "--json", KABAR_DATA=str(restored)).json) == 2


def test_a_data_folder_that_others_may_use_is_told_and_closed(home: Home, feeds: FeedServer) -> None:
    home.configure(feeds.url("/rss"))
    feeds.put_feed("/rss", feed_of(article(1)))
    home.data.mkdir(mode=0o755)
    (told,) = [line for line in home.run("doctor", "--json").json if line["what"] == "data"]
    assert (told["ok"], told["do"]) == (False, f"Run: chmod 700 '{home.data}'")
    polled = home.run("poll")
    assert "data-folder-closed" in polled.err
    assert home.data.stat().st_mode & 0o777 == 0o700
    (told,) = [line for line in home.run("doctor", "--json").json if line["what"] == "data"]
    assert told["ok"]


def test_the_doctor_finds_what_is_wrong(connected: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    well = connected.run("doctor", "--send", "--json")
    assert well.code == 0
    assert {finding["what"]: finding["ok"] for finding in well.json} == {
        "database file": True,
        "backups": True,
        "telegram": True,
        "chat 1001": True,
        "database": True,
        "data": True,
        "model": True,
        "feed feed-1": True,
        "clock": True,
    }
    (test,) = api.messages(1001)
    assert "test" in test.text

    connected.configure(feeds.url("/gone"), admins="1001, 1002")
    ill = connected.run("doctor")
    assert ill.code == 1
    failing = [line for line in ill.out.splitlines() if line.startswith("FAIL")]
    assert [line.split(":")[0] for line in failing] == ["FAIL  chat 1002", "FAIL  feed feed-1"]
    assert "Traceback" not in ill.err


def test_the_start_script_loads_nothing_before_a_command_is_chosen(home: Home) -> None:
    """The processes that read feeds import it once more: what it loads, each of them carries."""
    heavy = ("sqlalchemy", "telegram", "httpx", "numpy", "structlog")
    code = f"import sys, bot.cli; print([name for name in {heavy} if name in sys.modules])"
    assert home.script([sys.executable, "-c", code]).out == "[]\n"
