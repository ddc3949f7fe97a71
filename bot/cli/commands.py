"""The commands of `kabar`, gathered from the modules beside this one, and how errors end them."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from bot.errors import KabarError

_HOMES = {
    "run": ("run", "poll"),
    "health": ("health",),
    "article_files": ("match", "stories", "summarize", "parse"),
    "alerts": ("alerts",),
    "lists": ("backtest", "topics", "feeds", "outbox"),
    "setup": ("init", "setup", "check", "doctor", "backup"),
}
"""Modules beside this one and the commands in them."""


class CommandsOnDemand(click.Group):
    """Loads a command when it is called.

    The processes that read feeds import the script that started Kabar once more; all they get this way is this module.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- the signature is click's
        return sorted(name for names in _HOMES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- likewise
        home = next((module for module, names in _HOMES.items() if cmd_name in names), None)
        if home is None:
            return None
        command = getattr(import_module(f"bot.cli.{home}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Whoever reads our output (head, less) may have had enough of it: no error, as click would have it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _forget_output()
            return 0


@click.group(cls=CommandsOnDemand, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="kabar", prog_name="kabar")
def kabar() -> None:
    """Kabar watches the world's news for the stories you care about and tells your Telegram chat."""


def main() -> None:
    """Entry point: an expected error is a line on standard error and an exit code, never a traceback."""
    try:
        code = kabar.main(prog_name="kabar", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = 1
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except KabarError as error:
        click.echo(str(error), err=True)
        code = error.exit_code
    except BrokenPipeError:
        _forget_output()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _forget_output() -> None:
    """What is left in the buffer has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
