"""How well topics are matched: `python -m tests.benchmarks.matching [--data FOLDER] [--json FILE] [--only PART]`.

Three parts, each in a module that says what is fitted on what: tracking (`on_stories`), translations
(`on_translations`), false alarms (`on_background`, `on_seed`). Values in the table are followed by the interval that
holds 90 % of bootstrap samples over stories (ECB+), documents (NTREX) or topics (false alarms). Beside the JSON is
`alarms.json`, for a person to read.

Embeddings are kept in `~/.cache/kabar-bench`: the first run takes half an hour for them, later ones six minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import click

from tests.benchmarks.alarms import Alarm, alarms_as_json, false_alarms
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, digest_of
from tests.benchmarks.on_background import ECB_TOPICS, background, story_alarms
from tests.benchmarks.on_seed import alarm_rows, sample_rows
from tests.benchmarks.on_stories import tracking_part
from tests.benchmarks.on_translations import translation_parts
from tests.benchmarks.refit_matching import folds_of
from tests.benchmarks.scores import Part, as_json, table_of
from tests.benchmarks.training import gather
from tests.benchmarks.vectors import CACHE, VectorCache

TRACKING, TRANSLATIONS, ALARMS = "tracking", "translations", "alarms"


@dataclass(frozen=True)
class Measured:
    """All parts, and the alarms that a person should read."""

    parts: tuple[Part, ...]
    alarms: tuple[Alarm, ...]


def measure(folder: Path, cache: VectorCache, only: Collection[str] = (TRACKING, TRANSLATIONS, ALARMS)) -> Measured:
    """Raises DataAbsentError."""
    parts: list[Part] = []
    alarms: list[Alarm] = []
    if {TRACKING, ALARMS} & set(only):
        cache.asked.clear()
        material = gather(folder, cache)
        seen = frozenset(cache.asked)
        print("weights without each fifth of the topic numbers of ECB+", file=sys.stderr)
        folds = folds_of(material)
        if TRACKING in only:
            parts.append(tracking_part(material, folds, cache))
        if ALARMS in only:
            news = background(folder, seen)
            print(f"false alarms among {len(news)} background articles", file=sys.stderr)
            of_stories = story_alarms(material, folds, news, cache)
            seed_rows, of_seed = alarm_rows(news, cache)
            row = false_alarms(f"{ECB_TOPICS} ECB+ stories", of_stories, ECB_TOPICS, news)
            parts.append(Part(f"false alarms at balanced: per 10,000 of {len(news)} articles", (row, *seed_rows)))
            parts.append(Part("the seed topic and the sample feed, at balanced", tuple(sample_rows(cache))))
            alarms = [*of_stories, *of_seed]
    if TRANSLATIONS in only:
        parts.extend(translation_parts(folder, cache))
    return Measured(tuple(parts), tuple(alarms))


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), default=CACHE / "matching.json")
@click.option(
    "--only",
    type=click.Choice([TRACKING, TRANSLATIONS, ALARMS]),
    multiple=True,
    default=[TRACKING, TRANSLATIONS, ALARMS],
    help="Just this part; several times for several.",
)
def main(data: Path, target: Path, only: tuple[str, ...]) -> None:
    try:
        digest = digest_of(data)
        measured = measure(data, VectorCache(), only)
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(table_of(measured.parts))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"data": digest, "parts": as_json(measured.parts)}, indent=1), "utf-8")
    alarms = json.dumps(alarms_as_json(measured.alarms), indent=1, ensure_ascii=False)
    target.with_name("alarms.json").write_text(alarms, "utf-8")


if __name__ == "__main__":
    main()
