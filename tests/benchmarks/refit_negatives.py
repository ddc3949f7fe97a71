"""Fits `bot/matching/data/discounts.json`: `python -m tests.benchmarks.refit_negatives [--data FOLDER] [--dry-run]`.

To be run after `refit_matching`, whose log-odds these discounts are taken off. That of counterexamples is fitted on
every second topic number and reported on the others, then fitted on all; those of votes on simulated readers
(`tests.benchmarks.feedback`), likewise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.matching.score import Discounts
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.feedback import effect
from tests.benchmarks.opposed import KINDS, Opposed, Tables, opposed_draws, tables_of, tracked
from tests.benchmarks.tracking import f1_and_cost, quality
from tests.benchmarks.training import gather
from tests.benchmarks.vectors import VectorCache

TARGET = Path(__file__).resolve().parents[2] / "bot" / "matching" / "data" / "discounts.json"
COUNTEREXAMPLES = np.arange(0, 3.01, 0.25)
LIKED, DISLIKED = (1.0, 1.5, 2.0), (2.5, 3.0, 3.5)
NEAR_THE_THRESHOLD = (-0.5, 0.0, 0.5)
WORST = 0.5
"""What the story gains or loses for which votes do worst, beside the mean: one click must never wreck a topic."""


def worth(tables: Tables, drawn: Sequence[Opposed], discount: float | None) -> float:
    """MAP, F1 and cost, each measure at its best threshold and at fixed ones, mean over full and short texts."""
    values = []
    for kind in KINDS:
        found = tracked(tables, drawn, kind, discount)
        best = quality(found)
        fixed = np.mean([f1_and_cost(found, threshold) for threshold in NEAR_THE_THRESHOLD], axis=0)
        values.append(best.mean_precision + best.f1 - best.cost + fixed[0] - fixed[1])
    return float(np.mean(values))


def fitted(tables: Tables, chosen: NDArray[np.bool_] | None) -> float:
    drawn = opposed_draws(tables, sibling=True, chosen=chosen)
    return float(max(COUNTEREXAMPLES, key=lambda discount: worth(tables, drawn, float(discount))))


def report(tables: Tables) -> None:
    """Without and with a counterexample, by the discount that was fitted on the other half; then unrelated ones."""
    for sibling in (True, False):
        halves = [opposed_draws(tables, sibling=sibling, chosen=tables.half(number)) for number in (0, 1)]
        others = [fitted(tables, tables.half(1 - number)) for number in (0, 1)]
        for kind in KINDS:
            for label, used in (("alone", False), ("of the sibling event" if sibling else "unrelated", True)):
                found = [
                    one
                    for drawn, discount in zip(halves, others, strict=True)
                    for one in tracked(tables, drawn, kind, discount if used else None)
                ]
                best = quality(found)
                f1, cost = f1_and_cost(found, 0)
                click.echo(
                    f"1 example {kind}, {label:22} MAP {best.mean_precision:.3f}  best F1 {best.f1:.3f}  "
                    f"best Cdet {best.cost:.3f}  at balanced: F1 {f1:.3f} Cdet {cost:.3f}"
                )
        click.echo(f"fitted on one half, reported on the other: {others}")


def fitted_votes(tables: Tables, counterexample: float) -> Discounts:
    """Where right votes bring most and a slip costs least, on the whole and where it costs most."""

    def value(figures: Discounts) -> float:
        right = [effect(tables, kind, votes, figures, slips=False, seeds=3) for kind in KINDS for votes in (1, 3)]
        wrong = [effect(tables, kind, 1, figures, slips=True, seeds=3) for kind in KINDS]
        return sum(
            float(np.mean([one.f1_gain - one.cost_gain + WORST * one.worst for one in effects]))
            for effects in (right, wrong)
        )

    return max((Discounts(counterexample, *pair) for pair in product(LIKED, DISLIKED)), key=value)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--dry-run", is_flag=True, help="Report only.")
def main(data: Path, *, dry_run: bool) -> None:
    try:
        tables = tables_of(gather(data, VectorCache()))
    except DataAbsentError as error:
        sys.exit(str(error))
    report(tables)
    figures = fitted_votes(tables, fitted(tables, None))
    content = json.dumps(asdict(figures)) + "\n"
    click.echo(content)
    if not dry_run:
        TARGET.write_text(content, "utf-8")


if __name__ == "__main__":
    main()
