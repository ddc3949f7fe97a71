"""Summaries of several articles on one story: how much they repeat themselves, and what of the story they cover.

Stories of ECB+ with three articles or more, in the order of the set, whose first article is taken as the one that is
shown; those by whose half the costs of `bot.summaries.story_summary` were chosen are left out. *Repeated* is the
largest share that two sentences of a summary have in common (shared terms by those of the shorter). *Covered* is the
share of the names and numbers that a third of a story's articles have, at least two, which a summary has too. Beside
Kabar: the
first three sentences of the first article, and the first sentence of each of the first three (what concatenated leads
give). *Sources* is from how many articles sentences come.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.features.document import describe
from bot.features.numbers import read_numbers
from bot.model import Article, ArticleId
from bot.summaries.sentence import overlap, terms_of
from bot.summaries.story_summary import summarize_story
from bot.text.tokens import words
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.indosum import is_for_fitting
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score, over_stories
from tests.benchmarks.summarisers import LEAD, SENTENCES, sentences_of

REPEATED = Measure("repeated", higher_is_better=False)
NAMES, NUMBERS = Measure("names covered"), Measure("numbers covered")
SOURCES = Measure("sources", decimals=1, pinned=False)


def story_part(folder: Path) -> Part:
    """Raises DataAbsentError."""
    stories: dict[str, list[Item]] = {}
    for item in read_items(folder, "ecbplus"):
        stories.setdefault(item.story, []).append(item)
    several = [items for story, items in stories.items() if len(items) >= 3 and not is_for_fitting(story)]
    found: dict[str, list[tuple[float, ...]]] = {}
    for items in several:
        names, numbers = _told_often(items)
        for method, chosen in _summaries(items).items():
            text = [sentence for sentence, _ in chosen]
            sources = float(len({number for _, number in chosen}))
            found.setdefault(method, []).append(
                (_repeated(text, items[0]), *_covered(text, items[0], names, numbers), sources)
            )
    rows = [Row("3 sentences", method, _scores(np.array(values))) for method, values in found.items()]
    return Part(f"summaries of stories, ECB+: {len(several)} stories not fitted on, 3 sentences", tuple(rows))


def _scores(values: NDArray[np.float64]) -> tuple[Score, ...]:
    """A story without a number that several have says nothing about numbers."""
    return tuple(
        over_stories(each, column[~np.isnan(column)])
        for each, column in zip((REPEATED, NAMES, NUMBERS, SOURCES), values.T, strict=True)
    )


def _summaries(items: Sequence[Item]) -> Mapping[str, list[tuple[str, str]]]:
    """By method, sentences and the article of each."""
    articles = [Article(ArticleId(item.id), item.title, item.text, item.language) for item in items]
    start = time.perf_counter()
    ours = summarize_story(articles, [items[0].language], count=SENTENCES)
    print(f"{len(items)} articles: {1000 * (time.perf_counter() - start):.1f} ms", file=sys.stderr)
    first = sentences_of(items[0].text, items[0].language)[:SENTENCES]
    leads = [
        (sentence, item.id) for item in items[:SENTENCES] for sentence in sentences_of(item.text, item.language)[:1]
    ]
    return {
        OURS: [(each.text, each.article_id) for each in ours],
        f"{LEAD} of the first": [(sentence, items[0].id) for sentence in first],
        "leads of the first three": leads,
    }


def _told_often(items: Sequence[Item]) -> tuple[frozenset[str], frozenset[str]]:
    """Names and numbers."""
    read = [describe(item.title, item.text, item.language, None) for item in items]
    least = max(2, len(items) / 3)
    names = Counter(name for each in read for name in each.names)
    numbers = Counter(number for each in read for number in each.numbers)
    return (
        frozenset(name for name, count in names.items() if count >= least),
        frozenset(number for number, count in numbers.items() if count >= least),
    )


def _repeated(text: Sequence[str], item: Item) -> float:
    terms = [terms_of(words(sentence, item.language), item.language) for sentence in text]
    return max((overlap(some, others) for some, others in combinations(terms, 2)), default=0.0)


def _covered(text: Sequence[str], item: Item, names: frozenset[str], numbers: frozenset[str]) -> tuple[float, float]:
    told = " ".join(text)
    said = frozenset(words(told, item.language))
    return (
        len(names & said) / len(names) if names else float("nan"),
        len(numbers & read_numbers(told)) / len(numbers) if numbers else float("nan"),
    )
