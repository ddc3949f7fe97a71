"""How far Kabar reads feeds as other readers do: `python -m tests.benchmarks.parity [--verbose] [--data FOLDER]`.

The documents are the test data of feedparser, gofeed, feed-rs, rss-parser and reader, with what they state of entries.
Compared is what Kabar shows: plain texts, and addresses that are absolute. Disagreements that somebody has read are in
`parity_judged.json`, with who is right; the second table counts those as right where Kabar is, or both are.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import click

from bot.feeds.entry_content import plain_names, plain_text, plain_title
from bot.feeds.parse import parse_feed
from bot.model import Entry, ParsedFeed
from bot.text.urls import absolute_url, behind_redirector
from tests.benchmarks.data import DEFAULT_FOLDER
from tests.benchmarks.feed_corpora import KINDS, Expected, ExpectedFeed, read_corpora

BASE: Final = "https://parity.example/feed.xml"
JUDGED: Final = json.loads(Path(__file__).with_name("parity_judged.json").read_text("utf-8"))
_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Compared:
    """A stated value beside what Kabar has read."""

    feed: ExpectedFeed
    number: int
    kind: str
    stated: tuple[str, ...]
    read: str
    agrees: bool


def compare(feed: ExpectedFeed) -> Iterator[Compared]:
    """Every stated value of a document.

    Left out are entries that have nothing to read, neither title nor link nor text. An entry that Kabar does not have
    has nothing.
    """
    parsed = parse_feed(feed.path.read_bytes(), feed.headers, BASE)
    entries: Sequence[Entry] = parsed.entries if isinstance(parsed, ParsedFeed) else ()
    readable = [expected for expected in feed.entries if _is_readable(expected)]
    for number, expected in enumerate(readable):
        entry = entries[number] if number < len(entries) else None
        for kind, stated in expected.items():
            read = _shown(entry, kind) if entry is not None else ""
            yield Compared(feed, number, kind, stated, read, _agrees(kind, stated, read))


def _is_readable(expected: Expected) -> bool:
    texts = (plain_text(text, is_html=True) for kind in ("title", "text") for text in expected.get(kind, ()))
    links = (absolute_url(BASE, link) for link in expected.get("link", ()))
    return any(links) or any(_words(text) for text in texts)


def _shown(entry: Entry, kind: str) -> str:
    value = {
        "title": entry.title,
        "link": entry.link,
        "id": entry.guid,
        "published": entry.published_at or entry.updated_at,
        "updated": entry.updated_at or entry.published_at,
        "text": entry.text,
        "author": entry.author,
        "picture": entry.image,
    }[kind]
    return value.isoformat() if isinstance(value, datetime) else value or ""


def _agrees(kind: str, stated: tuple[str, ...], read: str) -> bool:
    match kind:
        case "title":
            titles = [plain_title(one, is_html=html) for one in stated for html in (True, False)]
            return _words(read) in [_words(title) for title in titles]
        case "text":
            return _words(read) in [_words(plain_text(one, is_html=html)) for one in stated for html in (True, False)]
        case "link" | "picture":
            return read in [behind_redirector(absolute_url(BASE, one) or "") for one in stated]
        case "id":
            return read in [" ".join(one.split()) for one in stated]
        case "author":
            return any(_begins_with(_words(read), _words(plain_names([one]) or "")) for one in stated)
        case _:
            return any(_is_near(one, read) for one in stated)


def _begins_with(words: list[str], first: list[str]) -> bool:
    """Several projects name only the first of several authors."""
    return words[: len(first)] == first


def _is_near(stated: str, read: str) -> bool:
    try:
        one, other = (datetime.fromisoformat(text) for text in (stated, read))
    except ValueError:
        return False
    return abs((one if one.tzinfo else one.replace(tzinfo=UTC)) - other) < timedelta(seconds=1)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


@click.command(help=__doc__)
@click.option("--data", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, help="The folder with feeds/.")
@click.option("--verbose", is_flag=True, help="List what disagrees.")
@click.option("--corpus", help="Only this one.")
@click.option("--kind", type=click.Choice(KINDS), help="List this kind only.")
def main(data: Path, verbose: bool, corpus: str | None, kind: str | None) -> None:
    if not (data / "feeds").is_dir():
        sys.exit(f"{data / 'feeds'} is not there: give the folder of the data with --data")
    found = [one for feed in read_corpora(data / "feeds") if corpus in (None, feed.corpus) for one in compare(feed)]
    judged = [_judge(one, data / "feeds") for one in found]
    for one, judgement in zip(found, judged, strict=True):
        if verbose and not one.agrees and kind in (None, one.kind):
            name = one.feed.path.relative_to(data / "feeds")
            print(f"{one.kind:9} {name} [{one.number}]: {one.stated!r:.200} / {one.read!r:.120}")
            print(f"{'':9} {judgement}" if judgement else f"{'':9} not judged yet")
    print("agrees")
    _print_shares(found)
    print("agrees, or was judged to be right")
    _print_shares(
        [
            replace(one, agrees=one.agrees or judgement.startswith(("kabar", "both")))
            for one, judgement in zip(found, judged, strict=True)
        ]
    )


def _judge(one: Compared, folder: Path) -> str:
    """Who is right, and why; empty where the values agree, or nobody has read them."""
    if one.agrees:
        return ""
    name = one.feed.path.relative_to(folder).as_posix()
    fitting = (row for row in JUDGED if one.kind in row["kinds"] and fnmatch(name, row["files"]))
    return next((f"{row['right']}: {row['why']}" for row in fitting), "")


def _print_shares(found: Sequence[Compared]) -> None:
    all_of, agreeing = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in found:
        for place in ((one.feed.corpus, one.kind), ("all", one.kind), (one.feed.corpus, "all"), ("all", "all")):
            all_of[place] += 1
            agreeing[place] += one.agrees
    corpora = [*dict.fromkeys(one.feed.corpus for one in found), "all"]
    print(f"{'':11}" + "".join(f"{kind:>18}" for kind in (*KINDS, "all")))
    for corpus in corpora:
        cells = []
        for kind in (*KINDS, "all"):
            count = all_of[corpus, kind]
            share = f"{agreeing[corpus, kind] / count:.1%} of {count}" if count else ""
            cells.append(f"{share:>18}")
        print(f"{corpus:11}" + "".join(cells))


if __name__ == "__main__":
    main()
