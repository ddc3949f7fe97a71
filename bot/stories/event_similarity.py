"""How similar two articles are, as log-odds that they are on the same event.

It is a logistic model of a few features: shared terms and names, the meaning of opening and heading, figures of the
lead. Its weights are fitted on the 34 stories of one half of ECB+ (Cybulska and Vossen, LREC 2014,
https://aclanthology.org/L14-1646/), in which each story has a similar but different event beside it
(`python -m tests.benchmarks.refit_stories` prints them); across languages, where words say nothing, on translations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.features.similarity import aligned, headings, openings
from bot.stories.buckets import bucket, buckets, common, filled
from bot.stories.recurring import RecurringEvents
from bot.stories.ring import Ring

TERMS, NAMES, KEY_NAMES = 60, 32, 6
"""The most terms, names and key names kept of a document, by weight: the rest adds little and takes much memory."""

_NUMBERS, _MARKS = 10, 3

WEIGHTS: Mapping[str, float] = {
    "terms": 1.6, "names": 2.9, "opening": 11.9, "heading": 5.2, "key_names": 3.6, "figures": 1.2, "no_figures": -1.6,
}  # fmt: skip
CONSTANT = -9.3
WEIGHTS_OF_WORDS: Mapping[str, float] = {
    "terms": 11.5, "names": 4.6, "key_names": 6.8, "figures": 2.2, "no_figures": -1.3,
}  # fmt: skip
"""The weights where one of the articles has no vector."""
CONSTANT_OF_WORDS = -6.3

_CONTRADICTED = ("heading_dates", "heading_measures")
"""Where both titles name days, or fractions, and none in common, the events differ however similar the rest is: the
prices of two days, two earthquakes."""

_ONE_PATTERN = 0.6
"""From this share of common terms on, texts are written after one pattern. They are on different events if each title
has a name that the other article lacks: two matches, two earthquakes of one magnitude. On ECB+ this separates 6 of
1,645 pairs."""

_HARDLY_A_WORD = 0.06
"""Below this share of common terms, two articles in one language are on different events, however similar in meaning:
titles of one series, texts of one kind. On ECB+ this separates 2 of 1,848 pairs that were joined."""

_APART = 20.0
"""Subtracted for either; set by hand, more than any similarity can add. ECB+ has no such titles."""

_HEADING_NAMES = 8

# Across languages: translations (NTREX) have a median of 0.86 and one time in twenty 0.58 or less; of unrelated reports
# one pair in ten thousand has 0.47. Scaled so that `ALONE` is reached at 0.6 and an average of several at 0.51.
_MEANING_ALONE = 0.6
_STRETCHED = 10.0
_OTHER_FIGURES = 2.0
"""Subtracted where both leads have figures and none in common; set by hand, near the weight in one language."""

ALONE = 1.5
"""The log-odds that are required of a single pair. They are fitted on ECB+, where one pair in 33 is on the same event;
in a stream it is one in a thousand."""


class EventSimilarity:
    """The features of the articles of a ring, kept in its columns: 500 bytes an article, and 770 for its vectors."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._languages: dict[str, int] = {}
        for name, count in (("term", TERMS), ("name", NAMES), ("key", KEY_NAMES)):
            ring.column(f"{name}_buckets", np.uint16, count)
            ring.column(f"{name}_weights", np.float16, count)
        ring.column("lead_numbers", np.uint16, _NUMBERS)
        for mark in _CONTRADICTED:
            ring.column(mark, np.uint16, _MARKS)
        ring.column("heading_names", np.uint16, _HEADING_NAMES)
        self._recurring = RecurringEvents(ring)
        ring.column("language", np.uint16)
        ring.column("day", np.float64)
        ring.column("scale", np.float32)
        self._dimensions = 0
        ring.column("meaning", np.int8, 0)

    def write(self, place: int, document: Document, vector: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
        """Store the features of an article at a place of the ring.

        Args:
            vector: its embeddings (`bot.features.similarity`), shape (2 * dimensions,); None: it is judged by words
            only.

        Returns:
            Its aligned vectors; None where there are none.
        """
        ring = self._ring
        weighed = (("term", document.terms), ("name", document.names), ("key", document.key_names))
        for name, weights in weighed:
            rows = ring[f"{name}_buckets"]
            kept = heaviest(weights, rows.shape[1])
            rows[place] = filled((bucket(term) for term, _ in kept), rows.shape[1])
            ring[f"{name}_weights"][place] = filled((weight for _, weight in kept), rows.shape[1])
        ring["lead_numbers"][place] = buckets(document.lead_numbers, _NUMBERS)
        ring["heading_dates"][place] = buckets(document.heading_dates, _MARKS)
        ring["heading_measures"][place] = buckets(document.heading_measures, _MARKS)
        ring["heading_names"][place] = buckets(document.heading_names, _HEADING_NAMES)
        self._recurring.write(place, document.recurrence)
        ring["language"][place] = self._languages.setdefault(document.language, len(self._languages))
        ring["day"][place] = days_since_epoch(document.published_at)
        row = None if vector is None else aligned(vector[np.newaxis], [document.language]).reshape(-1)
        if row is None or not row.any():
            ring["scale"][place] = 0
            return None
        if len(row) != self._dimensions:
            self._dimensions = len(row)
            ring.column("meaning", np.int8, len(row))
            ring.column("scale", np.float32)
        scale = float(np.abs(row).max()) / 127
        ring["meaning"][place] = np.rint(row / scale)
        ring["scale"][place] = scale
        return row

    def between(self, place: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """Log-odds that the article at a place is on one event with each of the others, shape (len(others),)."""
        ring = self._ring
        figures = self.figures(place, others)
        meaning = (figures["opening"] + figures["heading"] / 2) / _MEANING_ALONE - 1
        comparable = (ring["scale"][others] > 0) & (ring["scale"][place] > 0)
        same = ring["language"][others] == ring["language"][place]
        odds: NDArray[np.float32] = np.select(
            [comparable & same, comparable, same],
            [
                CONSTANT + _summed(figures, WEIGHTS),
                ALONE + _STRETCHED * meaning - _OTHER_FIGURES * figures["no_figures"],
                CONSTANT_OF_WORDS + _summed(figures, WEIGHTS_OF_WORDS),
            ],
            -np.inf,
        ).astype(np.float32)
        odds[self._are_of_one_kind(place, others, figures["terms"])] -= np.float32(_APART)
        odds[same & (figures["terms"] < _HARDLY_A_WORD)] -= np.float32(_APART)
        gaps = self.apart(place, others)
        odds[self._recurring.are_apart(place, others, figures, gaps, same)] -= np.float32(_APART)
        return odds

    def is_next_instance(self, place: int, other: int) -> bool:
        """Whether two articles, though their texts are alike, name other days or figures of a recurring event."""
        others = np.array([other])
        same = self._ring["language"][other] == self._ring["language"][place]
        figures, gaps = self.figures(place, others), self.apart(place, others)
        return bool(same and self._recurring.name_other_instances(place, others, figures, gaps)[0])

    def _are_of_one_kind(self, place: int, others: NDArray[np.intp], terms: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Whether the titles show that these are two events of one kind and not one event."""
        apart = np.zeros(len(others), np.bool_)
        patterned = np.flatnonzero(terms >= _ONE_PATTERN)
        if len(patterned):
            apart[patterned] = self._name_others(place, others[patterned])
        for mark in _CONTRADICTED:
            apart |= self._shared_figures(mark, place, others)[1] > 0
        return apart

    def _name_others(self, place: int, others: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each title has a name that the other article lacks."""
        ring = self._ring
        mine = ring["heading_names"][place]
        mine = mine[mine > 0]
        lacking = ~(ring["name_buckets"][others][:, :, None] == mine[None, None]).any(axis=1)
        table = np.zeros(2**16, np.bool_)
        table[ring["name_buckets"][place]] = True
        table[0] = True
        return np.asarray(lacking.any(axis=1) & ~table[ring["heading_names"][others]].all(axis=1))

    def figures(self, place: int, others: NDArray[np.intp]) -> Mapping[str, NDArray[np.float32]]:
        """The features of the model for each pair, by the names of `WEIGHTS`."""
        opening, heading = self._cosines(place, others)
        shared, none_shared = self._shared_figures("lead_numbers", place, others)
        return {
            "terms": self._product("term", place, others),
            "names": self._product("name", place, others),
            "opening": opening,
            "heading": heading,
            "key_names": np.minimum(self._mentioned(place, others), self._mentioning(place, others)),
            "figures": shared,
            "no_figures": none_shared,
        }

    def apart(self, place: int, others: NDArray[np.intp]) -> NDArray[np.float64]:
        """Days between the dates of the article and of each other one; NaN where a date is unknown."""
        return np.asarray(np.abs(self._ring["day"][others] - self._ring["day"][place]), np.float64)

    def _product(self, kind: str, place: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """Cosines of sparse rows in buckets (feature hashing: Weinberger et al., ICML 2009, arXiv:0902.2206)."""
        buckets, weights = self._ring[f"{kind}_buckets"], self._ring[f"{kind}_weights"]
        table = np.zeros(2**16, np.float32)
        table[buckets[place]] = weights[place]
        table[0] = 0
        return np.asarray(np.einsum("rc,rc->r", table[buckets[others]], weights[others].astype(np.float32)), np.float32)

    def _mentioned(self, place: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """The share of the article's key names that are among the names of each other article."""
        names = self._ring["name_buckets"][others]
        keys, weights = self._ring["key_buckets"][place], self._ring["key_weights"][place].astype(np.float32)
        there = (names[:, :, None] == keys[None, None]).any(axis=1) & (keys > 0)
        return np.asarray(there @ weights, np.float32)

    def _mentioning(self, place: int, others: NDArray[np.intp]) -> NDArray[np.float32]:
        """The share of each other article's key names that are among the article's names."""
        table = np.zeros(2**16, np.float32)
        table[self._ring["name_buckets"][place]] = 1
        table[0] = 0
        weights = self._ring["key_weights"][others].astype(np.float32)
        return np.asarray(np.einsum("rc,rc->r", table[self._ring["key_buckets"][others]], weights), np.float32)

    def _shared_figures(
        self, column: str, place: int, others: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The share of the shorter list that both have; and 1 where both have figures but none in common, else 0."""
        both, theirs, mine = common(self._ring[column][place], self._ring[column][others])
        fewer = np.minimum(theirs, mine)
        return (both / np.maximum(fewer, 1)).astype(np.float32), ((fewer > 0) & (both == 0)).astype(np.float32)

    def _cosines(self, place: int, others: NDArray[np.intp]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Cosines of openings and of headings; 0 where either article has no vector."""
        meaning, scale = self._ring["meaning"], self._ring["scale"]
        mine = meaning[place].astype(np.float32) * scale[place]
        theirs = meaning[others].astype(np.float32)
        scales = scale[others]
        return openings(theirs) @ openings(mine) * scales, headings(theirs) @ headings(mine) * scales


def _summed(figures: Mapping[str, NDArray[np.float32]], weights: Mapping[str, float]) -> NDArray[np.float32]:
    return np.asarray(sum(np.float32(weight) * figures[name] for name, weight in weights.items()), np.float32)


def heaviest(weights: Mapping[str, float], count: int) -> Sequence[tuple[str, float]]:
    """The `count` entries with the greatest weights; of equal weights the first ones."""
    return sorted(weights.items(), key=itemgetter(1), reverse=True)[:count]


def days_since_epoch(moment: datetime | None) -> float:
    """Days since 1970; NaN for an unknown date."""
    return float("nan") if moment is None else moment.timestamp() / 86_400
