"""Feeds at an address: the address itself, what its page names, or where sites usually have one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from bot.errors import KabarError
from bot.feeds.dates import plausible_moment
from bot.feeds.discovery import feed_links
from bot.model import Entry, Fetched, FetchFailed, FetchProblem, FetchRequest, Language, ParsedFeed
from bot.ports import Fetcher, Workers


class UnreadableError(KabarError):
    """An address gave nothing; `failure` says of what kind that is."""

    def __init__(self, url: str, failure: FetchFailed) -> None:
        super().__init__(f"{url}: {failure.reason}")
        self.failure = failure


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that could be read, and what it looks like."""

    url: str
    title: str = ""
    language: Language | None = None
    """As it declares itself."""
    entries: int = 0
    newest: str = ""
    """The title of its newest entry."""


async def read_document(url: str, fetcher: Fetcher) -> Fetched:
    """What is at an address that somebody has given: it is not trusted with private hosts. UnreadableError."""
    outcome = await fetcher.fetch(FetchRequest(url))
    if isinstance(outcome, Fetched):
        return outcome
    if isinstance(outcome, FetchFailed):
        raise UnreadableError(url, outcome)
    raise UnreadableError(url, FetchFailed(url, FetchProblem.BAD_CONTENT, "nothing came"))


async def feeds_of(document: Fetched, fetcher: Fetcher, workers: Workers, now: datetime) -> AsyncIterator[FoundFeed]:
    """Those that can be read, one after another; the usual places are tried where the page's own links fail."""
    parsed = await workers.parse(document.body, document.headers, document.url)
    if isinstance(parsed, ParsedFeed):
        yield _found(document.url, parsed, now)
        return
    found = False
    for link in feed_links(document.body, document.url):
        if link.is_guess and found:
            return
        outcome = await fetcher.fetch(FetchRequest(link.url))
        if not isinstance(outcome, Fetched):
            continue
        parsed = await workers.parse(outcome.body, outcome.headers, outcome.url)
        if isinstance(parsed, ParsedFeed):
            found = True
            yield _found(link.url, parsed, now, link.title)


def _found(url: str, parsed: ParsedFeed, now: datetime, title: str = "") -> FoundFeed:
    by_date = sorted(
        parsed.entries, key=lambda entry: _published(entry, now), reverse=True
    )  # where none has a date, as the feed orders them
    newest = by_date[0].title if by_date else ""
    return FoundFeed(url, parsed.title or title, parsed.language, len(parsed.entries), newest)


def _published(entry: Entry, now: datetime) -> float:
    moment = plausible_moment(entry.published_at, now)
    return 0.0 if moment is None else moment.timestamp()
