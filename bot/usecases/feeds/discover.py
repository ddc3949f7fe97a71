"""Feeds at an address: the address itself, feeds that its page links to, or the places where sites usually have one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.errors import KabarError
from bot.feeds.dates import plausible_moment
from bot.feeds.discovery import feed_links
from bot.feeds.feed_secrets import without_secrets
from bot.model import Entry, Fetched, FetchFailed, FetchProblem, FetchRequest, Language, ParsedFeed
from bot.ports import Clock, Fetcher, Workers
from bot.text.masked_urls import masked_text
from bot.text.urls import without_feed_scheme

_MOST_FOUND: Final = 40
_SECONDS: Final = 300.0


class UnreadableError(KabarError):
    """An address could not be fetched; `failure` says why."""

    def __init__(self, url: str, failure: FetchFailed) -> None:
        super().__init__(f"{url}: {failure.reason}")
        self.failure = failure


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that could be fetched and parsed, with what a reader wants to know of it."""

    url: str
    title: str = ""
    language: Language | None = None
    """The language that it declares."""
    entries: int = 0
    newest: str = ""
    """The title of its newest entry."""


async def discover_feeds(
    fetcher: Fetcher, workers: Workers, clock: Clock, url: str, *, most: int = _MOST_FOUND, seconds: float = _SECONDS
) -> tuple[FoundFeed, ...]:
    """The address itself if it is a feed, else the feeds that its page links to, else those in the usual places.

    At most `most` feeds, found within this many seconds after the page was fetched. UnreadableError. The address may
    come from anybody, so it is not trusted to be in a private network.
    """
    document = await _fetch(without_feed_scheme(url), fetcher)
    found: list[FoundFeed] = []
    try:
        async with asyncio.timeout(seconds):
            async for one in _feeds_of(document, fetcher, workers, clock.now()):
                found.append(one)
                if len(found) >= most:
                    break
    except TimeoutError:
        return tuple(found)
    return tuple(found)


async def _fetch(url: str, fetcher: Fetcher) -> Fetched:
    outcome = await fetcher.fetch(FetchRequest(url))
    if isinstance(outcome, Fetched):
        return outcome
    if isinstance(outcome, FetchFailed):
        raise UnreadableError(url, outcome)
    raise UnreadableError(url, FetchFailed(url, FetchProblem.BAD_CONTENT, "nothing came"))


async def _feeds_of(document: Fetched, fetcher: Fetcher, workers: Workers, now: datetime) -> AsyncIterator[FoundFeed]:
    """Feeds that can be parsed, one after another. The usual places are tried only if no link of the page is a feed."""
    parsed = await workers.parse(document.body, document.headers, document.url)
    if isinstance(parsed, ParsedFeed):
        yield _found(document.url, parsed, now)
        return
    found = False
    for link in feed_links(document.body, document.url, document.headers):
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
    parsed = without_secrets(parsed, (url,))
    # The sort is stable: where no entry has a date, the feed's own order counts.
    by_date = sorted(parsed.entries, key=lambda entry: _published(entry, now), reverse=True)
    newest = by_date[0].title if by_date else ""
    return FoundFeed(url, masked_text(parsed.title or title), parsed.language, len(parsed.entries), newest)


def _published(entry: Entry, now: datetime) -> float:
    moment = plausible_moment(entry.published_at, now)
    return 0.0 if moment is None else moment.timestamp()
