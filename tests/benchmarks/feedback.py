"""What votes are worth: `python -m tests.benchmarks.feedback [--data FOLDER]`.

A reader of a topic with one example votes on its first 1, 3 or 10 alerts, drawn from all of ECB+ in any order; what is
left is judged without and with these votes. Once the reader is right, once the first vote is a slip (the opposite of
the truth): what one wrong click costs, on the whole and the story that it costs most.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.matching.score import Discounts, discounts
from bot.matching.vote_learning import discounts_of, shift_of
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.opposed import KINDS, Odds, Tables, tables_of
from tests.benchmarks.tracking import Tracked, draws, f1_and_cost
from tests.benchmarks.training import gather
from tests.benchmarks.vectors import VectorCache


@dataclass(frozen=True)
class Reader:
    """Who has voted on alerts (rows of articles), and what is left to be judged."""

    story: str
    example: int
    alerts: NDArray[np.intp]
    votes: NDArray[np.float64]
    left: NDArray[np.bool_]


@dataclass(frozen=True)
class Effect:
    """Means over all readers, of F1 and cost before, and their change; the story that lost most F1, and how much."""

    readers: int
    f1: float
    cost: float
    f1_gain: float
    cost_gain: float
    worst: float
    worst_story: str


def readers(tables: Tables, kind: str, votes: int, *, slips: bool, seeds: int = 5) -> Iterator[Reader]:
    """One a draw of an example; those without an alert, or with nothing left to find, are left out."""
    odds, stories = tables.odds[kind], tables.material.stories
    for draw in draws(list(stories), 1, seeds):
        example = draw.examples[0]
        order = np.random.default_rng([example, votes]).permutation(len(stories))
        alerts = order[(order != example) & (odds[example][order] >= 0)][:votes]
        left = np.ones(len(stories), bool)
        left[[example, *alerts.tolist()]] = False
        truth = stories == draw.story
        if len(alerts) and truth[left].any():
            signs = np.where(truth[alerts], 1.0, -1.0)
            signs[0] *= -1 if slips else 1
            yield Reader(draw.story, example, alerts, signs, left)


def judged(odds: Odds, reader: Reader, figures: Discounts) -> NDArray[np.float64]:
    """Log-odds of all articles less those of the threshold, as `bot.matching` has them after the votes."""
    before = odds[reader.example]
    foreseen = before[reader.alerts]
    good, bad = reader.votes > 0, reader.votes < 0
    scores = before
    if good.any():
        taken = np.array(discounts_of(figures.liked, foreseen[good], reader.votes[good]))
        scores = np.maximum(scores, (odds[reader.alerts[good]] - taken[:, None]).max(axis=0))
    if bad.any():
        taken = np.array(discounts_of(figures.disliked, -foreseen[bad], -reader.votes[bad]))
        scores = scores - np.logaddexp(0, (odds[reader.alerts[bad]] - taken[:, None]).max(axis=0))
    return np.asarray(scores - shift_of(foreseen, reader.votes))


def effect(tables: Tables, kind: str, votes: int, figures: Discounts, *, slips: bool, seeds: int = 5) -> Effect:
    odds, stories = tables.odds[kind], tables.material.stories
    measured: dict[str, list[tuple[float, float, float, float]]] = {}
    for reader in readers(tables, kind, votes, slips=slips, seeds=seeds):
        truth = (stories == reader.story)[reader.left]
        before = f1_and_cost([Tracked(reader.story, odds[reader.example][reader.left], truth)], 0)
        after = f1_and_cost([Tracked(reader.story, judged(odds, reader, figures)[reader.left], truth)], 0)
        measured.setdefault(reader.story, []).append((*before, *after))
    every = np.array([row for rows in measured.values() for row in rows])
    gains = {story: float(np.mean([row[2] - row[0] for row in rows])) for story, rows in measured.items()}
    worst = min(gains, key=lambda story: gains[story])
    f1, cost, f1_after, cost_after = every.mean(axis=0).tolist()
    return Effect(len(every), f1, cost, f1_after - f1, cost_after - cost, gains[worst], worst)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def main(data: Path) -> None:
    try:
        tables = tables_of(gather(data, VectorCache()))
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(
        f"{'votes':28} {'readers':>7} {'F1':>6} {'Cdet':>6} {'F1 after':>9} {'Cdet after':>10}  worst story's F1"
    )
    for slips, counts in ((False, (1, 3, 10)), (True, (1,))):
        for votes in counts:
            for kind in KINDS:
                found = effect(tables, kind, votes, discounts(), slips=slips)
                label = f"{votes} {'wrong' if slips else 'right'}, {kind}"
                click.echo(
                    f"{label:28} {found.readers:7} {found.f1:6.3f} {found.cost:6.3f} {found.f1_gain:+9.3f} "
                    f"{found.cost_gain:+10.3f}  {found.worst:+.3f} ({found.worst_story})"
                )


if __name__ == "__main__":
    main()
