"""Draws how often what is called likely is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib.figure import Figure

from tests.benchmarks.reliability import Bin


def draw(bins: Sequence[Bin], path: Path) -> None:
    """A PNG: called against right, with the number of pairs at each point."""
    figure = Figure(figsize=(5, 5), dpi=120, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    axes.plot([one.called for one in bins], [one.right for one in bins], marker="o")
    for one in bins:
        axes.annotate(
            f"{one.pairs:,}", (one.called, one.right), xytext=(6, -10), textcoords="offset points", fontsize=8
        )
    axes.set(xlabel="called", ylabel="right", xlim=(0, 1), ylim=(0, 1), title="Reliability, 1 example in full")
    figure.savefig(path)
