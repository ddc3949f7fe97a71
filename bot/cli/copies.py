"""The commands `backup` and `restore`."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.app.resources import open_tools
from bot.cli.options import config_option, count, progress
from bot.config import backup_folder, data_directory, database_url, load_configuration
from bot.errors import KabarError, StoreError
from bot.store import InstanceLock, database_path
from bot.store.backups import Copy, content_of, copies_in, put_back


@click.command()
@config_option
@click.argument("file", type=click.Path(path_type=Path), required=False)
def backup(directory: Path, file: Path | None) -> None:
    """A copy of the database, while Kabar runs: in FILE, or as one of the daily copies."""
    made = asyncio.run(_backup(directory, None if file is None else file.absolute()))
    click.echo(f"{made}: {made.stat().st_size / 1e6:.1f} MB. To put it back: stop Kabar, and `kabar restore {made}`.")


async def _backup(directory: Path, file: Path | None) -> Path:
    async with open_tools(directory, os.environ) as tools:
        if file is not None:
            await tools.store.backup(str(file))
            return file
        folder = backup_folder(tools.configuration.settings.backup.folder, directory, os.environ)
        keep = max(tools.configuration.settings.backup.keep, 1)
        return (await tools.store.copy_into(folder, keep, tools.clock.now())).path


@click.command()
@config_option
@click.option("--list", "listed", is_flag=True, help="Only show the daily copies, newest first.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def restore(directory: Path, file: Path | None, listed: bool) -> None:
    """Put a copy in the place of the database: FILE, or the newest daily copy. Kabar must not be running."""
    if listed:
        _list(_copies(directory))
        return
    asyncio.run(_restore(directory, file))


def _copies(directory: Path) -> tuple[Copy, ...]:
    settings = load_configuration(directory, os.environ).settings
    return copies_in(backup_folder(settings.backup.folder, directory, os.environ))


def _list(copies: tuple[Copy, ...]) -> None:
    for copy in copies:
        click.echo(f"{copy.made_at:%Y-%m-%d %H:%M} UTC  {copy.size / 1e6:8.1f} MB  {copy.path}")
    if not copies:
        progress("There are no daily copies yet. `kabar backup` makes one.")


async def _restore(directory: Path, file: Path | None) -> None:
    with InstanceLock(data_directory(directory, os.environ)) as lock:
        database = database_path(database_url(directory, os.environ))
        chosen = file if file is not None else await _newest_good(_copies(directory))
        content = await content_of(chosen)
        before = await put_back(chosen, database, datetime.now(UTC))
        lock.note_database("")
    click.echo(f"{chosen} is in the place of {database}.")
    click.echo(f"It has {count(content.articles, 'article')} and {count(content.deliveries, 'message')}.")
    if before is not None:
        click.echo(f"What was there is in {before}.")
    click.echo("What was told since the copy was made may be told again. Next: kabar run")


async def _newest_good(copies: tuple[Copy, ...]) -> Path:
    for copy in copies:
        try:
            await content_of(copy.path)
        except StoreError as error:
            progress(f"{copy.path} cannot be used: {error}")
        else:
            return copy.path
    raise KabarError("There is no daily copy that can be used. Name a file: kabar restore FILE.")
