"""The commands that set Kabar up and check it: init, setup, check and doctor."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.app.doctor import check_telegram_token, examine
from bot.app.resources import open_tools
from bot.app.storage_doctor import examine_database, repair
from bot.cli.options import config_option, count, print_json, progress, unused_config_option
from bot.config import (
    DATABASE_VARIABLE,
    database_url,
    find_token,
    has_token_shape,
    load_configuration,
    store_token,
    token_path,
)
from bot.config.shipped import copy_shipped
from bot.errors import UsageError
from bot.store import database_path, is_on_server
from bot.store.repair import Repair
from bot.usecases.monitoring.doctor import Finding


@click.command()
@unused_config_option
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
def init(directory: Path) -> None:
    """Put a new configuration, with comments and a sample feed, into DIRECTORY."""
    copy = copy_shipped(directory)
    for path in copy.written:
        click.echo(f"  {path}")
    for path in copy.kept:
        click.echo(f"  {path} was there already and stays as it is")
    click.echo(f"Data will be kept in {copy.data}.\nNext: kabar run --config {directory / 'config'}")


@click.command()
@config_option
def setup(directory: Path) -> None:
    """Ask for the bot's token, check it with Telegram, and keep it where only you can read it."""
    configuration = load_configuration(directory, os.environ)
    if "KABAR_TELEGRAM_TOKEN" in os.environ:
        raise UsageError("KABAR_TELEGRAM_TOKEN is set, and it goes before a stored token: unset it first.")
    progress("Talk to @BotFather in Telegram, send /newbot, and copy the token that it gives you.")
    token = click.prompt("Token", hide_input=True, err=True).strip()
    if not has_token_shape(token):
        raise UsageError("That is not a token: it is digits, a colon and 35 more characters, as @BotFather wrote it.")
    identity = asyncio.run(check_telegram_token(token, configuration.settings))
    path = configuration.settings.telegram.token_file or token_path(directory, os.environ)
    store_token(path, token)
    click.echo(f"It works: @{identity.username}. The token is in {path}, readable by you alone.")
    click.echo(f"Next: kabar run --config {directory}, and open the link that it prints.")


@click.command()
@config_option
def check(directory: Path) -> None:
    """Read the whole configuration and say what is wrong with it, with file and line."""
    configuration = load_configuration(directory, os.environ)
    for warning in configuration.warnings:
        progress(f"warning: {warning}")
    has_token = find_token(configuration.settings, os.environ, directory) is not None
    click.echo(
        f"{directory}: {count(len(configuration.feeds), 'feed')}, {count(len(configuration.topics), 'topic')}, "
        f"{'a token' if has_token else 'no token (alerts are printed)'}. No errors."
    )


@click.command()
@config_option
@click.option("--send", is_flag=True, help="Send a test message to the admins, too.")
@click.option("--repair", "wanted", is_flag=True, help="Make a new database of what can be read of a damaged one.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, and nothing else.")
def doctor(directory: Path, send: bool, wanted: bool, as_json: bool) -> None:
    """Look at token, rights, feeds, database, clock and model: a line each, with what to do."""
    if wanted:
        _print_repair(asyncio.run(repair(directory, os.environ)))
        return
    healthy = asyncio.run(_doctor(directory, send=send, as_json=as_json))
    if not healthy:
        raise click.exceptions.Exit(1)


async def _doctor(directory: Path, *, send: bool, as_json: bool) -> bool:
    """The database file first: what is damaged is not opened, and what is missing is not made anew."""
    file_findings = await examine_database(directory, os.environ, datetime.now(UTC))
    _print_findings(file_findings, as_json=as_json)
    if not file_findings[0].ok:
        return False
    with tempfile.TemporaryDirectory(prefix="kabar-") as empty:
        environment = dict(os.environ)
        url = database_url(directory, os.environ)
        if not is_on_server(url) and not database_path(url).exists():
            environment[DATABASE_VARIABLE] = f"sqlite:///{empty}/kabar.db"
        async with open_tools(directory, environment) as tools:
            findings = await examine(tools, send=send)
    _print_findings(findings, as_json=as_json)
    return all(finding.ok for finding in (*file_findings, *findings))


def _print_findings(findings: Sequence[Finding], *, as_json: bool) -> None:
    for finding in findings:
        if as_json:
            print_json({"what": finding.what, "ok": finding.ok, "says": finding.says, "do": finding.todo or None})
        else:
            todo = f"\n      {finding.todo}" if finding.todo else ""
            click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what}: {finding.says}{todo}")


def _print_repair(done: Repair) -> None:
    for table in done.tables:
        if table.rows or table.gaps:
            gaps = f", {count(table.gaps, 'gap')}" if table.gaps else ""
            click.echo(f"  {table.table}: {count(table.rows, 'row')}{gaps}")
    click.echo(f"The database is new. The damaged one is {done.damaged}.")
    click.echo("What was in a gap is not known any more: articles may be told again. Next: kabar run")
