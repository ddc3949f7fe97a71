"""What many chats, feeds and topics cost: `python -m tests.benchmarks.scale [--quick] [--only PART]`.

Figures, not promises: they depend on the machine, so each part says how fast this one is.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from tests.benchmarks.durability.context import Context
from tests.benchmarks.scale.parts import PARTS
from tests.e2e.kabar_process import environment
from tests.e2e.nursery import Nursery


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="About ten seconds a part.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="One of the parts; may be repeated.")
@click.option("--seed", type=int, default=1, help="Of what is drawn by chance.")
def main(quick: bool, only: tuple[str, ...], seed: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kabar-scale-") as name:
        folder = Path(name)
        with Nursery(environment(folder / "bytecode"), folder) as nursery:
            for part in only or PARTS:
                started = time.monotonic()
                click.echo(f"== {part} (10 million additions take {yardstick():.1f} s of CPU here)")
                outcome = PARTS[part](Context(folder, nursery, seed, quick))
                click.echo("\n".join(outcome.lines))
                click.echo(f"{time.monotonic() - started:.0f} s")


def yardstick() -> float:
    """Seconds of CPU for a loop of ten million additions: about 1 on a calm machine."""
    began, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - began


if __name__ == "__main__":
    main()
