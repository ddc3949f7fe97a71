"""From the entries of a document to articles: which are new, what they say, in which language."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.articles.furniture import Furniture
from bot.features.relevance import is_about
from bot.feeds.dates import plausible_moment
from bot.feeds.identity import Identified
from bot.model import (
    Article,
    ArticleId,
    Entry,
    Extracted,
    Feed,
    FeedState,
    Fetched,
    FetchRequest,
    FirstPoll,
    Language,
    ParsedFeed,
)
from bot.ports import Fetcher, Workers
from bot.text.boilerplate import strip_boilerplate
from bot.text.language import detect, detect_together
from bot.text.masked_urls import masked_text
from bot.text.urls import canonical_url, host_of

RECENT = timedelta(hours=24)
"""What `first_poll = "recent"` takes."""

AWAY = timedelta(hours=3)
"""After this long without a successful poll, either the feed or Kabar was down."""

STILL_NEW = timedelta(hours=1)
"""What was published within this time is alerted at once, even after a downtime."""

SHORT = 80
"""In words: of a shorter text that may match a topic, the full page is fetched."""

PAGES_A_POLL = 20
"""Full pages fetched for one feed in one poll, at most: out of politeness to its server."""

PAGES_PATIENCE = 60.0
"""Seconds for all of them together. What the feed says of an article must not wait for a page that does not come."""


@dataclass(frozen=True, slots=True)
class NewEntries:
    """The articles that a document brought.

    `quiet` ones are archived without alerts: they were there before the feed's first poll, or may be republished.
    """

    new: tuple[Article, ...]
    quiet: tuple[Article, ...]
    edited: tuple[Article, ...]


def article_of(identified: Identified, language: Language, feed: Feed, parsed: ParsedFeed, now: datetime) -> Article:
    """An entry as an article: cleaned of the outlet's own lines, its time never in the future."""
    entry = identified.entry
    return Article(
        id=identified.article_id,
        title=entry.title,
        text=strip_boilerplate(entry.text, language),
        language=language,
        published_at=plausible_moment(entry.published_at, now) or plausible_moment(entry.updated_at, now),
        first_seen_at=now,
        feed_id=feed.id,
        link=canonical_url(entry.link) if entry.link else None,
        source=_outlet(entry, feed, parsed),
        author=entry.author,
        image=entry.image,
    )


def _outlet(entry: Entry, feed: Feed, parsed: ParsedFeed) -> str:
    title = masked_text(feed.title or parsed.title)  # some feeds have their address as their title
    return entry.source or title or (host_of(entry.link) if entry.link else "") or feed.id


def counts_as_new(article: Article, feed: Feed, *, first: bool, now: datetime) -> bool:
    """Whether an unknown article counts as news, or was there before the feed was first read (`first_poll`)."""
    if not first or feed.first_poll is FirstPoll.ALL:
        return True
    if feed.first_poll is FirstPoll.NONE or article.published_at is None:
        return False
    return now - article.published_at <= RECENT


def sort_entries(
    identified: Sequence[Identified],
    feed: Feed,
    parsed: ParsedFeed,
    known_articles: Mapping[ArticleId, Article],
    *,
    first: bool,
    now: datetime,
    held: Collection[ArticleId] = (),
    furniture: Furniture,
) -> NewEntries:
    """Sort entries into new, quiet and edited articles.

    Oldest first, so that a chat reads events in their order; undated entries keep the feed's order, reversed.

    Args:
        held: new ones that are archived without alerts whatever their age.
        furniture: what is known of the feed's; it learns from the articles, and they lose theirs.
    """
    new: list[Article] = []
    quiet: list[Article] = []
    edited: list[Article] = []
    languages = detect_together([_said(item.entry, parsed) for item in identified])
    articles = [
        article_of(item, language, feed, parsed, now) for item, language in zip(identified, languages, strict=True)
    ]
    if any(item.is_new for item in identified):
        furniture.learn(articles)
    for item, article in zip(reversed(identified), map(furniture.strip, reversed(articles)), strict=True):
        if not item.is_new:
            before = known_articles.get(article.id)
            if before is not None and before.feed_id == feed.id and _edited(before, article):
                edited.append(_as_edited(before, article))
        elif article.id not in held and counts_as_new(article, feed, first=first, now=now):
            new.append(article)
        else:
            quiet.append(article)
    new.sort(key=lambda article: article.published_at or now)
    return NewEntries(tuple(new), tuple(quiet), tuple(edited))


def _said(entry: Entry, parsed: ParsedFeed) -> tuple[str, Language | None]:
    return f"{entry.title}\n{entry.text}", entry.language or parsed.language


def _edited(before: Article, after: Article) -> bool:
    """Whether the outlet has edited an article. A feed with less text than the page that was read is no edit."""
    return before.title != after.title or (len(after.text) > len(before.text) and before.text != after.text)


def _as_edited(before: Article, after: Article) -> Article:
    """The edited article under its old identity. A full text is kept where the feed now has only its beginning."""
    text = before.text if is_short(after) and len(before.text) > len(after.text) else after.text
    return replace(after, text=text, story_id=before.story_id, first_seen_at=before.first_seen_at)


def missed_since(state: FeedState | None, now: datetime) -> datetime | None:
    """When a feed was last read, if that is unusually long ago, so that entries may have been missed; else None."""
    if state is None or state.succeeded_at is None:
        return None
    usual = max(AWAY, 2 * (state.interval or timedelta()))
    return state.succeeded_at if now - state.succeeded_at >= usual else None


def is_late(article: Article, missed: datetime | None, now: datetime) -> bool:
    """Whether an article was published while its feed was not read, and is more than an hour old."""
    return missed is not None and (article.published_at is None or now - article.published_at >= STILL_NEW)


def is_news(article: Article, feed: Feed, now: datetime) -> bool:
    """Whether an edited article that was archived without an alert can still be alerted as new."""
    recent = article.published_at is not None and now - article.published_at <= RECENT
    return recent and feed.first_poll is not FirstPoll.NONE


def is_short(article: Article) -> bool:
    """Whether the feed gave only the beginning of the text. Where no spaces are, ten characters count as a word."""
    words = len(article.text.split())
    return max(words, len(article.text) // 10 if words < 10 else 0) < SHORT


async def with_full_text(articles: Sequence[Article], fetcher: Fetcher, workers: Workers) -> tuple[Article, ...]:
    """The same articles, with the text of the page where that is longer and about the same as the entry.

    A page that cannot be read or does not come in time, or that shows something else in place of the article, changes
    nothing. The link stays that of the feed: pages of one site that all name the same address as theirs are still many,
    and what is the same under two links is seen by its text.
    """
    deadline = asyncio.get_running_loop().time() + PAGES_PATIENCE

    async def in_time(article: Article) -> Article:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                return await _page(article, fetcher, workers)
        return article

    pages = await asyncio.gather(*map(in_time, articles[:PAGES_A_POLL]))
    return (*pages, *articles[PAGES_A_POLL:])


def without_furniture(
    read: Sequence[Article], before: Mapping[ArticleId, Article], furniture: Furniture
) -> list[Article]:
    """Those articles whose pages have more than the feed (`before`) also without the furniture of these pages."""
    furniture.learn(read)
    stripped = map(furniture.strip, read)
    return [article for article in stripped if len(article.text) > len(before[article.id].text)]


async def _page(article: Article, fetcher: Fetcher, workers: Workers) -> Article:
    if article.link is None:
        return article
    outcome = await fetcher.fetch(FetchRequest(article.link, purpose="page"))
    if not isinstance(outcome, Fetched) or (is_front_page(outcome.url) and not is_front_page(article.link)):
        return article
    page = await workers.extract(outcome.body, outcome.headers, outcome.url)
    if not isinstance(page, Extracted):
        return article
    language: Language = detect(f"{page.title}\n{page.text}", page.language or article.language)
    text = strip_boilerplate(page.text, language)
    is_same_article = is_about(text, article.title, article.text, language)
    if len(text) <= len(article.text) or not is_same_article:
        return article
    seen = article.first_seen_at
    return replace(
        article,
        title=article.title or page.title,
        text=text,
        language=language,
        published_at=article.published_at or (plausible_moment(page.published_at, seen) if seen else None),
        author=article.author or page.author,
        image=article.image or page.image,
    )


def is_front_page(url: str) -> bool:
    """Where servers send who asks for an article that is gone, or not for everybody."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
