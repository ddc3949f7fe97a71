"""The commands of `kabar`, gathered from the modules beside this one, and how errors end them."""

from __future__ import annotations

import os
import sys

import click

from bot.cli import articles, inspect, service, setting_up
from bot.errors import KabarError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="kabar", prog_name="kabar")
def kabar() -> None:
    """Kabar watches the world's news for the stories you care about and tells your Telegram chat."""


for module in (service, articles, inspect, setting_up):
    for command in module.COMMANDS:
        kabar.add_command(command)


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
        # Whoever read our output (head, less) has had enough. What is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)
