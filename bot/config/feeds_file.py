"""`feeds.toml`: what is polled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.config import values
from bot.config.tables import BadValueError, Table, described
from bot.errors import FilePosition
from bot.feeds.feed_ids import address_key
from bot.model import Feed, FeedId, FirstPoll

_KEYS = ("id", "url", "title", "tags", "first_poll", "every")


def read_feeds(top: Table, directory: Path) -> tuple[Feed, ...]:
    """The feeds, each id and each address once; what is wrong is noted and left out."""
    feeds: list[Feed] = []
    ids: dict[str, FilePosition] = {}
    addresses: dict[str, FilePosition] = {}
    for table in top.tables("feeds"):
        feed = _read_feed(table, directory)
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
    top.refuse_unknown({"[feeds]": _KEYS})
    return tuple(feeds)


def _read_feed(table: Table, directory: Path) -> Feed | None:
    for key, example in (("id", "antara"), ("url", "https://…")):
        if not table.has(key):
            table.problem(None, f"this feed has no {key}.", f'Add {key} = "{example}".')
    feed_id = table.read("id", values.identifier, "")
    url = table.read("url", _address(directory), "")
    if url.startswith("file:") and not Path(unquote(urlsplit(url).path)).is_file():
        table.warning("url", "there is no such file yet.", "It is looked for again at each poll.")
    feed = Feed(
        id=FeedId(feed_id),
        url=url,
        title=table.read("title", values.text, ""),
        tags=tuple(dict.fromkeys(table.read_all("tags", values.tag, '["id", "world"]'))),
        first_poll=table.read("first_poll", values.choice(FirstPoll), FirstPoll.RECENT),
        every=table.read("every", values.duration, None),
    )
    table.refuse_unknown()
    return feed if feed_id and url else None


def _address(directory: Path) -> Callable[[object], str]:
    def convert(value: object) -> str:
        written = values.filled_text(value)
        if written.lower().startswith("file:"):
            return _file_address(written[5:], directory)
        if not values.is_web_address(written):
            hint = "It begins with http:// or https://, or with file: for a file."
            raise BadValueError(f"{described(value)} is not the address of a feed.", hint)
        return written

    return convert


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
