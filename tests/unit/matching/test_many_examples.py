"""Many examples are not all compared; what comes out is what comparing all of them gives, to the last digit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.features import similarity
from bot.features.document import describe
from bot.features.similarity import DIMENSIONS, aligned
from bot.matching import example_index
from bot.matching.bounds import OddsBounds
from bot.matching.example_index import ExampleIndex
from bot.matching.index import TopicIndex
from bot.matching.logistic import log_odds, model
from bot.matching.packed_side import keys_of, pack_side
from bot.matching.profile import Profile, build_profile
from bot.matching.resemblance import Array, Figure, ResemblanceIndex
from bot.matching.score import Groups, Rows
from bot.matching.sides import Side, side_of
from bot.matching.sign_codes import SURE, SignCodes
from bot.matching.vote_learning import Opinion, with_votes
from bot.model import Article, ArticleId, Example, FeedId, Language, Topic, TopicId
from tests.unit.matching.test_index import NO_TAGS, NO_VECTORS, described


@pytest.fixture(autouse=True, scope="module")
def _vectors_without_a_mean() -> Iterator[None]:
    """Random vectors are taken as they are: with a mean subtracted that they do not have they would be all alike."""
    with patch.object(similarity, "_means", lambda: {"*": np.zeros(2 * DIMENSIONS, np.float32)}):
        yield


PLACES = ("Kursk", "Palu", "Brussels", "Jakarta", "Seoul", "Ankara", "Kyiv", "Bandung")
PEOPLE = ("Mark Rutte", "Siti Aminah", "Recep Erdoğan", "Budi Santoso", "Kim Min-ji")
SENTENCES = {
    "id": (
        "{who} mengatakan {number} tentara dikirim ke {where} pada {day} Oktober 2024.",
        "Gempa berkekuatan {number},4 mengguncang {where}; {who} meminta warga tenang.",
        "Harga beras di {where} naik {number} persen sejak pekan lalu.",
        "warga mengantre sejak subuh demi minyak goreng, gula dan terigu.",
    ),
    "en": (
        "{who} said that {number} soldiers had been sent to {where} on October {day}, 2024.",
        "An earthquake of magnitude {number} shook {where}, {who} told reporters.",
        "The price of rice in {where} rose by {number} percent.",
        "people have been queueing since dawn for sugar and flour.",
    ),
    "ko": ("{where}에서 북한군 {number}명이 확인됐다고 {who}가 말했다.", "쌀값이 올랐다."),
    "ru": ("Кирилл Петров сообщил, что {number} солдат отправлены в Курск.", "цены на рис выросли."),
}


def text_of(rng: random.Random, language: str) -> str:
    chosen = rng.choices(SENTENCES[language], k=rng.choice((0, 1, 1, 2, 4, 12)))
    return " ".join(
        one.format(
            who=rng.choice(PEOPLE), where=rng.choice(PLACES), number=rng.randrange(2, 40) * 10, day=rng.randrange(1, 28)
        )
        for one in chosen
    )


def example_of(rng: random.Random) -> Example:
    language = rng.choice(("id", "id", "en", "ko", "ru"))
    title = text_of(rng, language)[:60] if rng.random() < 0.8 else ""
    return Example(str(rng.random()), title, text_of(rng, language), Language(language))


MIDDLES = np.random.default_rng(8).normal(size=(6, 2 * DIMENSIONS)).astype(np.float32)


def row_of(rng: random.Random) -> NDArray[np.float32]:
    """An embedding near one of some others, at any distance; seldom one of zeros."""
    if rng.random() < 0.03:
        return np.zeros(2 * DIMENSIONS, np.float32)
    own = np.random.default_rng(rng.randrange(1 << 30)).normal(size=2 * DIMENSIONS)
    row = MIDDLES[rng.randrange(len(MIDDLES))] + rng.choice((0.0, 0.2, 0.7, 1.5, 4.0)) * own
    return np.asarray(row / np.linalg.norm(row), np.float32)


def profile_of(rng: random.Random, number: int) -> Profile:
    """A topic with examples, and some of: counterexamples, votes, a query, an extreme threshold, few languages."""
    more: dict[str, Any] = {"sensitivity": rng.choice((0.5, 0.5, 0.8, 0.25, 0.0, 1e-5, 0.02, 0.999, 1.0))}
    if rng.random() < 0.2:
        more["query"] = rng.choice(("kursk", "NOT kursk", "rice OR beras", '"mengatakan 20"'))
    if rng.random() < 0.1:
        more["exclude"] = "gempa"
    if rng.random() < 0.1:
        more["languages"] = (Language("en"),)
    if rng.random() < 0.1:
        more["paused"] = True
    if rng.random() < 0.1:
        more["feeds"] = ("world",)
    topic = Topic(
        TopicId(f"t{number}"),
        "",
        examples=tuple(example_of(rng) for _ in range(rng.choice((1, 1, 1, 2, 3, 5)))),
        counterexamples=tuple(example_of(rng) for _ in range(rng.choice((0, 0, 0, 1, 2)))),
        **more,
    )
    count = len(topic.examples) + len(topic.counterexamples)
    profile = build_profile(topic, NO_VECTORS if rng.random() < 0.1 else np.stack([row_of(rng) for _ in range(count)]))
    if rng.random() < 0.3:
        opinions = [Opinion(example_of(rng), rng.choice((-2.0, -1.0, 0.4, 1.0, 1.5))) for _ in range(rng.randint(1, 3))]
        profile = with_votes(profile, opinions, np.stack([row_of(rng) for _ in opinions]))
    return profile


def article_of(rng: random.Random) -> Article:
    example = example_of(rng)
    article = Article(ArticleId("a"), example.title, example.text, example.language)
    return replace(article, feed_id=FeedId("f")) if rng.random() < 0.3 else article


@contextmanager
def bounded(rows: int) -> Iterator[None]:
    with patch.object(example_index, "BOUNDED_FROM", rows):
        yield


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    rng = random.Random(1)
    return [profile_of(rng, number) for number in range(80)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 79), min_size=1, max_size=25, unique=True), st.integers(0, 1 << 30))
def test_what_comes_out_is_what_comparing_all_gives(profiles: list[Profile], chosen: list[int], seed: int) -> None:
    rng = random.Random(seed)
    topics = [profiles[number] for number in chosen]
    with bounded(1):
        some = TopicIndex(topics).changed(topics[-2:], [topics[0].topic.id])
    with bounded(1_000_000):
        every = TopicIndex(topics).changed(topics[-2:], [topics[0].topic.id])
    for judging in (TopicIndex.judge, TopicIndex.judge, TopicIndex.judge, TopicIndex.judge_each):
        article = article_of(rng)
        document, row = described(article), rng.choice((row_of(rng), row_of(rng), None))
        tags = frozenset([rng.choice(("world", "sport"))])
        assert judging(some, article, document, row, tags) == judging(every, article, document, row, tags)
        assert some.needs_vector(article, document, tags) == every.needs_vector(article, document, tags)
        assert some.may_match(article, document, row, tags) == every.may_match(article, document, row, tags)


def sides_of(count: int, seed: int) -> tuple[list[Side], Array]:
    rng = random.Random(seed)
    examples = [example_of(rng) for _ in range(count)]
    rows = np.stack([row_of(rng) for _ in examples])
    sides = [side_of(describe(one.title, one.text, one.language, None)) for one in examples]
    return sides, aligned(rows, [one.language for one in examples])


def test_no_bound_is_below_what_the_example_gives() -> None:
    sides, rows = sides_of(400, 5)
    index = ResemblanceIndex((keys_of(pack_side(side)) for side in sides), rows)
    bounds = OddsBounds(index)
    articles, vectors = sides_of(60, 6)
    for article, vector in zip(articles, vectors, strict=True):
        shared = index.shared_with(article)
        for one in (vector, None):
            exact = log_odds(index.compare(article, one), model())
            assert bounds.reaching(article, one, shared, exact).tolist() == list(range(400))
        assumed = np.full(400, 0.45, np.float32)
        figures = index.compare(article, None)
        figures[:, [Figure.SIMILARITY, Figure.HEADING_SIMILARITY]] = 0.45
        first, rest = bounds.likeliest(article, assumed, assumed, shared, log_odds(figures, model()))
        assert len(first) == 256
        assert rest.tolist() == list(range(400))


def test_few_of_many_examples_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(4)
    topics = []
    for number in range(800):
        words = " ".join("".join(rng.choices("abcdefghijklmnoprstu", k=7)) for _ in range(60))
        example = Example(str(number), "", words.capitalize(), Language("id"))
        own = np.random.default_rng(number).normal(size=(1, 2 * DIMENSIONS)).astype(np.float32)
        topics.append(build_profile(Topic(TopicId(str(number)), "", examples=(example,)), own))
    with bounded(500):
        index = TopicIndex(topics)
    compared: list[int] = []
    real = Groups.some

    def some(groups: Groups, places: NDArray[np.intp]) -> tuple[Groups, NDArray[np.intp]]:
        compared.append(len(places))
        return real(groups, places)

    monkeypatch.setattr(Groups, "some", some)
    example = topics[700].topic.examples[0]
    article = Article(ArticleId("a"), "", example.text, example.language)
    row = np.random.default_rng(700).normal(size=2 * DIMENSIONS).astype(np.float32)
    (match,) = index.judge(article, described(article), row, NO_TAGS)
    assert (match.topic_id, match.matched) == ("700", True)
    assert sum(compared) < 15


@pytest.mark.parametrize(("bits", "planes", "usual"), [(384, 3, 0.045), (192, 2, 0.095), (64, 2, 0.21)])
def test_cosines_are_within_their_bounds_whatever_the_vectors_are(bits: int, planes: int, usual: float) -> None:
    drawn = np.random.default_rng(2)
    close = drawn.normal(size=384) + 0.05 * drawn.normal(size=(300, 384))
    sparse = np.eye(384, dtype=np.float32)[:300]
    rows = np.concatenate([drawn.normal(size=(5_000, 384)), close, sparse, -sparse, np.zeros((1, 384))])
    rows = np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
    rows = np.concatenate([rows, 3 * rows[:10]])
    codes = SignCodes(rows, bits=bits, planes=planes, seed=1)
    for vector in (rows[0], rows[5_001], sparse[7], rows[1] / 2, np.zeros(384, np.float32)):
        estimates = codes.estimates(codes.reading(vector), slice(None))
        errors = rows @ vector - estimates.values
        deviations = np.sqrt(estimates.variances)
        assert (np.abs(errors) <= SURE * deviations + 1e-6).all()
        assert errors[:5_000].std() < 1.3 * deviations[:5_000].mean()
        assert deviations[:5_000].mean() < usual
        assert estimates.values[5_900] == estimates.variances[5_900] == 0


def test_vectors_of_other_dimensions_have_codes_as_well() -> None:
    rows = np.random.default_rng(3).normal(size=(50, 10)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    codes = SignCodes(rows, bits=384, planes=4, seed=1)
    estimates = codes.estimates(codes.reading(rows[3]), slice(None))
    assert (np.abs(rows @ rows[3] - estimates.values) <= SURE * np.sqrt(estimates.variances)).all()
    none = SignCodes(rows[:, :0], bits=384, planes=4, seed=1)
    assert len(none.estimates(none.reading(rows[3, :0]), slice(None)).values) == 50


ROWS = st.builds(
    Rows,
    st.integers(1, 4),
    st.lists(st.floats(-2, 6), max_size=2).map(tuple),
    st.lists(st.floats(-2, 6), max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5), st.integers(0, 1 << 30))
def test_where_a_topic_reaches_something_one_of_its_rows_does(topics: Sequence[Rows], seed: int) -> None:
    groups = Groups(topics)
    figures = np.random.default_rng(seed).random((len(groups.favouring), len(Figure))).astype(np.float32)
    reached, _ = groups.log_odds(figures)
    enough = log_odds(figures, model()) >= groups.least_of_rows(reached.astype(np.float64)) - 1e-4
    start = 0
    for rows in topics:
        assert enough[start : start + rows.count].any()
        start += rows.count


def test_criteria_with_any_threshold_are_found(profiles: list[Profile]) -> None:
    with bounded(1):
        index = ExampleIndex([one.criteria for one in profiles])
    with bounded(10_000):
        complete = ExampleIndex([one.criteria for one in profiles])
    is_open, none = np.ones(len(profiles), bool), np.zeros(0, np.intp)
    sides, rows = sides_of(40, 12)
    for side, row in zip(sides, rows, strict=True):
        found = index.likeness(side, row, is_open, none)
        assert found == complete.likeness(side, row, is_open, none)
        always = {place for place, one in enumerate(profiles) if one.criteria.threshold == 0}
        assert always <= found.keys()
