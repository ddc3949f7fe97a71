"""Makes the language files of `bot/features/data`: `python -m tests.benchmarks.refit_means`.

NTREX has the same 51 documents in 35 languages, so its means differ by language alone; what news in general is like
comes from the larger English and Indonesian sets. The mean of a language is that of news at large, moved by the
difference between its NTREX mean and the English one. Figures only: nothing of the texts is kept.
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

from bot.features.similarity import unit_rows
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.vectors import VectorCache

CLARITIES = Path(__file__).resolve().parents[2] / "bot" / "features" / "data" / "language_clarity.json"
TARGET = Path(__file__).resolve().parents[2] / "bot" / "features" / "data" / "language_means.npz"


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
    """Means by language, and `*` for others. `broad`: vectors of more news of a few languages.

    `anchor`: one of these, by which the others are moved from NTREX to news at large.
    """
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, item in enumerate(parallel):
        rows[item.language].append(row)
    vectors = unit_rows(parallel_vectors)
    of_parallel = {language: vectors[places].mean(axis=0) for language, places in rows.items()}
    shift = unit_rows(broad[anchor]).mean(axis=0) - of_parallel[anchor]
    means = {language: mean + shift for language, mean in of_parallel.items()}
    for language, more in broad.items():
        means[language] = unit_rows(more).mean(axis=0)
    means["*"] = np.mean([*means.values()], axis=0)
    return means


def language_clarities(parallel: Sequence[Item], parallel_vectors: NDArray[np.float32]) -> dict[str, float]:
    """For each language the slope of cosines with English ones over the same cosines within English; `*`: the median.

    Cosines are of different documents, each language centred by its own mean.
    """
    rows: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row, item in enumerate(parallel):
        rows[item.language].setdefault(item.id, row)
    documents = sorted(rows["en"])
    centred = {}
    for language, by_document in rows.items():
        own = unit_rows(parallel_vectors[[by_document[document] for document in documents]])
        centred[language] = unit_rows(own - own.mean(axis=0))
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
    clarities = language_clarities(parallel, cache.of(parallel))
    CLARITIES.write_text(json.dumps(clarities, indent=1, sort_keys=True) + "\n", "utf-8")
    np.savez(TARGET, **{name: mean.astype(np.float16) for name, mean in sorted(means.items())})  # type: ignore[arg-type] # -- a stub that mixes up its keywords


if __name__ == "__main__":
    main()
