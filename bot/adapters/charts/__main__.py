"""`python -m bot.adapters.charts`: reads the content of a chart as JSON from standard input and writes a PNG."""

from __future__ import annotations

import os
import sys

from bot.adapters.charts.drawing import drawn
from bot.adapters.charts.picture import from_json


def main() -> None:
    """Draw the chart, with low priority so that other work on the machine comes first (nice(2))."""
    os.nice(5)
    sys.stdout.buffer.write(drawn(from_json(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
