"""`python -m bot.adapters.charts`: a picture's words and figures on standard input, a PNG on standard output."""

from __future__ import annotations

import os
import sys

from bot.adapters.charts.drawing import drawn
from bot.adapters.charts.picture import from_json


def main() -> None:
    """Draw what is asked for, giving way to everything else on the machine."""
    os.nice(5)
    sys.stdout.buffer.write(drawn(from_json(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
