"""Feeds for `polling`, on loopback: made ones and real ones, with validators, in a process of its own.

    python -m tests.benchmarks.polled_server --made 500 [--real FOLDER…]

Prints its port and serves until its standard input closes. 50 addresses of 127.0.0.0/8 stand for as many hosts.
`/-/urls` lists the feeds, `/-/revise` gives every twentieth a new entry, `/-/reset` takes that back, `/-/counts` says
how many answers of each status there were since it was last asked.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from pathlib import Path

import click

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 51))
ENTRIES = 20
REVISED = 20
"""One feed of so many is revised: 5 %."""

_FIRST = datetime(2025, 6, 1, 6, tzinfo=UTC)
_SYLLABLES = ("ka", "bar", "ri", "to", "men", "sa", "lu", "dor", "ne", "pi", "van", "os", "er", "ti", "gra", "mu")
_COMMON = ("the", "of", "and", "to", "in", "a", "is", "that", "for", "on", "was", "with", "as", "by", "at", "from")


@dataclass(frozen=True, slots=True)
class Document:
    """What a path answers."""

    body: bytes
    etag: bytes
    kind: bytes

    @classmethod
    def of(cls, body: bytes, kind: str) -> Document:
        return cls(body, f'"{blake2b(body, digest_size=8).hexdigest()}"'.encode(), kind.encode())


# --- made feeds ------------------------------------------------------------------------------


def vocabulary(rng: random.Random) -> list[str]:
    return sorted({"".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(8_000)})


def prose(rng: random.Random, words: Sequence[str], count: int) -> str:
    """Every third word is one of the most frequent ones, as in a language."""
    return " ".join(rng.choice(_COMMON if rng.random() < 0.34 else words) for _ in range(count)).capitalize() + "."


def markup(rng: random.Random, words: Sequence[str]) -> str:
    """Three paragraphs as outlets write them: a picture, links (some relative), emphasis, entities."""
    link, picture = rng.randrange(10**6), rng.randrange(10**6)
    return (
        f'<p><img src="/img/{picture}.jpg" alt="" width="640" height="360" style="float:left">'
        f"{prose(rng, words, 30)}</p>"
        f'<p class="lead">{prose(rng, words, 25)} <a href="/story/{link}" onclick="count()">{prose(rng, words, 4)}</a> '
        f"{prose(rng, words, 20)} &amp; <strong>{prose(rng, words, 5)}</strong>&nbsp;</p>"
        f'<p>{prose(rng, words, 35)} <em>{prose(rng, words, 3)}</em> <a href="https://other.example/{link}">more</a></p>'
    )


def made_feed(number: int, entries: int) -> Document:
    """RSS with short or full text, or Atom; the same for the same numbers, its newest entries first."""
    rng = random.Random(number)
    words = rng.sample(_WORDS, 1_500)
    is_atom = number % 4 == 3
    items: list[str] = []
    for index in range(entries):
        moment = _FIRST + timedelta(hours=index, minutes=number % 60)
        link = f"https://outlet-{number}.example/{index}/{rng.randrange(10**6)}"
        title = escape(prose(rng, words, 9))
        text = markup(rng, words)
        if is_atom:
            items.append(
                f'<entry><id>tag:outlet-{number}.example,2025:{index}</id><title type="html">{title}</title>'
                f'<link href="{link}"/><updated>{moment.isoformat()}</updated>'
                f"<published>{moment.isoformat()}</published><author><name>Reporter {index}</name></author>"
                f'<content type="html">{escape(text)}</content></entry>'
            )
        else:
            full = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if number % 4 == 2 else ""
            short = escape(prose(rng, words, 30)) if full else escape(text)
            items.append(
                f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="true">{link}</guid>'
                f"<pubDate>{format_datetime(moment)}</pubDate><dc:creator>Reporter {index}</dc:creator>"
                f"<category>News</category><description>{short}</description>{full}</item>"
            )
    listed = "\n".join(reversed(items[-ENTRIES:]))
    home = f"https://outlet-{number}.example/"
    if is_atom:
        return Document.of(
            f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
            f'<title>Outlet {number}</title><id>{home}</id><link href="{home}"/>'
            f"<updated>{_FIRST.isoformat()}</updated>{listed}</feed>".encode(),
            "application/atom+xml",
        )
    return Document.of(
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Outlet {number}</title>'
        f"<link>{home}</link><description>News</description><language>en</language>{listed}</channel></rss>".encode(),
        "application/rss+xml",
    )


_WORDS = vocabulary(random.Random(7))


def real_feeds(folders: Sequence[Path]) -> dict[str, Document]:
    """Feeds as they are; a JSON file beside one says what a test expects of it."""
    files = sorted(
        path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"
    )
    return {
        f"/real/{number}-{path.stem[:12]}": Document.of(path.read_bytes(), "application/xml")
        for number, path in enumerate(files)
    }


# --- HTTP ------------------------------------------------------------------------------------


class Site:
    """Documents by path, and what has been asked."""

    def __init__(self, made: int, real: Sequence[Path]) -> None:
        self._made = made
        self._documents = {f"/made/{number}": made_feed(number, ENTRIES) for number in range(made)} | real_feeds(real)
        self._first = dict(self._documents)
        self._counts: Counter[str] = Counter()
        self.port = 0

    def answer(self, path: str, etag: bytes | None) -> bytes:
        """The whole response."""
        if path.startswith("/-/"):
            return _response(200, Document.of(json.dumps(self._command(path[3:])).encode(), "application/json"))
        document = self._documents.get(path)
        status = 404 if document is None else 304 if document.etag == etag else 200
        self._counts[str(status)] += 1
        return _response(status, document)

    def _command(self, name: str) -> object:
        match name:
            case "urls":
                hosts = (HOSTS[number % len(HOSTS)] for number in range(len(self._documents)))
                return [f"http://{host}:{self.port}{path}" for host, path in zip(hosts, self._documents, strict=True)]
            case "revise":
                changed = [f"/made/{number}" for number in range(0, self._made, REVISED)]
                for path in changed:
                    self._documents[path] = made_feed(int(path.rpartition("/")[2]), ENTRIES + 1)
                return len(changed)
            case "reset":
                self._documents = dict(self._first)
            case "counts":
                counts, self._counts = self._counts, Counter()
                return counts
        return None


def _response(status: int, document: Document | None) -> bytes:
    if document is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if status == 304:
        return b"HTTP/1.1 304 Not Modified\r\nETag: " + document.etag + b"\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (document.kind, document.etag, len(document.body)) + document.body


class Connection(asyncio.Protocol):
    """HTTP/1.1 as two well-behaved clients need it: GET, kept open, one request after the other."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            first, *lines = head.split(b"\r\n")
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)
            }
            self._transport.write(self._site.answer(first.split()[1].decode(), headers.get(b"if-none-match")))


async def serve(site: Site) -> None:
    """Until standard input closes."""
    loop = asyncio.get_running_loop()
    first = socket.create_server((HOSTS[0], 0), backlog=256)
    site.port = first.getsockname()[1]
    sockets = [first, *(socket.create_server((host, site.port), backlog=256) for host in HOSTS[1:])]
    servers = [await loop.create_server(lambda: Connection(site), sock=one) for one in sockets]
    click.echo(site.port)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.close()


@click.command()
@click.option("--made", type=int, default=500)
@click.option("--real", type=click.Path(path_type=Path, file_okay=False), multiple=True)
def main(made: int, real: tuple[Path, ...]) -> None:
    asyncio.run(serve(Site(made, real)))


if __name__ == "__main__":
    main()
