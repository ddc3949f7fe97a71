"""Commands that read articles or feeds from files and print JSON Lines. They use no database and keep no state."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO

import click

from bot.app.file_commands import open_embedder, read_feed
from bot.articles.jsonl import BadLine, read_articles
from bot.cli.options import config_option, print_json, progress, unused_config_option
from bot.cli.output_lines import entry_line, match_line, parsed_line
from bot.config import ExampleError, load_configuration, read_example
from bot.config.examples import is_address
from bot.errors import KabarError, UsageError
from bot.feeds.feed_secrets import without_secrets
from bot.matching.query import parse_query
from bot.model import Article, Example, NotSensitivity, ParsedFeed, Sensitivity, Topic, TopicId, read_sensitivity
from bot.summaries.extract import summarize as make_summary
from bot.text.urls import without_feed_scheme
from bot.usecases.article_files import Grouper, MatchStream, focus_of, index_topics, match_articles

CHUNK = 32
"""How many articles are processed together."""

PROGRESS_EVERY = 5.0
"""Seconds between two lines of progress."""


class SensitivityType(click.ParamType[Sensitivity]):
    """Command line type: strict, balanced, broad, or a number from 0 to 1."""

    name = "sensitivity"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Sensitivity:
        text = str(value)
        read = read_sensitivity(text)
        if read is NotSensitivity.UNKNOWN:
            self.fail(f"{text!r} is none of strict, balanced, broad and no number 0..1", param, ctx)
        if read is NotSensitivity.OUT_OF_RANGE:
            self.fail(f"{text} is not within 0..1", param, ctx)
        return read


class Lines:
    """The articles of a JSON Lines file. Invalid lines are reported on standard error and remembered in `failed`."""

    def __init__(self, path: str, stack: ExitStack) -> None:
        self._file: IO[bytes] = sys.stdin.buffer if path == "-" else stack.enter_context(_open(path))
        self.failed = False
        self._next_progress = time.monotonic() + PROGRESS_EVERY
        self._count = 0

    def articles(self) -> Iterator[Article]:
        for item in read_articles(self._file):
            if isinstance(item, BadLine):
                self.failed = True
                progress(f"line {item.line}: {item.reason}")
                continue
            self._count += 1
            if time.monotonic() >= self._next_progress:
                self._next_progress = time.monotonic() + PROGRESS_EVERY
                progress(f"{self._count:,} articles read …")
            yield item

    def finish(self) -> None:
        """Exit with code 1 if a line was invalid."""
        if self.failed:
            raise click.exceptions.Exit(1)

    def chunks(self) -> Iterator[Sequence[Article]]:
        articles = self.articles()
        while chunk := list(islice(articles, CHUNK)):
            yield chunk


def _open(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


@click.command()
@config_option
@click.option("--topic", "topics", multiple=True, metavar="ID", help="A topic of the configuration; may be repeated.")
@click.option(
    "--example", "examples", multiple=True, metavar="FILE", help="A text or HTML file: more like it; may be repeated."
)
@click.option("--unlike", multiple=True, metavar="FILE", help="But not like this; needs --example; may be repeated.")
@click.option("--query", default="", metavar="Q", help="Lucene syntax; see the README.")
@click.option("--require", default="", metavar="Q", help="Every match must satisfy it.")
@click.option("--exclude", default="", metavar="Q", help="No match may.")
@click.option("--sensitivity", type=SensitivityType(), default=None, help="strict, balanced, broad, or a number 0..1.")
@click.option("--stream", is_flag=True, help="In their order, as `kabar run` does: those before count, too.")
@click.option("--archive", metavar="FILE", default=None, help="Articles that were read before; needs --stream.")
@click.argument("file")
def match(
    directory: Path,
    topics: tuple[str, ...],
    examples: tuple[str, ...],
    unlike: tuple[str, ...],
    query: str,
    require: str,
    exclude: str,
    sensitivity: Sensitivity | None,
    file: str,
    archive: str | None,
    *,
    stream: bool,
) -> None:
    """Score the articles of FILE (JSON Lines, - for standard input): a line for each article and topic."""
    narrowed = bool(require or exclude or unlike)
    ad_hoc = bool(examples or query)
    if topics and (ad_hoc or narrowed):
        raise UsageError("--topic names a topic of the configuration; it cannot be mixed with --example or --query.")
    if narrowed and not ad_hoc:
        raise UsageError(
            "--require, --exclude and --unlike narrow what --example or --query find: give one of those too."
        )
    if archive is not None and not stream:
        raise UsageError("--archive names what was read before the stream: give --stream, too.")
    if unlike and not examples:
        raise UsageError("--unlike needs an --example: what is unlike it must be like something.")
    watched = (
        [ad_hoc_topic(examples, unlike, query, require, exclude)] if ad_hoc else configured_topics(directory, topics)
    )
    if sensitivity is not None:
        watched = [replace(topic, sensitivity=sensitivity) for topic in watched]
    asyncio.run(_match_stream(watched, file, archive) if stream else _match(watched, file))


async def _match(topics: Sequence[Topic], file: str) -> None:
    with ExitStack() as stack:
        lines = Lines(file, stack)
        async with open_embedder() as embedder:
            index = await index_topics(topics, embedder)
            for chunk in lines.chunks():
                for found in await match_articles(index, embedder, chunk):
                    print_json(match_line(found))
    lines.finish()


async def _match_stream(topics: Sequence[Topic], file: str, archive: str | None) -> None:
    with ExitStack() as stack:
        before = None if archive is None else Lines(archive, stack)
        lines = Lines(file, stack)
        async with open_embedder() as embedder:
            articles = MatchStream(await index_topics(topics, embedder), embedder)
            if before is not None:
                for chunk in before.chunks():
                    await articles.match(chunk)
            for chunk in lines.chunks():
                for found in await articles.match(chunk):
                    print_json(match_line(found))
        if before is not None:
            before.finish()
        lines.finish()


def ad_hoc_topic(examples: Sequence[str], unlike: Sequence[str], query: str, require: str, exclude: str) -> Topic:
    """The topic that the options of the command line describe, with the id `-`."""
    for text in (query, require, exclude):
        if text:
            for warning in parse_query(text).warnings:
                progress(f"warning: {warning}")
    shown, against = tuple(map(example_at, examples)), tuple(map(example_at, unlike))
    for one in against:
        if any(one.text == example.text for example in shown):
            raise UsageError(f"{one.origin}: the same article is given as --example and --unlike: keep one of them.")
    return Topic(
        id=TopicId("-"),
        name="-",
        examples=shown,
        counterexamples=against,
        query=query,
        require=require,
        exclude=exclude,
    )


def example_at(path: str) -> Example:
    """The example in a file."""
    try:
        return read_example(Path(path), path)
    except ExampleError as error:
        raise UsageError(f"{path}: {error}") from error


def configured_topics(directory: Path, chosen: Sequence[str]) -> list[Topic]:
    """The topics of the configuration files: all, or the chosen ones. Examples given as URLs are not fetched here."""
    configuration = load_configuration(directory, os.environ)
    known = {topic.id: topic for topic in configuration.topics}
    for name in chosen:
        if name not in known:
            raise UsageError(f"There is no topic {name}. There are: {', '.join(known) or 'none'}.")
    for pending in configuration.pending_examples:
        if not chosen or pending.topic_id in chosen:
            progress(f"{pending.place}: {pending.url} is an address; examples at addresses are left out here.")
    return [known[TopicId(name)] for name in dict.fromkeys(chosen)] or list(known.values())


@click.command()
@unused_config_option
@click.argument("file")
def stories(file: str) -> None:
    """Group the stream of articles in FILE by event; printed at its end, in order."""
    asyncio.run(_stories(file))


async def _stories(file: str) -> None:
    with ExitStack() as stack:
        lines = Lines(file, stack)
        async with open_embedder() as embedder:
            grouper = Grouper(embedder)
            for chunk in lines.chunks():
                await grouper.add(chunk)
            for placed in grouper.placements():
                print_json({"id": placed.article_id, "story": placed.story, "duplicate_of": placed.duplicate_of})
    lines.finish()


@click.command()
@config_option
@click.option(
    "--sentences", type=click.IntRange(1, 50), metavar="N", help="At most N, however long. Else about 60 words."
)
@click.option("--topic", "topic_id", default=None, metavar="ID", help="Lean on what this topic is about.")
@click.argument("file")
def summarize(directory: Path, sentences: int | None, topic_id: str | None, file: str) -> None:
    """Say what each article of FILE is about in a few of its own sentences."""
    focus: tuple[str, ...] = ()
    if topic_id is not None:
        (topic,) = configured_topics(directory, [topic_id])
        focus = focus_of(topic)
    with ExitStack() as stack:
        lines = Lines(file, stack)
        for article in lines.articles():
            summary = make_summary(article.title, article.text, article.language, focus, sentences)
            print_json({"id": article.id, "summary": " ".join(summary)})
    lines.finish()


@click.command()
@unused_config_option
@click.argument("source")
def parse(source: str) -> None:
    """Parse the feed at SOURCE, a file or an address: the feed, then an entry a line."""
    address = without_feed_scheme(source)
    url = address if is_address(address) else Path(source).absolute().as_uri()
    parsed = asyncio.run(read_feed(url))
    if not isinstance(parsed, ParsedFeed):
        raise KabarError(f"{source}: {parsed.reason}")
    parsed = without_secrets(parsed, (url,))
    print_json(parsed_line(parsed))
    for entry in parsed.entries:
        print_json(entry_line(entry))
    if parsed.warning:
        progress(f"{source}: {parsed.warning}")
