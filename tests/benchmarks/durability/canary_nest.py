"""The canaries: secrets of every kind, and a configuration that is full of them."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.news import article
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.hubs import HubServer
from tests.fakes.loopback import free_port

GROUP: Final = -1001234567890
LOGIN: Final = "reader"
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_STATUSES: Final = (403, 404, 410, 429, 500)


@dataclass(slots=True)
class Aviary:
    """The canaries, and where they were seen."""

    random: Random
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By kind, as it may be written."""
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and place."""
    looked: Counter[str] = field(default_factory=Counter)
    """Characters that were searched, by place."""

    def hatch(self, kind: str) -> str:
        """A new canary."""
        value = "".join(self.random.choices(_ALPHABET, k=18)) + "7"
        self.spellings[kind] = (value, b64encode(f"{LOGIN}:{value}".encode()).decode())
        return value

    def catch(self, kind: str, value: str) -> None:
        """A secret that Kabar has made itself."""
        self.spellings[kind] = (value,)

    def look(self, place: str, text: str) -> None:
        """Count the canaries in a text."""
        self.looked[place] += len(text)
        for kind in self.found_in(text):
            self.seen[kind, place] += 1

    def found_in(self, text: str) -> set[str]:
        return {kind for kind, written in self.spellings.items() if any(one in text for one in written)}


def configure(
    home: Home, feeds: FeedServer, hub: HubServer, aviary: Aviary, port: int, admins: list[int], guest: int
) -> None:
    """A Kabar that listens on `port`, and whose every secret is a canary."""
    settings = (
        SETTINGS.replace('"1s"', '"20s"')
        .format(admins=", ".join(map(str, admins)))
        .replace("[telegram]\n", f'[telegram]\nwebhook = "http://127.0.0.1:{port}/telegram"\n')
    )
    endpoints = feeds.url("/v1").replace("://", f"://{LOGIN}:{aviary.hatch('login of an endpoint')}@")
    home.write(
        "config/kabar.toml",
        f'{settings}[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\nmetrics = true\n'
        f'[network]\nallow_hosts = ["127.0.0.1:{feeds.port}", "127.0.0.1:{hub.port}"]\n'
        f'[embedding]\nurl = "{endpoints}"\n[summaries]\nurl = "{endpoints}"\nmodel = "m"\nseconds = 2\n',
    )
    feeds.put("/v1/embeddings", Answer(b"{}", status=500))
    rows = [_feed(name, url, more) for name, url, more in _feeds(feeds, hub, aviary)]
    home.write("config/feeds.toml", "\n".join(rows))
    home.topic("peninsula", query="korea", chats=[str(admins[0]), str(guest), str(GROUP)])


def _feed(name: str, url: str, more: str) -> str:
    return f'[[feeds]]\nid = "{name}"\nurl = "{url}"\nfirst_poll = "all"\n{more}\n'


def _feeds(feeds: FeedServer, hub: HubServer, aviary: Aviary) -> Iterator[tuple[str, str, str]]:
    """Id, address and other keys of feeds: those that work and repeat their secret, then those that fail."""
    key, path, login = aviary.hatch("query"), aviary.hatch("path"), aviary.hatch("login")
    feeds.put("/query", repeating(feeds.url(f"/query?apikey={key}"), 1, hub.url))
    yield "query", feeds.url(f"/query?apikey={key}"), ""
    feeds.put(f"/{path}/rss", repeating(feeds.url(f"/{path}/rss"), 5))
    yield "path", feeds.url(f"/{path}/rss"), ""
    feeds.put("/login", repeating(feeds.url(f"/login?again={login}"), 9))
    yield "login", feeds.url("/login").replace("://", f"://{LOGIN}:{login}@"), ""
    feeds.put("/header", repeating(feeds.url("/header"), 13))
    headers = f'{{ Authorization = "Bearer ${{NEWS_KEY}}", X-Api-Key = "{aviary.hatch("header, in the file")}" }}'
    yield "header", feeds.url("/header"), f"headers = {headers}"
    feeds.put("/fragment", repeating(feeds.url("/fragment"), 17))
    yield "fragment", feeds.url(f"/fragment#token={aviary.hatch('fragment')}"), ""
    yield "titled", (address := feeds.url(f"/titled?token={aviary.hatch('title')}")), f'title = "{address}"'
    for status in _STATUSES:
        echo = aviary.hatch(f"failing {status}")
        feeds.put(f"/{status}", Answer(f"no such key: {echo}".encode(), status=status))
        yield f"failing-{status}", feeds.url(f"/{status}?key={echo}"), ""
    moved, there = aviary.hatch("redirecting"), aviary.hatch("redirected to")
    for name, target, code in (
        ("moved", f"/there?sig={there}", 301),
        ("away", f"http://10.0.0.1/rss?sig={there}", 302),
        ("round", f"/round?sig={there}", 302),
        ("mailed", f"mailto:{there}", 302),
    ):
        feeds.redirect(f"/{name}", feeds.url(target) if target.startswith("/") else target, code)
        yield name, feeds.url(f"/{name}?key={moved}"), ""
    feeds.put("/there", repeating(feeds.url(f"/there?sig={there}"), 21))
    broken = aviary.hatch("unreadable")
    for name, body in (
        ("html", f"<html><body>wrong apikey {broken}</body></html>"),
        ("json", f'{{"error": "{broken}"'),
        ("xml", f'<rss><channel><item><title>{broken} & <a href="{broken}'),
        ("nothing", ""),
    ):
        feeds.put(f"/{name}", Answer(body.encode()))
        yield name, feeds.url(f"/{name}?key={broken}"), ""
    yield "tls", feeds.url(f"/tls?key={aviary.hatch('no TLS')}").replace("http:", "https:"), ""
    yield "refusing", f"http://127.0.0.1:{free_port()}/rss?key={aviary.hatch('refusing')}", ""
    yield "nowhere", f"http://no-such-host.invalid/rss?key={aviary.hatch('no host')}", ""


def repeating(address: str, first: int, hub: str = "") -> Answer:
    """A document that has its own address everywhere."""
    items = []
    for number, link in enumerate((f"{address}#1", "article", "?p=1", address), start=first):
        one = article(number)
        items.append(
            f"<item><title>{one.title} {address}</title><guid>{number}</guid><link>{_escaped(link)}</link>"
            f"<description>{one.text} {_escaped(address)}</description><author>{_escaped(address)}</author>"
            f'<enclosure url="{_escaped(address)}" type="image/png" length="1"/></item>'
        )
    links = f'<atom:link rel="self" href="{_escaped(address)}"/>' + (
        f'<atom:link rel="hub" href="{hub}"/>' if hub else ""
    )
    body = (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{_escaped(address)}</title><link>{_escaped(address)}</link>{links}{''.join(items)}</channel></rss>"
    )
    return Answer(body.encode(), headers={"content-type": "application/rss+xml"})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")
