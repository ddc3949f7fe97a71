"""How well one example finds its story, where nothing was chosen on it: `python -m tests.benchmarks.nested`.

ECB+ (34 stories in 17 pairs of sibling events) is divided at random, ten times, by pair. Weights and the threshold of
`balanced` are chosen inside the pairs that are left, the threshold by weights that have not seen them; then the others
are tracked among all articles. The table has the mean over divisions and how far they are apart, the share of sibling
pairs that match, and the stories that come out worst. Then: how often what is called 60 % is right, in a mix where a
tenth of the pairs near the threshold are siblings (`--plot FILE` draws it).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np
from numpy.typing import NDArray

from bot.matching.logistic import Model
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.fitting import fit_model, judge_draw, pooled
from tests.benchmarks.refit_matching import best_common_threshold
from tests.benchmarks.reliability import Judged, Mask, drawn_on, reliability, table_of_bins
from tests.benchmarks.tracking import Draw, Tracked, draws, f1_and_cost_of_stories, precision_of_stories, track
from tests.benchmarks.training import Material, gather
from tests.benchmarks.vectors import VectorCache

DIVISIONS: Final = 10
LEFT_OUT: Final = 4
"""Pairs of sibling events, of 17."""
INNER: Final = 4
WORST: Final = 10
SETTINGS: Final = (("FF", 1), ("FS", 1), ("SS", 1), ("FF", 4))
"""Example and article in full or short, and how many examples."""
NAMES: Final = {
    ("FF", 1): "1 example, full", ("FS", 1): "1 example, short articles", ("SS", 1): "1 short, short",
    ("FF", 4): "4 examples, full",
}  # fmt: skip


@dataclass(frozen=True)
class Division:
    """Weights and the threshold of `balanced`, and the topic numbers that neither has seen."""

    model: Model
    threshold: float
    unseen: Mask


@dataclass(frozen=True)
class Found:
    """What one division comes to in one setting."""

    precision: float
    f1: float
    cost: float
    siblings: float
    """The share of pairs with an article of the sibling event that match."""
    by_story: dict[str, float]
    """F1."""
    judged: Judged


def divided(material: Material, number: int) -> Division:
    """Fit and choose within what is left; the same number gives the same division."""
    numbers = np.array(sorted(set(material.topics)))
    order = np.random.default_rng([7, number]).permutation(len(numbers))
    unseen = np.isin(material.topics, numbers[order[:LEFT_OUT]])
    rest = numbers[order[LEFT_OUT:]]
    groups: list[list[Tracked]] = [[] for _ in SETTINGS]
    for part in range(INNER):
        tested = np.isin(material.topics, rest[part::INNER])
        weights = fit_model(material, ~unseen & ~tested)
        for group, (kind, count) in zip(groups, SETTINGS, strict=True):
            group.extend(tracked_by(material, weights, tested, ~unseen, kind, count))
    return Division(fit_model(material, ~unseen), best_common_threshold(groups), unseen)


def tracked_by(material: Material, weights: Model, chosen: Mask, among: Mask, kind: str, count: int) -> list[Tracked]:
    """The stories that are chosen, tracked among some of the articles."""
    rows = np.flatnonzero(among)
    examples = (material.full if kind[0] == "F" else material.short).take(rows)
    articles = (material.full if kind[1] == "F" else material.short).take(rows)
    figures = material.tracking[kind][np.ix_(rows, rows)]
    stories = [str(story) for story in material.stories[rows]]
    wanted = set(material.stories[chosen])

    def score(draw: Draw) -> NDArray[np.float64]:
        return pooled(judge_draw(draw, examples, articles, figures, weights), weights)

    return track(stories, [draw for draw in draws(stories, count) if draw.story in wanted], score)


def found_in(material: Material, division: Division, kind: str, count: int) -> Found:
    every = np.ones(len(material.stories), bool)
    tracked = tracked_by(material, division.model, division.unseen, every, kind, count)
    drawn = [draw for draw in draws([str(one) for one in material.stories], count) if draw.story in
             set(material.stories[division.unseen])]  # fmt: skip
    judged = drawn_on(tracked, drawn, material.stories, material.topics, division.threshold)
    f1, cost = f1_and_cost_of_stories(tracked, np.array([division.threshold]))
    names = list(dict.fromkeys(one.story for one in tracked))
    return Found(
        float(precision_of_stories(tracked).mean()),
        float(f1.mean()),
        float(cost.mean()),
        float((judged.odds[judged.siblings] >= 0).mean()),
        dict(zip(names, f1[:, 0].tolist(), strict=True)),
        judged,
    )


def _row(name: str, found: Sequence[Found]) -> str:
    cells = []
    for values in (
        [one.precision for one in found],
        [one.f1 for one in found],
        [one.cost for one in found],
        [one.siblings for one in found],
    ):
        cells.append(f"{np.mean(values):.3f} ± {np.std(values):.3f}")
    return f"{name:26} " + "  ".join(f"{cell:>14}" for cell in cells)


def _worst(material: Material, found: Sequence[Found]) -> list[str]:
    of_story: dict[str, list[float]] = {}
    for one in found:
        for story, value in one.by_story.items():
            of_story.setdefault(story, []).append(value)
    ranked = sorted(of_story, key=lambda story: float(np.mean(of_story[story])))[:WORST]
    lines = []
    for story in ranked:
        titles = [item.title for item in material.full.items if item.story == story and item.title]
        lines.append(f"  {np.mean(of_story[story]):.3f}  {story:10} {(titles or ['(no title)'])[0][:80]}")
    return lines


@click.command(help=__doc__)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--divisions", type=int, default=DIVISIONS, show_default=True)
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draws the reliability (PNG).")
def main(data: Path, divisions: int, plot: Path | None) -> None:
    try:
        material = gather(data, VectorCache())
    except DataAbsentError as error:
        sys.exit(str(error))
    found: dict[tuple[str, int], list[Found]] = {setting: [] for setting in SETTINGS}
    for number in range(divisions):
        division = divided(material, number)
        for setting in SETTINGS:
            found[setting].append(found_in(material, division, *setting))
        print(f"division {number + 1} of {divisions}", file=sys.stderr)
    print(f"{'':26} {'MAP':>14}  {'F1 balanced':>14}  {'Cdet balanced':>14}  {'siblings':>14}")
    for setting, results in found.items():
        print(_row(NAMES[setting], results))
    print(f"\nthe {WORST} stories with the lowest F1, 1 example in full:")
    print("\n".join(_worst(material, found["FF", 1])))
    judged = Judged.joined([one.judged for one in found["FF", 1]])
    bins = reliability(judged)
    print("\nreliability, 1 example in full:")
    print(table_of_bins(bins))
    if plot is not None:
        from tests.benchmarks.reliability_plot import draw  # noqa: PLC0415 -- matplotlib takes a second

        draw(bins, plot)


if __name__ == "__main__":
    main()
