"""Counterexamples: what is rather like them is not like the examples; what is not, is judged as before."""

from __future__ import annotations

import numpy as np
import pytest

from bot.features import similarity
from bot.features.document import describe
from bot.features.similarity import DIMENSIONS
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.matching.score import Groups, Rows
from bot.model import Article, ArticleId, Example, Language, Match, Topic, TopicId
from tests.unit.matching.test_index import KURSK, NO_TAGS, OTHER_STORY, SAME_STORY, between, vector

SUMY = Example(
    "seeds/sumy.txt",
    "Drone Ukraina menyerang Belgorod",
    "Kementerian Pertahanan Rusia mengatakan 30 drone Ukraina ditembak jatuh di wilayah Belgorod. Gubernur Vyacheslav "
    "Gladkov menyebut dua orang terluka.",
    Language("id"),
)
OF_SUMY = Article(
    ArticleId("sumy"),
    "Gladkov: dua terluka di Belgorod",
    "Gubernur Gladkov mengatakan dua orang terluka akibat drone Ukraina di Belgorod. Tentara Rusia menembak jatuh 30 "
    "drone.",
    Language("id"),
)


@pytest.fixture(autouse=True)
def _means_of_these_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    mean = np.full(2 * DIMENSIONS, DIMENSIONS**-0.5 / 1.25**0.5, np.float32)
    monkeypatch.setattr(similarity, "_means", lambda: {"*": mean})


def profile(*counterexamples: Example, examples: tuple[Example, ...] = (KURSK,), name: str = "t") -> Profile:
    topic = Topic(TopicId(name), name, examples, counterexamples)
    return build_profile(topic, np.stack([vector(number) for number in range(len(examples) + len(counterexamples))]))


def judge(one: Profile, article: Article, share: float, near: int = 0) -> Match:
    row = between(vector(near), vector(9), share)
    document = describe(article.title, article.text, article.language, article.published_at)
    (match,) = TopicIndex([one]).judge_each(article, document, row, NO_TAGS)
    return match


def test_what_is_rather_like_the_counterexample_no_longer_matches() -> None:
    like_both = np.asarray(vector(0) + vector(1), np.float32)
    document = describe(OF_SUMY.title, OF_SUMY.text, OF_SUMY.language, None)
    row = like_both / np.linalg.norm(like_both)
    (without,) = TopicIndex([profile()]).judge_each(OF_SUMY, document, row, NO_TAGS)
    (match,) = TopicIndex([profile(SUMY)]).judge_each(OF_SUMY, document, row, NO_TAGS)
    assert without.score > 0.1
    assert match.score < without.score / 2
    assert match.evidence.nearest_example == KURSK.title


def test_what_is_clearly_on_the_story_still_matches() -> None:
    match = judge(profile(SUMY), SAME_STORY, 0.8)
    assert match.matched
    assert match.score > 0.9 * judge(profile(), SAME_STORY, 0.8).score


def test_a_counterexample_never_raises_a_score() -> None:
    for article in (SAME_STORY, OTHER_STORY, OF_SUMY):
        for share in (0.1, 0.5, 0.9):
            for near in (0, 1):
                plain, with_one = judge(profile(), article, share, near), judge(profile(SUMY), article, share, near)
                assert with_one.score <= plain.score


def test_several_examples_and_counterexamples_go_together() -> None:
    several = profile(SUMY, SUMY, examples=(KURSK, KURSK))
    assert judge(several, SAME_STORY, 0.8).matched
    assert judge(several, OF_SUMY, 0.9, near=2).score < judge(profile(examples=(KURSK, KURSK)), OF_SUMY, 0.9, 2).score


def test_topics_do_not_get_one_another_s_counterexamples() -> None:
    alone = [profile(name="a"), profile(SUMY, name="b"), profile(examples=(KURSK, SUMY), name="c")]
    row = between(vector(1), vector(9), 0.8)
    document = describe(OF_SUMY.title, OF_SUMY.text, OF_SUMY.language, None)
    together = TopicIndex(alone).judge_each(OF_SUMY, document, row, NO_TAGS)
    apart = [TopicIndex([one]).judge_each(OF_SUMY, document, row, NO_TAGS)[0] for one in alone]
    assert [match.score for match in together] == [match.score for match in apart]


def test_before_it_is_embedded_an_article_is_granted_likeness_to_the_examples_alone() -> None:
    """Else a counterexample would keep articles from being embedded that are on the story."""
    assert Groups([Rows(1, opposing=(1.0,))]).favouring.tolist() == [True, False]
    assert Groups([Rows(2, (1.0,), (1.0, 2.0)), Rows(1)]).favouring.tolist() == [True] * 4 + [False] * 2 + [True]
    document = describe(SAME_STORY.title, SAME_STORY.text, SAME_STORY.language, None)
    same_as_the_example = Example("x", KURSK.title, KURSK.text, KURSK.language)
    for counterexamples in ((), (SUMY,), (same_as_the_example,)):
        assert TopicIndex([profile(*counterexamples)]).needs_vector(SAME_STORY, document, NO_TAGS)


def test_without_examples_there_is_nothing_to_speak_against() -> None:
    topic = Topic(TopicId("q"), "q", counterexamples=(SUMY,), query="kursk")
    one = build_profile(topic, vector(1)[None])
    assert one.criteria.packed_sides == ()
    assert judge(one, SAME_STORY, 0.8).score == 1.0
