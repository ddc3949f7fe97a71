"""A few hundred articles judged as shipped, within a minute: whether the code and its data files do what they did.

The shipped weights have seen these articles, so the scores say nothing of how well topics are matched: that is what
`tests.benchmarks.matching` measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.matching.logistic import log_odds, model, probability
from bot.matching.resemblance import Figure
from bot.matching.score import threshold_of
from bot.model import SensitivityName
from tests.benchmarks.compared import Compared, figures_between, prepared
from tests.benchmarks.data import Item, of_one_story, read_items
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score
from tests.benchmarks.streamed import document_of, orders_of, streamed
from tests.benchmarks.tracking import draws, f1_and_cost, precision_of_stories, track
from tests.benchmarks.vectors import VectorCache

_OF_A_STORY = 4
_DOCUMENTS = 8
_LANGUAGES = ("en", "id", "de", "ko", "zh")
_BACKGROUND_STEPS = {"agnews": 75, "indonews": 60, "bbc": 60}
_TOLERATED = 0.01
"""Of so few articles one may fall on the other side of a threshold, where another processor computes embeddings."""

PRECISION = Measure("MAP", worse_by=0.002)
F1 = Measure("F1 balanced", worse_by=_TOLERATED)
COST = Measure("Cdet balanced", higher_is_better=False, worse_by=_TOLERATED)
FOUND = Measure("found", worse_by=_TOLERATED)
STREAM_PRECISION, STREAM_F1 = Measure("precision", worse_by=_TOLERATED), Measure("B3 F1", worse_by=_TOLERATED)
WRONG = Measure("false per 10,000", 1, higher_is_better=False, worse_by=10)


@dataclass(frozen=True)
class SmallSet:
    """The first articles of every ECB+ story, a few documents in five languages, background."""

    stories: tuple[Item, ...]
    documents: tuple[Item, ...]
    background: tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.stories, *(item.short() for item in self.stories), *self.documents, *self.background)


def small_set(folder: Path) -> SmallSet:
    """Raises DataAbsentError."""
    of_story: dict[str, list[Item]] = {}
    for item in read_items(folder, "ecbplus"):
        of_story.setdefault(item.story, []).append(item)
    parallel = [item for item in read_items(folder, "ntrex") if item.tag in _LANGUAGES]
    documents = sorted({item.id for item in parallel})[:_DOCUMENTS]
    return SmallSet(
        tuple(item for items in of_story.values() for item in items[:_OF_A_STORY]),
        tuple(item for item in parallel if item.id in documents),
        tuple(item for name, step in _BACKGROUND_STEPS.items() for item in read_items(folder, name)[::step]),
    )


def small_part(chosen: SmallSet, cache: VectorCache) -> Part:
    full = prepared(chosen.stories, cache)
    short = prepared([item.short() for item in chosen.stories], cache)
    parallel, news = prepared(chosen.documents, cache), prepared(chosen.background, cache)
    stories = [item.story for item in chosen.stories]
    rows = [_tracking("tracking, full", stories, full, full), _tracking("tracking, short", stories, full, short)]
    alike = np.array([[one.id == other.id for other in chosen.documents] for one in chosen.documents])
    between = np.array([[one.language != other.language for other in chosen.documents] for one in chosen.documents])
    found = _scores(parallel, parallel) >= _balanced()
    alarmed = _scores(full, news) >= _balanced()
    translated = Score(FOUND, float(found[alike & between].mean()))
    others = found[~of_one_story(chosen.documents)]
    rows.append(Row("translations", OURS, (translated, _wrong(others))))
    rows.append(Row("background", OURS, (_wrong(alarmed),)))
    rows.append(_streamed(chosen.stories, cache))
    return Part("as shipped, on a few articles that its weights have seen", tuple(rows))


def _streamed(items: Sequence[Item], cache: VectorCache) -> Row:
    precision, _, f1 = streamed(items, [document_of(item) for item in items], cache.of(items), orders_of(len(items)))
    return Row("stories, streamed", OURS, (Score(STREAM_PRECISION, precision.value), Score(STREAM_F1, f1.value)))


def _balanced() -> float:
    return threshold_of(SensitivityName.BALANCED)


def _scores(examples: Compared, articles: Compared) -> NDArray[np.float64]:
    """Probabilities by the shipped weights: shape (examples, articles)."""
    figures = figures_between(examples, articles)
    odds = log_odds(figures.reshape(-1, len(Figure)), model())
    return probability(odds).reshape(figures.shape[:2]).astype(np.float64)


def _tracking(task: str, stories: Sequence[str], examples: Compared, articles: Compared) -> Row:
    table = _scores(examples, articles)
    tracked = track(stories, draws(stories, 1, seeds=_OF_A_STORY), lambda draw: table[draw.examples[0]])
    f1, cost = f1_and_cost(tracked, _balanced())
    precision = float(precision_of_stories(tracked).mean())
    return Row(task, OURS, (Score(PRECISION, precision), Score(F1, f1), Score(COST, cost)))


def _wrong(alarmed: NDArray[np.bool_]) -> Score:
    return Score(WRONG, float(alarmed.mean()) * 10_000)
