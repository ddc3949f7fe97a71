"""How well topics are matched: `python -m tests.benchmarks.matching [--data FOLDER] [--json FILE]`.

- tracking: ECB+, 1 and 4 examples, full and short (title and 35 words), one threshold for all stories. Ours is fitted
  without the topic numbers it is tested on; `balanced` is the shipped threshold. Baselines have their own best ones.
- translations: NTREX, a document's translations among all documents of some languages; language means come from the
  documents not tested.
- false alarms: per 10,000 background articles at `balanced`, as shipped (the weights have seen the topics, and about a
  quarter of the background).

Embeddings are kept in `~/.cache/kabar-bench`; the first run takes about 20 minutes for them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import unit_rows
from bot.matching.model import log_odds, model
from bot.model import Language
from tests.benchmarks.baselines import bm25, raw_e5, tf_idf
from tests.benchmarks.compared import figures_between, prepared
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError, Item, read_items
from tests.benchmarks.refit_matching import SETTINGS, folds_of, shipped_shift, tracked_unseen
from tests.benchmarks.refit_means import language_means
from tests.benchmarks.tracking import Draw, Tracked, average_precision, draws, f1_and_cost, quality, track
from tests.benchmarks.training import Material, gather
from tests.benchmarks.vectors import CACHE, VectorCache

SEED = Path(__file__).resolve().parents[2] / "seeds" / "tentara-korea-utara.txt"
SEVEN = ("ar", "de", "en", "id", "ko", "ru", "zh")
BOOTSTRAPS = 500


@dataclass(frozen=True)
class Row:
    """One line of the table. Intervals hold 90 % of bootstrap samples over stories."""

    task: str
    method: str
    mean_precision: float
    f1: float
    cost: float | None = None
    f1_balanced: float | None = None
    interval: tuple[float, float] | None = None
    """Of the mean precision."""


def tracking_rows(material: Material, cache: VectorCache) -> list[Row]:
    folds = folds_of(material)
    stories = list(material.stories)
    methods = {"TF-IDF": tf_idf, "BM25": bm25, "e5 raw": raw_e5(cache)}
    sides = {"F": material.full.items, "S": material.short.items}
    names = {"F": "full", "S": "short"}
    rows = []
    tables = {
        (kind, name): score(sides[kind[0]], sides[kind[1]])
        for kind in ("FF", "FS", "SS")
        for name, score in methods.items()
    }
    for kind, count in SETTINGS:
        task = f"tracking, {count} {names[kind[0]]} example{'s' if count > 1 else ''}, {names[kind[1]]} articles"
        for name in methods:
            table = tables[kind, name]
            tracked = track(stories, draws(stories, count), partial(_best_of, table))
            rows.append(_tracking_row(task, name, tracked, None))
        rows.append(_tracking_row(task, "ours", tracked_unseen(material, folds, kind, count), shipped_shift()))
    return rows


def _best_of(table: NDArray[np.float64], draw: Draw) -> NDArray[np.float64]:
    return np.asarray(table[list(draw.examples)].max(axis=0), np.float64)


def _tracking_row(task: str, method: str, tracked: Sequence[Tracked], threshold: float | None) -> Row:
    best = quality(tracked)
    balanced = None if threshold is None else f1_and_cost(tracked, threshold)[0]
    return Row(task, method, best.mean_precision, best.f1, best.cost, balanced, _interval(tracked))


def _interval(tracked: Sequence[Tracked]) -> tuple[float, float]:
    rng = np.random.default_rng(5)
    by_story: dict[str, list[float]] = {}
    for one in tracked:
        by_story.setdefault(one.story, []).append(average_precision(one.scores, one.on_story))
    means = np.array([np.mean(values) for values in by_story.values()])
    samples = means[rng.integers(len(means), size=(BOOTSTRAPS, len(means)))].mean(axis=1)
    low, high = np.quantile(samples, [0.05, 0.95])
    return float(low), float(high)


def translation_rows(items: Sequence[Item], cache: VectorCache) -> list[Row]:
    """Each half of the documents with means from the other half."""
    vectors = unit_rows(cache.of(items))
    rows = []
    for task, languages in (("7 languages", SEVEN), ("all languages", tuple(sorted({one.language for one in items})))):
        chosen = np.array([row for row, item in enumerate(items) if item.language in languages])
        own = [items[row] for row in chosen.tolist()]
        raw, centred = _translations(own, vectors[chosen], None), _translations(own, vectors[chosen], cache)
        rows.append(Row(f"translations, {task}", "e5 raw", *raw))
        rows.append(Row(f"translations, {task}", "ours", *centred))
    return rows


def _translations(
    items: Sequence[Item], vectors: NDArray[np.float32], means: VectorCache | None
) -> tuple[float, float]:
    """MAP, and F1 with the best threshold for all, each document against all others."""
    documents = sorted({item.id for item in items})
    half = {document: place % 2 for place, document in enumerate(documents)}
    part = np.array([half[item.id] for item in items])
    rows = vectors.copy()
    if means is not None:
        for tested in (0, 1):
            others = [row for row in range(len(items)) if part[row] != tested]
            english = vectors[[row for row in others if items[row].language == "en"]]
            learned = language_means([items[row] for row in others], vectors[others], {"en": english})
            for row in np.flatnonzero(part == tested).tolist():
                rows[row] = unit_rows((vectors[row] - learned[items[row].language])[None])[0]
    ids = np.array([item.id for item in items])
    tracked = []
    for row in range(len(items)):
        left = np.arange(len(items)) != row
        scores = (rows @ rows[row]).astype(np.float64)[left]
        tracked.append(Tracked(str(row), scores, (ids == ids[row])[left]))
    best = quality(tracked)
    return best.mean_precision, best.f1


def false_alarm_rows(folder: Path, material: Material, cache: VectorCache) -> list[Row]:
    """Two topics of one example from every story, against background articles; and the seed topic."""
    shipped = model()
    drawn = draws(list(material.stories), 1, seeds=2)
    topics = material.full.take(np.array([draw.examples[0] for draw in drawn]))
    seed = prepared([Item("seed", "", SEED.read_text("utf-8"), Language("id"))], cache)
    rows = []
    for name, step in (("indonews", 2), ("agnews", 2), ("bbc", 3)):
        items = [item for item in read_items(folder, name)[::step] if not item.watched]
        news = prepared(items, cache)
        for who, examples in (("ECB+ topics", topics), ("the seed topic", seed)):
            odds = np.stack([log_odds(one, shipped) for one in figures_between(examples, news)])
            alarms = (odds >= 0).sum(axis=1) / len(items) * 10_000
            rows.append(
                Row(
                    f"false alarms per 10,000 {name}, {who}",
                    "ours: mean, worst",
                    float(alarms.mean()),
                    float(alarms.max()),
                )
            )
    return rows


def table_of(rows: Sequence[Row]) -> str:
    lines = [f"{'task':52} {'method':18} {'MAP':>7} {'F1':>7} {'Cdet':>7} {'F1 at balanced':>15}  MAP, 90 %"]
    for row in rows:
        cost = "" if row.cost is None else f"{row.cost:.3f}"
        balanced = "" if row.f1_balanced is None else f"{row.f1_balanced:.3f}"
        interval = "" if row.interval is None else f"{row.interval[0]:.3f}-{row.interval[1]:.3f}"
        lines.append(
            f"{row.task:52} {row.method:18} {row.mean_precision:7.3f} {row.f1:7.3f} "
            f"{cost:>7} {balanced:>15}  {interval}"
        )
    return "\n".join(lines)


def digest_of(folder: Path) -> str:
    """Of the data read: figures are comparable only on the same."""
    digest = hashlib.blake2b(digest_size=16)
    for name in ("agnews", "bbc", "ecbplus", "indonews", "ntrex"):
        digest.update((folder / f"{name}.jsonl").read_bytes())
    return digest.hexdigest()


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), default=CACHE / "matching.json")
def main(data: Path, target: Path) -> None:
    cache = VectorCache()
    try:
        material = gather(data, cache)
        rows = [
            *tracking_rows(material, cache),
            *translation_rows(read_items(data, "ntrex"), cache),
            *false_alarm_rows(data, material, cache),
        ]
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(table_of(rows))
    target.write_text(json.dumps({"data": digest_of(data), "rows": [asdict(row) for row in rows]}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
