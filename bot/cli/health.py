"""`kabar health`: asks the running Kabar for its health. It has a module of its own because it must start fast."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot.app.ask_health import ask_health
from bot.cli.options import config_option
from bot.config import load_configuration
from bot.errors import UsageError


@click.command()
@config_option
def health(directory: Path) -> None:
    """Ask the Kabar that runs here whether polls and deliveries get on; exit 1 where they do not."""
    listen = load_configuration(directory, os.environ).settings.web.listen
    if listen is None:
        raise UsageError(
            'A running Kabar can be asked where it listens: [web] listen = "127.0.0.1:8080" in kabar.toml.'
        )
    is_well, word = ask_health(*listen)
    click.echo(word)
    if not is_well:
        raise click.exceptions.Exit(1)
