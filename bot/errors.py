"""The error tree. Expected failures of a stage are values (`bot.model`); these end a command.

Foreign errors are translated once, in the adapter that met them, with `raise … from`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class KabarError(Exception):
    """Anything that Kabar reports in one line. `exit_code`: 1 something failed, 2 bad usage or configuration."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class FilePosition:
    """Where a configuration is wrong."""

    file: str
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return where if self.key is None else f"{where}: {self.key}"


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong with the configuration, and what would be right."""

    place: FilePosition
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" {self.hint}" if self.hint else "")


class ConfigError(KabarError):
    """The configuration cannot be used; carries every problem found, not just the first."""

    exit_code = 2

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UsageError(KabarError):
    """The command was called in a way that cannot work."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about something that somebody wrote: in English as it is, for `Wording` an id and what fills it in."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class QueryError(KabarError):
    """A query cannot be read. `position` is the offset in the query, from 0; `values` fill in `message` and `hint`."""

    exit_code = 2

    def __init__(self, message: str, position: int | None = None, hint: str = "", /, **values: object) -> None:
        self.message = Remark(message, values)
        self.position = position
        self.hint = Remark(hint, values)
        at = "" if position is None else f" (at character {position + 1})"
        super().__init__(f"{self.message}{at}" + (f" {self.hint}" if hint else ""))


class StoreError(KabarError):
    """The database cannot be used: newer than this program, read-only, disk full, locked."""


class AlreadyRunningError(KabarError):
    """Another instance holds the data folder."""


class MessengerError(KabarError):
    """The messenger cannot work at all: a bad token, another program on the same token."""


class WebServerError(KabarError):
    """The address of `web.listen` cannot be had."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"Nothing can listen on {address}: {reason.lower().rstrip('.')}. Change web.listen in kabar.toml, "
            "or end the program that has it."
        )
