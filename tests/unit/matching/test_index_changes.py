"""An index whose topics change: it judges as one that is built of the same topics, and who has the old one keeps it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.document import describe
from bot.matching.index import GROWTH, TopicIndex
from bot.matching.packed_side import keys_of, pack_side, unpack_side
from bot.matching.profile import Profile, build_profile
from bot.matching.segment import Segment
from bot.matching.sides import Side, side_of
from bot.matching.vote_learning import Opinion, with_votes
from bot.model import Article, Example, Language, Match, Topic, TopicId
from tests.unit.matching.test_index import KURSK, NO_TAGS, NO_VECTORS, OTHER_STORY, SAME_STORY, between, vector

RUTTE = Example("a.txt", "Rutte di Brussels", "Mark Rutte berbicara tentang Kursk dan 10.000 tentara.", Language("id"))
RICE = Example("b.txt", "Harga beras naik", "Harga beras naik di pasar Jakarta.", Language("id"))
ROW = between(vector(0), vector(9), 0.7)


def profile(number: int, kind: int, **more: object) -> Profile:
    """Of some kinds, so that many are alike."""
    name = f"t{number}"
    by: dict[int, dict[str, object]] = {
        0: {"examples": (KURSK,)},
        1: {"examples": (RUTTE, KURSK)},
        2: {"examples": (KURSK,), "counterexamples": (RICE,)},
        3: {"query": "kursk"},
        4: {"query": "beras", "exclude": "jakarta"},
        5: {"examples": (RICE,), "query": "brussels", "sensitivity": 0.01},
        6: {"query": "kursk", "languages": (Language("en"),)},
        7: {"query": "NATO OR timnas", "paused": True},
    }
    topic = Topic(TopicId(name), name, **{**by[kind], **more})  # type: ignore[arg-type] # -- by name
    shown = len(topic.examples) + len(topic.counterexamples)
    return build_profile(topic, np.stack([vector(n) for n in range(shown)]) if shown else NO_VECTORS)


KINDS = 8
PROFILES = {(number, kind): profile(number, kind) for number in range(12) for kind in range(KINDS)}


def judged(index: TopicIndex, article: Article = SAME_STORY) -> tuple[Match, ...]:
    document = describe(article.title, article.text, article.language, article.published_at)
    return index.judge(article, document, ROW, NO_TAGS)


def said(profiles: Sequence[Profile]) -> list[object]:
    """What profiles say: criteria are equal only to themselves."""
    return [(profile.topic, profile.criteria.key) for profile in profiles]


Changes = list[tuple[dict[int, int], set[int]]]
"""The kinds of the topics that are made or changed, and topics that are removed."""

MADE = st.dictionaries(st.integers(0, 11), st.integers(0, KINDS - 1), max_size=4)
CHANGES = st.lists(st.tuples(MADE, st.sets(st.integers(0, 11), max_size=2)), max_size=6)


@settings(max_examples=40, deadline=None)
@given(CHANGES)
def test_changes_lead_to_the_index_that_is_built_of_what_is_left(changes: Changes) -> None:
    left = {number: PROFILES[number, number % KINDS] for number in range(5)}
    index = TopicIndex(list(left.values()))
    for made, gone in changes:
        new = {number: PROFILES[number, kind] for number, kind in made.items() if number not in gone}
        before, expected = index, judged(index)
        index = index.changed(list(new.values()), {TopicId(f"t{number}") for number in gone})
        left = {number: one for number, one in {**left, **new}.items() if number not in gone}
        assert judged(before) == expected
    built = TopicIndex(list(left.values()))
    assert said(index.profiles) == said(built.profiles)
    for article in (SAME_STORY, OTHER_STORY):
        assert judged(index, article) == judged(built, article)
        document = describe(article.title, article.text, article.language, None)
        assert index.judge_each(article, document, ROW, NO_TAGS) == built.judge_each(article, document, ROW, NO_TAGS)
        assert index.needs_vector(article, document, NO_TAGS) == built.needs_vector(article, document, NO_TAGS)
        assert index.may_match(article, document, None, NO_TAGS) == built.may_match(article, document, None, NO_TAGS)
    assert index.may_take(NO_TAGS) == built.may_take(NO_TAGS)
    for number in range(12):
        found = index.profile(TopicId(f"t{number}"))
        assert said([found] if found else []) == said([left[number]] if number in left else [])


def test_a_change_files_few_topics_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    filed: list[int] = []

    class Counting(Segment):
        def __init__(self, profiles: list[Profile]) -> None:
            filed.append(len(profiles))
            super().__init__(profiles)

    monkeypatch.setattr("bot.matching.index.Segment", Counting)
    index = TopicIndex([profile(number, number % KINDS) for number in range(400)])
    filed.clear()
    rng = random.Random(1)
    for _ in range(90):
        index = index.changed([profile(rng.randrange(400), rng.randrange(KINDS))])
    assert max(filed) < 400 / GROWTH
    assert sum(filed) / 90 < 10
    assert len(index.profiles) == 400


def test_topics_with_equal_criteria_are_judged_once_and_each_has_its_match() -> None:
    alike = [profile(number, 0) for number in range(5)]
    alike[2] = replace(alike[2], topic=replace(alike[2].topic, languages=(Language("en"),)))
    alike[3] = replace(alike[3], topic=replace(alike[3].topic, paused=True, name="Another"))
    other = profile(9, 0, sensitivity=0.9)
    voted = with_votes(profile(8, 0), [Opinion(RICE, -1.0)], vector(3)[None])
    segment = Segment([*alike, other, voted])
    assert len({id(one.criteria) for one in segment.profiles}) == 3
    matches = judged(TopicIndex([*alike, other, voted]))
    assert [match.topic_id for match in matches] == ["t0", "t1", "t4", "t9", "t8"]
    assert matches[0].evidence is matches[1].evidence
    assert {match.threshold for match in matches[:3]} == {0.5}
    assert matches[3].threshold == 0.9
    assert matches[4].threshold > matches[0].threshold


WORDS = st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=8)
WEIGHTS = st.dictionaries(WORDS, st.floats(-1e9, 1e9), max_size=5)
SIDES = st.builds(
    Side,
    st.tuples(*[WEIGHTS] * 5),
    WEIGHTS,
    st.frozensets(WORDS, max_size=6),
    st.frozensets(st.sampled_from([Language("id"), Language("en"), Language("ko")]), min_size=1),
    st.floats(0, 1),
    st.none() | st.floats(-1e12, 1e12),
)


@settings(max_examples=80, deadline=None)
@given(SIDES)
def test_features_come_back_exactly_from_bytes(side: Side) -> None:
    packed = pack_side(side)
    back = unpack_side(packed)
    assert back == replace(side, vocabulary=tuple(sorted(side.vocabulary)))
    assert [list(one) for one in back.spaces] == [list(one) for one in side.spaces]
    keys = keys_of(packed)
    for number, weights in enumerate((*side.spaces, side.key_names)):
        assert dict(zip(keys.hashes[number].tolist(), keys.weights[number].tolist(), strict=True)) == {
            hash(key): weight for key, weight in weights.items()
        }
    assert set(keys.vocabulary.tolist()) == set(map(hash, side.vocabulary))


def test_a_side_with_more_words_than_two_bytes_count() -> None:
    words = {f"w{number}": 0.5 for number in range(70_000)}
    text = side_of(describe("", "Kursk", Language("id"), None))
    side = replace(text, spaces=(words, *text.spaces[1:]), vocabulary=frozenset())
    assert unpack_side(pack_side(side)).spaces == side.spaces
