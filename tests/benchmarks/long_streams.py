"""Long streams: what is lost by comparing candidates only, how long stories get, what one article costs at 50,000.

The stream of 50,000 is made of real articles, each several times: with its words in another order, two terms in five
renamed and its vectors moved, on the story of the first. Time is that of the processor, which others may slow down.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.features.document import Document
from bot.model import StoryId
from bot.stories.candidates import CandidateIndex, CandidateQuery
from bot.stories.clusters import REMEMBERED, StoryStream
from bot.stories.ring import Ring
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score
from tests.benchmarks.streamed import article_of, b_cubed, document_of, grouped
from tests.benchmarks.vectors import VectorCache

AGREEMENT = Measure("as comparing all, B3 F1", 4, worse_by=0.002)
STORIES, LONGEST = Measure("stories", 0, pinned=False), Measure("longest", 0, higher_is_better=False, worse_by=10)
MEDIAN = Measure("ms median", 2, higher_is_better=False, pinned=False)
P95 = Measure("ms p95", 2, higher_is_better=False, pinned=False)
REMEMBER = Measure("ms to remember", 2, higher_is_better=False, pinned=False)
MEMORY = Measure("bytes an article", 0, higher_is_better=False, pinned=False)

_AGNEWS_STEP = 3
_HELD_OUT = 500
_PAGE = 4_096
_BEGIN = datetime(2026, 5, 1, tzinfo=UTC)

Rows = Sequence[tuple[Item, Document, NDArray[np.float32]]]


class Everything(CandidateIndex):
    """All articles are candidates."""

    def __init__(self, ring: Ring) -> None:
        super().__init__(ring)
        self._all = ring

    def of(self, sought: CandidateQuery) -> NDArray[np.int64]:
        numbers = self._all.numbers()
        return np.asarray(numbers[numbers != sought.number], np.int64)


def _rows(items: Sequence[Item], cache: VectorCache) -> Rows:
    return [(item, document_of(item), vector) for item, vector in zip(items, cache.of(items), strict=True)]


def candidates_part(folder: Path, cache: VectorCache) -> Part:
    """ECB+ hidden in background. Raises DataAbsentError."""
    news = [
        *read_items(folder, "ecbplus"),
        *read_items(folder, "indonews"),
        *read_items(folder, "agnews")[::_AGNEWS_STEP],
    ]
    rows = _rows(news, cache)
    mixed = [rows[place] for place in np.random.default_rng(1).permutation(len(rows))]
    ours, all_compared = grouped(StoryStream(), mixed), grouped(StoryStream(candidates=Everything), mixed)
    agreement = b_cubed([all_compared[item.id] for item in news], [ours[item.id] for item in news])[2]
    return Part("candidates", (Row(f"{len(news)} articles", OURS, (Score(AGREEMENT, agreement),)),))


def lengths_part(folder: Path, cache: VectorCache) -> Part:
    """No story may swallow others. Raises DataAbsentError."""
    rows = []
    for name in ("indonews", "agnews", "bbc"):
        items = sorted(read_items(folder, name), key=lambda item: item.published_at or datetime.max.replace(tzinfo=UTC))
        lengths = Counter(grouped(StoryStream(), _rows(items, cache)).values())
        scores = Score(STORIES, len(lengths)), Score(LONGEST, max(lengths.values()))
        rows.append(Row(f"{name}, {len(items)} articles", OURS, scores))
    return Part("how long stories get", tuple(rows))


@dataclass(frozen=True)
class _Full:
    """A stream that remembers many, and what it took."""

    stream: StoryStream
    seconds: float
    bytes: int


def speed_part(folder: Path, cache: VectorCache, live: int = REMEMBERED) -> Part:
    """Raises DataAbsentError."""
    names = ("agnews", "bbc", "indonews", "ecbplus")
    rows = _rows([item for name in names for item in read_items(folder, name)], cache)
    order = np.random.default_rng(1).permutation(len(rows))
    full = _filled([rows[place] for place in order[_HELD_OUT:]], live)
    times = []
    for item, document, vector in (rows[place] for place in order[:_HELD_OUT]):
        published = _BEGIN + timedelta(days=7)
        article = replace(article_of(item), published_at=published)
        started = time.process_time()
        full.stream.place(article, replace(document, published_at=published), vector)
        times.append((time.process_time() - started) * 1000)
    scores = (
        Score(MEDIAN, float(np.median(times))),
        Score(P95, float(np.quantile(times, 0.95))),
        Score(REMEMBER, full.seconds * 1000 / live),
        Score(MEMORY, full.bytes / live),
    )
    return Part("one article, without embedding and describing: reach 2 ms", (Row(f"{live} live", OURS, scores),))


def _filled(rows: Rows, live: int) -> _Full:
    stream, spent, before = StoryStream(live), 0.0, _resident()
    for item, document, vector in _varied(rows, live):
        article = replace(article_of(item), story_id=StoryId(item.story))
        started = time.process_time()
        stream.remember(article, document, vector)
        spent += time.process_time() - started
    return _Full(stream, spent, _resident() - before)


def _varied(rows: Rows, count: int) -> Iterator[tuple[Item, Document, NDArray[np.float32]]]:
    chance, noise = random.Random(1), np.random.default_rng(2)
    for number in range(count):
        item, document, vector = rows[number % len(rows)]
        words = item.text.split()
        chance.shuffle(words)
        kept = {
            word: word if chance.random() < 0.6 else f"{word}{number}" for word in {*document.terms, *document.names}
        }
        published = _BEGIN + timedelta(days=10 * number / count)
        story = f"live-{number % len(rows)}"
        yield (
            replace(item, id=f"live-{number}", text=" ".join(words), story=story, published_at=published),
            replace(
                document, published_at=published,
                terms={kept[word]: weight for word, weight in document.terms.items()},
                names={kept[word]: weight for word, weight in document.names.items()},
            ),
            (vector + noise.normal(0, 0.03, len(vector))).astype(np.float32),
        )  # fmt: skip


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE
