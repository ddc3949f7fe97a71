"""The measures that benchmarks report, on cases small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bot.model import Language
from tests.benchmarks.alarms import Alarm, false_alarms
from tests.benchmarks.data import Item, of_one_story
from tests.benchmarks.scores import Measure, Part, Row, Score, over_stories, table_of
from tests.benchmarks.streamed import b_cubed
from tests.benchmarks.tracking import (
    Tracked,
    average_precision,
    draws,
    f1_and_cost,
    f1_and_cost_of_stories,
    precision_of_stories,
    quality,
    track,
)


def tracked(story: str, scores: list[float], on_story: list[int]) -> Tracked:
    return Tracked(story, np.array(scores), np.array(on_story, bool))


def item(name: str, language: str = "en", text: str = "") -> Item:
    return Item(name, "", text, Language(language))


# --- ranking and thresholds -------------------------------------------------------------------


def test_average_precision_is_the_mean_of_the_precisions_at_each_hit() -> None:
    # Ranked: hit (1/1), miss, hit (2/3), miss.
    one = tracked("a", [0.9, 0.2, 0.5, 0.1], [1, 0, 0, 0])
    assert average_precision(one.scores, one.on_story) == 1
    two = tracked("a", [0.9, 0.5, 0.7, 0.1], [1, 1, 0, 0])
    assert average_precision(two.scores, two.on_story) == pytest.approx((1 + 2 / 3) / 2)


def test_f1_and_cost_by_hand() -> None:
    # At 0.5, which is enough: one of two found, one of four others alarmed. F1 2*1/(2+2); cost 0.5 + 4.9/4.
    one = tracked("a", [0.5, 0.4, 0.5, 0.1, 0.2, 0.3], [1, 1, 0, 0, 0, 0])
    assert f1_and_cost([one], 0.5) == pytest.approx((0.5, 0.5 + 4.9 / 4))


def test_every_story_counts_alike_however_many_draws_it_has() -> None:
    found, missed = tracked("a", [0.9, 0.1], [1, 0]), tracked("b", [0.1, 0.9], [1, 0])
    assert precision_of_stories([found, found, found, missed]).tolist() == [1, 0.5]
    f1, cost = f1_and_cost([found, found, found, missed], 0.5)
    assert f1 == 0.5
    assert cost == pytest.approx((0 + 1 + 4.9) / 2)


def test_several_thresholds_are_measured_as_one_by_one() -> None:
    rng = np.random.default_rng(1)
    every = [Tracked(f"{n % 3}", rng.normal(size=30).round(1), rng.random(30) < 0.3) for n in range(9)]
    thresholds = np.array([-1.0, 0.0, 0.7, 5.0])
    f1, cost = f1_and_cost_of_stories(every, thresholds)
    assert f1.shape == cost.shape == (3, 4)
    for column, threshold in enumerate(thresholds):
        assert f1_and_cost(every, float(threshold)) == pytest.approx((f1[:, column].mean(), cost[:, column].mean()))


def test_best_threshold_is_found() -> None:
    rng = np.random.default_rng(2)
    on_story = np.arange(1_000) < 20
    one = Tracked("a", np.where(on_story, rng.uniform(2, 3, 1_000), rng.uniform(0, 1, 1_000)), on_story)
    best = quality([one])
    assert (best.mean_precision, best.f1, best.cost) == (1, 1, 0)
    assert 1 < best.f1_threshold < 2.1


def test_examples_are_not_among_what_is_tracked() -> None:
    stories = ["a"] * 4 + ["b"] * 2
    drawn = draws(stories, 1)
    assert {draw.story for draw in drawn} == {"a"}  # of b only one article would be left
    assert drawn == draws(stories, 1)
    for one in track(stories, drawn, lambda draw: np.zeros(len(stories))):
        assert (len(one.scores), int(one.on_story.sum())) == (5, 3)


# --- intervals and the table ------------------------------------------------------------------


def test_interval_is_the_same_every_time_and_holds_the_mean() -> None:
    values = np.random.default_rng(3).random(34)
    first, again = over_stories(Measure("MAP"), values), over_stories(Measure("MAP"), values)
    assert first == again
    assert first.interval is not None
    low, high = first.interval
    assert low < first.value < high
    # 90 % of the means of samples: 1.645 standard errors to either side.
    assert (high - low) / 2 == pytest.approx(1.645 * values.std() / 34**0.5, rel=0.15)


def test_stories_that_are_all_alike_leave_no_doubt() -> None:
    assert over_stories(Measure("MAP"), np.full(5, 0.5)).interval == (0.5, 0.5)


def test_table_lines_scores_up_below_their_measure() -> None:
    first, second = Measure("MAP"), Measure("lost", 1)
    part = Part(
        "what",
        (
            Row("one", "theirs", (Score(second, 2),)),
            Row("one", "ours", (Score(first, 0.5, (0.41, 0.61)), Score(second, 3))),
        ),
    )
    title, head, theirs, ours = table_of([part]).splitlines()
    assert title == "== what"
    assert theirs.index("2.0") == ours.index("3.0") == head.index("lost")
    assert ours.index("0.500 .41-.61") == head.index("MAP")


# --- what counts ------------------------------------------------------------------------------


def test_true_alarms_and_near_ones_are_no_false_ones() -> None:
    news = [item(f"ag-{n}") for n in range(900)] + [item(f"idn-{n}") for n in range(100)]
    alarms = [
        Alarm("one", news[0], 0.9, matched=True, true=True),
        Alarm("one", news[1], 0.8, matched=True, true=False),
        Alarm("one", news[2], 0.7, matched=True, true=None),
        Alarm("one", news[3], 0.4, matched=False, true=None),
        Alarm("two", news[950], 0.9, matched=True, true=False),
    ]
    scores = {score.measure.name: score for score in false_alarms("t", alarms, 10, news).scores}
    assert scores["mean"].value == pytest.approx(3 / 10 / 1_000 * 10_000)
    assert scores["worst topic"].value == pytest.approx(20)
    assert scores["worst topic"].remark == "one"
    assert scores["agnews"].value == pytest.approx(2 / 10 / 900 * 10_000)
    assert scores["indonews"].value == pytest.approx(1 / 10 / 100 * 10_000)
    assert (scores["true"].value, scores["unread"].value) == (1, 1)


def test_no_alarms_at_all() -> None:
    scores = {score.measure.name: score.value for score in false_alarms("t", [], 1, [item("ag-1")]).scores}
    assert scores["mean"] == scores["worst topic"] == 0


def test_documents_on_one_story_are_known() -> None:
    items = [item("cbsnews.248387"), item("reuters.218909", "id"), item("bbc.381746")]
    assert of_one_story(items).tolist() == [[True, True, False], [True, True, False], [False, False, True]]


def test_short_articles_have_35_words_in_scripts_without_spaces_too() -> None:
    english = item("a", text="one  two\nthree " * 20).short()
    assert english.text == " ".join(["one two three"] * 12)[: len(english.text)]
    assert len(english.text.split()) == 35
    assert item("b", "zh", "新闻" * 100).short().text == "新闻" * 35
    assert item("c").short().text == ""


def test_b_cubed_counts_what_each_article_has_beside_it() -> None:
    # Found {a, a, b} and {b}: of the first two articles 2/3 is right, of the third 1/3, of the last all.
    precision, recall, f1 = b_cubed(["a", "a", "b", "b"], ["x", "x", "x", "y"])
    assert precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))
