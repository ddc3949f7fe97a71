"""The examples of many criteria, and which criteria an article resembles so much that it may matter.

Where there are many, bounds tell which to look at (`bounds`); those are compared exactly, as they are where all are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.matching.bounds import OddsBounds
from bot.matching.filters import Mask
from bot.matching.packed_side import keys_of
from bot.matching.profile import Criteria
from bot.matching.resemblance import Array, Figure, ResemblanceIndex, SharedKeys
from bot.matching.score import NEAR, Groups
from bot.matching.sides import Side

LIKELY_SIMILARITY, LIKELY_HEADING_SIMILARITY = 0.45, 0.5
"""The similarities that are assumed of an article before it is embedded. In one language, 2 of 12,000 matches among
ECB+ articles need more, because articles that are more similar share words, too. So 84 to 95 of 100 articles need no
embedding."""

LIKELY_BETWEEN_LANGUAGES = 0.9
"""The same for articles in another language than the example, where words say nothing."""

BOUNDED_FROM: Final = 4_000
"""Rows from which bounds are quicker than comparing all."""

_ROUNDED: Final = 1e-4
"""More than rounding a probability to four digits changes it by."""


class ExampleIndex:
    """Criteria with examples, by their places here."""

    def __init__(self, criteria: Sequence[Criteria]) -> None:
        self._thresholds = np.array([one.threshold for one in criteria], np.float64)
        self._groups = Groups([one.rows for one in criteria])
        self._owners = np.repeat(np.arange(len(criteria)), self._groups.counts)
        table = _stacked(criteria)
        ends = np.cumsum(self._groups.counts).tolist()
        self.criteria = tuple(
            replace(one, vectors=table[end - len(one.vectors) : end]) if one.vectors.shape[1] == table.shape[1] else one
            for one, end in zip(criteria, ends, strict=True)
        )
        """The same, with parts of the table of all vectors for their own, which are then in memory once only."""
        self._rows = ResemblanceIndex((keys_of(side) for one in criteria for side in one.packed_sides), table)
        self._bounds = OddsBounds(self._rows) if len(self._owners) >= BOUNDED_FROM else None
        self._least: dict[float, Array] = {}
        """By the share of thresholds; there are two of them."""

    def likeness(
        self, side: Side, vector: Array | None, is_open: Mask, wanted: NDArray[np.intp], share: float = NEAR
    ) -> Mapping[int, tuple[float, int]]:
        """The probability, and the row that the article resembles most, of open near misses and better, and of others.

        `share`: that of its threshold from which an article is a near miss.

        Args:
            wanted: the others, whatever their probability.
        """
        shared = self._rows.shared_with(side)
        places = self._near(side, vector, shared, is_open, share)
        if len(wanted):
            places = np.union1d(places, wanted)
        groups, rows = self._groups.some(places)
        probabilities, nearest = groups.probabilities(self._rows.compare(side, vector, rows, shared))
        scores = probabilities.astype(np.float64).round(4)
        kept = (is_open[places] & (scores >= share * self._thresholds[places])) | np.isin(places, wanted)
        found = zip(scores[kept].tolist(), nearest[kept].tolist(), strict=True)
        return dict(zip(places[kept].tolist(), found, strict=True))

    def some_may_reach(self, side: Side, vector: Array | None, share: float, is_open: Mask) -> bool:
        """Whether any open one reaches a share of its threshold. Without a vector a likely similarity is assumed."""
        shared = self._rows.shared_with(side)
        for places in self._likely(side, vector, shared, share):
            groups, rows = self._groups.some(places)
            figures = self._rows.compare(side, vector, rows, shared)
            if vector is None:
                same = figures[:, Figure.SAME_LANGUAGE] > 0
                figures[:, Figure.SIMILARITY], figures[:, Figure.HEADING_SIMILARITY] = _assumed(same, groups.favouring)
            probabilities, _ = groups.probabilities(figures)
            if (is_open[places] & (probabilities >= share * self._thresholds[places])).any():
                return True
        return False

    def _likely(self, side: Side, vector: Array | None, shared: SharedKeys, share: float) -> Iterator[NDArray[np.intp]]:
        """Places, ascending, in parts: none that is left out reaches a share of its threshold."""
        if self._bounds is None:
            yield np.arange(len(self._thresholds))
            return
        least = self._least_of_rows(share)
        if vector is not None:
            yield self._owning(self._bounds.reaching(side, vector, shared, least))
            return
        (language,) = side.languages
        assumed = _assumed(self._rows.speaking(language) > 0, self._groups.favouring)
        for rows in self._bounds.likeliest(side, *assumed, shared, least):
            yield self._owning(rows)

    def _near(
        self, side: Side, vector: Array | None, shared: SharedKeys, is_open: Mask, share: float
    ) -> NDArray[np.intp]:
        """Places, ascending: the open ones that may be near misses or better, and others."""
        if self._bounds is None:
            return np.arange(len(self._thresholds))
        places = self._owning(self._bounds.reaching(side, vector, shared, self._least_of_rows(share)))
        return places[is_open[places]]

    def _owning(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """The places to which these rows belong, all ascending."""
        owners = self._owners[rows]
        return owners[np.diff(owners, prepend=-1) > 0]

    def _least_of_rows(self, share: float) -> Array:
        """The log-odds that some row has where its criteria reach a share of their threshold."""
        if share not in self._least:
            least = np.clip(share * self._thresholds - _ROUNDED, 0, 1)
            with np.errstate(divide="ignore"):
                self._least[share] = self._groups.least_of_rows(np.log(least) - np.log1p(-least))
        return self._least[share]


def _assumed(same: Mask, favouring: Mask) -> tuple[Array, Array]:
    """The similarity of the opening and of the heading that is assumed of rows, which may be in the same language."""
    opening, heading = (
        np.where(same, np.float32(likely), np.float32(LIKELY_BETWEEN_LANGUAGES)) * favouring
        for likely in (LIKELY_SIMILARITY, LIKELY_HEADING_SIMILARITY)
    )
    return opening, heading


def _stacked(criteria: Sequence[Criteria]) -> Array:
    """The vectors of all, one row for each side; zeros for those without vectors."""
    dimensions = max((one.vectors.shape[1] for one in criteria), default=0)
    rows = [
        one.vectors if one.vectors.shape[1] == dimensions else np.zeros((len(one.packed_sides), dimensions), np.float32)
        for one in criteria
    ]
    return np.concatenate(rows) if rows else np.zeros((0, dimensions), np.float32)
