"""The command `kabar`. Exit codes: 0 done, 1 something failed, 2 bad usage or configuration."""

from bot.cli.commands import main

__all__ = ["main"]
