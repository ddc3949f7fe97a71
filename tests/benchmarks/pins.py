"""Scores may only rise: `python -m tests.benchmarks.pins [--small] [--update] [--allow-lower WHY]`.

Measures again what `pins.json` keeps, and fails if a score of ours is worse by more than rounding (`Measure.worse_by`:
0.001 for shares), or if the data are not those that were pinned. `--small` checks only the set of
`tests.benchmarks.small` and summaries, in a minute with `--fresh` embeddings; all takes as long as
`tests.benchmarks.matching` and `tests.benchmarks.stories` without its speed, whose tables are printed. `--update`
writes what rose. `--allow-lower WHY` writes also what fell, or other data, and keeps why.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, digest_of
from tests.benchmarks.scores import OURS, Measure, Part, table_of
from tests.benchmarks.small import small_part, small_set
from tests.benchmarks.summaries import measure as summaries
from tests.benchmarks.vectors import CACHE, VectorCache

PINS = Path(__file__).with_name("pins.json")
SMALL, FULL = "small", "full"
_DIGITS = 4
_ROUNDED = 0.0001

Values = Mapping[str, float]
"""Scores by `part | task | measure`."""


@dataclass(frozen=True)
class Pins:
    """What was measured, on which data, and why something was allowed to fall."""

    data: str
    values: Mapping[str, Values]
    """By `small` and `full`."""
    lowered: tuple[str, ...]


@dataclass(frozen=True)
class Pinned:
    """A score of ours under the name by which it is pinned."""

    name: str
    value: float
    measure: Measure

    def loss(self, pinned: float) -> float:
        """How much worse than what is pinned; negative if better."""
        return pinned - self.value if self.measure.higher_is_better else self.value - pinned

    def is_worse(self, pinned: float) -> bool:
        return self.loss(pinned) > self.measure.worse_by + _ROUNDED


def scores_of(parts: Iterable[Part]) -> list[Pinned]:
    """Ours, those that are pinned."""
    return [
        Pinned(f"{part.title.partition(':')[0]} | {row.task} | {score.measure.name}", score.value, score.measure)
        for part in parts
        for row in part.rows
        if row.method == OURS
        for score in row.scores
        if score.measure.pinned
    ]


def losses(scores: Sequence[Pinned], pinned: Values) -> list[str]:
    """A line for each score that fell or is no longer measured."""
    known = {score.name for score in scores}
    return [
        f"{score.name}: {pinned[score.name]:.4f} pinned, {score.value:.4f} now"
        for score in scores
        if score.name in pinned and score.is_worse(pinned[score.name])
    ] + [f"{name}: {value:.4f} pinned, not measured any more" for name, value in pinned.items() if name not in known]


def raised(scores: Sequence[Pinned], pinned: Values, *, lower: bool) -> Values:
    """What to pin from now on: the better of both, or what was measured if it may be `lower`."""
    return {
        score.name: round(score.value, _DIGITS)
        if lower or score.name not in pinned or score.loss(pinned[score.name]) < 0
        else pinned[score.name]
        for score in scores
    }


def read_pins(path: Path = PINS) -> Pins:
    content = json.loads(path.read_text("utf-8"))
    return Pins(content["data"], {SMALL: content[SMALL], FULL: content[FULL]}, tuple(content["lowered"]))


def write_pins(pins: Pins, path: Path = PINS) -> None:
    content = {"data": pins.data, "lowered": [*pins.lowered], **pins.values}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def measured(folder: Path, cache: VectorCache, *, small: bool) -> dict[str, list[Part]]:
    """Parts by `small` and `full`. Raises DataAbsentError."""
    parts = {SMALL: [small_part(small_set(folder), cache), *summaries(folder, beside=False)]}
    if not small:
        from tests.benchmarks import matching, stories  # noqa: PLC0415 -- slow to import

        parts[FULL] = [*matching.measure(folder, cache).parts, *stories.measure(folder, cache, stories.PINNED)]
    return parts


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--small", is_flag=True, help="Only the small set.")
@click.option("--fresh", is_flag=True, help="Compute all embeddings again.")
@click.option("--update", is_flag=True, help="Write what rose.")
@click.option("--allow-lower", "reason", metavar="WHY", help="Write also what fell, and why it may.")
def main(data: Path, *, small: bool, fresh: bool, update: bool, reason: str | None) -> None:
    try:
        with tempfile.TemporaryDirectory() as made:
            digest = digest_of(data)
            parts = measured(data, VectorCache(Path(made) if fresh else CACHE), small=small)
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(table_of([part for own in parts.values() for part in own]))
    pins = read_pins()
    scores = {kind: scores_of(own) for kind, own in parts.items()}
    fallen = [line for kind, own in scores.items() for line in losses(own, pins.values[kind])]
    if digest != pins.data:
        fallen.insert(0, f"the data are others than those pinned: {pins.data} pinned, {digest} now")
    if fallen and not reason:
        sys.exit("\n".join(["", "worse than pinned:", *fallen]))
    if update or reason:
        if small and digest != pins.data:
            sys.exit("other data: pin everything, without --small")
        values = {kind: raised(own, pins.values[kind], lower=bool(reason)) for kind, own in scores.items()}
        lowered = (*pins.lowered, reason) if fallen and reason else pins.lowered
        write_pins(Pins(digest, {**pins.values, **values}, lowered))
    click.echo("\nnothing is worse than pinned" if not fallen else f"\npinned, though {len(fallen)} fell: {reason}")


if __name__ == "__main__":
    main()
