"""How close summaries come to those people wrote: `python -m tests.benchmarks.summaries [--data FOLDER] [--json FILE]`.

ROUGE (`tests.benchmarks.rouge`) on the half of IndoSum on which nothing was fitted. Kabar takes as many sentences as
have about 60 words. Beside it stand the first three sentences, the first ones with as
many words, and what sumy makes of the same sentences and words (`tests.benchmarks.summarisers`).
`above the best` is the mean paired difference from the best other method on that measure, with the interval that holds
90 % of bootstrap samples over articles.

BBC, where nothing was fitted at all, is a check that the weights are not about Indonesian. Its summaries are extracts
of eight sentences or so, in no order, and long sentences are many among them: TextRank, which likes those, comes
closest, -L means little, and what Kabar is held against is lead-3.

Then summaries of several articles on one story, of ECB+ (`tests.benchmarks.on_story_summaries`).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from bot.summaries.extract import summarize
from bot.text.tokens import words
from tests.benchmarks.data import DEFAULT_FOLDER, DataAbsentError
from tests.benchmarks.indosum import Summed, other_half, read_bbc, read_indosum
from tests.benchmarks.on_story_summaries import story_part
from tests.benchmarks.rouge import rouge
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score, as_json, over_stories, table_of
from tests.benchmarks.summarisers import LEAD, others, sentences_of

MEASURES = (Measure("ROUGE-1"), Measure("ROUGE-2"), Measure("ROUGE-L"))

Scores = NDArray[np.float64]
"""Shape (articles, measures)."""


def measure(folder: Path, *, beside: bool = True) -> list[Part]:
    """Without `beside`, only what is ours, in seconds. Raises DataAbsentError."""
    indosum, bbc = other_half(read_indosum(folder)), read_bbc(folder)
    return [
        _part(
            f"summaries, IndoSum: {len(indosum)} articles not fitted on",
            indosum,
            "the best",
            beside=beside,
        ),
        _part(f"summaries, BBC: {len(bbc)} articles", bbc, LEAD, beside=beside),
        story_part(folder),
    ]


def _part(title: str, items: Sequence[Summed], rival: str, *, beside: bool) -> Part:
    """`rival`: the method that Kabar is held against, or `the best` by measure."""
    print(title, file=sys.stderr)
    ours = {"with title": _ours(items, titled=True), "without title": _ours(items, titled=False)}
    if not beside:
        return Part(title, tuple(Row(task, OURS, _scores(values)) for task, values in ours.items()))
    rivals = _beside(items)
    rows = [Row(task, OURS, _scores(values) + _above(values, rivals, rival)) for task, values in ours.items()]
    rows += [Row("", method, _scores(values)) for method, values in rivals.items()]
    if any(item.picked for item in items):
        picked = np.array([_rouge(item.picked, item) for item in items])
        rows.append(Row("", "sentences nearest to it", _scores(picked)))
    return Part(title, tuple(rows))


def _ours(items: Sequence[Summed], *, titled: bool) -> Scores:
    start = time.perf_counter()
    told = [summarize(item.title if titled else "", item.text, item.language) for item in items]
    spent = (time.perf_counter() - start) / len(items)
    print(f"{1000 * spent:.2f} ms an article", file=sys.stderr)
    return np.array([_rouge(sentences, item) for sentences, item in zip(told, items, strict=True)])


def _beside(items: Sequence[Summed]) -> Mapping[str, Scores]:
    found: dict[str, list[tuple[float, float, float]]] = {}
    for item in items:
        for method, sentences in others(sentences_of(item.text, item.language), item.language).items():
            found.setdefault(method, []).append(_rouge(sentences, item))
    return {method: np.array(values) for method, values in found.items()}


def _rouge(sentences: Sequence[str], item: Summed) -> tuple[float, float, float]:
    found = rouge(words(" ".join(sentences), item.language), words(item.summary, item.language))
    return found.one, found.two, found.longest


def _scores(values: Scores) -> tuple[Score, ...]:
    return tuple(over_stories(each, values[:, column]) for column, each in enumerate(MEASURES))


def _above(ours: Scores, rivals: Mapping[str, Scores], rival: str) -> tuple[Score, ...]:
    against = [rivals[rival]] if rival in rivals else [*rivals.values()]
    return tuple(
        over_stories(
            Measure(f"{each.name} above {rival}", pinned=False),
            ours[:, column] - max((values[:, column] for values in against), key=np.mean),
        )
        for column, each in enumerate(MEASURES)
    )


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures there.")
def main(data: Path, json_file: Path | None) -> None:
    try:
        parts = measure(data)
    except DataAbsentError as error:
        sys.exit(str(error))
    click.echo(table_of(parts))
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(parts), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
