"""How well articles are grouped: `python -m tests.benchmarks.stories [--data FOLDER] [--json FILE] [--only PART]`.

Parts, each in a module that says what is fitted on what: streams of ECB+ (`streamed`), pairs that people have judged
(`paired`), copies (`copied`), candidates against comparing all, long streams and speed (`long_streams`), a week of news
through all of Kabar (`replay`).

Embeddings are kept in `~/.cache/kabar-bench`: the first run takes a quarter of an hour for them, later ones five
minutes. Speed is measured last and pinned nowhere: it is that of the machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path

import click

from tests.benchmarks.copied import copied_part
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, digest_of
from tests.benchmarks.long_streams import candidates_part, lengths_part, speed_part
from tests.benchmarks.paired import paired_parts
from tests.benchmarks.replay import replayed_part
from tests.benchmarks.scores import Part, as_json, table_of
from tests.benchmarks.streamed import streamed_part
from tests.benchmarks.vectors import CACHE, VectorCache

STREAMS, PAIRS, COPIES, CANDIDATES, LENGTHS = "streams", "pairs", "copies", "candidates", "lengths"
REPLAY, SPEED = "replay", "speed"
EVERY = (STREAMS, PAIRS, COPIES, CANDIDATES, LENGTHS, REPLAY, SPEED)
PINNED = EVERY[:-1]


def measure(folder: Path, cache: VectorCache, only: Collection[str] = EVERY) -> tuple[Part, ...]:
    """Raises DataAbsentError."""
    parts: list[Part] = []
    if STREAMS in only:
        parts.append(streamed_part(folder, cache))
    if PAIRS in only:
        parts.extend(paired_parts(folder, cache))
    if COPIES in only:
        parts.append(copied_part(folder))
    if LENGTHS in only:
        parts.append(lengths_part(folder, cache))
    if CANDIDATES in only:
        parts.append(candidates_part(folder, cache))
    if REPLAY in only:
        parts.append(replayed_part(folder, cache))
    if SPEED in only:
        parts.append(speed_part(folder, cache))
    return tuple(parts)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), default=CACHE / "stories.json")
@click.option(
    "--only",
    type=click.Choice(EVERY),
    multiple=True,
    default=EVERY,
    help="Just this part; several times for several.",
)
def main(data: Path, target: Path, only: tuple[str, ...]) -> None:
    try:
        digest = digest_of(data)
        parts = measure(data, VectorCache(), only)
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(table_of(parts))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"data": digest, "parts": as_json(parts)}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
