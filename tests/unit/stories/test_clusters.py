"""How a stream of articles becomes stories."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.features.document import describe
from bot.model import Article, ArticleId, Language, StoryId
from bot.stories.clusters import Placement, StoryStream, same_story

EN, ID = Language("en"), Language("id")
DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)

FERRY = (
    "Ferry burns off Lombok, 214 rescued",
    "A ferry with 214 people on board was towed to Lembar on Sunday after a fire in its engine room off Lombok. "
    "The search and rescue agency in Mataram said nobody was hurt. Fishermen took the first passengers off.",
)
FERRY_AGAIN = (
    "All safe after fire on Lombok ferry",
    "Passengers of the ferry that caught fire near Lembar on Sunday praised the fishermen of Lombok. All 214 people "
    "were rescued when the engine room burned, the agency in Mataram said, and the ship was towed to port.",
)
RATES = (
    "Central bank keeps interest rates unchanged",
    "The central bank of Norway left its key rate at four percent on Thursday, as economists had expected. Governor "
    "Ida Bache said inflation was still above target and a first cut would have to wait until autumn.",
)


def article(name: str, words: tuple[str, str], language: Language = EN, when: datetime | None = DAY) -> Article:
    return Article(ArticleId(name), *words, language, published_at=when)


def vector(*figures: float) -> NDArray[np.float32]:
    """Opening and heading alike."""
    return np.tile(np.array(figures, np.float32), 2)


def put(stream: StoryStream, each: Article, meaning: NDArray[np.float32] | None = None) -> Placement:
    return stream.place(each, describe(each.title, each.text, each.language, each.published_at), meaning)


def test_reports_on_one_event_are_one_story_named_by_the_first_and_others_are_not() -> None:
    stream = StoryStream()
    placed = [
        put(stream, article(name, words))
        for name, words in (("a", FERRY), ("b", RATES), ("c", FERRY_AGAIN), ("d", ("Norway's bank waits", RATES[1])))
    ]
    assert [each.story for each in placed] == ["a", "b", "a", "b"]
    assert [each.duplicate_of for each in placed] == [None, None, None, "b"]


def test_a_copy_belongs_to_the_story_of_what_it_copies_whenever_it_comes() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    copied = put(stream, article("b", ("Read this", FERRY[1]), when=DAY + timedelta(days=40)))
    assert copied == Placement(StoryId("a"), ArticleId("a"))


@pytest.mark.parametrize(("meaning", "story"), [(vector(1, 0, 0.3, 0), "a"), (vector(0.3, 0, 1, 0), "b"), (None, "b")])
def test_reports_in_two_languages_are_one_story_when_they_mean_the_same(
    meaning: NDArray[np.float32] | None, story: str
) -> None:
    indonesian = (
        "Kapal feri terbakar di perairan Lombok",
        "Sebuah kapal feri yang membawa ratusan penumpang terbakar pada hari Minggu dan ditarik ke pelabuhan.",
    )
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(1, 0.2, 0, 0))
    assert put(stream, article("b", indonesian, ID), meaning).story == story


def test_meaning_keeps_apart_what_words_would_join() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(1, 0, 0, 0))
    assert put(stream, article("b", FERRY_AGAIN), vector(-1, 0.1, 0, 0)).story == "b"


def test_alike_but_weeks_apart_is_another_story() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    assert put(stream, article("b", FERRY_AGAIN, when=DAY + timedelta(days=15))).story == "b"
    assert put(stream, article("c", FERRY_AGAIN[::-1], when=None)).story in {"a", "b"}


def alike(one: Article, other: Article, *meanings: NDArray[np.float32] | None) -> bool:
    documents = [describe(each.title, each.text, each.language, each.published_at) for each in (one, other)]
    vectors = meanings or (None, None)
    return same_story(documents[0], vectors[0], documents[1], vectors[1])


def test_two_articles_are_one_story_as_a_stream_would_have_it() -> None:
    a, b, c = article("a", FERRY), article("b", FERRY_AGAIN), article("c", RATES)
    assert alike(a, b)
    assert alike(b, a)
    assert not alike(a, c)
    assert not alike(a, b, vector(1, 0), vector(-1, 0))
    assert not alike(a, replace(b, published_at=DAY + timedelta(days=15)))
    assert alike(replace(a, published_at=None), b)
    other_language = replace(b, language=ID)
    assert not alike(a, other_language)
    assert alike(a, other_language, vector(1, 0), vector(0.9, 0.1))
    assert not alike(a, other_language, vector(1, 0), vector(1, 0, 0))
    for one, other in ((a, b), (a, c), (b, c)):
        stream = StoryStream()
        assert alike(one, other) == (put(stream, one).story == put(stream, other).story)


def test_after_a_restart_stories_go_on() -> None:
    stream = StoryStream()
    known = replace(article("b", FERRY), story_id=StoryId("a"))
    stream.remember(known, describe(*FERRY, EN, DAY), None)
    assert put(stream, article("c", FERRY_AGAIN)).story == "a"


def test_an_article_placed_again_is_no_copy_of_itself() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    assert put(stream, article("a", FERRY)) == Placement(StoryId("a"))
    assert put(stream, article("a", RATES)) == Placement(StoryId("a"))
    assert put(stream, article("b", FERRY_AGAIN)) == Placement(StoryId("b"))


@pytest.mark.parametrize("words", [("", ""), ("…", "1 2 3"), ("\ud800", "\x00")])
@pytest.mark.parametrize("meaning", [None, vector(0, 0, 0, 0), vector(float("nan"), 0, 0, 0)])
def test_articles_that_say_nothing_are_stories_of_their_own(
    words: tuple[str, str], meaning: NDArray[np.float32] | None
) -> None:
    stream = StoryStream()
    assert [put(stream, article(name, words), meaning).story for name in "ab"] == ["a", "b"]


def test_only_so_many_articles_are_remembered() -> None:
    stream = StoryStream(remembered=5)
    put(stream, article("a", FERRY))
    for number in range(5):
        put(stream, article(str(number), (f"Word{number} alone", f"Nothing like number{number} in here{number}.")))
    assert put(stream, article("b", FERRY_AGAIN)).story == "b"


def test_another_embedding_model_starts_afresh_without_error() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(1, 0, 0, 0))
    assert put(stream, article("b", RATES), vector(1, 0)).story == "b"
    assert put(stream, article("c", FERRY_AGAIN), vector(1, 0, 0)).story == "a"


def test_a_full_stream_places_an_article_in_a_few_milliseconds() -> None:
    rng = np.random.default_rng(1)
    stream = StoryStream()
    document = describe(*FERRY, EN, DAY)
    for number in range(3_100):
        each = Article(ArticleId(str(number)), "", "", EN, published_at=DAY + timedelta(days=100 * number))
        stream.remember(each, document, vector(*rng.normal(size=384)))
    start = time.process_time()
    placed = [put(stream, article(f"x{number}", RATES), vector(*rng.normal(size=384))) for number in range(20)]
    assert (time.process_time() - start) / 20 < 0.05
    assert placed[-1].duplicate_of is not None
