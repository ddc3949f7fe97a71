"""Options and output functions that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from click.core import ParameterSource

from bot.adapters.jsonlines import write_json
from bot.text.masked_urls import masked_text


def _or_of_group(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    """Take `--config` from the group if the command does not have it.

    So `kabar feeds --config DIR add URL` means the same as `kabar feeds add --config DIR URL`.
    """
    name = parameter.name or ""
    given = context.get_parameter_source(name) is not ParameterSource.DEFAULT
    above = context.parent.params.get(name) if context.parent else None
    return above if isinstance(above, Path) and not given else value


config_option = click.option(
    "--config",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("config"),
    envvar="KABAR_CONFIG",
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help="The configuration folder.",
    callback=_or_of_group,
)

unused_config_option = click.option(
    "--config", type=click.Path(path_type=Path), expose_value=False, hidden=True, envvar="KABAR_CONFIG"
)
"""Accepted and ignored by commands that need no configuration, because scripts pass `--config` to every command."""

json_option = click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, and nothing else.")

secrets_option = click.option("--show-secrets", is_flag=True, help="Addresses with their keys and logins.")


def print_json(value: Mapping[str, object]) -> None:
    """One line of JSON on standard output."""
    write_json(sys.stdout.buffer, value)


def progress(text: str) -> None:
    """Print a line on standard error, so that it is not part of the command's output; addresses without their keys."""
    click.echo(masked_text(text), err=True)


def count(number: int, noun: str) -> str:
    """The number with its noun, such as `1 feed` and `1,200 feeds`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
