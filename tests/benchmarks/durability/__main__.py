"""Nothing lost, nothing let in: `python -m tests.benchmarks.durability [--quick] [--only PART]`.

Each part (`tests.benchmarks.durability.parts`) breaks one kind of thing around a real Kabar, and counts what that came
to. The last line names the parts that broke a promise, if any; the exit code is then 1.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click

from tests.benchmarks.durability.context import Context
from tests.benchmarks.durability.parts import PARTS
from tests.e2e.kabar_process import environment
from tests.e2e.nursery import Nursery


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="A few minutes instead of hours.")
@click.option("--kills", type=int, help="How often it is killed.")
@click.option("--seed", type=int, help="For the same choices once more; the machine's own chance stays.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="One of the parts; may be repeated.")
@click.option("--keep", type=click.Path(path_type=Path), help="A new folder for data and logs, kept.")
def main(quick: bool, kills: int | None, seed: int | None, only: tuple[str, ...], keep: Path | None) -> None:
    seed = time.time_ns() if seed is None else seed
    broken = []
    with tempfile.TemporaryDirectory(prefix="kabar-durability-") as name:
        folder = keep or Path(name)
        folder.mkdir(exist_ok=True)
        with Nursery(environment(folder / "bytecode"), folder) as nursery:
            for part in only or PARTS:
                started = time.monotonic()
                click.echo(f"== {part}")
                outcome = PARTS[part](Context(folder, nursery, seed, quick, kills))
                click.echo("\n".join(outcome.lines))
                click.echo(f"{'kept' if outcome.is_kept else 'BROKEN'}, {time.monotonic() - started:.0f} s")
                if not outcome.is_kept:
                    broken.append(part)
    click.echo(f"broken: {', '.join(broken) or 'nothing'}")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
