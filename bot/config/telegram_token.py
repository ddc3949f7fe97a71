"""The bot's token: where it is found, and how it is kept. It is never shown, whole or in part."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.config.data_folder import make_data_folder
from bot.config.data_locations import data_directory
from bot.config.settings import Settings
from bot.errors import ConfigError, ConfigProblem, FilePosition

TOKEN_VARIABLE = "KABAR_TELEGRAM_TOKEN"  # noqa: S105 -- the name of a variable, not a token
_SHAPE = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{30,80}", re.ASCII)
_HINT = "It is digits, a colon and 35 more characters, as @BotFather wrote it."


def find_token(settings: Settings, environment: Mapping[str, str], directory: Path) -> str | None:
    """The token from the environment, else `telegram.token_file`, else what `kabar setup` stored; None if nowhere.

    Raises ConfigError if it has not the shape of a token, or if its file can be read by others.
    """
    if given := environment.get(TOKEN_VARIABLE, "").strip():
        return _checked(given, FilePosition("environment", None, TOKEN_VARIABLE))
    if settings.telegram.token_file is not None:
        return _from_file(settings.telegram.token_file)
    stored = token_path(directory, environment)
    return _from_file(stored) if stored.exists() else None


def token_path(directory: Path, environment: Mapping[str, str]) -> Path:
    """Where `kabar setup` stores the token."""
    return data_directory(directory, environment) / "telegram-token"


def has_token_shape(text: str) -> bool:
    """Whether it could be a token; only Telegram knows whether it is one."""
    return _SHAPE.fullmatch(text) is not None


def store_token(path: Path, token: str) -> None:
    """Write the token so that nobody else can read it (mode 0600), at once or not at all."""
    make_data_folder(path.parent)
    handle, temporary = tempfile.mkstemp(prefix=".telegram-token-", dir=path.parent)  # created with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{token}\n")
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _from_file(path: Path) -> str:
    place = FilePosition(str(path))
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(
                (ConfigProblem(place, "others on this computer can read the token.", f"Run: chmod 600 '{path}'"),)
            )
        content = path.read_bytes()[:1000]
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        message = f"the token file cannot be read: {reason}."
        raise ConfigError(
            (ConfigProblem(place, message, "Run `kabar setup`, or correct telegram.token_file."),)
        ) from error
    return _checked(content.decode("utf-8-sig", "replace").strip(), place)


def _checked(token: str, place: FilePosition) -> str:
    if not has_token_shape(token):
        problem = ConfigProblem(place, "this does not look like a bot token.", _HINT)
        raise ConfigError((problem,)) from None
    return token
