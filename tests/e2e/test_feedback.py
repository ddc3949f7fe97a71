"""`kabar alerts good`, `bad` and `undo`: beside the main job, after restarts, and without a trace once undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.news import feed_of
from tests.fakes.feed_server import FeedServer
from tests.fakes.feeds import Item

LOMBOK = "A magnitude 6.9 earthquake struck Lombok on Sunday; rescuers search ruins in Mataram, officials said.\n"
SAID = {
    "mataram": "In Mataram on Lombok rescuers search ruins after Sunday's magnitude 6.9 earthquake, officials said.",
    "palu": "Officials said rescuers search ruins in Palu after a magnitude 7.5 earthquake struck on Friday.",
    "cianjur": "In Cianjur rescuers search ruins of a school after a magnitude 5.6 earthquake, the governor said.",
}


def scores(home: Home) -> dict[str, float]:
    """What the topic gives each article of the archive, by its title."""
    return {line["title"]: line["score"] for line in home.run("backtest", "quake", "--json").json}


def quaking(home: Home, feeds: FeedServer) -> None:
    """A topic that is told of another earthquake too."""
    home.write("lombok.txt", LOMBOK)
    home.configure(feeds.url("/rss"))
    home.topic("quake", examples=["../../lombok.txt"], sensitivity=0.02)
    now = datetime.now(UTC) - timedelta(hours=2)
    items = [
        Item(name, text, name, f"https://news.example/{name}", now + timedelta(minutes=place), short=True)
        for place, (name, text) in enumerate(SAID.items())
    ]
    feeds.put_feed("/rss", feed_of(*items))


def test_a_vote_counts_after_a_restart_and_undone_leaves_the_former_scores(home: Home, feeds: FeedServer) -> None:
    quaking(home, feeds)
    told = {line["title"]: line["id"] for line in home.run("poll", "--json").json}
    assert told.keys() == SAID.keys()
    before = scores(home)

    (lesson,) = home.run("alerts", "bad", told["palu"], "--json").json
    assert (lesson["topic"], lesson["title"], lesson["verdict"]) == ("quake", "palu", "bad")
    assert lesson["score"]["before"] == before["palu"]
    assert lesson["threshold"]["now"] > lesson["threshold"]["before"]
    after = scores(home)
    assert after.get("palu", lesson["score"]["now"]) == lesson["score"]["now"] < before["palu"]
    assert after.get("cianjur", 0) < before["cianjur"]
    assert after["mataram"] > 0.9 * before["mataram"]
    assert home.run("poll", "--all").code == 0
    assert scores(home) == after

    (undone,) = home.run("alerts", "undo", told["palu"], "--json").json
    assert undone["verdict"] is None
    assert scores(home) == before
    again = home.run("alerts", "undo", told["palu"])
    assert (again.code, again.out) == (1, "")
    assert "no vote of yours" in again.err


def test_the_main_job_learns_of_a_vote_that_a_command_casts(home: Home, feeds: FeedServer) -> None:
    quaking(home, feeds)
    with home.start("run") as kabar:
        kabar.wait_for(lambda: all(f"● {name}\n" in kabar.out for name in SAID), "all alerts")
        kabar.wait_for(lambda: len(home.run("alerts", "--json").json) == len(SAID), "them noted", every=0.5)
        listed = home.run("alerts", "--topic", "quake").out
        (palu,) = (line["id"] for line in home.run("alerts", "--json").json if line["title"] == "palu")
        assert f"  {palu}\n" in listed
        said = home.run("alerts", "good", palu)
        assert said.out.startswith("Noted: “palu” is what “Quake” is for.\nThis article: ")
        kabar.wait_for_event("votes-learned", votes=1)
        assert home.run("alerts", "undo", palu).out.startswith("Taken back: what you said of “palu” for “Quake”.")
        kabar.wait_for_event("votes-learned", votes=0)
        assert kabar.stop() == 0


def test_votes_that_cannot_be_cast_say_why(home: Home, feeds: FeedServer) -> None:
    quaking(home, feeds)
    home.topic("ruins", query="ruins")
    alert_id = home.run("poll", "--json").json[0]["id"]
    nothing = home.run("alerts", "bad", "a:nothing")
    assert (nothing.code, nothing.out) == (2, "")
    assert "kabar alerts" in nothing.err
    several = home.run("alerts", "bad", alert_id)
    assert several.code == 2
    assert "--topic" in several.err
    other = home.run("alerts", "bad", alert_id, "--topic", "peninsula")
    assert other.code == 2
    assert "ruins" in other.err
    home.configure(feeds.url("/rss"), settings=SETTINGS.replace('"en"', '"id"'))
    exact = home.run("alerts", "bad", alert_id, "--topic", "ruins")
    assert exact.code == 0
    assert "kueri bersifat pasti" in exact.out
    (home.config / "topics" / "ruins.toml").unlink()
    gone = home.run("alerts", "undo", alert_id, "--topic", "ruins")
    assert gone.code == 2
    assert "no longer in the configuration" in gone.err
