"""`feeds.toml`: the feeds that are polled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.config import values
from bot.config.feed_headers import read_headers, user_agent, write_headers
from bot.config.file_fields import FileField, read_fields, several, single
from bot.config.tables import BadValueError, Table, described
from bot.errors import FilePosition
from bot.feeds.feed_ids import address_key
from bot.model import Feed, FirstPoll
from bot.text.urls import without_feed_scheme


@dataclass(frozen=True, slots=True)
class FeedContext:
    """What the keys of a feed depend on besides their own values."""

    directory: Path
    """The configuration directory: paths are relative to it."""
    environment: Mapping[str, str]
    """The variables that headers may name."""


def read_feeds(top: Table, context: FeedContext) -> tuple[Feed, ...]:
    """The feeds, each id and each address once; what is wrong is noted and left out."""
    feeds: list[Feed] = []
    ids: dict[str, FilePosition] = {}
    addresses: dict[str, FilePosition] = {}
    for table in top.tables("feeds"):
        feed = _read_feed(table, context)
        if feed is None:
            continue
        first = ids.setdefault(feed.id, table.place("id"))
        if first != table.place("id"):
            table.problem("id", f"the id '{feed.id}' is taken by the feed in line {first.line}.", "Choose another.")
            continue
        first = addresses.setdefault(address_key(feed.url), table.place("url"))
        if first != table.place("url"):
            table.problem("url", f"the feed in line {first.line} has this address already.", "Keep one of them.")
            continue
        feeds.append(feed)
    top.refuse_unknown({"[feeds]": [one.key for one in FEED_FIELDS]})
    return tuple(feeds)


def _read_feed(table: Table, context: FeedContext) -> Feed | None:
    for key, example in (("id", "antara"), ("url", "https://…")):
        if not table.has(key):
            table.problem(None, f"this feed has no {key}.", f'Add {key} = "{example}".')
    feed = Feed(**read_fields(Feed, FEED_FIELDS, table, context))
    if feed.url.startswith("file:") and not Path(unquote(urlsplit(feed.url).path)).is_file():
        table.warning("url", "there is no such file yet.", "It is looked for again at each poll.")
    table.refuse_unknown()
    return feed if feed.id and feed.url else None


def _read_url(table: Table, context: FeedContext, default: str) -> str:
    def convert(value: object) -> str:
        written = without_feed_scheme(values.filled_text(value))
        if written.lower().startswith("file:"):
            return _file_address(written[5:], context.directory)
        if not values.is_web_address(written):
            hint = "It begins with http:// or https://, or with file: for a file."
            raise BadValueError(f"{described(value)} is not the address of a feed.", hint)
        return written

    return table.read("url", convert, default)


def _file_address(written: str, directory: Path) -> str:
    """`file:PATH` relative to the configuration directory, or `file:///PATH`, as an absolute `file:///…`."""
    if written.startswith("//"):
        host, _, rest = written[2:].partition("/")
        if host not in ("", "localhost"):
            raise BadValueError("a file: address has no host.", 'For example "file:../feeds/mine.xml".')
        return values.located(f"/{unquote(rest)}", directory).as_uri()
    if not written:
        raise BadValueError("the file is missing.", 'For example "file:../feeds/mine.xml".')
    return values.located(written, directory).as_uri()


FEED_FIELDS: Final[tuple[FileField[Feed, FeedContext], ...]] = (
    single("id", values.identifier, is_always_written=True),
    FileField("url", "url", _read_url, is_always_written=True),
    single("title", values.text),
    several("tags", values.tag, '["id", "world"]'),
    single("first_poll", values.choice(FirstPoll)),
    single("every", values.duration),
    single("user_agent", user_agent),
    FileField(
        "headers",
        "headers",
        lambda table, context, _: read_headers(table, context.environment),
        lambda feed: write_headers(feed.headers),
    ),
)
"""In the order of an exported file."""
