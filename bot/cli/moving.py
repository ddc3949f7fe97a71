"""The command `move-to`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.options import config_option, count, progress
from bot.config import DATABASE_VARIABLE, data_directory, database_url
from bot.errors import KabarError
from bot.store import InstanceLock, database_path, has_content, is_on_server
from bot.store.moving import MovedTable, move_everything
from bot.store.opening import open_database


@click.command("move-to")
@config_option
@click.argument("url")
def move_to(directory: Path, url: str) -> None:
    """Copy everything to the empty database at URL: postgresql://user@host/kabar or sqlite:////path/kabar.db.

    Kabar must not be running. What is in use now is only read. If it was interrupted, the same command goes on.
    """
    own = database_url(directory, os.environ)
    target = database_url(directory, {DATABASE_VARIABLE: url})
    with _nobody_runs(directory, own):
        rows = asyncio.run(_move(own, target))
    click.echo(f"{count(rows, 'row')} are there, as many as here. Next: set {DATABASE_VARIABLE} to that address, then")
    click.echo("kabar run")


@contextmanager
def _nobody_runs(directory: Path, url: str) -> Iterator[None]:
    if is_on_server(url):
        yield
        return
    if not has_content(database_path(url)):
        raise KabarError(f"There is no database {database_path(url)} that could be moved.")
    with InstanceLock(data_directory(directory, os.environ)):
        yield


async def _move(own: str, target: str) -> int:
    now, total = datetime.now(UTC), 0

    def tell(moved: MovedTable) -> None:
        nonlocal total
        total += moved.rows
        if moved.rows:
            progress(f"{moved.name}: {count(moved.rows, 'row')}")

    async with open_database(own, now=now) as here, open_database(target, now=now) as there:
        for database in (here, there):
            if running := [one.name for one in await database.membership.members() if database.membership.is_shared]:
                raise KabarError(f"Kabar runs on {database.place} ({', '.join(running)}). Stop it first.")
        await move_everything(here, there, tell)
    return total
