"""Votes: what they teach a profile, how much a single one may, and that undoing leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.features import similarity
from bot.features.document import describe
from bot.features.similarity import DIMENSIONS
from bot.matching.index import TopicIndex
from bot.matching.profile import Profile, build_profile
from bot.matching.vote_learning import FURTHEST, VARIANCE, Opinion, opinions_of, shift_of, with_votes
from bot.model import Article, ArticleId, Example, Language, Match, Topic, TopicId, Verdict, Vote
from tests.unit.matching.test_counterexamples import OF_SUMY, SUMY
from tests.unit.matching.test_index import KURSK, NO_TAGS, OTHER_STORY, SAME_STORY, between, vector

NOW = datetime(2026, 3, 4, tzinfo=UTC)
GOOD, BAD = Verdict.GOOD, Verdict.BAD


@pytest.fixture(autouse=True)
def _means_of_these_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    mean = np.full(2 * DIMENSIONS, DIMENSIONS**-0.5 / 1.25**0.5, np.float32)
    monkeypatch.setattr(similarity, "_means", lambda: {"*": mean})


MORE_OF_IT = Article(
    ArticleId("more"),
    "Seoul: ribuan serdadu Pyongyang di garis depan",
    "Badan intelijen Korea Selatan melaporkan serdadu Korea Utara berlatih di Vladivostok sebelum ke Kursk, kata NATO.",
    Language("id"),
)


def shown(article: Article) -> Example:
    return Example(article.id, article.title, article.text, article.language)


def vote(article: Article, verdict: Verdict, voter: str = "1") -> Vote:
    return Vote(TopicId("t"), article.id, voter, verdict, NOW, shown(article))


LIKE_BOTH = np.asarray((vector(0) + vector(1)) / np.linalg.norm(vector(0) + vector(1)), np.float32)


def judge(profile: Profile, article: Article, row: NDArray[np.float32]) -> Match:
    document = describe(article.title, article.text, article.language, article.published_at)
    (match,) = TopicIndex([profile]).judge_each(article, document, row, NO_TAGS)
    return match


def teach(*told: tuple[Article, float, NDArray[np.float32]], profile: Profile) -> Profile:
    opinions = [Opinion(shown(article), weight) for article, weight, _ in told]
    return with_votes(profile, opinions, np.stack([row for _, _, row in told]))


@pytest.fixture
def plain() -> Profile:
    return build_profile(Topic(TopicId("t"), "t", (KURSK,)), vector(0)[None])


def test_what_is_like_a_disliked_article_scores_less_and_the_rest_as_before(plain: Profile) -> None:
    after = teach((OF_SUMY, -1, LIKE_BOTH), profile=plain)
    again = replace(OF_SUMY, title="Drone di Belgorod, dua terluka")
    assert judge(after, again, LIKE_BOTH).score < judge(plain, again, LIKE_BOTH).score - 0.03
    assert judge(after, OTHER_STORY, vector(5)).score == judge(plain, OTHER_STORY, vector(5)).score
    same = between(vector(0), vector(9), 0.8)
    assert judge(after, SAME_STORY, same).score > judge(plain, SAME_STORY, same).score - 0.02


def test_what_is_like_a_liked_article_scores_more_and_says_so(plain: Profile) -> None:
    after = teach((OF_SUMY, 1, LIKE_BOTH), profile=plain)
    again = replace(OF_SUMY, title="Drone di Belgorod, dua terluka")
    before, match = judge(plain, again, vector(1)), judge(after, again, vector(1))
    assert match.score > before.score + 0.1
    assert match.evidence.nearest_example == OF_SUMY.title
    assert match.evidence.similarity is not None
    assert match.evidence.similarity > 0.5
    same = between(vector(0), vector(9), 0.8)
    assert judge(after, SAME_STORY, same).score >= judge(plain, SAME_STORY, same).score


def test_a_slip_on_a_clear_article_hardly_counts_and_ten_agreeing_votes_do(plain: Profile) -> None:
    shares = np.linspace(0, 1, 41).tolist()
    share = min(shares, key=lambda one: abs(judge(plain, SAME_STORY, between(vector(0), vector(9), one)).score - 0.97))
    near = between(vector(0), vector(9), share)
    before = judge(plain, SAME_STORY, near)
    assert 0.9 < before.score < 0.99
    slip = teach((MORE_OF_IT, -1, between(vector(0), vector(19), share)), profile=plain)
    assert judge(slip, SAME_STORY, near).score > before.score - 0.15
    assert judge(slip, SAME_STORY, near).matched
    alike = replace(SAME_STORY, title="Tentara Korea Utara dikerahkan", text=SAME_STORY.text[:90])
    ten = teach(*[(alike, -1.0, between(near, vector(20 + n), 0.7)) for n in range(10)], profile=plain)
    assert judge(ten, SAME_STORY, near).score < before.score - 0.3
    assert not judge(ten, SAME_STORY, near).matched
    assert ten.criteria.threshold > slip.criteria.threshold > plain.criteria.threshold


def test_votes_only_push_their_own_way(plain: Profile) -> None:
    rows = [between(vector(0), vector(9), share) for share in (0.1, 0.4, 0.7, 1.0)]
    told: list[tuple[Article, float, NDArray[np.float32]]] = []
    for number, (article, weight) in enumerate(
        [
            (SAME_STORY, -1.0),
            (OF_SUMY, 1.0),
            (OTHER_STORY, -1.0),
            (OF_SUMY, -1.0),
            (SAME_STORY, 1.0),
            (SAME_STORY, -2.0),
        ]
    ):
        before = teach(*told, profile=plain) if told else plain
        told.append((replace(article, id=ArticleId(str(number))), weight, rows[number % 4]))
        after = teach(*told, profile=plain)
        assert (after.criteria.threshold - before.criteria.threshold) * weight <= 0
        for seen in (SAME_STORY, OF_SUMY, OTHER_STORY):
            for row in rows:
                assert (judge(after, seen, row).score - judge(before, seen, row).score) * weight >= 0


def test_counterexamples_stay_beside_votes() -> None:
    profile = build_profile(Topic(TopicId("t"), "t", (KURSK, KURSK), (SUMY,)), np.stack([vector(n) for n in (0, 2, 1)]))
    after = teach((SAME_STORY, 1, vector(0)), (OTHER_STORY, -1, vector(5)), profile=profile)
    assert after.criteria.rows.count == len(after.criteria.sides) == len(after.criteria.vectors) == 6
    for article, row in ((OF_SUMY, LIKE_BOTH), (SAME_STORY, vector(0))):
        assert abs(judge(after, article, row).score - judge(profile, article, row).score) < 0.1


def test_a_query_is_exact() -> None:
    profile = build_profile(Topic(TopicId("t"), "t", query="kursk"), np.zeros((0, 0), np.float32))
    assert teach((SAME_STORY, -1, vector(0)), profile=profile) is profile


def test_what_a_query_has_found_moves_no_threshold(plain: Profile) -> None:
    """It is nothing like the examples, so it says nothing about how alike is enough."""
    after = teach((OTHER_STORY, 1, vector(5)), (OTHER_STORY, -1, vector(6)), profile=plain)
    assert after.criteria.threshold == pytest.approx(plain.criteria.threshold, abs=1e-9)


def test_thresholds_that_let_all_or_nothing_pass_stay() -> None:
    for sensitivity in (0.0, 1.0):
        profile = build_profile(Topic(TopicId("t"), "t", (KURSK,), sensitivity=sensitivity), vector(0)[None])
        assert teach((SAME_STORY, -1, vector(0)), profile=profile).criteria.threshold == sensitivity


def test_without_embeddings_words_are_learned(plain: Profile) -> None:
    opinions = [Opinion(shown(SAME_STORY), 1)]
    assert with_votes(plain, opinions, np.zeros((0, 0), np.float32)).criteria.rows.favouring != ()
    wordy = build_profile(Topic(TopicId("t"), "t", (KURSK,)), np.zeros((0, 0), np.float32))
    after = with_votes(wordy, opinions, vector(1)[None])
    assert after.criteria.threshold < wordy.criteria.threshold
    assert len(after.criteria.vectors) == len(after.criteria.sides) == 2


def test_voters_count_once_each_and_cancel_one_another_out() -> None:
    one = opinions_of([vote(SAME_STORY, BAD)])
    assert [opinion.weight for opinion in one] == [-1]
    three = opinions_of([vote(SAME_STORY, BAD, voter) for voter in "123"])
    assert three[0].weight == -1.5
    assert opinions_of([vote(SAME_STORY, BAD), vote(SAME_STORY, GOOD, "2")]) == ()
    mixed = opinions_of([vote(SAME_STORY, GOOD), vote(OF_SUMY, BAD), vote(SAME_STORY, GOOD, "2")])
    assert [(opinion.article.title, opinion.weight) for opinion in mixed] == [
        (SAME_STORY.title, pytest.approx(4 / 3)),
        (OF_SUMY.title, -1),
    ]


def test_a_group_is_heard_by_shares_and_a_person_once() -> None:
    def weights(*told: tuple[str, Verdict]) -> list[float]:
        return [
            opinion.weight for opinion in opinions_of([vote(SAME_STORY, verdict, voter) for voter, verdict in told])
        ]

    alone, members = weights(("1", GOOD)), [(f"-100/{number}", GOOD) for number in range(1, 9)]
    assert alone == [1]
    assert weights(members[0]) == [0.4]
    assert weights(*members[:4]) == [1]
    assert 1 < weights(*members)[0] < 2
    assert weights(members[0], ("-100/2", BAD)) == []
    assert weights(("1", GOOD), ("-100/1", BAD)) == weights(("-100/1", BAD), ("1", GOOD)) == alone
    assert weights(("-100/1", GOOD), ("-200/1", BAD)) == [-0.4]


@pytest.mark.parametrize("verdict", [GOOD, BAD])
def test_one_vote_of_a_group_moves_little_and_four_as_much_as_a_reader(plain: Profile, verdict: Verdict) -> None:
    def odds(*voters: str) -> float:
        profile = plain
        if voters:
            (opinion,) = opinions_of([vote(OF_SUMY, verdict, voter) for voter in voters])
            profile = with_votes(plain, [opinion], LIKE_BOTH[None])
        score = min(judge(profile, OF_SUMY, LIKE_BOTH).score, 0.9999)
        return float(np.log(score / (1 - score)))

    direction = 1 if verdict is GOOD else -1
    members = [f"-100/{number}" for number in range(1, 5)]
    moved = [(odds(*members[:count]) - odds()) * direction for count in range(5)]
    alone = (odds("1") - odds()) * direction
    assert 0.05 < moved[1] < 0.4
    assert moved[1] < moved[2] < moved[3] <= moved[4] == alone
    assert alone > 1


def test_the_shift_is_bounded_and_foreseen_votes_hardly_move_it() -> None:
    def shift(*votes: tuple[float, float]) -> float:
        return shift_of(np.array([above for above, _ in votes]), np.array([weight for _, weight in votes]))

    assert shift() == pytest.approx(0, abs=1e-9)
    assert 0 < shift((6.0, -1.0)) < VARIANCE
    assert shift((6.0, -1.0)) > 0.9 * VARIANCE
    assert -0.01 < shift((6.0, 1.0)) < 0
    assert shift(*[(6.0, -1.0)] * 10) > 8 * VARIANCE
    assert shift(*[(20.0, -1.0)] * 1000) == pytest.approx(FURTHEST)
    assert shift(*[(-20.0, 1.0)] * 1000) == pytest.approx(-FURTHEST)
