"""Translations on NTREX: every document looks for its translations among all documents of some languages.

- Ranking: MAP, and F1 with one threshold for all. e5 raw: its cosine. e5 aligned: as `bot.features.similarity` does
  it, of openings, divided by the clarity. Kabar: the model's log-odds. Everything learned comes from the other half of
  the documents, weights have also not seen the language of the document that looks. "Unseen": its language is treated
  as one never measured.
- At `balanced`: what of the translations a topic made of the document would find, and how many wrong ones. Different
  documents on one story (`ntrex_stories.json`) are neither.

A translation is easier to find than another report of the same event.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import aligned, openings, unit_rows
from bot.matching.logistic import Model, log_odds
from bot.matching.resemblance import Figure
from tests.benchmarks.compared import Compared, figures_between, prepared
from tests.benchmarks.data import Item, of_one_story, read_items
from tests.benchmarks.held_out import LanguageFigures, Learned, group_of, half_of, learn
from tests.benchmarks.on_stories import F1, PRECISION, balanced_log_odds
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score, over_stories
from tests.benchmarks.tracking import Tracked, f1_and_cost_of_stories, precision_of_stories, quality
from tests.benchmarks.vectors import VectorCache

SEVEN = ("en", "id", "de", "ru", "ko", "zh", "ar")
WORST = Measure("worst language's MAP")
FOUND = Measure("found")
WORST_FOUND = Measure("worst pair")
FALSE = Measure("false per 10,000", 1, higher_is_better=False, worse_by=0.2)
FALSE_OWN = Measure("in one language", 1, higher_is_better=False, worse_by=0.2)

Table = NDArray[np.float32]
"""Scores of every document that looks (rows) with every document."""


@dataclass(frozen=True)
class Pool:
    """Documents in all languages, with what may judge each."""

    compared: Compared
    half: NDArray[np.intp]
    group: NDArray[np.intp]

    @property
    def items(self) -> tuple[Item, ...]:
        return self.compared.items


def pool_of(items: Sequence[Item], cache: VectorCache, learned: Learned) -> Pool:
    """Each document aligned by the figures of the other half."""
    compared = prepared(items, cache)
    half = half_of(items)
    vectors = _aligned(items, cache, half, learned.figures)
    return Pool(replace(compared, vectors=vectors), half, group_of(items))


def _aligned(
    items: Sequence[Item], cache: VectorCache, half: NDArray[np.intp], figures: Sequence[LanguageFigures]
) -> NDArray[np.float32]:
    raw, languages = cache.of(items), [item.language for item in items]
    halves = []
    for one in figures:
        with one.in_use():
            halves.append(aligned(raw, languages))
    return np.where(half[:, None] == 0, *halves)


def translation_parts(folder: Path, cache: VectorCache) -> list[Part]:
    """Raises DataAbsentError."""
    learned = learn(folder, cache)
    items = read_items(folder, "ntrex")
    seven = [item for item in items if item.tag in SEVEN]
    return [
        _ranking_part(pool_of(items, cache, learned), cache, learned),
        _balanced_part(
            pool_of(seven, cache, learned), pool_of([item.short() for item in seven], cache, learned), learned
        ),
    ]


# --- ranking ----------------------------------------------------------------------------------


def _ranking_part(pool: Pool, cache: VectorCache, learned: Learned) -> Part:
    raw = unit_rows(openings(cache.of(pool.items)))
    similarities, odds = judged(pool, pool, learned)
    unseen_aligned, unseen_odds = judged_unseen(pool, cache, learned)
    tables = {
        "": {"e5 raw": raw @ raw.T, "e5 aligned": similarities, OURS: odds},
        ", unseen": {"e5 aligned": unseen_aligned, OURS: unseen_odds},
    }
    rows = []
    for number, tags in (("7", SEVEN), ("35", tuple(sorted({item.tag for item in pool.items})))):
        inside = np.array([item.tag in tags for item in pool.items])
        for kind, methods in tables.items():
            for method, table in methods.items():
                rows.append(_ranked(f"{number} languages{kind}", method, pool, table, inside, inside))
        indonesian = inside & np.array([item.language == "id" for item in pool.items])
        for kind, methods in tables.items():
            for method, table in methods.items():
                rows.append(_ranked(f"{number}, from Indonesian{kind}", method, pool, table, indonesian, inside))
    return Part("translations, NTREX: ranked among all documents of 7 or 35 languages", tuple(rows))


def judged(looking: Pool, pool: Pool, learned: Learned) -> tuple[Table, Table]:
    """Similarities and log-odds of every document that looks with every one of the pool."""
    similarities = np.zeros((len(looking.items), len(pool.items)), np.float32)
    odds = np.zeros_like(similarities)
    for (half, group), weights in learned.weights.items():
        rows = np.flatnonzero((looking.half == half) & (looking.group == group))
        with learned.figures[half].in_use():
            similarities[rows], odds[rows] = _judged(looking.compared.take(rows), pool.compared, weights)
    return similarities, odds


def judged_unseen(pool: Pool, cache: VectorCache, learned: Learned) -> tuple[Table, Table]:
    """The same with the language of the document that looks as one never measured, in the pool as well."""
    similarities = np.zeros((len(pool.items), len(pool.items)), np.float32)
    odds = np.zeros_like(similarities)
    languages = np.array([item.language for item in pool.items])
    for language in sorted(set(languages.tolist())):
        print(f"translations, {language} unseen", file=sys.stderr)
        own = languages == language
        pair = [learned.unseen[half, language] for half in (0, 1)]
        vectors = np.where(own[:, None], _aligned(pool.items, cache, pool.half, pair), pool.compared.vectors)
        changed = replace(pool.compared, vectors=vectors)
        group = int(pool.group[own][0])
        for half in (0, 1):
            rows = np.flatnonzero(own & (pool.half == half))
            with pair[half].in_use():
                similarities[rows], odds[rows] = _judged(changed.take(rows), changed, learned.weights[half, group])
    return similarities, odds


def _judged(looking: Compared, pool: Compared, weights: Model) -> tuple[Table, Table]:
    figures = figures_between(looking, pool)
    odds = log_odds(figures.reshape(-1, len(Figure)), weights).reshape(figures.shape[:2])
    return figures[..., Figure.SIMILARITY], odds


def _ranked(
    task: str, method: str, pool: Pool, table: Table, looking: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> Row:
    documents = np.array([item.id for item in pool.items])
    tracked, languages = [], []
    for row in np.flatnonzero(looking).tolist():
        others = inside & (np.arange(len(documents)) != row)
        scores = table[row][others].astype(np.float64)
        tracked.append(Tracked(documents[row], scores, (documents == documents[row])[others]))
        languages.append(pool.items[row].tag)
    f1, _ = f1_and_cost_of_stories(tracked, np.array([quality(tracked).f1_threshold]))
    by_language = {
        language: precision_of_stories(
            [one for one, own in zip(tracked, languages, strict=True) if own == language]
        ).mean()
        for language in set(languages)
    }
    worst = min(by_language, key=lambda language: (by_language[language], language))
    return Row(
        task,
        method,
        (
            over_stories(PRECISION, precision_of_stories(tracked)),
            over_stories(F1, f1[:, 0]),
            Score(WORST, float(by_language[worst]), remark=worst),
        ),
    )


# --- at balanced ------------------------------------------------------------------------------


def _balanced_part(full: Pool, short: Pool, learned: Learned) -> Part:
    rows = []
    for task, looking, pool in (
        ("full, full", full, full),
        ("full, short", full, short),
        ("short, short", short, short),
    ):
        found = judged(looking, pool, learned)[1] >= balanced_log_odds()
        rows.append(_found(task, full.items, found, None))
        if task == "full, short":
            rows.extend(_found(f"{task}, from {language}", full.items, found, language) for language in SEVEN)
    return Part(
        "translations, NTREX, 7 languages at balanced: how long the example is, how long the article", tuple(rows)
    )


def _found(task: str, items: Sequence[Item], found: NDArray[np.bool_], only: str | None) -> Row:
    """Of pairs in two languages; wrong ones in one language apart. `only`: of documents in this language."""
    documents, tags = np.array([item.id for item in items]), np.array([item.tag for item in items])
    looking = (np.ones(len(tags), bool) if only is None else tags == only)[:, None]
    alike, between = documents[:, None] == documents[None], tags[:, None] != tags[None]
    wrong = looking & ~of_one_story(items)
    right = looking & alike & between
    of_documents = [found[right & (documents == document)[:, None]].mean() for document in sorted(set(documents))]
    of_pairs = {
        f"{one}-{other}": found[right & (tags == one)[:, None] & (tags == other)[None]].mean()
        for one, other in permutations(SEVEN, 2)
        if only in (None, one)
    }
    worst = min(of_pairs, key=lambda pair: (of_pairs[pair], pair))
    scores = (
        over_stories(FOUND, np.array(of_documents)),
        Score(WORST_FOUND, float(of_pairs[worst]), remark=worst),
        Score(FALSE, float(found[wrong & between].mean()) * 10_000),
        Score(FALSE_OWN, float(found[wrong & ~between].mean()) * 10_000),
    )
    return Row(task, OURS, scores)
