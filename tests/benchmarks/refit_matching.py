"""Fits `bot/matching/data/model.json`: `python -m tests.benchmarks.refit_matching [--data FOLDER] [--dry-run]`.

Weights are fitted on all of `tests.benchmarks.training`; before, five folds by topic number show on stories that were
not seen what they are worth, and where the best threshold lies. That threshold becomes probability 0.5, `balanced`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.matching.logistic import INPUTS, POOL_INPUTS, Model, log_odds
from bot.matching.resemblance import Figure
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.fitting import fit_model, judge_draw, pooled
from tests.benchmarks.tracking import Draw, Tracked, draws, f1_and_cost, quality, track
from tests.benchmarks.training import Material, as_translated, gather
from tests.benchmarks.vectors import VectorCache

TARGET = Path(__file__).resolve().parents[2] / "bot" / "matching" / "data" / "model.json"
FOLDS = 5
THRESHOLDS = {"strict": 0.8, "balanced": 0.5, "broad": 0.25}
SETTINGS = (("FF", 1), ("FS", 1), ("SS", 1), ("FF", 4), ("FS", 4), ("SS", 4))
"""Example and article in full or short, and how many examples."""


@dataclass(frozen=True)
class Fold:
    """Weights and the topic numbers that they have not seen."""

    model: Model
    unseen: NDArray[np.bool_]


def folds_of(material: Material) -> list[Fold]:
    """Weights fitted without each fifth of the topic numbers."""
    numbers = sorted(set(material.topics))
    made = []
    for fold in range(FOLDS):
        unseen = np.isin(material.topics, numbers[fold::FOLDS])
        made.append(Fold(fit_model(material, ~unseen), unseen))
    return made


def tracked_unseen(material: Material, folds: list[Fold], kind: str, count: int) -> list[Tracked]:
    """Log-odds of all articles for every draw, by the weights that have not seen its story."""
    examples = material.full if kind[0] == "F" else material.short
    articles = material.full if kind[1] == "F" else material.short
    fold_of = {story: fold for fold in folds for story in material.stories[fold.unseen]}

    def score(draw: Draw) -> NDArray[np.float64]:
        weights = fold_of[draw.story].model
        return pooled(judge_draw(draw, examples, articles, material.tracking[kind], weights), weights)

    return track(list(material.stories), draws(list(material.stories), count), score)


def tracked_translated(material: Material, folds: list[Fold]) -> list[Tracked]:
    """One example in full, every article as if it were in another language."""
    figures = as_translated(material.tracking["FF"].reshape(-1, len(Figure)), np.random.default_rng(30))
    figures = figures.reshape(material.tracking["FF"].shape)
    fold_of = {story: fold for fold in folds for story in material.stories[fold.unseen]}
    return track(
        list(material.stories),
        draws(list(material.stories), 1),
        lambda draw: log_odds(figures[draw.examples[0]], fold_of[draw.story].model).astype(np.float64),
    )


def best_common_threshold(groups: list[list[Tracked]]) -> float:
    """The log-odds at which the mean F1 of all settings is highest."""
    candidates = np.arange(-3, 3, 0.05)
    means = [np.mean([f1_and_cost(tracked, float(one))[0] for tracked in groups]) for one in candidates]
    return float(candidates[int(np.argmax(means))])


def report(label: str, tracked: list[Tracked], threshold: float) -> None:
    best = quality(tracked)
    f1, cost = f1_and_cost(tracked, threshold)
    click.echo(
        f"{label:14} MAP {best.mean_precision:.3f}  best F1 {best.f1:.3f} (at {best.f1_threshold:+.2f})  "
        f"best Cdet {best.cost:.3f} (at {best.cost_threshold:+.2f})  at balanced: F1 {f1:.3f} Cdet {cost:.3f}"
    )


def shifted(weights: Model, shift: float) -> Model:
    """The same with all log-odds less `shift`."""
    same, other, pool = weights.same_language.copy(), weights.other_language.copy(), weights.pool.copy()
    same[0] -= shift
    other[0] -= shift
    # The pool takes shifted log-odds now, and gives shifted ones.
    pool[0] += shift * (pool[1:4].sum() - 1)
    return Model(same, other, pool, THRESHOLDS)


def shipped_shift() -> float:
    """What was taken off the log-odds of the shipped weights, to make `balanced` 0.5."""
    return float(json.loads(TARGET.read_text("utf-8"))["shift"])


def written(weights: Model, shift: float) -> str:
    def table(names: tuple[str, ...], row: NDArray[np.float32]) -> dict[str, float]:
        return {name: round(float(value), 4) for name, value in zip(names, row, strict=True)}

    content = {
        "same language": table(INPUTS, weights.same_language),
        "other language": table(INPUTS, weights.other_language),
        "pool": table(POOL_INPUTS, weights.pool),
        "thresholds": weights.thresholds,
        "shift": shift,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--dry-run", is_flag=True, help="Report only.")
def main(data: Path, *, dry_run: bool) -> None:
    try:
        material = gather(data, VectorCache())
    except DataAbsentError as error:
        sys.exit(str(error))
    folds = folds_of(material)
    groups = {f"{kind} {count}": tracked_unseen(material, folds, kind, count) for kind, count in SETTINGS}
    threshold = best_common_threshold([*groups.values()])
    for label, tracked in groups.items():
        report(label, tracked, threshold)
    report("translated 1", tracked_translated(material, folds), threshold)
    weights = shifted(fit_model(material, np.ones(len(material.topics), bool)), threshold)
    content = written(weights, round(threshold, 3))
    click.echo(content)
    if not dry_run:
        TARGET.write_text(content, "utf-8")


if __name__ == "__main__":
    main()
