"""Inputs of public bug reports: are they read right? `python -m tests.benchmarks.cases [NAME …]`.

A line a case, and the totals. The cases lie in `../shared/cases` beside the project (`--cases FOLDER`) and are read in
place; each folder of feeds says in its `expected.md` where it comes from. NAME is `queries`, `related`, `sentences`,
`placeholders`, `recurring` or `feeds`. Exits with 1 if a case is not right.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import structlog

from bot.adapters.embedding import LocalEmbedder
from bot.articles.jsonl import BadLine, read_articles
from bot.errors import KabarError
from bot.matching.query import parse_query
from bot.model import Article, Topic, TopicId
from bot.ports import Embedder
from bot.summaries.extract import summarize
from bot.usecases.article_files import Grouper, index_topics, match_articles
from tests.benchmarks.data import DEFAULT_FOLDER
from tests.benchmarks.feed_cases import feed_cases

CASES = DEFAULT_FOLDER.parent / "cases"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a case came out right; what came, where it did not."""

    case: str
    right: bool
    came: str = ""


def lines_of(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def articles_of(values: Iterable[Mapping[str, object]]) -> list[Article]:
    """The articles as `kabar match` and `kabar stories` read them."""
    keys = {"id", "title", "text", "lang", "published"}
    named = [{"id": str(number), **one} for number, one in enumerate(values)]
    lines = [json.dumps({key: value for key, value in one.items() if key in keys}).encode() for one in named]
    read = list(read_articles(lines))
    assert not any(isinstance(one, BadLine) for one in read)
    return [one for one in read if isinstance(one, Article)]


async def queries(folder: Path, embedder: Embedder, name: str) -> AsyncGenerator[Verdict]:
    """A query against one article; refusing a query is right where it should not match."""
    for number, case in enumerate(lines_of(folder, name), start=1):
        query, wanted = case["query"], case["want"]
        label = f"{name.partition('.')[0]} {number} {case.get('kind', '')} {query}"
        try:
            topic = Topic(TopicId("case"), "Case", query=query, **case.get("more", {}))
            parse_query(query)
        except KabarError as error:
            yield Verdict(label, not wanted, f"refused: {error}")
            continue
        index = await index_topics([topic], embedder)
        (match,) = await match_articles(index, embedder, articles_of([case]))
        yield Verdict(label, match.matched == wanted, f"matched: {match.matched}")


async def sentences(folder: Path, _embedder: Embedder, name: str) -> AsyncGenerator[Verdict]:
    """The summary of one sentence is one of the sentences."""
    for case in lines_of(folder, name):
        (article,) = articles_of([{"title": "", **case}])
        came = summarize(article.title, article.text, article.language, count=1)
        is_right = bool(came) and set(came) <= set(case["want"])
        yield Verdict(f"sentences {case['id']} {case['lang']}", is_right, str(came))


async def stories(folder: Path, embedder: Embedder, name: str) -> AsyncGenerator[Verdict]:
    """Articles that should be one story are one, and no others."""
    cases = lines_of(folder, name)
    grouper = Grouper(embedder)
    await grouper.add(articles_of(cases))
    placed = grouper.placements()
    for case, place in zip(cases, placed, strict=True):
        wanted = {other["id"] for other in cases if other["want_story"] == case["want_story"]}
        came = {str(other.article_id) for other in placed if other.story == place.story}
        is_copy = place.duplicate_of is not None and str(place.duplicate_of) not in wanted
        yield Verdict(f"{name.partition('.')[0]} {case['id']}", wanted == came and not is_copy, f"with {sorted(came)}")


async def of_feeds(folder: Path, _embedder: Embedder, _name: str) -> AsyncGenerator[Verdict]:
    for case, check in feed_cases(folder / "feeds"):
        came = await check
        yield Verdict(f"feeds {case}", came is None, came or "")


KINDS = {
    "queries": (queries, "queries.jsonl"),
    "related": (queries, "related.jsonl"),
    "sentences": (sentences, "sentences.jsonl"),
    "placeholders": (stories, "placeholder_texts.jsonl"),
    "recurring": (stories, "recurring.jsonl"),
    "feeds": (of_feeds, ""),
}


async def run(folder: Path, names: Sequence[str]) -> Counter[tuple[str, bool]]:
    embedder = LocalEmbedder()
    counts: Counter[tuple[str, bool]] = Counter()
    try:
        for kind, (check, name) in KINDS.items():
            if names and kind not in names:
                continue
            async with aclosing(check(folder, embedder, name)) as verdicts:
                async for verdict in verdicts:
                    counts[kind, verdict.right] += 1
                    came = "" if verdict.right else f": {verdict.came}"
                    print(f"{'right' if verdict.right else 'WRONG'}  {verdict.case}{came}", flush=True)
    finally:
        embedder.close()
    return counts


@click.command(help=__doc__)
@click.option("--cases", type=click.Path(path_type=Path, file_okay=False), default=CASES)
@click.argument("names", nargs=-1, type=click.Choice(list(KINDS)))
def main(cases: Path, names: tuple[str, ...]) -> None:
    if not cases.is_dir():
        print(f"skipped: {cases} is not there")
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    counts = asyncio.run(run(cases, names))
    print()
    for kind in KINDS:
        if total := counts[kind, True] + counts[kind, False]:
            print(f"{kind}: {counts[kind, True]} of {total}")
    wrong = sum(count for (_, right), count in counts.items() if not right)
    print(f"total: {sum(counts.values()) - wrong} of {sum(counts.values())}")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
