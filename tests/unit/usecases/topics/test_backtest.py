"""Looking back over the archive: what is found, how it is counted, what is said of what was covered."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.feeds.poll_schedule import PollingLimits
from bot.matching.index import TopicIndex
from bot.model import Article, ArticleId, Example, Feed, FeedId, Language, StoryId, Topic, TopicId
from bot.store import Store, open_store
from bot.usecases.topics import backtest as backtesting
from bot.usecases.topics.backtest import Backtest, backtest_topic, best_of
from bot.usecases.topics.examples import new_examples
from bot.usecases.topics.profiles import profile_topics
from bot.usecases.topics.watchlist import Watchlist
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feeds import filler

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EN = Language("en")
QUAKE = (
    "A strong earthquake of magnitude 7.8 struck Nepal on Saturday, flattening houses in Kathmandu and Bhaktapur. "
    "Rescuers of the Nepalese army dug through rubble near Durbar Square; at least 1,805 people were killed, "
    "the interior ministry in Kathmandu said. Avalanches triggered by the earthquake hit climbers on Mount Everest."
)
BY_EXAMPLE = Topic(TopicId("quake"), "Quake", (Example("file", "Earthquake in Nepal", QUAKE, EN),))
BY_QUERY = Topic(TopicId("quake"), "Quake", query="nepal AND earthquakes")


class HurriedClock(FakeClock):
    """Whoever looks at it loses a second."""

    def now(self) -> datetime:
        self.set(super().now() + timedelta(seconds=1))
        return super().now()


def article(name: str, title: str, text: str = "", seen: datetime = NOW - HOUR) -> Article:
    return Article(ArticleId(name), title, text, EN, seen, seen, FeedId("antara"), None, "Antara")


def quake(name: str, told: str, seen: datetime = NOW - HOUR) -> Article:
    """An article on the earthquake in words of its own."""
    return article(name, f"Nepal earthquake: {told}", f"{QUAKE[:200]} {filler(name, 60)}", seen)


def others(count: int) -> list[Article]:
    return [article(f"other {n}", f"Harvest of {filler(str(n), 3)}", filler(f"o{n}")) for n in range(count)]


class Past:
    """An archive, and topics to look back with."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.embedder = FakeEmbedder()
        self.clock = FakeClock(NOW)

    async def holds(self, *articles: Article) -> None:
        async with self.store.write() as unit:
            await unit.articles.add(articles)

    async def look(self, topic: Topic, days: int = 7, *feeds: Feed, **bounds: float) -> Backtest:
        profiles = await profile_topics([topic], partial(new_examples, self.embedder))
        watch = Watchlist(
            {topic.id: topic}, {feed.id: feed for feed in feeds}, TopicIndex(profiles), PollingLimits(), 20
        )
        self.embedder.embedded.clear()
        return await backtest_topic(self.store, self.embedder, self.clock, topic.id, watch, days, **bounds)


@pytest.fixture
async def past(new_database: Path) -> Past:
    return Past(await open_store(f"sqlite:///{new_database}", now=NOW))


@pytest.fixture(autouse=True)
async def _closed(past: Past) -> object:
    yield
    await past.store.close()


def names(found: tuple[backtesting.ArchiveMatch, ...]) -> set[str]:
    return {one.article.id for one in found}


async def test_articles_like_the_example_are_found_among_many_best_first(past: Past) -> None:
    copies = [replace(quake(f"q{n}", f"report {n}"), story_id=StoryId(f"s{n}")) for n in range(4)]
    await past.holds(*others(300), *copies)
    result = await past.look(BY_EXAMPLE)
    assert names(result.matched) == {"q0", "q1", "q2", "q3"}
    scores = [one.match.score for one in result.matched]
    assert scores == sorted(scores, reverse=True)
    assert (result.coverage.articles, result.coverage.left) == (304, 0)
    assert result.coverage.read < 304  # what is nothing like it is not read to the end


async def test_vectors_computed_for_a_backtest_are_kept(past: Past) -> None:
    await past.holds(*others(5), quake("q", "rubble"))
    first = await past.look(BY_EXAMPLE)
    assert first.coverage.embedded == 1
    assert len(past.embedder.embedded) == 2  # its opening and its heading
    second = await past.look(BY_EXAMPLE)
    assert (second.coverage.embedded, past.embedder.embedded) == (0, [])
    assert [one.match.score for one in second.matched] == pytest.approx([one.match.score for one in first.matched])


async def test_no_more_are_embedded_than_the_bound_and_those_that_share_words_come_first(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtesting, "MOST_EMBEDDED", 3)
    foreign = [replace(one, language=Language("de"), first_seen_at=NOW) for one in others(20)]
    await past.holds(quake("a", "one", NOW - HOUR * 5), *foreign, quake("b", "two", NOW - HOUR * 9))
    result = await past.look(BY_EXAMPLE)
    assert result.coverage.embedded == 3
    assert [text.partition(":")[0] for text in past.embedder.embedded[:2]] == ["Nepal earthquake"] * 2
    assert names(result.matched) == {"a", "b"}
    assert result.coverage.read == 22


async def test_a_query_is_answered_completely_from_the_archive_s_words(past: Past) -> None:
    hits = [quake(f"q{n}", f"report {n}", NOW - HOUR * n) for n in range(30)]
    await past.holds(*others(100), *hits, article("half", "An earthquake elsewhere"))
    result = await past.look(BY_QUERY)
    assert names(result.matched) == {one.id for one in hits}
    assert (result.coverage.articles, result.coverage.read, result.coverage.left) == (131, 30, 0)
    assert past.embedder.embedded == []


@pytest.mark.parametrize("query", ["NOT harvest", "/earthq[u]ake/", "source:antara AND /ear.hquake/"])
async def test_a_query_that_no_word_narrows_down_reads_everything(past: Past, query: str) -> None:
    await past.holds(*others(40), quake("q", "rubble"))
    result = await past.look(replace(BY_QUERY, query=query))
    assert names(result.matched) == {"q"}
    assert (result.coverage.read, result.coverage.left) == (41, 0)


async def test_what_must_be_there_narrows_down_examples_and_queries(past: Past) -> None:
    await past.holds(*others(20), quake("a", "in Kathmandu"), quake("b", "on Everest, says Hillary"))
    for topic in (BY_EXAMPLE, BY_QUERY):
        result = await past.look(replace(topic, require="hillary"))
        assert (names(result.matched), result.coverage.read) == ({"b"}, 1)
        excluded = await past.look(replace(topic, exclude="hillary"))
        assert names(excluded.matched) == {"a"}


async def test_a_topic_by_example_and_query_finds_by_both(past: Past) -> None:
    await past.holds(*others(300), quake("like", "rubble"), article("asked", "The price of rice"))
    result = await past.look(replace(BY_EXAMPLE, query="rice"))
    assert names(result.matched) == {"like", "asked"}


async def test_a_story_is_one_alert_and_one_of_the_best(past: Past) -> None:
    first = quake("first", "rubble", NOW - HOUR * 3)
    again = replace(first, id=ArticleId("again"), first_seen_at=NOW - HOUR * 2, source="Kompas")
    report = quake("report", "army", NOW - HOUR)
    drill = f"Children in Nepal learn what to do in earthquakes. {filler('school', 80)}"
    another = article("another", "Schools of Nepal practise for earthquakes", drill, NOW - HOUR)
    await past.holds(again, another, report, first)
    result = await past.look(BY_QUERY)
    assert names(result.matched) == {"first", "again", "report", "another"}
    assert names(result.alerts) == {"first", "another"}
    assert len(best_of(result, 3)) == 2
    assert names(best_of(result, 3, frozenset([ArticleId("another")]))) <= {"first", "again", "report"}


async def test_articles_of_one_story_of_the_archive_are_one_alert(past: Past) -> None:
    told = [replace(quake(f"q{n}", f"report {n}", NOW - HOUR * n), story_id=StoryId("s")) for n in range(3)]
    await past.holds(*told)
    result = await past.look(BY_QUERY)
    assert (len(result.matched), names(result.alerts)) == (3, {"q2"})


async def test_only_the_days_asked_for_and_the_feeds_and_languages_of_the_topic_count(past: Past) -> None:
    late, early = quake("late", "now"), quake("early", "then", NOW - timedelta(days=9))
    german = replace(quake("german", "Erdbeben"), language=Language("de"))
    elsewhere = replace(quake("elsewhere", "else"), feed_id=FeedId("bola"))
    await past.holds(late, early, german, elsewhere)
    feeds = (Feed(FeedId("antara"), "https://a.example", tags=("news",)), Feed(FeedId("bola"), "https://b.example"))
    topic = replace(BY_QUERY, languages=(EN,), feeds=("news",))
    result = await past.look(topic, 7, *feeds)
    assert (names(result.matched), result.coverage.articles) == ({"late"}, 1)
    assert result.coverage.begun == NOW - timedelta(days=7)
    longer = await past.look(topic, 30, *feeds)
    assert names(longer.matched) == {"late", "early"}
    assert longer.coverage.begun == early.first_seen_at


async def test_when_the_time_is_up_the_newest_were_read_and_the_rest_is_counted(past: Past) -> None:
    await past.holds(*(quake(f"q{n}", f"report {n}", NOW - timedelta(minutes=n)) for n in range(200)))
    past.clock = HurriedClock(NOW)
    result = await past.look(BY_QUERY, seconds=6)
    assert 0 < result.coverage.read < 200
    assert result.coverage.read + result.coverage.left == 200
    assert names(result.matched) == {f"q{n}" for n in range(result.coverage.read)}


async def test_when_the_time_is_up_what_waits_for_a_vector_is_judged_by_its_words(past: Past) -> None:
    await past.holds(*(quake(f"q{n}", f"report {n}") for n in range(60)))
    past.clock = HurriedClock(NOW)
    result = await past.look(BY_EXAMPLE, seconds=8)
    assert 0 < result.coverage.embedded < 60
    assert result.coverage.read == 60
    assert result.coverage.left == 60 - result.coverage.embedded


async def test_articles_of_a_former_version_are_indexed_first_and_counted_if_there_is_no_time(
    past: Past, tmp_path: Path
) -> None:
    await past.holds(*others(120), quake("q", "rubble", NOW - HOUR * 2))
    with closing(sqlite3.connect(tmp_path / "kabar.db")) as connection, connection:
        connection.execute("DELETE FROM indexed_words")
        connection.execute("DELETE FROM article_index")
        connection.execute("INSERT INTO article_words (article_words) VALUES ('delete-all')")
    past.clock = HurriedClock(NOW)
    hurried = await past.look(BY_QUERY, seconds=8)
    assert (hurried.matched, hurried.coverage.articles, hurried.coverage.left) == ((), 50, 71)
    past.clock = FakeClock(NOW)
    assert names((await past.look(BY_QUERY)).matched) == {"q"}


async def test_an_empty_archive_and_a_topic_nobody_watches(past: Past) -> None:
    for topic in (BY_QUERY, BY_EXAMPLE):
        empty = await past.look(topic)
        assert (empty.matched, empty.coverage.begins, empty.coverage.articles) == ((), None, 0)
    await past.holds(quake("q", "rubble"))
    watch = Watchlist({}, {}, TopicIndex([]), PollingLimits(), 20)
    unknown = await backtest_topic(past.store, past.embedder, past.clock, TopicId("gone"), watch, 7)
    assert (unknown.matched, unknown.near_misses) == ((), ())
