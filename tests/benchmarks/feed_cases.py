"""The feeds, pages and lists among the cases (`tests.benchmarks.cases`): what must come of each, as its folder says.

A check returns None where it came out right, else what came. Folders that nobody has written a check for are wrong.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.adapters.http import HttpFetcher, HttpSettings
from bot.articles.extraction import extract_page
from bot.feeds.discovery import typed_address
from bot.feeds.opml import read_opml
from bot.feeds.parse import parse_feed
from bot.model import (
    Entry,
    Extracted,
    Feed,
    FeedId,
    Fetched,
    FetchOutcome,
    FetchRequest,
    FirstPoll,
    NotModified,
    ParsedFeed,
    Topic,
    TopicId,
)
from bot.usecases.feeds.discover import discover_feeds
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.feeds import Item, filler, rss
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.loopback import LoopbackServer
from tests.fakes.workers import InProcessWorkers
from tests.unit.usecases.newsroom import CHAT, Newsroom

Check = Callable[[Path], Coroutine[None, None, str | None]]

FEED = "https://uji.example/feed"
TRIAL = Topic(TopicId("ujicoba"), "Ujicoba", query="Ujicoba", destinations=(CHAT,))


def feed_cases(folder: Path) -> Iterator[tuple[str, Coroutine[None, None, str | None]]]:
    """The folders and their checks."""
    for case in sorted(path for path in folder.iterdir() if path.is_dir()):
        yield case.name, CHECKS.get(case.name.partition("-")[0], _unknown)(case)


async def _unknown(_case: Path) -> str | None:
    return "nobody has written a check for it"


def _differs(came: object, wanted: object) -> str | None:
    return None if came == wanted else f"{came!r} instead of {wanted!r}"


def _entries(case: Path, name: str = "feed.xml") -> tuple[Entry, ...]:
    parsed = parse_feed((case / name).read_bytes(), {}, FEED)
    return parsed.entries if isinstance(parsed, ParsedFeed) else ()


def _files(case: Path, pattern: str) -> list[Path]:
    return sorted(case.glob(pattern))


async def _links(case: Path, *wanted: str | None) -> str | None:
    return _differs([entry.link for entry in _entries(case)], list(wanted))


async def rss_link_href(case: Path) -> str | None:
    (entry,) = _entries(case)
    return _differs((entry.link or "").partition("?")[0], "https://warta.example/seni-menunda")


async def atom_link_without_href(case: Path) -> str | None:
    return await _links(case, "https://blog.example/skuter")


async def mastodon(case: Path) -> str | None:
    texts = ["Tanggul Sungai Jeneberang jebol. Warga mengungsi.", "Dua foto."]
    return _differs([entry.text for entry in _entries(case)], texts)


async def json_feed(case: Path) -> str | None:
    came = [(entry.guid, entry.author) for entry in _entries(case, "feed.json")]
    return _differs(came, [("7781", "Sari W."), ("7782", "Budi"), ("7783", None)])


async def podcast(case: Path) -> str | None:
    audio = "https://cdn.siniar.example/99850/17.mp3"
    return await _links(case, audio, "https://siniar.example/18", "https://siniar.example/19", None)


async def wall_pages(case: Path) -> str | None:
    for path in _files(case, "*.html"):
        page = extract_page(path.read_bytes(), {}, "https://uji.example/a")
        if isinstance(page, Extracted):
            return f"{path.name} is an article: {page.text[:80]!r}"
    return None


async def bare_ampersands(case: Path) -> str | None:
    came = [entry.link for name in ("feed.xml", "rss.xml") for entry in _entries(case, name)]
    commit = "https://aur.example/cgit/aur.git/commit/?id=135f143e&h=uji"
    return _differs(came, [commit, "https://b.example/n.php?id=7&section=kota&copy=2&page=3"])


async def charsets(case: Path) -> str | None:
    wanted = {
        "utf16-declared-utf8.xml": "Café “baru” é",
        "windows-874.xml": "ฝนตกหนักในกรุงเทพ",
        "x-gbk.xml": "北京今日大雨",
    }
    came = {path.name: [entry.title for entry in _entries(case, path.name)] for path in _files(case, "*.xml")}
    readable = all(title and "\ufffd" not in title[0] and title[0].isprintable() for title in came.values())
    known = {name: came[name] for name in wanted if came.get(name) != [wanted[name]]}
    return None if readable and not known else f"{came}"


async def lists_of_feeds(case: Path) -> str | None:
    counts = {"thunderbird": 2, "flym": 6, "no-amp": 2, "no-root-case": 1, "ttrss": 1}
    for name, wanted in counts.items():
        feeds = read_opml((case / f"{name}.opml").read_bytes())
        urls = [feed.url for feed in feeds] if isinstance(feeds, tuple) else [str(feeds)]
        if len(urls) != wanted or any("daftar.example" in url or "&amp;" in url for url in urls):
            return f"{name}: {urls}"
    return None


async def discovery(_case: Path) -> str | None:
    site = "https://situs.example"
    feed = Answer(rss(Item("Kabar", "Isi.", "g", f"{site}/a")))
    pages = {
        "/dot": ('<link rel=alternate type="application/rss+xml" href="./sub/feed.xml">', "/sub/feed.xml"),
        "/two": (
            '<link rel="alternate" type="application/rss+xml" href="/rdf.php">'
            '<link rel="alternate" type="application/atom+xml" href="/rdf.php">',
            "/rdf.php",
        ),
        "/unq": ("<link href=/f.atom rel=alternate type=application/atom+xml>", "/f.atom"),
        "/hdr": ("", "/h.xml"),
        "/blank": ('<link rel="alternate" type="application/rss+xml" href="  /.rss ">', "/.rss"),
        "/late": (
            '<link rel="alternate" type="application/rss+xml" href="/not"><a href="/also-not">RSS</a>'
            '<link rel="alternate" type="application/rss+xml" href="/real.xml">',
            "/real.xml",
        ),
    }
    answers: dict[str, Answer | None] = {site + place: feed for _, place in pages.values()}
    answers[f"{site}/not"] = Answer(b"<html><body>no feed</body></html>")
    for path, (head, place) in pages.items():
        headers = {"link": f'<{place}>; rel="alternate"; type="application/rss+xml"'} if path == "/hdr" else {}
        body = f"<!DOCTYPE html><html><head>{head}</head><body><p>Teks.</p></body></html>"
        answers[site + path] = Answer(body.encode(), headers={"content-type": "text/html", **headers})
    for path, (_, place) in pages.items():
        found = await discover_feeds(FakeFetcher(answers), InProcessWorkers(), FakeClock(), site + path)
        if [one.url for one in found] != [site + place]:
            return f"{path}: {[one.url for one in found]}"
    typed = [typed_address(written) for written in ("feed://situs.example/rss", "feed:https://situs.example/rss")]
    return None if all(address and address.startswith("http") for address in typed) else f"feed://: {typed}"


# --- documents of successive polls ------------------------------------------------------------


async def _room(folder: str) -> Newsroom:
    outlet = Feed(FeedId("uji"), FEED, title="Uji", first_poll=FirstPoll.ALL)
    room = await Newsroom.open(Path(folder), [TRIAL], [outlet])
    room.clock.set(datetime(2026, 11, 30, 15, 20, tzinfo=UTC))
    return room


async def _polled(case: Path, pages: dict[str, str] | None = None) -> tuple[list[str], list[str]]:
    """Titles of the alerts, and all their words, after the folder's polls, ten minutes apart."""
    with tempfile.TemporaryDirectory() as folder:
        room = await _room(folder)
        try:
            for url, name in (pages or {}).items():
                answer = Answer((case / name).read_bytes(), headers={"content-type": "text/html"})
                room.fetcher.answers[url] = answer
            for path in _files(case, "poll?.xml"):
                room.fetcher.answers[FEED] = Answer(path.read_bytes())
                await room.poll("uji")
                await room.deliver()
                room.clock.set(room.clock.now() + timedelta(minutes=10))
            alerts = room.messenger.alerts(CHAT.chat)
            return [alert.title for alert in alerts], [repr(one) for one in room.messenger.contents(CHAT.chat)]
        finally:
            await room.aclose()


async def replies(case: Path) -> str | None:
    titles, _ = await _polled(case)
    return None if len(titles) == 2 else f"alerts: {titles}"


async def reddit(case: Path) -> str | None:
    titles, said = await _polled(case)
    return None if len(titles) == 1 and "submitted by" not in said[0] else f"{titles}: {said}"


async def slash_dates(case: Path) -> str | None:
    dates = {entry.guid: entry.published_at for entry in _entries(case, "poll2.xml")}
    wanted = {"k2": datetime(2026, 11, 30, 15, tzinfo=UTC), "k3": datetime(2026, 11, 30, 15, 15, tzinfo=UTC)}
    if any(dates[guid] != moment for guid, moment in wanted.items()):
        return f"{dates}"
    titles, _ = await _polled(case)
    return _differs(sorted(titles), ["Ujicoba jalur evakuasi besok pagi", "Ujicoba sirene sore ini"])


async def walls_polled(case: Path) -> str | None:
    base = "http://127.0.0.1:8472/45-consent-wall-polled/"
    titles, said = await _polled(case, {f"{base}wall-": "wall-poll1.xml", f"{base}aside-": "aside-poll1.xml"})
    walls = [one for one in said if any(word in one for word in ("kuki", "privasi", "geolokasi"))]
    return None if len(titles) == 2 and not walls else f"{titles}: {walls}"


async def stale_304(_case: Path) -> str | None:
    def story(number: int) -> Item:
        text = f"Ujicoba. {filler(str(number), 40)}"
        return Item(f"Ujicoba {number}", text, f"g{number}", f"https://uji.example/{number}")

    class Stale(FakeFetcher):
        """Answers 304 to any condition."""

        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            if request.url == FEED and (request.etag or request.last_modified):
                return NotModified(FEED)
            return await super().fetch(request)

    with tempfile.TemporaryDirectory() as folder:
        room = await _room(folder)
        try:
            stale = Stale({FEED: Answer(rss(story(1)), etag='"1"')})
            room.fetcher = stale
            await room.again()
            await room.poll("uji")
            stale.answers[FEED] = Answer(rss(story(2), story(1)), etag='"1"')
            for _ in range(4 * 9):
                await room.later(timedelta(hours=6))
                await room.poll("uji")
            await room.later()
            titles = room.told()
            return _differs(titles, ["Ujicoba 1", "Ujicoba 2"])
        finally:
            await room.aclose()


# --- servers ----------------------------------------------------------------------------------


async def _fetched(url: str) -> str | None:
    """None if the feed at this address of a server on this machine was read."""
    async with HttpFetcher(HttpSettings(), FakeClock()) as fetcher:
        outcome = await fetcher.fetch(FetchRequest(url, trusted=True))
    if not isinstance(outcome, Fetched):
        return f"{url}: {outcome}"
    parsed = parse_feed(outcome.body, outcome.headers, outcome.url)
    return None if isinstance(parsed, ParsedFeed) and parsed.entries else f"{url}: {parsed}"


async def content_encodings(_case: Path) -> str | None:
    body = rss(Item("Kabar", "Isi.", "g", "https://uji.example/a"))
    zipped = gzip.compress(body)
    routes = {"aws-chunked": body, "UTF-8": body, "none": body, "gzip,aws-chunked": zipped, "x-unknown": zipped}
    with FeedServer() as server:
        for number, (coding, sent) in enumerate(routes.items()):
            server.put(f"/{number}", Answer(sent, headers={"content-encoding": coding}))
            if came := await _fetched(server.url(f"/{number}")):
                return f"{coding}: {came}"
    return None


class CookieServer(LoopbackServer):
    """Gives a feed to those who bring the cookie that it gave them one redirect before."""

    def __init__(self) -> None:
        super().__init__([Route("/cookie", self._cookie), Route("/a", self._cookie), Route("/b", self._back)])

    def _cookie(self, request: Request) -> Response:
        if request.cookies.get("session") == "1":
            return Response(rss(Item("Kabar", "Isi.", "g", "https://uji.example/a")))
        answer = RedirectResponse("/cookie" if request.url.path == "/cookie" else "/b", 302)
        answer.set_cookie("session", "1")
        return answer

    def _back(self, _request: Request) -> Response:
        return RedirectResponse("/a", 302)


async def cookie_redirects(_case: Path) -> str | None:
    with CookieServer() as server:
        for path in ("/cookie", "/a"):
            if came := await _fetched(f"http://127.0.0.1:{server.port}{path}"):
                return came
    return None


CHECKS: dict[str, Check] = {
    "07": rss_link_href,
    "09": atom_link_without_href,
    "11": mastodon,
    "13": json_feed,
    "19": podcast,
    "24": wall_pages,
    "25": wall_pages,
    "29": replies,
    "34": reddit,
    "35": slash_dates,
    "40": lists_of_feeds,
    "41": discovery,
    "42": bare_ampersands,
    "43": charsets,
    "45": walls_polled,
    "49": content_encodings,
    "51": cookie_redirects,
    "53": stale_304,
}
