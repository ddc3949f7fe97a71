"""What Kabar costs at many chats, feeds and topics: `python -m tests.benchmarks.scale [--quick] [--only PART]`.

CPU seconds are those of this machine as busy as it is; the yardstick says how fast it was (about 1 when it is calm).
"""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

import click
import structlog

from tests.benchmarks.data import DEFAULT_FOLDER
from tests.benchmarks.scale.context import Context, yardstick
from tests.benchmarks.scale.parts import PARTS


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="Some seconds instead of minutes.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="One of the parts; may be repeated.")
@click.option("--topics", type=int, multiple=True, help="A number of topics to measure at; may be repeated.")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
def main(quick: bool, only: tuple[str, ...], topics: tuple[int, ...], data: Path) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    broken = []
    for part in only or PARTS:
        with tempfile.TemporaryDirectory(prefix="kabar-scale-") as folder:
            click.echo(f"== {part} (yardstick {yardstick():.1f} s)")
            outcome = PARTS[part](Context(Path(folder), data, quick, topics))
        click.echo("\n".join(outcome.lines))
        if not outcome.is_kept:
            broken.append(part)
    click.echo(f"broken: {', '.join(broken) or 'nothing'}")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
