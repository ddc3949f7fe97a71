"""The commands `topics`, `outbox` and `backtest`, which list stored data and change some of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.adapters.jsonlines import moment
from bot.app.resources import open_tools
from bot.cli.options import config_option, json_option, print_json, progress
from bot.cli.output_lines import delivery_line, match_line, topic_line
from bot.config import example_files, topic_to_toml
from bot.errors import KabarError, UsageError
from bot.model import DeliveryId, DeliveryState, Topic, TopicId
from bot.usecases.monitoring.status import retry_all_dead_letters
from bot.usecases.topics.backtest import ArchiveMatch, backtest_topic
from bot.usecases.topics.watchlist import build_watchlist, watched_topics
from bot.wording.backtest_text import backtest_text
from bot.wording.wording import Wording

NEAR_MISSES = 10


@click.command()
@config_option
@json_option
@click.option("--toml", "as_toml", is_flag=True, help="As configuration files have them.")
def topics(directory: Path, as_json: bool, as_toml: bool) -> None:
    """The topics of the files and those made in chats, and where to change them."""
    asyncio.run(_topics(directory, as_json=as_json, as_toml=as_toml))


async def _topics(directory: Path, *, as_json: bool, as_toml: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        async with tools.store.read() as unit:
            every = watched_topics(tools.configuration.topics, await unit.topics.added())
            titles = {chat.chat: chat.title for chat in await unit.chats.all()}
        for topic in every:
            if as_json:
                print_json(topic_line(topic))
            elif as_toml:
                click.echo(f"# {topic.id}: {_owner(topic, titles)}\n{topic_to_toml(topic)}")
            else:
                click.echo(f"{topic.id}: {topic.name}\n  {_how(topic)}\n  {_owner(topic, titles)}")
        texts = [topic.id for topic in every if topic.owning_chat is not None and example_files(topic)]
        if as_toml and texts:
            progress(f"Examples of {', '.join(texts)} are texts that no file holds: /topics in the chat exports them.")


def _how(topic: Topic) -> str:
    count = len(topic.examples)
    by = [f"{count} example{'s' * (count > 1)}"] * bool(count) + ["a query"] * bool(topic.query)
    chats = ", ".join(map(str, topic.destinations)) or "the admins"
    paused = "paused, " if topic.paused else ""
    return f"{paused}by {' and '.join(by)}, {topic.sensitivity}, to {chats}"


def _owner(topic: Topic, titles: Mapping[str, str]) -> str:
    """Where the topic can be changed: the file, or the chat that it was created in."""
    if topic.owning_chat is None:
        return f"topics/{topic.id}.toml"
    title = titles.get(topic.owning_chat)
    return f"made in the chat {topic.owning_chat}{f' ({title})' if title else ''}"


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.pass_context
def outbox(context: click.Context, directory: Path, as_json: bool) -> None:
    """What is still owed, and what could not be delivered; or retry, drop."""
    if context.invoked_subcommand is None:
        asyncio.run(_outbox(directory, as_json=as_json))


async def _outbox(directory: Path, *, as_json: bool) -> None:
    async with open_tools(directory, os.environ) as tools, tools.store.read() as unit:
        waiting = await unit.outbox.list((DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD), 10_000)
        counts = await unit.outbox.counts()
        for delivery in waiting:
            if as_json:
                print_json(delivery_line(delivery))
            else:
                error = f": {delivery.error}" if delivery.error else ""
                click.echo(f"{delivery.id:>6} {delivery.state:8} {delivery.kind:7} to {delivery.destination}{error}")
        if not as_json:
            summary = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
            progress(summary or "The outbox is empty.")


@outbox.command("retry")
@config_option
@click.argument("ids", nargs=-1, type=int)
def outbox_retry(directory: Path, ids: tuple[int, ...]) -> None:
    """Try dead deliveries again: these IDs, or all."""
    asyncio.run(_outbox_retry(directory, ids))


async def _outbox_retry(directory: Path, ids: tuple[int, ...]) -> None:
    async with open_tools(directory, os.environ) as tools:
        if ids:
            async with tools.store.write() as unit:
                count = await unit.outbox.retry([DeliveryId(one) for one in ids], tools.clock.now())
        else:
            count = await retry_all_dead_letters(tools.store, tools.clock)
        click.echo(f"{count} will be tried again.")


@outbox.command("drop")
@config_option
@click.argument("ids", nargs=-1, type=int, required=True)
def outbox_drop(directory: Path, ids: tuple[int, ...]) -> None:
    """Remove deliveries that were not sent, for good."""
    asyncio.run(_outbox_drop(directory, ids))


async def _outbox_drop(directory: Path, ids: tuple[int, ...]) -> None:
    async with open_tools(directory, os.environ) as tools, tools.store.write() as unit:
        click.echo(f"{await unit.outbox.drop([DeliveryId(one) for one in ids])} dropped.")


@click.command()
@config_option
@json_option
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 3650), metavar="N")
@click.argument("topic")
def backtest(directory: Path, as_json: bool, days: int, topic: str) -> None:
    """What TOPIC would have sent, from the archive, and what it narrowly would not."""
    asyncio.run(_backtest(directory, topic, days, as_json=as_json))


async def _backtest(directory: Path, topic: str, days: int, *, as_json: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        async with tools.store.read() as unit:
            every = watched_topics(tools.configuration.topics, await unit.topics.added())
        known, topic_id = {one.id: one.name for one in every}, TopicId(topic)
        if topic_id not in known:
            raise UsageError(f"There is no topic {topic}. There are: {', '.join(known) or 'none'}.")
        watch, unread = await build_watchlist(
            tools.store, tools.fetcher, tools.workers, tools.embedder, tools.clock, tools.configuration
        )
        missing = [example for example in unread if example.topic_id == topic_id]
        for example in missing:
            progress(f"{example.url} could not be read and is left out: {example.reason}")
        if missing and not (watch.topics[topic_id].examples or watch.topics[topic_id].query):
            raise KabarError(f"None of the examples of {topic} could be read: there is nothing to look for.")
        result = await backtest_topic(tools.store, tools.embedder, tools.clock, topic_id, watch, days)
        now = tools.clock.now()
    settings = tools.configuration.settings
    wording = Wording(settings.language)
    result_text = backtest_text(known[topic_id], len(result.alerts), result.coverage, wording)
    if as_json:
        progress(result_text)
        for found in (*result.matched, *result.near_misses):
            print_json(
                {
                    **match_line(found.match),
                    "title": found.article.title,
                    "link": found.article.link,
                    "source": found.article.source,
                    "published": moment(found.article.published_at),
                    "story": found.story,
                }
            )
        return
    click.echo(result_text)
    for found in result.alerts:
        click.echo(_found_line(found, wording, settings.timezone, now))
    if result.near_misses:
        click.echo(wording.say("Near misses:"))
    for found in result.near_misses[:NEAR_MISSES]:
        click.echo(_found_line(found, wording, settings.timezone, now))


def _found_line(found: ArchiveMatch, wording: Wording, timezone: ZoneInfo, now: datetime) -> str:
    article = found.article
    known = [article.source]
    if article.published_at is not None:
        known.append(wording.time(article.published_at, timezone, now=now))
    return f"  {found.match.score:4.2f}  {article.title}  ({' · '.join(known)})"
