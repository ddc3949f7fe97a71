"""Measured scores, with intervals over stories, and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLES = 1_000
_SEED = 5
_COVERED = (0.05, 0.95)
OURS = "Kabar"


@dataclass(frozen=True)
class Measure:
    """What is measured."""

    name: str
    decimals: int = 3
    higher_is_better: bool = True
    worse_by: float = 0.001
    """What rounding, and the arithmetic of another processor, may cost without its being a loss."""
    pinned: bool = True


@dataclass(frozen=True)
class Score:
    """A value; the interval that holds 90 % of bootstrap samples over stories; what is said of it."""

    measure: Measure
    value: float
    interval: tuple[float, float] | None = None
    remark: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    task: str
    method: str
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Part:
    """Rows with the same columns."""

    title: str
    rows: tuple[Row, ...]


def over_stories(measure: Measure, of_stories: NDArray[np.float64], remark: str = "") -> Score:
    """The mean over stories, and how far it depends on which stories they are. The same values give the same."""
    drawn = np.random.default_rng(_SEED).integers(len(of_stories), size=(SAMPLES, len(of_stories)))
    low, high = np.quantile(of_stories[drawn].mean(axis=1), _COVERED)
    return Score(measure, float(of_stories.mean()), (float(low), float(high)), remark)


def table_of(parts: Iterable[Part]) -> str:
    """All parts, one below the other, in at most 120 columns."""
    return "\n\n".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    columns = list(dict.fromkeys(score.measure.name for row in part.rows for score in row.scores))
    lines = [["task", "method", *columns]]
    for row in part.rows:
        cells = {score.measure.name: _cell(score) for score in row.scores}
        lines.append([row.task, row.method, *(cells.get(column, "") for column in columns)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([f"== {part.title}", *drawn])


def _cell(score: Score) -> str:
    digits = score.measure.decimals
    text = f"{score.value:.{digits}f}"
    if score.interval is not None:
        low, high = (f"{value:.{max(1, digits - 1)}f}" for value in score.interval)
        text += f" {low.removeprefix('0')}-{high.removeprefix('0')}"
    return f"{text} {score.remark}".rstrip()


def as_json(parts: Sequence[Part]) -> list[dict[str, object]]:
    """For machines: a list of parts with their rows; numbers as they are."""
    return [
        {
            "title": part.title,
            "rows": [
                {
                    "task": row.task,
                    "method": row.method,
                    "scores": {
                        score.measure.name: {"value": score.value, "interval": score.interval, "remark": score.remark}
                        for score in row.scores
                    },
                }
                for row in part.rows
            ],
        }
        for part in parts
    ]
