"""Fits the weights of `bot.summaries.worth`: `python -m tests.benchmarks.refit_summaries [--data FOLDER]`.

On the half of IndoSum that `tests.benchmarks.indosum` sets aside for it: logistic regression on whether a sentence is
among the three that together come closest to the human summary (greedily, by the mean of ROUGE-1, -2 and -L),
each article with its title. How strongly weights are held down hardly matters in cross-validation within that half.
Prints the weights, to be copied.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.summaries.extract import shorten
from bot.summaries.sentence import read_sentences, terms_of
from bot.summaries.worth import WEIGHTS, inputs_of
from bot.text.tokens import words
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.indosum import Summed, fitting_half, read_indosum
from tests.benchmarks.rouge import rouge

SENTENCES = 3
_STRENGTH = 3.0
"""Inverse regularisation."""


def fit_weights(items: Sequence[Summed]) -> dict[str, float]:
    """By input, as `WEIGHTS`."""
    seen, wanted = [], []
    for item in items:
        found = read_sentences(item.text, item.language)
        seen.append(np.array(inputs_of(found, terms_of(words(item.title, item.language), item.language))))
        wanted.append(_closest([shorten(sentence.text) for sentence in found], item))
    fitted = LogisticRegression(C=_STRENGTH, max_iter=5_000).fit(np.concatenate(seen), np.concatenate(wanted))
    return dict(zip(WEIGHTS, fitted.coef_[0].tolist(), strict=True))


def _closest(texts: Sequence[str], item: Summed) -> NDArray[np.bool_]:
    """Which of an article's sentences to take, one after the other, as long as that helps."""
    split = [words(text, item.language) for text in texts]
    reference = words(item.summary, item.language)
    chosen: list[int] = []
    best = 0.0
    while len(chosen) < SENTENCES:
        tried = [(_quality(split, [*chosen, place], reference), place) for place in range(len(split))]
        value, place = max(((value, place) for value, place in tried if place not in chosen), default=(0.0, 0))
        if value <= best:
            break
        best = value
        chosen.append(place)
    return np.isin(np.arange(len(split)), chosen)


def _quality(split: Sequence[tuple[str, ...]], chosen: Sequence[int], reference: Sequence[str]) -> float:
    found = rouge([word for place in sorted(chosen) for word in split[place]], reference)
    return found.one + found.two + found.longest


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def main(data: Path) -> None:
    try:
        items = fitting_half(read_indosum(data))
    except DataAbsentError as error:
        sys.exit(str(error))
    for name, weight in fit_weights(items).items():
        click.echo(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
