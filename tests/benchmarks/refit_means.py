"""Makes the language files of `bot/features/data`: `python -m tests.benchmarks.refit_means`.

NTREX has the same 51 documents in 35 languages, so its means differ by language alone; what news in general is like
comes from the larger English and Indonesian sets. The mean of a language is that of news at large, moved by the
difference between its NTREX mean and the English one. Whitening is common to all languages. Figures only: nothing of
the texts is kept.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import openings, unit_rows
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.vectors import VectorCache

CLARITIES = Path(__file__).resolve().parents[2] / "bot" / "features" / "data" / "language_clarity.json"
TARGET = Path(__file__).resolve().parents[2] / "bot" / "features" / "data" / "language_means.npz"
WHITENING = TARGET.with_name("whitening.npy")
STRENGTH, RIDGE = 0.35, 0.1
"""On ECB+ and NTREX by similarity alone, strengths of 0.25 to 0.5 come to the same."""


def broad_news(folder: Path, cache: VectorCache) -> dict[str, NDArray[np.float32]]:
    """Vectors of more news in two languages. Raises DataAbsentError."""
    return {
        "en": cache.of([*read_items(folder, "agnews"), *read_items(folder, "bbc")[::3]]),
        "id": cache.of(read_items(folder, "indonews")[::2]),
    }


def language_means(
    parallel: Sequence[Item],
    parallel_vectors: NDArray[np.float32],
    broad: Mapping[str, NDArray[np.float32]],
    anchor: str = "en",
) -> dict[str, NDArray[np.float32]]:
    """Means by language, and `*` for others, of rows with two embeddings.

    `broad`: rows of more news of a few languages; `anchor`: one of these, by which the others are moved from NTREX to
    news at large.
    """
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(parallel):
        rows[item.language].append(row)
    vectors = unit_halves(parallel_vectors)
    of_parallel = {language: vectors[places].mean(axis=0) for language, places in rows.items()}
    shift = unit_halves(broad[anchor]).mean(axis=0) - of_parallel[anchor]
    means = {language: mean + shift for language, mean in of_parallel.items()}
    for language, more in broad.items():
        means[language] = unit_halves(more).mean(axis=0)
    means["*"] = np.mean([*means.values()], axis=0)
    return means


def unit_halves(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both embeddings of each row at length 1."""
    return unit_rows(rows.reshape(2 * len(rows), -1)).reshape(rows.shape)


def whitening(
    parallel: Sequence[Item], parallel_vectors: NDArray[np.float32], broad: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Shortens directions in which all news varies, and those in which translations of one document differ.

    Of openings. The sum of both covariances, each at trace 1, to the power of `-STRENGTH`.
    """
    own = unit_rows(openings(parallel_vectors))
    languages = np.array([item.language for item in parallel])
    documents = np.array([item.id for item in parallel])
    translated = _less_means(_less_means(own, languages), documents)
    news = np.concatenate([rows - rows.mean(axis=0) for rows in (unit_rows(openings(one)) for one in broad.values())])
    covariance = sum(part / np.trace(part) for part in (rows.T @ rows for rows in (news, translated)))
    sizes, directions = np.linalg.eigh(covariance)
    weights = (np.maximum(sizes, 0) + RIDGE * sizes.mean()) ** -STRENGTH
    return np.asarray(directions * weights @ directions.T, np.float32)


def _less_means(rows: NDArray[np.float32], groups: NDArray[np.str_]) -> NDArray[np.float32]:
    moved = rows.copy()
    for group in np.unique(groups):
        moved[groups == group] -= rows[groups == group].mean(axis=0)
    return moved


def language_clarities(
    parallel: Sequence[Item], parallel_vectors: NDArray[np.float32], whitener: NDArray[np.float32]
) -> dict[str, float]:
    """For each language the slope of cosines with English ones over the same cosines within English; `*`: the median.

    Cosines are of openings of different documents, each language centred by its own mean, whitened.
    """
    rows: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row, item in enumerate(parallel):
        rows[item.language].setdefault(item.id, row)
    documents = sorted(rows["en"])
    centred = {}
    for language, by_document in rows.items():
        own = unit_rows(openings(parallel_vectors)[[by_document[document] for document in documents]])
        centred[language] = unit_rows((own - own.mean(axis=0)) @ whitener)
    apart = ~np.eye(len(documents), dtype=bool)
    within = (centred["en"] @ centred["en"].T)[apart]
    slopes = {
        language: round(float(within @ (centred["en"] @ own.T)[apart] / (within @ within)), 3)
        for language, own in centred.items()
    }
    return {**slopes, "*": float(np.median([*slopes.values()]))}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def main(data: Path) -> None:
    cache = VectorCache()
    try:
        parallel = read_items(data, "ntrex")
        broad = broad_news(data, cache)
    except DataAbsentError as error:
        sys.exit(str(error))
    means = language_means(parallel, cache.of(parallel), broad)
    TARGET.parent.mkdir(exist_ok=True)
    whitener = whitening(parallel, cache.of(parallel), broad)
    np.save(WHITENING, whitener.astype(np.float16))
    clarities = language_clarities(parallel, cache.of(parallel), whitener)
    CLARITIES.write_text(json.dumps(clarities, indent=1, sort_keys=True) + "\n", "utf-8")
    np.savez(TARGET, **{name: mean.astype(np.float16) for name, mean in sorted(means.items())})  # type: ignore[arg-type] # -- a stub that mixes up its keywords


if __name__ == "__main__":
    main()
