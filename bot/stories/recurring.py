"""Keeps instances of a recurring event apart: each eruption, the prices or the weather of each day.

Words and meaning cannot, as texts and headlines follow one pattern (`bot.features.recurrence`). The thresholds are set
by hand: ECB+, on which the rest is fitted, has no such series.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bot.features.recurrence import Recurrence
from bot.stories.buckets import bucket, buckets, common, filled
from bot.stories.ring import Ring

_WORDS, _FIGURES, _DAYS = 16, 4, 6
"""The most words of a headline's pattern, and its most figures and named days, that are kept."""

_SAME_PATTERN, _SAME_HEADLINE = 0.6, 0.8
"""The least shares of common words of two headlines of one pattern, and of two that are the same but for figures:
prices of two days have .7, reports on one trial .4."""

_HALF_PATTERN = 0.5
"""The least share of the shorter headline's words where both say "today"."""

_ONE_PATTERN = 0.6
"""The least share of common terms of two texts of one pattern."""

_NEXT_DAY = 0.65
"""Articles so many days apart are of two days: one of an evening and one of the next morning are not yet."""

_OF_TODAY, _ONE_AFFAIR = 1, 2

Shares = NDArray[np.float32]
Marks = NDArray[np.bool_]


class RecurringEvents:
    """Reads and writes the columns of a ring that say which instance of a recurring event an article is about."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        ring.column("pattern", np.uint16, _WORDS)
        ring.column("pattern_figures", np.uint16, _FIGURES)
        ring.column("days", np.uint8, _DAYS)
        ring.column("weekdays", np.uint8, _DAYS)
        ring.column("rubric", np.uint16)
        ring.column("recurrence", np.uint8)

    def write(self, place: int, recurrence: Recurrence) -> None:
        """Store what is known of an article at a place of the ring."""
        ring = self._ring
        ring["pattern"][place] = buckets(recurrence.pattern, _WORDS)
        ring["pattern_figures"][place] = buckets(recurrence.figures, _FIGURES)
        ring["days"][place] = filled(sorted(recurrence.days)[:_DAYS], _DAYS)
        ring["weekdays"][place] = filled(sorted(day + 1 for day in recurrence.weekdays)[:_DAYS], _DAYS)
        ring["rubric"][place] = bucket(recurrence.rubric) if recurrence.rubric else 0
        ring["recurrence"][place] = _OF_TODAY * recurrence.is_of_today + _ONE_AFFAIR * recurrence.is_one_affair

    def are_apart(
        self,
        place: int,
        others: NDArray[np.intp],
        figures: Mapping[str, Shares],
        gaps: NDArray[np.float64],
        same: Marks,
    ) -> Marks:
        """Whether the article and each other one are about two instances of a recurring event.

        Args:
            figures: the features of the pairs (`bot.stories.event_similarity`).
            gaps: the days between their publications; NaN for an unknown date.
            same: whether they are in one language; between languages only the word for "today" says anything.
        """
        ring = self._ring
        union, shorter = self._common_words(place, others)
        of_today = (ring["recurrence"][others] & ring["recurrence"][place] & _OF_TODAY) > 0
        rubric = (ring["rubric"][others] == ring["rubric"][place]) & (ring["rubric"][place] > 0)
        half = (shorter > _HALF_PATTERN) | ((shorter >= _HALF_PATTERN) & (figures["terms"] >= _ONE_PATTERN))
        agree = (self._shared("days", place, others)[0] > 0) | (figures["figures"] > 0)
        two_days = (of_today & (rubric | half | ~same)) | (same & (union >= _SAME_HEADLINE) & ~agree)
        two_days &= (gaps >= _NEXT_DAY) & ~self._of_one_affair(place, others)
        return np.asarray(two_days | (same & self.name_other_instances(place, others, figures, gaps)))

    def name_other_instances(
        self, place: int, others: NDArray[np.intp], figures: Mapping[str, Shares], gaps: NDArray[np.float64]
    ) -> Marks:
        """Whether headlines of one pattern, or the beginnings of the texts, name other days or other figures.

        Other figures alone are also those of another outlet or of a later hour. They count if no figure is shared, or
        if the articles are of two days and do not name one day.
        """
        union, _ = self._common_words(place, others)
        date_shared, other_dates = self._shared("days", place, others)
        weekday_shared, other_weekdays = self._shared("weekdays", place, others)
        other_day = other_dates | (other_weekdays & ~date_shared)
        one_day = (date_shared | weekday_shared) & ~other_day
        other_figures = self._have_other_figures(place, others)
        other = other_day | (other_figures & ((figures["no_figures"] > 0) | ((gaps >= _NEXT_DAY) & ~one_day)))
        return np.asarray((union >= _SAME_PATTERN) & other & ~self._of_one_affair(place, others))

    def _of_one_affair(self, place: int, others: NDArray[np.intp]) -> Marks:
        flags = self._ring["recurrence"]
        return np.asarray(((flags[others] | flags[place]) & _ONE_AFFAIR) > 0)

    def _common_words(self, place: int, others: NDArray[np.intp]) -> tuple[Shares, Shares]:
        """The common words of the headlines, as shares of all their words and of those of the shorter one."""
        pattern = self._ring["pattern"]
        both, theirs, mine = common(pattern[place], pattern[others])
        union, shorter = np.maximum(theirs + mine - both, 1), np.maximum(np.minimum(theirs, mine), 1)
        return (both / union).astype(np.float32), (both / shorter).astype(np.float32)

    def _shared(self, column: str, place: int, others: NDArray[np.intp]) -> tuple[Marks, Marks]:
        """Whether a value is in both rows; and whether both have values, but none in common."""
        both, theirs, mine = common(self._ring[column][place], self._ring[column][others])
        return both > 0, (both == 0) & (theirs > 0) & (mine > 0)

    def _have_other_figures(self, place: int, others: NDArray[np.intp]) -> Marks:
        """Whether each headline has a figure that neither headline nor beginning of the other article has."""
        headings, leads = self._ring["pattern_figures"], self._ring["lead_numbers"]
        mine, my_lead = headings[place], leads[place]
        theirs = headings[others]
        known = np.concatenate([theirs, leads[others]], axis=1)
        mine_new = ((mine > 0) & ~(known[:, :, None] == mine).any(axis=1)).any(axis=1)
        theirs_new = ((theirs > 0) & ~np.isin(theirs, np.concatenate([mine, my_lead]))).any(axis=1)
        return np.asarray(mine_new & theirs_new)
