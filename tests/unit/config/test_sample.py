"""What a newcomer sees first: the shipped sample feed under the shipped topic's query."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bot.config import load_configuration
from bot.feeds.parse import parse_feed
from bot.matching.query import parse_query
from bot.matching.search_text import SearchText
from bot.model import Article, ArticleId, ParsedFeed
from bot.text.language import detect

ROOT = Path(__file__).resolve().parents[3]
ON_THE_STORY = 10
"""The first entries of the sample; those after them are other news."""


def sample() -> ParsedFeed:
    parsed = parse_feed((ROOT / "seeds/sample-feed.xml").read_bytes(), {}, "file:///sample-feed.xml")
    assert isinstance(parsed, ParsedFeed)
    assert parsed.warning is None
    return parsed


def test_sample_has_what_real_feeds_have() -> None:
    entries = sample().entries
    assert len(entries) == 26
    assert len({entry.guid for entry in entries}) == len({entry.link for entry in entries}) == 26
    assert all(entry.author and entry.source and entry.link for entry in entries)
    dates = [entry.published_at for entry in entries if entry.published_at]
    assert len(dates) == 26
    assert datetime(2024, 10, 14, tzinfo=UTC) <= min(dates) < max(dates) < datetime(2024, 11, 1, tzinfo=UTC)


def test_sample_is_in_four_languages() -> None:
    languages = Counter(detect(f"{entry.title}\n{entry.text}", entry.language) for entry in sample().entries)
    assert set(languages) == {"id", "en", "de", "es"}
    assert min(languages.values()) >= 3


def test_shipped_query_finds_the_story_and_no_near_miss() -> None:
    (topic,) = load_configuration(ROOT / "config", {}).topics
    query, exclude = parse_query(topic.query), parse_query(topic.exclude)
    found: list[int] = []
    for number, entry in enumerate(sample().entries):
        language = detect(f"{entry.title}\n{entry.text}", entry.language)
        text = SearchText(Article(ArticleId(str(number)), entry.title, entry.text, language))
        if number < ON_THE_STORY:
            assert exclude.hits(text) is None
        if query.hits(text):
            found.append(number)
    assert len(found) >= 5
    assert max(found) < ON_THE_STORY
