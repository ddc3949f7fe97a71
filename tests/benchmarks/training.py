"""What the matching model is fitted on: pairs of an example and an article, as figures of resemblance with their truth.

- ECB+: every pair of its articles, each in full and short; those of the same topic number but another event are the
  hard negatives.
- Background: ECB+ examples against AG News and BBC, and Indonesian news among themselves (pairs that look like reports
  of one event are left out: nobody labelled them).
- NTREX: the beginning of a document against its second half, in eight languages: what is alike without being the same.
- Between languages there is no set with hard negatives. ECB+ stands in: its similarities blurred as translation blurs
  them (measured on NTREX), part of the names and numbers lost, no words shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.matching.resemblance import Figure
from tests.benchmarks.compared import Compared, Figures, figures_between, prepared
from tests.benchmarks.data import Item, of_one_story, read_items
from tests.benchmarks.vectors import VectorCache

Mask = NDArray[np.bool_]

NTREX_LANGUAGES = ("ar", "de", "en", "es", "id", "ko", "ru", "zh")
_BLUR = 0.07
"""Standard deviation of similarities between languages, after division by `clarity`."""
_HEADING_BLUR = 0.085
_OF_NAMES = (
    Figure.NAMES_OF_ARTICLE, Figure.NAMES_OF_EXAMPLE, Figure.KEY_NAMES_OF_ARTICLE, Figure.KEY_NAMES_OF_EXAMPLE
)  # fmt: skip
_OF_NUMBERS = (
    Figure.NUMBERS, Figure.LEAD_NUMBERS, Figure.LEAD_NUMBERS_OF_ARTICLE, Figure.LEAD_NUMBERS_OF_EXAMPLE
)  # fmt: skip
_HARD, _POSITIVE, _NTREX = 3.0, 5.0, 0.3
"""Weights of pairs, an ordinary negative being 1."""


@dataclass(frozen=True)
class Pairs:
    """Figures (n, len(Figure)), whether they are of one story, and how much each counts."""

    figures: Figures
    same_story: Mask
    weights: NDArray[np.float64]

    @staticmethod
    def joined(parts: Sequence[Pairs]) -> Pairs:
        return Pairs(
            np.concatenate([part.figures for part in parts]),
            np.concatenate([part.same_story for part in parts]),
            np.concatenate([part.weights for part in parts]),
        )


@dataclass(frozen=True)
class Material:
    """Everything compared once, before it is divided into folds."""

    full: Compared
    short: Compared
    stories: NDArray[np.str_]
    topics: NDArray[np.str_]
    tracking: dict[str, Figures]
    """By `FF`, `FS`, `SF`, `SS` (example, article): shape (articles, articles, len(Figure))."""
    background: dict[str, Figures]
    """By `F`, `S` (example)."""
    elsewhere: Pairs
    """Indonesian background and NTREX within a language."""
    translated: Pairs
    """NTREX between languages."""


def gather(folder: Path, cache: VectorCache) -> Material:
    """Raises DataAbsentError."""
    items = [item for item in read_items(folder, "ecbplus") if item.title or item.text]
    full, short = prepared(items, cache), prepared([item.short() for item in items], cache)
    sides = {"F": full, "S": short}
    others = prepared([*read_items(folder, "agnews")[::8], *read_items(folder, "bbc")[::12]], cache)
    within, between = _ntrex(read_items(folder, "ntrex"), cache)
    return Material(
        full,
        short,
        np.array([item.story for item in items]),
        np.array([item.topic for item in items]),
        {a + b: figures_between(sides[a], sides[b]) for a in sides for b in sides},
        {a: figures_between(sides[a], others) for a in sides},
        Pairs.joined([_indonesian(prepared(read_items(folder, "indonews")[::4], cache)), within]),
        between,
    )


def _indonesian(news: Compared) -> Pairs:
    rows = np.arange(len(news.items))
    figures = figures_between(news.take(rows[::2]), news.take(rows[1::2])).reshape(-1, len(Figure))
    unlike = (figures[:, Figure.SIMILARITY] < 0.5) & (figures[:, Figure.TERMS] < 0.3)
    figures = figures[unlike]
    return Pairs(figures, np.zeros(len(figures), bool), np.ones(len(figures)))


def _ntrex(items: Sequence[Item], cache: VectorCache) -> tuple[Pairs, Pairs]:
    chosen = [item for item in items if item.language in NTREX_LANGUAGES]
    halves = [replace(item, title="", text=item.text[len(item.text) // 2 :]) for item in chosen]
    figures = figures_between(prepared(chosen, cache), prepared(halves, cache))
    documents = np.array([item.id for item in chosen])
    alike = documents[:, None] == documents[None]
    # Two documents on one story are no example of anything.
    weights = np.where(alike, _POSITIVE, np.where(of_one_story(chosen), 0.0, 1.0)) * _NTREX
    own = figures[..., Figure.SAME_LANGUAGE] > 0
    return tuple(Pairs(figures[mask], alike[mask], weights[mask]) for mask in (own, ~own))  # type: ignore[return-value] # -- two of them


def within_language(material: Material, chosen: Mask) -> Pairs:
    """Pairs in one language, of ECB+ only those whose both articles are chosen."""
    return Pairs.joined([*_tracking(material, chosen), material.elsewhere])


def between_languages(material: Material, chosen: Mask) -> Pairs:
    """Pairs in two languages."""
    rng = np.random.default_rng(20)
    parts = [*_tracking(material, chosen), material.elsewhere]
    blurred = [replace(part, figures=as_translated(part.figures, rng)) for part in parts]
    return Pairs.joined([*blurred, material.translated])


def _tracking(material: Material, chosen: Mask) -> list[Pairs]:
    pairs = np.outer(chosen, chosen) & ~np.eye(len(chosen), dtype=bool)
    alike = (material.stories[:, None] == material.stories[None])[pairs]
    hard = (material.topics[:, None] == material.topics[None])[pairs]
    weights = np.where(alike, _POSITIVE, np.where(hard, _HARD, 1.0))
    parts = [Pairs(figures[pairs], alike, weights) for figures in material.tracking.values()]
    for figures in material.background.values():
        rows = figures[chosen].reshape(-1, len(Figure))
        parts.append(Pairs(rows, np.zeros(len(rows), bool), np.ones(len(rows))))
    return parts


def as_translated(figures: Figures, rng: np.random.Generator) -> Figures:
    """The figures as they might be if the article were in another language."""
    changed = figures.copy()
    count = len(changed)
    for figure, blur in ((Figure.SIMILARITY, _BLUR), (Figure.HEADING_SIMILARITY, _HEADING_BLUR)):
        changed[:, figure] = np.minimum(1, changed[:, figure] + rng.normal(0, blur, count))
    changed[:, [Figure.TERMS, Figure.TERMS_OF_ARTICLE, Figure.TERMS_OF_EXAMPLE]] = 0
    comparable = rng.random(count) < 0.5
    changed[:, Figure.NAMES_KNOWN] *= comparable
    for figure in _OF_NAMES:
        changed[:, figure] *= rng.uniform(0.4, 1, count)
    kept = rng.random(count) < 0.8
    changed[:, _OF_NUMBERS] *= kept[:, None]
    changed[:, Figure.DAYS] *= rng.random(count) < 0.8
    changed[:, Figure.SAME_LANGUAGE] = 0
    return changed
