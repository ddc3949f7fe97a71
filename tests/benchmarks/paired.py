"""Pairs of articles that people have judged: on one story (tgcontest, Russian and English), one article (rescraped).

Nothing is fitted on these pairs; the likeness is fitted on ECB+, which is English. The baselines have, on the pairs
themselves, the best of all thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import aligned, openings, unit_rows
from bot.stories.clusters import same_story
from bot.stories.duplicates import Fingerprint, fingerprint, is_same
from tests.benchmarks.baselines import tf_idf
from tests.benchmarks.data import Item, Pair, of_one_story, read_items, read_pairs
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score
from tests.benchmarks.streamed import document_of
from tests.benchmarks.vectors import VectorCache

_SAMPLES, _SEED = 1_000, 5
F1 = Measure("F1", worse_by=0.008)
"""A pair in 129."""
PRECISION, RECALL = Measure("precision", pinned=False), Measure("recall", pinned=False)
FOUND, WRONG = Measure("found"), Measure("false", 0, higher_is_better=False)

_FROM, _TO = "en", ("id", "de", "ru", "ar", "zh", "ko")

Truth = NDArray[np.bool_]


def paired_parts(folder: Path, cache: VectorCache) -> list[Part]:
    """Raises DataAbsentError."""
    pairs = read_pairs(folder, "tgcontest_pairs")
    return [_same_story(pairs, cache), _translated(read_items(folder, "ntrex"), cache), rescraped_part(folder)]


def _same_story(pairs: Sequence[Pair], cache: VectorCache) -> Part:
    truth = np.array([pair.same for pair in pairs])
    first, second = ([getattr(pair, side) for pair in pairs] for side in ("a", "b"))
    vectors = cache.of(first), cache.of(second)
    documents = [[document_of(item) for item in side] for side in (first, second)]
    ours = [
        same_story(a, one, b, other)
        for a, one, b, other in zip(documents[0], vectors[0], documents[1], vectors[1], strict=True)
    ]
    by_words = [same_story(a, None, b, None) for a, b in zip(*documents, strict=True)]
    raw = [unit_rows(openings(side)) for side in vectors]
    moved = [
        openings(aligned(side, [item.language for item in items]))
        for side, items in zip(vectors, (first, second), strict=True)
    ]
    both = [*first, *second]
    table = tf_idf(both, both)
    compared = {
        "TF-IDF": np.diagonal(table, len(pairs)), "raw e5": (raw[0] * raw[1]).sum(axis=1),
        "aligned e5": (moved[0] * moved[1]).sum(axis=1),
    }  # fmt: skip
    rows = [
        Row("one story", OURS, _scores(np.array(ours), truth)),
        Row("one story, words only", OURS, _scores(np.array(by_words), truth)),
        *(
            Row("one story", f"{name}, best threshold", _best(np.asarray(values, np.float64), truth))
            for name, values in compared.items()
        ),
    ]
    russian = np.array([pair.a.language == "ru" for pair in pairs])
    rows.append(Row("one story, Russian pairs", OURS, _scores(np.array(ours)[russian], truth[russian])))
    return Part(f"{len(pairs)} pairs of tgcontest: reach 0.85", tuple(rows))


def _scores(found: Truth, truth: Truth) -> tuple[Score, ...]:
    drawn = np.random.default_rng(_SEED).integers(len(truth), size=(_SAMPLES, len(truth)))
    low, high = np.quantile([_f1(found[own], truth[own]) for own in drawn], (0.05, 0.95))
    right = int((found & truth).sum())
    return (
        Score(F1, _f1(found, truth), (float(low), float(high))),
        Score(PRECISION, right / max(1, int(found.sum()))),
        Score(RECALL, right / int(truth.sum())),
    )


def _f1(found: Truth, truth: Truth) -> float:
    return float(2 * (found & truth).sum() / max(1, found.sum() + truth.sum()))


def _best(values: NDArray[np.float64], truth: Truth) -> tuple[Score, ...]:
    return _scores(values >= max(values, key=lambda least: _f1(values >= least, truth)), truth)


def _translated(items: Sequence[Item], cache: VectorCache) -> Part:
    """English documents and their translations; what is not on one story as a person says is false."""
    rows = []
    english = [item for item in items if item.tag == _FROM]
    documents, vectors = [document_of(item) for item in english], cache.of(english)
    for tag in _TO:
        others = sorted((item for item in items if item.tag == tag), key=lambda item: item.id)
        alike = of_one_story([*english, *others])[: len(english), len(english) :]
        theirs = list(zip([document_of(item) for item in others], cache.of(others), strict=True))
        found = np.array(
            [
                [same_story(document, vector, *other) for other in theirs]
                for document, vector in zip(documents, vectors, strict=True)
            ]
        )
        same = np.array([[one.id == other.id for other in others] for one in english])
        wrong = Score(WRONG, int((found & ~alike).sum()), remark=f"of {int((~alike).sum())}")
        rows.append(Row(f"{_FROM} to {tag}", OURS, (Score(FOUND, float(found[same].mean())), wrong)))
    return Part(f"{len(english)} documents of NTREX and their translations, as stories", tuple(rows))


def rescraped_part(folder: Path) -> Part:
    """Articles before and after an edit, and all other pairs among them."""
    pairs = read_pairs(folder, "rescraped_pairs")
    prints = [[_print(item) for item in (pair.a, pair.b)] for pair in pairs]
    found = np.mean([is_same(*both) for both in prints])
    others = [
        is_same(one, other)
        for place, both in enumerate(prints)
        for rest in prints[place + 1 :]
        for one in both
        for other in rest
    ]
    scores = Score(FOUND, float(found)), Score(WRONG, float(sum(others)), remark=f"of {len(others)}")
    return Part(f"{len(pairs)} articles scraped again: reach all", (Row("one article", OURS, scores),))


def _print(item: Item) -> Fingerprint:
    return fingerprint(item.title, item.text, item.language)
