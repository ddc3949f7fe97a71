"""The seed topic: what it finds of the sample feed, and false alarms; all as shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.config import load_configuration
from bot.features.document import describe
from bot.feeds.parse import parse_feed
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.model import Article, ArticleId, Example, Match, ParsedFeed, Topic, TopicId
from bot.text.language import detect
from tests.benchmarks.alarms import Alarm, false_alarms, read_verdicts
from tests.benchmarks.data import Item
from tests.benchmarks.scores import OURS, Measure, Row, Score
from tests.benchmarks.vectors import VectorCache

ROOT = Path(__file__).resolve().parents[2]
ON_THE_STORY = 10
"""The first entries of the sample feed; those after them are other news."""

FOUND = Measure("found", worse_by=0)
WRONG = Measure("of the others", worse_by=0, higher_is_better=False)


def seed_profiles(cache: VectorCache) -> list[Profile]:
    """The topic by its example alone, and as it is configured."""
    (configured,) = load_configuration(ROOT / "config", {}).topics
    alone = replace(configured, id=TopicId("example"), query="", require="", exclude="")
    return [_profile(topic, cache) for topic in (alone, configured)]


def sample_items() -> list[Item]:
    """The articles of the sample feed."""
    parsed = parse_feed((ROOT / "seeds" / "sample-feed.xml").read_bytes(), {}, "file:///sample-feed.xml")
    assert isinstance(parsed, ParsedFeed)
    return [
        Item(
            f"sample-{number}",
            entry.title,
            entry.text,
            detect(f"{entry.title}\n{entry.text}", entry.language),
            entry.published_at,
        )
        for number, entry in enumerate(parsed.entries, start=1)
    ]


def sample_rows(cache: VectorCache) -> list[Row]:
    """What the topic finds of its story in the sample feed, in four languages, and of the other news there."""
    items = sample_items()
    rows = []
    for profile, called in zip(seed_profiles(cache), ("its example", "as configured"), strict=True):
        found = [any(match.matched for match in matches) for matches in _judged([profile], items, cache)]
        on, off = found[:ON_THE_STORY], found[ON_THE_STORY:]
        scores = (Score(FOUND, sum(on) / len(on)), Score(WRONG, sum(off) / len(off)))
        rows.append(Row(called, OURS, scores))
    return rows


def alarm_rows(news: Sequence[Item], cache: VectorCache) -> tuple[list[Row], list[Alarm]]:
    """The seed topic's two, and that of topics made of one article each of the sample feed."""
    example, configured = seed_profiles(cache)
    sampled = [_profile(_topic_of(item), cache) for item in sample_items()[:ON_THE_STORY]]
    verdicts = read_verdicts()
    alarms = [
        Alarm(match.topic_id, item, match.score, match.matched, verdicts.get((configured.topic.id, item.id)))
        for item, matches in zip(news, _judged([example, configured, *sampled], news, cache), strict=True)
        for match in matches
    ]

    def of(profiles: Sequence[Profile]) -> list[Alarm]:
        own = {profile.topic.id for profile in profiles}
        return [alarm for alarm in alarms if alarm.topic in own]

    rows = [
        false_alarms("seed topic, its example", of([example]), 1, news),
        false_alarms("seed topic, as configured", of([configured]), 1, news),
        false_alarms("its story in the sample feed", of(sampled), len(sampled), news),
    ]
    return rows, alarms


def _topic_of(item: Item) -> Topic:
    example = Example(item.id, item.title, item.text, item.language, item.published_at)
    return Topic(TopicId(item.id), item.title, (example,))


def _profile(topic: Topic, cache: VectorCache) -> Profile:
    examples = [Item(one.origin, one.title, one.text, one.language, one.published_at) for one in topic.examples]
    return build_profile(topic, cache.of(examples))


def _judged(profiles: Sequence[Profile], items: Sequence[Item], cache: VectorCache) -> list[tuple[Match, ...]]:
    """For each article its matches and near misses."""
    index = TopicIndex(profiles)
    return [
        index.judge(
            Article(ArticleId(item.id), item.title, item.text, item.language, item.published_at),
            describe(item.title, item.text, item.language, item.published_at),
            vector,
            frozenset(),
        )
        for item, vector in zip(items, cache.of(items), strict=True)
    ]
