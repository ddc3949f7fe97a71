"""Where data lives, and which database: beside the configuration unless the environment says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config.values import is_web_address
from bot.errors import ConfigError, ConfigProblem, FilePosition

DATA_VARIABLE = "KABAR_DATA"
DATABASE_VARIABLE = "KABAR_DATABASE_URL"
API_URL_VARIABLE = "KABAR_TELEGRAM_API_URL"


def data_directory(directory: Path, environment: Mapping[str, str]) -> Path:
    """`KABAR_DATA`, or the folder `data` beside the configuration directory. Absolute; it may not exist yet."""
    if named := environment.get(DATA_VARIABLE, "").strip():
        return Path(named).expanduser().resolve()
    return directory.expanduser().resolve().parent / "data"


def backup_folder(chosen: Path | None, directory: Path, environment: Mapping[str, str]) -> Path:
    """Where the daily copies of the database are: the folder of `backup.folder`, or `backups` in the data folder."""
    return chosen or data_directory(directory, environment) / "backups"


def database_url(directory: Path, environment: Mapping[str, str]) -> str:
    """The SQLAlchemy address of the database. Raises ConfigError for one that cannot be used."""
    named = environment.get(DATABASE_VARIABLE, "").strip()
    if not named:
        return f"sqlite:///{data_directory(directory, environment) / 'kabar.db'}"
    # The address may hold a password: it is not repeated in any of these.
    scheme, _, rest = named.partition("://")
    match scheme.lower().partition("+")[0]:
        case "sqlite":
            if rest.startswith("//") and len(rest) > 2:
                return f"sqlite:///{rest[1:]}"
            raise _refused(
                DATABASE_VARIABLE, "SQLite needs a full path.", "Four slashes: sqlite:////srv/kabar/kabar.db"
            )
        case "postgresql" | "postgres":
            if rest.rpartition("/")[2].partition("?")[0] and "/" in rest:
                return f"postgresql://{rest}"
            raise _refused(
                DATABASE_VARIABLE, "PostgreSQL needs the name of a database.", "postgresql://user@host/kabar"
            )
        case _:
            raise _refused(DATABASE_VARIABLE, "this database is not supported.", "Unset it to use SQLite.")


def telegram_api_url(environment: Mapping[str, str], default: str) -> str:
    """`KABAR_TELEGRAM_API_URL` (a Bot API server of one's own), without a slash at its end."""
    named = environment.get(API_URL_VARIABLE, "").strip()
    if not named:
        return default
    if not is_web_address(named):
        raise _refused(API_URL_VARIABLE, "this is not an http(s) address.", f"The usual one is {default}")
    return named.rstrip("/")


def _refused(variable: str, message: str, hint: str) -> ConfigError:
    return ConfigError((ConfigProblem(FilePosition("environment", None, variable), message, hint),))
