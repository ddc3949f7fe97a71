"""How often what is called 60 % is right: bins of probability, on pairs mixed as a reader meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.tracking import Draw, Tracked

Mask = NDArray[np.bool_]

BINS: Final = 10
FEWEST: Final = 30
"""Pairs that a bin needs."""
SIBLINGS: Final = 0.1
"""The share of siblings among the pairs near the threshold."""
_NEAR: Final = (0.05, 0.95)


@dataclass(frozen=True)
class Judged:
    """Pairs of an example and an article."""

    odds: NDArray[np.float64]
    """Log-odds, 0 at the threshold."""
    on_story: Mask
    siblings: Mask
    """The article is of the sibling event."""

    @staticmethod
    def joined(parts: Sequence[Judged]) -> Judged:
        return Judged(*(np.concatenate([getattr(part, name) for part in parts]) for name in Judged.__annotations__))


@dataclass(frozen=True)
class Bin:
    """Pairs that were called about as likely; weighted."""

    called: float
    right: float
    pairs: int


def drawn_on(
    tracked: Sequence[Tracked],
    drawn: Sequence[Draw],
    stories: NDArray[np.str_],
    topics: NDArray[np.str_],
    threshold: float,
) -> Judged:
    """The pairs of draws that were tracked among all articles."""
    topic_of = dict(zip(stories.tolist(), topics.tolist(), strict=True))
    siblings = []
    for one, draw in zip(tracked, drawn, strict=True):
        left = np.ones(len(stories), bool)
        left[list(draw.examples)] = False
        siblings.append(((topics == topic_of[one.story]) & (stories != one.story))[left])
    return Judged(
        np.concatenate([one.scores for one in tracked]) - threshold,
        np.concatenate([one.on_story for one in tracked]),
        np.concatenate(siblings),
    )


def reliability(judged: Judged) -> list[Bin]:
    """Bins from 0 to 1 with at least `FEWEST` pairs; siblings are a tenth of those near the threshold."""
    called = 1 / (1 + np.exp(-np.clip(judged.odds, -30, 30)))
    near = (called > _NEAR[0]) & (called < _NEAR[1])
    siblings, others = int((near & judged.siblings).sum()), int((near & ~judged.siblings).sum())
    share = SIBLINGS / (1 - SIBLINGS) * others / max(1, siblings)
    weights = np.where(judged.siblings, min(1.0, share), 1.0)
    place = np.minimum((called * BINS).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        own = place == number
        if own.sum() >= FEWEST:
            total = weights[own].sum()
            bins.append(
                Bin(
                    float((called * weights)[own].sum() / total),
                    float((judged.on_story * weights)[own].sum() / total),
                    int(own.sum()),
                )
            )
    return bins


def table_of_bins(bins: Sequence[Bin]) -> str:
    lines = [f"{'called':>8} {'right':>8} {'off':>8} {'pairs':>8}"]
    lines += [f"{one.called:8.2f} {one.right:8.2f} {one.right - one.called:+8.2f} {one.pairs:8d}" for one in bins]
    worst = max((abs(one.right - one.called) for one in bins), default=0.0)
    return "\n".join([*lines, f"worst bin: {worst:.2f} off"])
