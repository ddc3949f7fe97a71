"""`kabar check`: every mistake at once, each with its file, line and key."""

from __future__ import annotations

from tests.e2e.kabar_process import Home


def test_every_mistake_is_named_at_once(home: Home) -> None:
    settings = ['language = "en"', 'timezone = "Asia/Jakata"', "[polling]", 'evry = "5m"', 'concurrency = "many"']
    home.write("config/kabar.toml", "\n".join([*settings, "[network]", "allow_hosts = [1]"]))
    home.write("config/feeds.toml", '[[feeds]]\nid = "antara"\nurl = "https://antara.example/rss"\ntags = ["world"]\n')
    home.topic("korea", query="korea AND (kim", feeds=["wrld"])
    home.topic("troops", examples=["missing.txt"], chats=["42x"])
    home.topic("nothing")
    home.write("config/topics/again.toml", 'name = "Korea"\nquery = "kim"\n')
    done = home.run("check")
    assert (done.code, done.out) == (2, "")
    for place, hint in [
        ("kabar.toml:2: timezone", "Asia/Jakarta"),
        ("kabar.toml:4: polling.evry", "every"),
        ("kabar.toml:5: polling.concurrency", "whole number"),
        ("kabar.toml:7: network.allow_hosts", ""),
        ("topics/korea.toml:2: query", "("),
        ("topics/korea.toml:3: feeds", "world"),
        ("topics/troops.toml:2: examples", "missing.txt"),
        ("topics/troops.toml:3: chats", "42x"),
        ("topics/nothing.toml", "watches nothing"),
        ("topics/korea.toml:1: name", "topics/again.toml"),
    ]:
        (line,) = [line for line in done.err.splitlines() if line.startswith(place)]
        assert hint in line
    assert len(done.err.splitlines()) == 10


def test_what_is_right_is_counted_and_warned_about(home: Home) -> None:
    home.configure("https://antara.example/rss")
    home.topic("korea", query="kim and korea")
    done = home.run("check")
    assert done.code == 0
    assert done.out == f"{home.config}: 1 feed, 1 topic, no token (alerts are printed). No errors.\n"
    assert "topics/korea.toml:2: query" in done.err
    assert "AND" in done.err


def test_a_folder_without_configuration_says_how_to_get_one(home: Home) -> None:
    done = home.run("run")
    assert done.code == 2
    assert "kabar init" in done.err
    broken = home.write("config/kabar.toml", b"language = \n\xff")
    done = home.run("run")
    assert done.code == 2
    assert f"{broken.name}:" in done.err
    assert "Traceback" not in done.err
