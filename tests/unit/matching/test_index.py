"""Articles against topics: what matches, with what score and evidence, and what is not even looked at."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.features import similarity
from bot.features.document import Document, describe
from bot.features.similarity import DIMENSIONS
from bot.matching.evidence import PASTED, example_label
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.matching.query import parse_query
from bot.matching.score import NEAR, threshold_of
from bot.matching.search_text import SearchText
from bot.model import Article, ArticleId, Example, FeedId, Language, Match, SensitivityName, Topic, TopicId
from tests.speed import usual_seconds

NO_TAGS: frozenset[str] = frozenset()
NO_VECTORS: NDArray[np.float32] = np.zeros((0, 0), np.float32)

KURSK = Example(
    "seeds/kursk.txt",
    "NATO: pasukan Korea Utara berada di Kursk",
    "Sekretaris Jenderal NATO Mark Rutte mengonfirmasi bahwa sekitar 10.000 tentara Korea Utara telah dikirim ke "
    "Rusia dan dikerahkan ke wilayah Kursk. Rutte menyebutnya eskalasi yang berbahaya.",
    Language("id"),
)
SAME_STORY = Article(
    ArticleId("same"),
    "Rutte: tentara Korea Utara sudah di Kursk",
    "Brussels. Mark Rutte mengatakan tentara Korea Utara dikerahkan ke Kursk. Jumlahnya sekitar 10 ribu orang. "
    "Harga beras naik di pasar.",
    Language("id"),
)
OTHER_STORY = Article(
    ArticleId("other"),
    "Timnas menang 2-0",
    "Tim sepak bola Indonesia mengalahkan Arab Saudi di Jakarta.",
    Language("id"),
)


def vector(seed: int) -> NDArray[np.float32]:
    """As embeddings of news are, opening and heading alike: close to one another, each with something of its own."""
    common = np.full(DIMENSIONS, DIMENSIONS**-0.5)
    own = np.random.default_rng(seed).normal(size=DIMENSIONS)
    row = common + 0.5 * own / np.linalg.norm(own)
    return np.tile(row / np.linalg.norm(row), 2).astype(np.float32)


@pytest.fixture(autouse=True)
def _means_of_these_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    mean = np.full(2 * DIMENSIONS, DIMENSIONS**-0.5 / 1.25**0.5, np.float32)
    monkeypatch.setattr(similarity, "_means", lambda: {"*": mean})


def between(first: NDArray[np.float32], second: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    row = share * first + (1 - share) * second
    return np.asarray(row / np.linalg.norm(row), np.float32)


def topic(name: str = "t", **more: Any) -> Topic:
    return Topic(TopicId(name), name, **more)


def queried(name: str, query: str, **more: Any) -> Profile:
    return build_profile(topic(name, query=query, **more), NO_VECTORS)


def shown(*examples: Example, **more: Any) -> Profile:
    rows = [vector(number) for number in range(len(examples))]
    return build_profile(topic(examples=examples, **more), np.stack(rows))


def judge(
    index: TopicIndex, article: Article, row: NDArray[np.float32] | None = None, tags: frozenset[str] = NO_TAGS
) -> tuple[Match, ...]:
    return index.judge(article, described(article), row, tags)


def described(article: Article) -> Document:
    return describe(article.title, article.text, article.language, article.published_at)


def test_a_query_hit_scores_one_and_says_what_hit() -> None:
    (match,) = judge(TopicIndex([queried("q", '"Korea Utara" AND (kursk OR kyiv)')]), SAME_STORY)
    assert (match.matched, match.score) == (True, 1.0)
    assert match.evidence.query == ('"Korea Utara"', "kursk")
    assert match.evidence.similarity is None
    assert match.evidence.nearest_example is None


def test_an_article_like_the_example_matches_with_its_reasons() -> None:
    near = between(vector(0), vector(9), 0.7)
    (match,) = judge(TopicIndex([shown(KURSK)]), SAME_STORY, near)
    assert match.matched
    assert match.score >= match.threshold
    assert "Mark Rutte" in match.evidence.names
    assert "Kursk" in match.evidence.names
    assert "tentara" in match.evidence.terms
    assert match.evidence.numbers == ("10 ribu orang",)
    assert match.evidence.nearest_example == KURSK.title
    assert match.evidence.sentence == "Mark Rutte mengatakan tentara Korea Utara dikerahkan ke Kursk."
    assert match.evidence.similarity is not None
    assert match.evidence.similarity > 0.5


def test_an_article_unlike_the_example_is_not_even_a_near_miss() -> None:
    index = TopicIndex([shown(KURSK)])
    assert judge(index, OTHER_STORY, vector(5)) == ()
    (every,) = index.judge_each(OTHER_STORY, described(OTHER_STORY), vector(5), NO_TAGS)
    assert not every.matched
    assert every.score < 0.05


def test_more_resemblance_never_scores_less() -> None:
    index = TopicIndex([shown(KURSK, sensitivity=0.0)])
    scores = [
        judge(index, SAME_STORY, between(vector(0), vector(9), share))[0].score
        for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    ]
    assert scores == sorted(scores)
    assert scores[0] < 0.5 < scores[-1]


def test_a_near_miss_comes_back_unmatched() -> None:
    row = between(vector(0), vector(9), 0.3)
    (match,) = judge(TopicIndex([shown(KURSK, sensitivity=0.0)]), SAME_STORY, row)
    for share, found in ((0.9, [True]), (1.1, [False]), (1.9, [False]), (2.2, [])):
        index = TopicIndex([shown(KURSK, sensitivity=match.score * share)])
        assert [one.matched for one in judge(index, SAME_STORY, row)] == found
    assert NEAR == 0.5


def test_an_article_in_another_language_is_found_by_its_embedding() -> None:
    korean = Article(
        ArticleId("ko"), "나토 사무총장 북한군 확인", "북한군이 러시아 쿠르스크에 배치됐다.", Language("ko")
    )
    index = TopicIndex([shown(KURSK)])
    assert index.needs_vector(korean, described(korean), NO_TAGS)
    (match,) = judge(index, korean, between(vector(0), vector(9), 0.8))
    assert match.matched


def test_require_and_exclude_have_the_last_word() -> None:
    profiles = [
        queried("plain", "kursk"),
        queried("required", "kursk", require="brussels OR title:rutte"),
        queried("lacking", "kursk", require="moskwa"),
        queried("excluded", "kursk", exclude="beras"),
        queried("allowed", "kursk", exclude="title:beras"),
    ]
    found = {match.topic_id: match for match in judge(TopicIndex(profiles), SAME_STORY)}
    assert found.keys() == {"plain", "required", "allowed"}
    assert found[TopicId("required")].evidence.query == ("kursk", "brussels", "title:rutte")
    excluded = shown(KURSK, exclude="beras")
    assert judge(TopicIndex([excluded]), SAME_STORY, vector(0)) == ()


def test_query_or_examples_is_enough() -> None:
    index = TopicIndex([shown(KURSK, query="timnas")])
    (match,) = judge(index, OTHER_STORY, vector(5))
    assert match.matched
    assert match.score >= match.threshold
    assert match.evidence.query == ("timnas",)
    assert judge(index, SAME_STORY, between(vector(0), vector(9), 0.7))[0].matched


def test_topics_look_only_at_what_they_are_for() -> None:
    profiles = [
        queried("all", "kursk"),
        queried("paused", "kursk", paused=True),
        queried("english", "kursk", languages=(Language("en"),)),
        queried("indonesian", "kursk", languages=(Language("id"),)),
        queried("world", "kursk", feeds=("world",)),
        queried("sport", "kursk", feeds=("sport", "antara-sport")),
    ]
    polled = replace(SAME_STORY, feed_id=FeedId("antara"))
    tagged = judge(TopicIndex(profiles), polled, tags=frozenset({"antara", "world"}))
    assert [match.topic_id for match in tagged] == ["all", "indonesian", "world"]
    from_a_file = judge(TopicIndex(profiles), SAME_STORY)
    assert [match.topic_id for match in from_a_file] == ["all", "indonesian", "world", "sport"]


def test_an_embedding_is_asked_for_only_where_a_topic_could_use_it() -> None:
    document = described(SAME_STORY)
    assert TopicIndex([shown(KURSK)]).needs_vector(SAME_STORY, document, NO_TAGS)
    unlike = replace(
        OTHER_STORY,
        text="Harga cabai, bawang dan telur naik di Pasar Minggu menjelang hari raya. Pedagang bernama Siti mengaku "
        "pembelinya berkurang sejak pekan lalu. Dinas Perdagangan DKI Jakarta menggelar bazar murah di Cilandak. "
        "Warga mengantre sejak subuh demi minyak goreng, gula dan terigu, kata Lurah Ragunan, Budi Santoso.",
    )
    assert not TopicIndex([shown(KURSK)]).needs_vector(unlike, described(unlike), NO_TAGS)
    translated = replace(unlike, language=Language("de"))
    assert TopicIndex([shown(KURSK)]).needs_vector(translated, described(translated), NO_TAGS)
    for profile in (queried("q", "kursk"), shown(KURSK, paused=True), shown(KURSK, languages=(Language("en"),))):
        assert not TopicIndex([profile]).needs_vector(SAME_STORY, document, NO_TAGS)
    assert not TopicIndex([]).needs_vector(SAME_STORY, document, NO_TAGS)


def test_full_text_is_fetched_for_what_may_match() -> None:
    headline = replace(SAME_STORY, text="", title="Pasukan Korut di Kursk")
    sport = replace(OTHER_STORY, text="")
    index = TopicIndex([queried("q", "kursk AND brussels"), queried("r", "/rutte.*nato/"), shown(KURSK)])
    assert index.may_match(headline, described(headline), vector(5), NO_TAGS)
    assert index.may_match(sport, described(sport), between(vector(0), vector(9), 0.8), NO_TAGS)
    assert not index.may_match(sport, described(sport), vector(5), NO_TAGS)


def test_several_examples_find_what_each_finds() -> None:
    other = Example("b", "Gempa di Palu", "Gempa berkekuatan 7,4 mengguncang Palu dan Donggala.", Language("id"))
    index = TopicIndex([shown(other, KURSK)])
    (match,) = judge(index, SAME_STORY, between(vector(1), vector(9), 0.75))
    assert match.matched
    assert match.evidence.nearest_example == KURSK.title


def test_examples_without_embeddings_still_count_by_words() -> None:
    index = TopicIndex([build_profile(topic(examples=(KURSK,), sensitivity=0.0), NO_VECTORS)])
    same, other = judge(index, SAME_STORY)[0], judge(index, OTHER_STORY)[0]
    assert same.score > 10 * other.score
    assert same.evidence.similarity is None


def test_a_profile_takes_a_vector_for_each_example() -> None:
    with pytest.raises(ValueError, match="2 vectors for 1 examples"):
        build_profile(topic(examples=(KURSK,)), np.zeros((2, 2 * DIMENSIONS), np.float32))


def test_only_keeps_one_topic() -> None:
    index = TopicIndex([queried("a", "kursk"), queried("b", "kursk")]).only(TopicId("b"))
    assert [match.topic_id for match in judge(index, SAME_STORY)] == ["b"]


def test_only_a_topic_asked_for_is_judged_while_it_is_paused() -> None:
    index = TopicIndex([queried("a", "kursk"), queried("b", "kursk", paused=True)])
    assert [match.topic_id for match in judge(index, SAME_STORY)] == ["a"]
    assert [match.topic_id for match in judge(index.only(TopicId("b")), SAME_STORY)] == ["b"]


def test_named_sensitivities_are_probabilities_in_order() -> None:
    strict, balanced, broad = (threshold_of(name) for name in SensitivityName)
    assert 1 > strict > balanced > broad > 0
    assert threshold_of(0.42) == 0.42


def test_empty_articles_and_examples_are_judged_too() -> None:
    nothing = Example("empty", "", "", Language("und"))
    blank = Article(ArticleId("x"), "", "", Language("und"))
    index = TopicIndex([shown(nothing, KURSK), queried("q", "kursk")])
    matches = index.judge_each(blank, described(blank), np.zeros(2 * DIMENSIONS, np.float32), NO_TAGS)
    assert [match.matched for match in matches] == [False, False]


WORDS = [
    "kursk",
    "rutte",
    "nato",
    "korea",
    "utara",
    "tentara",
    "beras",
    "harga",
    "pasar",
    "brussels",
    "timnas",
    "北朝鮮",
    "군이",
    "rusia",
    "dikerahkan",
]


def random_query(rng: random.Random, depth: int = 0) -> str:
    kind = rng.randrange(9 if depth < 3 else 5)
    word = rng.choice(WORDS)
    match kind:
        case 0 | 1:
            return word
        case 2:
            return f'"{word} {rng.choice(WORDS)}"'
        case 3:
            return f"{word[:3]}*" if word.isascii() else word
        case 4:
            return f"title:{word}"
        case 5:
            return f"NOT {random_query(rng, depth + 1)}"
        case 6:
            return f"({random_query(rng, depth + 1)} AND {random_query(rng, depth + 1)})"
        case 7:
            return f"({random_query(rng, depth + 1)} OR {random_query(rng, depth + 1)})"
        case _:
            return f'"{word} {rng.choice(WORDS)}"~4'


def test_the_index_finds_what_evaluating_every_query_finds() -> None:
    rng = random.Random(7)
    queries = [random_query(rng) for _ in range(400)]
    index = TopicIndex([queried(str(number), query) for number, query in enumerate(queries)])
    korean = Article(ArticleId("k"), "북한군이 Kursk", "NATO 北朝鮮軍", Language("ko"))
    for article in (SAME_STORY, OTHER_STORY, korean):
        text = SearchText(article)
        expected = [str(number) for number, query in enumerate(queries) if parse_query(query).hits(text) is not None]
        assert [match.topic_id for match in judge(index, article)] == expected
        assert 0 < len(expected) < 400


def test_ten_thousand_queries_and_a_thousand_examples_take_milliseconds() -> None:
    rng = random.Random(3)
    letters = "abcdefghijklmnopqrstuvwxyz"
    vocabulary = ["".join(rng.choices(letters, k=8)) for _ in range(20_000)] + WORDS[:11]
    profiles = [
        queried(
            f"q{number}", f'{rng.choice(vocabulary)} AND ("{rng.choice(vocabulary)} x" OR {rng.choice(vocabulary)})'
        )
        for number in range(10_000)
    ]
    for number in range(1_000):
        text = " ".join(rng.choices(vocabulary, k=150))
        example = Example(str(number), "", text, Language("id"))
        profiles.append(build_profile(topic(f"e{number}", examples=(example,)), vector(number)[None]))
    index = TopicIndex(profiles)
    article = replace(SAME_STORY, text=SAME_STORY.text + " ".join(rng.choices(vocabulary, k=300)))
    document, row = described(article), vector(4)
    judge(index, article, row)
    durations = [
        usual_seconds(lambda: index.judge(article, document, row, NO_TAGS), time.thread_time) for _ in range(5)
    ]
    assert min(durations) < 0.025  # it is 5 ms


def test_an_example_is_called_by_its_title_its_file_or_its_beginning() -> None:
    text = "Pihak NATO mengungkapkan bahwa Presiden Rusia putus asa dan mengirim tentara Korea Utara ke garis depan."
    example = Example("seeds/nato.txt", "", text, Language("id"))
    assert example_label(replace(example, title="Judul")) == "Judul"
    assert example_label(example) == "seeds/nato.txt"
    assert example_label(replace(example, origin=PASTED)) == (
        "Pihak NATO mengungkapkan bahwa Presiden Rusia putus asa dan mengirim tentara Korea"
    )
