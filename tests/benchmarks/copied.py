"""Copies of articles: exact ones in bbc.jsonl, made ones of full texts and of what short feeds give.

A found pair is false if neither text is a copy of the other as a person sees it: those that differ in their texts were
read, and are named below with what they are; any other is counted.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.model import ArticleId
from bot.stories.duplicates import DuplicateIndex, Fingerprint, fingerprint
from tests.benchmarks.data import Item, read_items
from tests.benchmarks.scores import OURS, Measure, Part, Row, Score

FOUND, WRONG = Measure("found", worse_by=0.002), Measure("false", 0, higher_is_better=False)
_MADE_OF = 3
"""One article in so many is copied."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_READ: Mapping[str, str] = {
    "bbc-politics-337": "edited, two paragraphs longer", "bbc-sport-511": "the report before, taken further",
    "bbc-politics-265": "edited", "bbc-entertainment-331": "edited", "bbc-tech-380": "edited",
    "bbc-tech-340": "another title", "bbc-politics-390": "another title", "bbc-tech-391": "a word",
}  # fmt: skip

Copier = Callable[[Item], Item]


def copied_part(folder: Path) -> Part:
    """Raises DataAbsentError."""
    items = read_items(folder, "bbc")
    index, exact, false = DuplicateIndex(len(items) * 2), [], 0
    seen: dict[str, str] = {}
    prints: dict[str, Fingerprint] = {}
    for item in items:
        print_ = _print(item)
        repeated = index.find(print_)
        if item.text in seen:
            exact.append(repeated is not None)
        elif repeated is not None and item.id not in _READ:
            false += 1
        seen.setdefault(item.text, item.id)
        index.add(ArticleId(item.id), print_)
        prints[item.id] = print_
    rows = [
        Row("exact copies in BBC", OURS, (Score(FOUND, _share(exact), remark=f"of {len(exact)}"), Score(WRONG, false)))
    ]
    full = [item for item in items if len(item.text.split()) >= 150]
    rows += [_made(f"full, {name}", full, copier) for name, copier in COPIERS.items()]
    short = [item.short(45) for item in items]
    rows += [_made(f"45 words, {name}", short, COPIERS[name]) for name in ("another title", "a line of the outlet")]
    rows.append(_unlike("45 words of agnews, none copied", [item.short(45) for item in read_items(folder, "agnews")]))
    return Part("copies: reach 0.98, none false", tuple(rows))


def _made(task: str, items: Sequence[Item], copier: Copier) -> Row:
    """Every third is copied; all of them are known."""
    index = DuplicateIndex(len(items))
    first: dict[str, str] = {}
    for item in items:
        print_ = _print(item)
        repeated = index.find(print_)
        first[item.id] = item.id if repeated is None else first[str(repeated)]
        index.add(ArticleId(item.id), print_)
    results = [(item, index.find(_print(copier(item)))) for item in items[::_MADE_OF]]
    right = [found is not None and first[str(found)] == first[item.id] for item, found in results]
    false = sum(found is not None and first[str(found)] != first[item.id] for item, found in results)
    return Row(task, OURS, (Score(FOUND, _share(right), remark=f"of {len(right)}"), Score(WRONG, false)))


def _unlike(task: str, items: Sequence[Item]) -> Row:
    """Reports of agencies and papers on the same days: what is found shares nearly all of its text."""
    index, texts, false, found = DuplicateIndex(len(items)), dict[str, set[str]](), 0, 0
    for item in items:
        print_ = _print(item)
        repeated = index.find(print_)
        own = texts[item.id] = set(re.findall(r"\w+", item.text.lower()))
        if repeated is not None:
            found += 1
            other = texts[str(repeated)]
            false += len(own & other) < 0.8 * min(len(own), len(other))
        index.add(ArticleId(item.id), print_)
    return Row(task, OURS, (Score(WRONG, false, remark=f"of {found} found"),))


def _share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))


def _print(item: Item) -> Fingerprint:
    return fingerprint(item.title, item.text, item.language)


def _cut(share: float) -> Copier:
    def copy(item: Item) -> Item:
        words = item.text.split(" ")
        return replace(item, text=" ".join(words[: int(len(words) * share)]))

    return copy


def _reworded(item: Item) -> Item:
    """The first sentence told in other words: every second one is another."""
    lead, *rest = _SENTENCE.split(item.text, maxsplit=1)
    words = lead.split()
    told = [f"{word}ly" if place % 2 else word for place, word in enumerate(words)]
    return replace(item, text=" ".join([*told[::-1], *rest]))


def _retitled(item: Item) -> Item:
    return replace(item, title="What we know so far about it")


def _reordered(item: Item) -> Item:
    sentences = _SENTENCE.split(item.text)
    blocks = [sentences[place : place + 4] for place in range(0, len(sentences), 4)]
    random.Random(item.id).shuffle(blocks)
    return replace(item, text=" ".join(sentence for block in blocks for sentence in block))


def _signed(item: Item) -> Item:
    return replace(item, text=f"LONDON (Wire) - {item.text} Read more on our site.")


COPIERS: Mapping[str, Copier] = {
    "cut to a half": _cut(0.5),
    "cut to a third": _cut(1 / 3),
    "lead reworded": _reworded,
    "another title": _retitled,
    "paragraphs reordered": _reordered,
    "a line of the outlet": _signed,
}
