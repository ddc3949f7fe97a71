"""`kabar alerts`: lists the alerts that were sent, and records whether they were good or bad."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import click

from bot.adapters.jsonlines import alert_line
from bot.app.resources import Tools, console_of, open_tools
from bot.cli.options import config_option, json_option, print_json, progress
from bot.cli.output_lines import lesson_line
from bot.errors import UsageError
from bot.model import Alert, AlertId, ArticleId, DeliveryState, Destination, Lesson, Topic, TopicId, Verdict
from bot.store import Outbox
from bot.usecases.topics.feedback import cast_vote
from bot.usecases.topics.watchlist import find_topic
from bot.wording.alerts import lesson_text
from bot.wording.wording import Wording

DELIVERED = (DeliveryState.SENT, DeliveryState.FOLDED)

VOTER = "command"
"""The voter that is stored for votes from the command line, whichever operator cast them."""


@click.group(invoke_without_command=True)
@config_option
@json_option
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 1_000_000), metavar="N", help="The newest N."
)
@click.option("--topic", "topic_id", default=None, metavar="ID", help="Only of this topic.")
@click.pass_context
def alerts(context: click.Context, directory: Path, as_json: bool, limit: int, topic_id: str | None) -> None:
    """What was told, oldest of the newest first; or say that it was good, bad, undo."""
    if context.invoked_subcommand is None:
        asyncio.run(_alerts(directory, limit, topic_id, as_json=as_json))


async def _alerts(directory: Path, limit: int, topic_id: str | None, *, as_json: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        async with tools.store.read() as unit:
            shown = await _newest_alerts(unit.outbox, limit, topic_id)
        console = console_of(tools, sys.stdout)
        for alert, destination in reversed(shown):
            if as_json:
                print_json(alert_line(alert, destination))
            else:
                click.echo(f"{console.text(alert)}\n  {alert.id}\n")
        if not shown:
            progress("Nothing has been told yet.")


async def _newest_alerts(outbox: Outbox, limit: int, topic_id: str | None) -> list[tuple[Alert, Destination]]:
    """The newest alerts.

    The outbox also contains notices, digests and alerts of other topics, so more is read until there are enough.
    """
    read = limit
    while True:
        newest = await outbox.list(DELIVERED, read, newest_first=True)
        alerts = [(one.content, one.destination) for one in newest if isinstance(one.content, Alert)]
        found = [(alert, to) for alert, to in alerts if _is_on(alert, topic_id)]
        if len(found) >= limit or len(newest) < read:
            return found[:limit]
        read *= 4


def _is_on(alert: Alert, topic_id: str | None) -> bool:
    return topic_id is None or any(reason.topic_id == topic_id for reason in alert.reasons)


_of_topic = click.option(
    "--topic", "topic_id", default=None, metavar="ID", help="Where the alert is on several topics."
)


@alerts.command("good")
@config_option
@json_option
@_of_topic
@click.argument("alert")
def alerts_good(directory: Path, as_json: bool, topic_id: str | None, alert: str) -> None:
    """ALERT (as the list names it) is what its topic is for: more like it."""
    asyncio.run(_vote(directory, alert, topic_id, Verdict.GOOD, as_json=as_json))


@alerts.command("bad")
@config_option
@json_option
@_of_topic
@click.argument("alert")
def alerts_bad(directory: Path, as_json: bool, topic_id: str | None, alert: str) -> None:
    """ALERT is not what its topic is for: less like it."""
    asyncio.run(_vote(directory, alert, topic_id, Verdict.BAD, as_json=as_json))


@alerts.command("undo")
@config_option
@json_option
@_of_topic
@click.argument("alert")
def alerts_undo(directory: Path, as_json: bool, topic_id: str | None, alert: str) -> None:
    """Take back what was said of ALERT here."""
    asyncio.run(_vote(directory, alert, topic_id, None, as_json=as_json))


async def _vote(directory: Path, alert: str, topic_id: str | None, verdict: Verdict | None, *, as_json: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        article_id, topic = await _voted_on(tools, AlertId(alert), topic_id)
        lesson = await cast_vote(tools.store, tools.embedder, tools.clock, topic, article_id, VOTER, verdict)
        _print(lesson, Wording(tools.configuration.settings.language), as_json=as_json)


async def _voted_on(tools: Tools, alert_id: AlertId, chosen: str | None) -> tuple[ArticleId, Topic]:
    """The article of an alert, and the topic to vote for: the chosen one, or the only one that the alert is about."""
    async with tools.store.read() as unit:
        sent = await unit.outbox.alerts(alert_id)
    if not sent:
        raise UsageError(f"There is no alert {alert_id}. `kabar alerts` lists them, each with its name below.")
    topics = list(dict.fromkeys(reason.topic_id for alert in sent for reason in alert.reasons))
    if chosen is not None and chosen not in topics:
        raise UsageError(f"{alert_id} was not told for a topic {chosen}, but for {', '.join(topics)}.")
    if chosen is None and len(topics) > 1:
        raise UsageError(f"{alert_id} was told for several topics. Say which: --topic {' or '.join(topics)}.")
    topic_id = TopicId(chosen or topics[0])
    topic = await find_topic(tools.store, tools.fetcher, tools.workers, tools.configuration, topic_id)
    if topic is None:
        raise UsageError(f"The topic {topic_id} is no longer in the configuration.")
    return next(one.article_id for one in sent), topic


def _print(lesson: Lesson, wording: Wording, *, as_json: bool) -> None:
    if as_json:
        print_json(lesson_line(lesson))
    else:
        click.echo(lesson_text(lesson, wording))
