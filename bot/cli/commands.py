"""The command group `kabar`: loads its commands from the other modules here and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from bot.errors import KabarError
from bot.text.masked_urls import masked_text

_HOMES = {
    "run": ("run", "worker", "poll"),
    "health": ("health",),
    "article_files": ("match", "stories", "summarize", "parse"),
    "alerts": ("alerts",),
    "feeds": ("feeds",),
    "lists": ("backtest", "topics", "outbox"),
    "setup": ("init", "setup", "check", "doctor"),
    "copies": ("backup", "restore"),
    "moving": ("move-to",),
    "status": ("status",),
}
"""The modules of this package with the commands in each."""


class CommandsOnDemand(click.Group):
    """Imports the module of a command only when that command is called.

    The worker processes that parse feeds import the main script again, because they are started with "spawn" (Python
    documentation, "Contexts and start methods"). This way they load no more than this module.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- the signature is click's
        return sorted(name for names in _HOMES.values() for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- likewise
        home = next((module for module, names in _HOMES.items() if cmd_name in names), None)
        if home is None:
            return None
        command = getattr(import_module(f"bot.cli.{home}"), cmd_name.replace("-", "_"))
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. If the reader of the output (head, less) has exited, that is no error; click exits with 1."""
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
    """Entry point. An expected error becomes a line on standard error and an exit code, never a traceback."""
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
        click.echo(masked_text(str(error)), err=True)
        code = error.exit_code
    except BrokenPipeError:
        _forget_output()
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _forget_output() -> None:
    """Redirect standard output to /dev/null, so that Python does not fail to flush its buffer at exit.

    Python documentation, module signal, "Note on SIGPIPE".
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
