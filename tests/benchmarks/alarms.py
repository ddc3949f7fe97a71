"""Alarms about background news: each is false, unless somebody who has read it says otherwise.

They are written to `alarms.json`, beside the JSON of the benchmark, for somebody to read; `alarms_read.json` keeps for
every story the ids of those that are on it, which do not count, and of those that are not. What nobody has read counts
as false.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.data import Item
from tests.benchmarks.scores import OURS, Measure, Row, Score, over_stories

ALARMS_READ = Path(__file__).with_name("alarms_read.json")
SETS = {"ag": "agnews", "bbc": "bbc", "idn": "indonews"}
"""By the beginning of the ids."""
MEAN = Measure("mean", 2, higher_is_better=False, worse_by=0.05)
WORST = Measure("worst topic", 1, higher_is_better=False, worse_by=0.1)
TRUE = Measure("true", 0, pinned=False)
UNREAD = Measure("unread", 0, pinned=False)
_PER_SET = {begin: Measure(name, 2, higher_is_better=False, worse_by=0.2) for begin, name in SETS.items()}


@dataclass(frozen=True)
class Alarm:
    """A topic's word that a background article is on it, or nearly so."""

    topic: str
    article: Item
    score: float
    """Probability, on the scale of the shipped one."""
    matched: bool
    true: bool | None
    """Whether it is right, as a person says who has read it."""


def read_verdicts() -> Mapping[tuple[str, str], bool]:
    """Whether an article is on a story, by the names of both, where a person has read it."""
    content: dict[str, dict[str, list[str]]] = json.loads(ALARMS_READ.read_text("utf-8"))
    return {
        (story, article): verdict
        for verdict, kind in ((True, "on the story"), (False, "not on the story"))
        for story, articles in content[kind].items()
        for article in articles
    }


def false_alarms(task: str, alarms: Sequence[Alarm], topics: int, news: Sequence[Item]) -> Row:
    """Per 10,000 articles: the mean over `topics`, with what each set has of it, and the worst topic."""
    per = 10_000 / len(news)
    wrong = [alarm for alarm in alarms if alarm.matched and not alarm.true]
    by_topic = Counter(alarm.topic for alarm in wrong)
    worst, most = by_topic.most_common(1)[0] if by_topic else ("", 0)
    each = np.array([*by_topic.values(), *[0] * (topics - len(by_topic))]) * per
    of_sets = Counter(alarm.article.id.partition("-")[0] for alarm in wrong)
    sizes = Counter(item.id.partition("-")[0] for item in news)
    scores = [
        over_stories(MEAN, each) if topics > 1 else Score(MEAN, float(each[0])),
        Score(WORST, most * per, remark=worst),
        *(Score(_PER_SET[name], of_sets[name] / topics * 10_000 / sizes[name]) for name in sorted(sizes)),
        Score(TRUE, sum(alarm.matched and alarm.true is True for alarm in alarms)),
        Score(UNREAD, sum(alarm.matched and alarm.true is None for alarm in alarms)),
    ]
    return Row(task, OURS, tuple(scores))


def alarms_as_json(alarms: Sequence[Alarm]) -> list[dict[str, object]]:
    """For whoever reads them: the highest first."""
    return [
        {
            "topic": alarm.topic,
            "article": alarm.article.id,
            "title": alarm.article.title,
            "text": alarm.article.text[:300],
            "score": round(alarm.score, 3),
            "matched": alarm.matched,
            "true": alarm.true,
        }
        for alarm in sorted(alarms, key=lambda alarm: -alarm.score)
    ]
