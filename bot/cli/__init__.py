"""The command `kabar`. Exit codes: 0 success, 1 something failed, 2 wrong usage or configuration (as in click)."""

from bot.cli.commands import main

__all__ = ["main"]
