"""Feeds that are made to do harm, all at once, in a real Kabar: each costs itself a poll, and nothing else."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import Answer, FeedServer

CHAT = 1001
MEGABYTES = 1_000_000
XML = {"content-type": "application/rss+xml; charset=utf-8"}
IN_NO_HURRY = SETTINGS.replace('every = "1s"', 'every = "15m"').replace('at_most = "1s"', 'at_most = "1h"')


def rss(items: str, prologue: str = "") -> bytes:
    return f'{prologue}<rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'.encode()


def one(title: str, text: str = "", more: str = "") -> bytes:
    return rss(
        f"<item><title>{title}</title><guid>{title[:50]}</guid><description><![CDATA[{text}]]></description>{more}</item>"
    )


def packed(body: bytes) -> Answer:
    return Answer(gzip.compress(body, 1), headers={**XML, "content-encoding": "gzip"})


def bomb(layers: int) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, layers))
    return f'<!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]>'


@dataclass(frozen=True, slots=True)
class Hostile:
    """A feed, and what Kabar says of it: so many entries (-1: whatever), or why there are none."""

    answer: Answer
    entries: int = 0
    reason: str = ""


DEEP = "<div>" * 100_000 + "deep" + "</div>" * 100_000


def hostile_feeds() -> dict[str, Hostile]:
    """Hundreds of megabytes, most of them packed: made when they are wanted."""
    many = "".join(f"<item><title>Rice {n}</title><guid>g{n}</guid></item>" for n in range(100_000))
    return {
        "entries": Hostile(packed(rss(many)), 5_000),
        "one-large-entry": Hostile(packed(one("Rice", "<p>rice</p> " * 900_000)), 1),
        "long-title": Hostile(packed(one("Korea" + "n" * 100_000)), 1),
        "deep-html": Hostile(packed(one("Rice", DEEP)), 1),
        "deep-xml": Hostile(packed(rss(f"<item><title>Rice</title><description>{DEEP}</description></item>")), 1),
        "endless-entries": Hostile(packed(b"<rss version='2.0'><channel>" + b"<item>" * 2_400_000), -1),
        "entity-bomb": Hostile(packed(rss("<item><title>Rice &l11;</title></item>", bomb(12))), -1),
        "gzip-bomb": Hostile(packed(b"\0" * 300 * MEGABYTES), 0, "more than 15,000,000 bytes"),
        "deflate-bomb": Hostile(
            Answer(zlib.compress(b" " * 100 * MEGABYTES), headers={**XML, "content-encoding": "deflate"}),
            0,
            "more than 15,000,000 bytes",
        ),
        "brotli": Hostile(Answer(b"\x5b", headers={**XML, "content-encoding": "br"}), 0, "packed in a way"),
        "gzip-in-gzip": Hostile(
            Answer(gzip.compress(gzip.compress(one("Rice"))), headers={"content-encoding": "gzip"}), -1
        ),
        "large": Hostile(Answer(b"<rss>" + b" " * 15 * MEGABYTES, headers=XML), 0, "more than 15,000,000 bytes"),
        "loop": Hostile(Answer(status=302, headers={"location": "/loop"}), 0, "redirects more than 5 times"),
        "inwards": Hostile(Answer(status=301, headers={"location": "http://[::1]:1/"}), 0, "network.allow_hosts"),
        "charset": Hostile(Answer(one("Rice"), headers={"content-type": "text/xml; charset=utf-16"}), 1),
        "no-charset": Hostile(Answer(one("Beras").replace(b"Beras", b"B\xe9ras\xff\xfe\x00"), headers=XML), 1),
        "noise": Hostile(Answer(bytes(range(256)) * 4_000, headers=XML), -1),
        "dates": Hostile(
            Answer(
                one("Korea in 2099", "Korea korea.", "<pubDate>Tue, 06 Jan 2099 08:00:00 GMT</pubDate>"), headers=XML
            ),
            1,
        ),
        "links": Hostile(
            Answer(
                one("Korea", "Korea.", "<link>javascript:alert(1)</link><guid>data:text/html,x</guid>"), headers=XML
            ),
            1,
        ),
    }


def polled(kabar: KabarProcess) -> dict[str, dict[str, object]]:
    """What became of the first poll of each feed."""
    found: dict[str, dict[str, object]] = {}
    for event in kabar.events:
        if event["event"] in ("feed-polled", "feed-unreachable"):
            found.setdefault(event["feed"], event)
    return found


def largest(kabar: KabarProcess) -> float:
    """Megabytes of the main process at its largest so far."""
    status = Path(f"/proc/{kabar.pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1_000 for line in status if line.startswith("VmHWM:"))


def wait_for_story(kabar: KabarProcess, api: FakeBotApi, number: int) -> None:
    title = f"Story {number} about korea"
    kabar.wait_for(lambda: any(message.text.startswith(title) for message in api.messages(CHAT)), title)


def test_hostile_feeds_cost_themselves_a_poll_and_nothing_else(home: Home, api: FakeBotApi, feeds: FeedServer) -> None:
    hostiles = hostile_feeds()
    api.add_chat(CHAT)
    home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
    for name, hostile in hostiles.items():
        feeds.put(f"/{name}", hostile.answer)
    feeds.put_feed("/good", feed_of(article(1)))
    home.configure(*(feeds.url(f"/{name}") for name in hostiles), settings=IN_NO_HURRY)
    good = f'[[feeds]]\nid = "good"\nurl = "{feeds.url("/good")}"\nevery = "1s"\nfirst_poll = "all"\n'
    home.write("config/feeds.toml", home.config.joinpath("feeds.toml").read_text() + good)
    home.topic("peninsula", query="korea")
    named = {f"feed-{number}": name for number, name in enumerate(hostiles, start=1)} | {"good": "good"}
    with home.start("run") as kabar:
        told = {feed_id for feed_id, name in named.items() if name == "good" or hostiles[name].entries >= 0}
        kabar.wait_for(lambda: told <= polled(kabar).keys(), "a poll of each", seconds=150)
        outcomes = {named[feed_id]: event for feed_id, event in polled(kabar).items()}
        for number in range(2, 4):
            feeds.put_feed("/good", feed_of(*(article(n) for n in range(1, number + 1))))
            wait_for_story(kabar, api, number)
        assert largest(kabar) < 400
        assert max((hold.seconds for hold in home.held_up()), default=0) < 1
        assert kabar.stop() == 0
    for name, hostile in hostiles.items():
        event = outcomes.get(name, {})
        if hostile.reason:
            assert hostile.reason in str(event.get("reason")), (name, event)
        elif hostile.entries > 0:
            assert event.get("entries") == hostile.entries, (name, event)
    assert "Traceback" not in kabar.err
    for message in api.messages(CHAT):
        assert len(message.text) <= 4_096
        assert not any(link.startswith(("javascript", "data", "file")) for link in message.links)
