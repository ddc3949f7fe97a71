"""The command `feeds`: lists what is read, and adds, finds, removes, imports and exports feeds.

Addresses are shown without their keys and logins, except where somebody asks for them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from bot.app.resources import open_tools
from bot.cli.options import config_option, count, json_option, print_json, progress, secrets_option
from bot.cli.output_lines import feed_line, health_text
from bot.config import feed_to_toml
from bot.errors import KabarError
from bot.feeds.feed_secrets import shared_feeds
from bot.feeds.moved_feeds import merged_feeds
from bot.feeds.opml import read_opml, write_opml
from bot.model import Feed, ParseFailed
from bot.text.clean import clean_title
from bot.text.masked_urls import masked_text, masked_url
from bot.text.urls import host_of
from bot.usecases.feeds.discover import discover_feeds
from bot.usecases.feeds.subscribe import AddedFeed, add_discovered, all_feeds, import_feeds, remove_feed
from bot.usecases.topics.watchlist import watched_feeds

WITH_SECRETS = "Kabar, with secrets"
"""The title of a list of feeds that is not to be passed on."""


@click.group(invoke_without_command=True)
@config_option
@json_option
@secrets_option
@click.pass_context
def feeds(context: click.Context, directory: Path, as_json: bool, show_secrets: bool) -> None:
    """The feeds and how each is doing; or add, discover, import, export, remove."""
    if context.invoked_subcommand is None:
        asyncio.run(_feeds(directory, as_json=as_json, show_secrets=show_secrets))


async def _feeds(directory: Path, *, as_json: bool, show_secrets: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        async with tools.store.read() as unit:
            states = await unit.feeds.states()
            added = await unit.feeds.added()
        now = tools.clock.now()
        every = watched_feeds(tools.configuration.feeds, added)
        merged = merged_feeds(every, states)
        for feed in (*tools.configuration.feeds, *added):
            state, read_as = states.get(feed.id), merged.get(feed.id)
            if as_json:
                print_json(feed_line(feed, state, read_as, with_secrets=show_secrets))
            else:
                address = feed.url if show_secrets else masked_url(feed.url)
                health = f"has moved: read as {read_as}" if read_as else health_text(state, now)
                click.echo(f"{feed.id:24} {health:40} {_feed_owner(feed):16} {address}")


def _feed_owner(feed: Feed) -> str:
    """Where the feed can be changed: a file, the command line or a chat."""
    return {"file": "feeds.toml", "command": "command"}.get(feed.owner, feed.owner)


@feeds.command("add")
@config_option
@click.argument("url")
def feeds_add(directory: Path, url: str) -> None:
    """Add the feed at URL, or the feed that the site at URL names."""
    asyncio.run(_feeds_add(directory, url))


async def _feeds_add(directory: Path, url: str) -> None:
    async with open_tools(directory, os.environ) as tools:
        configured = tools.configuration.feeds
        added = await add_discovered(tools.store, tools.fetcher, tools.workers, tools.clock, configured, url)
        _report_added([added])


@feeds.command("discover")
@config_option
@secrets_option
@click.argument("url")
def feeds_discover(directory: Path, url: str, show_secrets: bool) -> None:
    """The feeds that the site at URL names."""
    asyncio.run(_feeds_discover(directory, url, show_secrets=show_secrets))


async def _feeds_discover(directory: Path, url: str, *, show_secrets: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        found = await discover_feeds(tools.fetcher, tools.workers, tools.clock, url)
        for link in found:
            click.echo(f"{link.url if show_secrets else masked_url(link.url)}  {link.title}")
        if not found:
            progress(f"No feed found at {url}.")
            raise click.exceptions.Exit(1)


@feeds.command("remove")
@config_option
@click.argument("feed_id")
def feeds_remove(directory: Path, feed_id: str) -> None:
    """Remove a feed that was added here; feeds of files are removed in their file."""
    asyncio.run(_feeds_remove(directory, feed_id))


async def _feeds_remove(directory: Path, feed_id: str) -> None:
    async with open_tools(directory, os.environ) as tools:
        await remove_feed(tools.store, tools.configuration.feeds, feed_id)
        click.echo(f"{feed_id} removed.")


@feeds.command("import")
@config_option
@click.argument("file", type=click.File("rb"))
def feeds_import(directory: Path, file: BinaryIO) -> None:
    """Add the feeds of an OPML file."""
    asyncio.run(_feeds_import(directory, file.read()))


async def _feeds_import(directory: Path, body: bytes) -> None:
    async with open_tools(directory, os.environ) as tools:
        listed = read_opml(body)
        if isinstance(listed, ParseFailed):
            raise KabarError(listed.reason)
        _report_added(await import_feeds(tools.store, tools.clock, tools.configuration.feeds, listed))


def _report_added(added: Sequence[AddedFeed]) -> None:
    for one in added:
        click.echo(f"{one.feed.id}: {'added' if one.is_new else 'there already'} ({masked_url(one.feed.url)})")


@feeds.command("export")
@config_option
@click.option("--toml", "as_toml", is_flag=True, help="As feeds.toml has them, instead of OPML.")
@click.option("--with-secrets", is_flag=True, help="Also the feeds whose address or headers bear a key or a login.")
def feeds_export(directory: Path, as_toml: bool, with_secrets: bool) -> None:
    """The feeds as OPML on standard output, without those that bear a secret."""
    asyncio.run(_feeds_export(directory, as_toml=as_toml, with_secrets=with_secrets))


async def _feeds_export(directory: Path, *, as_toml: bool, with_secrets: bool) -> None:
    async with open_tools(directory, os.environ) as tools:
        every = await all_feeds(tools.store, tools.configuration.feeds)
    shared = shared_feeds(every)
    number = count(len(shared.withheld), "feed")
    if shared.withheld and with_secrets:
        progress(f"Keep this list to yourself: {number} in it with a key or a login.")
    elif shared.withheld:
        progress(f"Left out: {number} with a key or a login. --with-secrets adds them.")
    exported, withheld = (every, ()) if with_secrets else (shared.shown, shared.withheld)
    if not as_toml:
        click.echo(write_opml(exported, WITH_SECRETS if with_secrets else "Kabar", withheld))
        return
    click.echo("\n".join((*([f"# {WITH_SECRETS}\n"] if with_secrets else []), *map(feed_to_toml, exported))))
    for feed in withheld:
        name = clean_title(masked_text(feed.title)) or feed.id
        click.echo(f"# Left out, because it bears a secret: {name} ({host_of(feed.url)})")
