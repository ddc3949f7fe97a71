"""What is learned from NTREX (means and clarities of languages, weights), learned without what is to be tested.

Documents are divided into two halves and the languages into two groups. Whatever judges a document has not seen its
half; weights have also not seen its language.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from bot.features import similarity
from bot.matching.logistic import Model
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.fitting import fit_model
from tests.benchmarks.refit_means import broad_news, language_clarities, language_means, whitening
from tests.benchmarks.training import NTREX_LANGUAGES, gather
from tests.benchmarks.vectors import VectorCache

OTHERS = "*"
"""The key of languages that have no figures of their own."""


@dataclass(frozen=True)
class LanguageFigures:
    """As `bot.features` ships them."""

    means: Mapping[str, NDArray[np.float32]]
    clarities: Mapping[str, float]
    whitener: NDArray[np.float32]

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Everything is aligned and compared with these instead of the shipped ones."""
        with (
            patch.object(similarity, "_means", lambda: self.means),
            patch.object(similarity, "_clarities", lambda: self.clarities),
            patch.object(similarity, "_whitening", lambda: self.whitener),
        ):
            yield

    def without(self, language: str) -> LanguageFigures:
        """The language is treated as one that was never measured. Not for English, by which the others are measured."""
        means = {name: mean for name, mean in self.means.items() if name not in (language, OTHERS)}
        clarities = {name: value for name, value in self.clarities.items() if name not in (language, OTHERS)}
        return LanguageFigures(
            {**means, OTHERS: np.mean([*means.values()], axis=0)},
            {**clarities, OTHERS: float(np.median([*clarities.values()]))},
            self.whitener,
        )


@dataclass(frozen=True)
class Learned:
    """Everything learned from NTREX, by what it has not seen."""

    figures: tuple[LanguageFigures, LanguageFigures]
    """By half."""
    unseen: Mapping[tuple[int, str], LanguageFigures]
    """By half and language, which is treated as never measured."""
    weights: Mapping[tuple[int, int], Model]
    """By half and group of languages."""


def learn(folder: Path, cache: VectorCache) -> Learned:
    """Takes two minutes. Raises DataAbsentError."""
    items = read_items(folder, "ntrex")
    half, group = half_of(items), group_of(items)
    broad = broad_news(folder, cache)
    languages: list[str] = sorted({item.language for item in items})
    rest = [[item for item, own in zip(items, half.tolist(), strict=True) if own != tested] for tested in (0, 1)]
    figures = (figures_of(rest[0], cache, broad), figures_of(rest[1], cache, broad))
    unseen = {
        (tested, language): figures_without_english(rest[tested], cache, broad)
        if language == "en"
        else figures[tested].without(language)
        for tested in (0, 1)
        for language in languages
    }
    weights = {}
    for tested in (0, 1):
        documents = {item.id for item, own in zip(items, half.tolist(), strict=True) if own == tested}
        for left in (0, 1):
            print(f"weights that have not seen half {tested}, languages {left} of NTREX", file=sys.stderr)
            out = {item.language for item, own in zip(items, group.tolist(), strict=True) if own == left}
            weights[tested, left] = weights_without(folder, cache, documents, out, figures[tested])
    return Learned(figures, unseen, weights)


def figures_of(items: Sequence[Item], cache: VectorCache, broad: Mapping[str, NDArray[np.float32]]) -> LanguageFigures:
    """From these documents and `broad` news."""
    vectors = cache.of(items)
    whitener = whitening(items, vectors, broad)
    return LanguageFigures(
        language_means(items, vectors, broad), language_clarities(items, vectors, whitener), whitener
    )


def figures_without_english(
    items: Sequence[Item], cache: VectorCache, broad: Mapping[str, NDArray[np.float32]]
) -> LanguageFigures:
    """The same with Indonesian as what others are measured by, English being one that was never seen."""
    left = [item for item in items if item.language != "en"]
    means = language_means(left, cache.of(left), {"id": broad["id"]}, anchor="id")
    whitener = whitening(left, cache.of(left), {"id": broad["id"]})
    clarities = language_clarities(items, cache.of(items), whitener)
    return LanguageFigures(means, {name: value for name, value in clarities.items() if name != "en"}, whitener)


def half_of(items: Sequence[Item]) -> NDArray[np.intp]:
    """0 or 1 by document."""
    place = {document: number for number, document in enumerate(sorted({item.id for item in items}))}
    return np.array([place[item.id] % 2 for item in items], np.intp)


def group_of(items: Sequence[Item]) -> NDArray[np.intp]:
    """0 or 1 by language, those that weights are fitted on divided evenly."""
    fitted = {language: number for number, language in enumerate(NTREX_LANGUAGES)}
    return np.array([fitted.get(item.language, 0) % 2 for item in items], np.intp)


def weights_without(
    folder: Path, cache: VectorCache, documents: Collection[str], languages: Collection[str], figures: LanguageFigures
) -> Model:
    """Weights fitted on everything but these NTREX documents and languages, with language figures likewise."""
    with tempfile.TemporaryDirectory() as made:
        for path in folder.glob("*.jsonl"):
            target = Path(made) / path.name
            if path.name != "ntrex.jsonl":
                target.symlink_to(path.resolve())
                continue
            lines = path.read_text("utf-8").splitlines(keepends=True)
            target.write_text("".join(line for line in lines if _stays(line, documents, languages)), "utf-8")
        with figures.in_use():
            material = gather(Path(made), cache)
            return fit_model(material, np.ones(len(material.topics), bool))


def _stays(line: str, documents: Collection[str], languages: Collection[str]) -> bool:
    row = json.loads(line)
    return row["id"] not in documents and row["lang"].partition("-")[0] not in languages
