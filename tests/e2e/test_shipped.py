"""What a newcomer meets: the shipped configuration, started as the README says, with no token and no network."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from tests.e2e.kabar_process import Home, KabarProcess
from tests.speed import slowness

WITHIN = 10.0
"""Seconds of the processor, on a usual machine: the design says 5 on the clock, where several cores are idle."""

STORIES = 5
"""Of the ten articles of the sample that are on the topic: five outlets have what NATO says, in four languages."""

SEED_STORY = "NATO Pastikan Tentara Korea Utara Sudah Berada di Kursk"
NOT_THE_STORY = ("rudal", "missile", "Persib", "football", "Taiwan")


@pytest.fixture
def fresh(home: Home) -> Home:
    """A folder after `kabar init`. No proxy is set and no name is looked up: the feeds cannot be reached."""
    done = home.run("init", str(home.folder))
    assert done.code == 0
    assert f"kabar run --config {home.config}" in done.out
    config = home.config / "kabar.toml"
    # Every address goes through a proxy that is not there.
    config.write_text(config.read_text("utf-8").replace('proxy = ""', 'proxy = "http://127.0.0.1:9"'), "utf-8")
    return home


def titles(kabar: KabarProcess) -> list[str]:
    return [line.removeprefix("● ") for line in kabar.out.splitlines() if line.startswith("● ")]


def test_the_sample_is_told_within_seconds_and_not_twice(fresh: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with fresh.start("run", fresh=True) as kabar:
        kabar.wait_for(lambda: SEED_STORY in kabar.out, "the seed's story")
        took = kabar.cpu_seconds / slowness()
        kabar.wait_for_event("feed-unreachable", count=22)
        assert kabar.wait_for_event("feed-polled", feed="sample")["on_topic"] >= 8
        kabar.wait_for(lambda: len(titles(kabar)) == STORIES, "all alerts of a first poll")
        assert kabar.stop() == 0
        told = titles(kabar)
        assert not [title for title in told if any(word.lower() in title.lower() for word in NOT_THE_STORY)]
        assert "Alasan: Tentara Korea Utara di Rusia — " in kabar.out
        unreachable = [event for event in kabar.events if event["event"] == "feed-unreachable"]
        assert {event["reason"].partition(" ")[2] for event in unreachable} == {
            "cannot be reached: it refuses the connection"
        }
        assert "Traceback" not in kabar.err
    with capsys.disabled():
        sys.stdout.write(f" [first alert after {took:.1f} s of the processor] ")
    assert took < WITHIN

    with fresh.start("run") as kabar:
        kabar.wait_for(lambda: "Already told" in kabar.err, "what was told")
        assert kabar.stop() == 0
        assert kabar.out == ""
    assert [one["title"] for one in fresh.run("alerts", "--json", "--limit", "100").json][: len(told)] == told


def test_two_years_later_the_sample_is_told_just_the_same(fresh: Home) -> None:
    """The clock of a process cannot be set, so the sample grows older instead."""
    sample = fresh.folder / "seeds" / "sample-feed.xml"
    sample.write_text(_older(sample.read_text("utf-8"), timedelta(days=730)), "utf-8")
    assert "2022" in sample.read_text("utf-8")
    done = fresh.run("poll", "--json")
    assert done.code == 0
    also = {alert["title"]: len(alert["also"]) for alert in done.json}
    assert (also[SEED_STORY], len(also)) == (5, STORIES)


def _older(feed: str, age: timedelta) -> str:
    def earlier(found: re.Match[str]) -> str:
        return f"<{found[1]}>{format_datetime(parsedate_to_datetime(found[2]) - age)}</{found[1]}>"

    return re.sub(r"<(pubDate|lastBuildDate)>(.*?)</\1>", earlier, feed)
