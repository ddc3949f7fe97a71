"""From the entries of a document to articles: which are new, what they say, in which language."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

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
from bot.text.urls import canonical_url, host_of

RECENT = timedelta(hours=24)
"""What `first_poll = "recent"` takes."""

AWAY = timedelta(hours=3)
"""A feed that was not read for so long was away, or we were."""

STILL_NEW = timedelta(hours=1)
"""What was published since is told at once, also after an absence."""

SHORT = 80
"""Words; a feed's text below this is worth the full page if it may be on a topic."""

PAGES_A_POLL = 20
"""Full pages fetched for one feed in one poll: politeness to its server."""


@dataclass(frozen=True, slots=True)
class NewEntries:
    """The articles that a document brought. `quiet` ones are kept, not told: first_poll or a storm leaves them out."""

    told: tuple[Article, ...]
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
    return entry.source or feed.title or parsed.title or (host_of(entry.link) if entry.link else "") or feed.id


def is_told(article: Article, feed: Feed, *, first: bool, now: datetime) -> bool:
    """Whether a new article counts as new, or belongs to what was there before the feed was first read."""
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
) -> NewEntries:
    """Oldest first, so that a chat reads events in their order; undated entries keep the feed's, reversed.

    `held`: new ones that are kept quiet whatever their age.
    """
    told: list[Article] = []
    quiet: list[Article] = []
    edited: list[Article] = []
    languages = detect_together([_said(item.entry, parsed) for item in identified])
    for item, language in zip(reversed(identified), reversed(languages), strict=True):
        article = article_of(item, language, feed, parsed, now)
        if not item.is_new:
            before = known_articles.get(article.id)
            if before is not None and before.feed_id == feed.id and _edited(before, article):
                edited.append(_as_edited(before, article))
        elif article.id not in held and is_told(article, feed, first=first, now=now):
            told.append(article)
        else:
            quiet.append(article)
    told.sort(key=lambda article: article.published_at or now)
    return NewEntries(tuple(told), tuple(quiet), tuple(edited))


def _said(entry: Entry, parsed: ParsedFeed) -> tuple[str, Language | None]:
    return f"{entry.title}\n{entry.text}", entry.language or parsed.language


def _edited(before: Article, after: Article) -> bool:
    """A feed that carries less text than the page we have read is no edit."""
    return before.title != after.title or (len(after.text) > len(before.text) and before.text != after.text)


def _as_edited(before: Article, after: Article) -> Article:
    """The same article in other words; a page that was read in full is not given up for the feed's beginning of it."""
    text = before.text if is_short(after) and len(before.text) > len(after.text) else after.text
    return replace(after, text=text, story_id=before.story_id, first_seen_at=before.first_seen_at)


def missed_since(state: FeedState | None, now: datetime) -> datetime | None:
    """When a feed was last read, where that is so long ago that it was not its habit; None where nothing was missed."""
    if state is None or state.succeeded_at is None:
        return None
    usual = max(AWAY, 2 * (state.interval or timedelta()))
    return state.succeeded_at if now - state.succeeded_at >= usual else None


def is_late(article: Article, missed: datetime | None, now: datetime) -> bool:
    """Whether it was published while its feed was not read, and longer ago than anybody calls new."""
    return missed is not None and (article.published_at is None or now - article.published_at >= STILL_NEW)


def is_news(article: Article, feed: Feed, now: datetime) -> bool:
    """Whether an article that was not told when it came, and has been edited since, can be told as new."""
    recent = article.published_at is not None and now - article.published_at <= RECENT
    return recent and feed.first_poll is not FirstPoll.NONE


def is_short(article: Article) -> bool:
    """Whether the feed gave only a beginning. Scripts without spaces count two characters a word."""
    words = len(article.text.split())
    return max(words, len(article.text) // 10 if words < 10 else 0) < SHORT


async def with_full_text(articles: Sequence[Article], fetcher: Fetcher, workers: Workers) -> tuple[Article, ...]:
    """The same articles, with the page's text where the page has more. A page that can't be read changes nothing.

    The link stays that of the feed: pages of one site that all name the same address as theirs are still many, and
    what is the same under two links is seen by its text.
    """
    pages = await asyncio.gather(*(_page(article, fetcher, workers) for article in articles[:PAGES_A_POLL]))
    return (*pages, *articles[PAGES_A_POLL:])


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
    if len(text) <= len(article.text):
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
