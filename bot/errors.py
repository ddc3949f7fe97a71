"""The errors that end a command. All of them are `KabarError`, so one `except` at the top reports each in one line.

KabarError                    exit code 1: something failed
  ConfigError                 exit code 2: kabar.toml or a file that it names cannot be used; lists all problems
  UsageError                  exit code 2: the command was called with arguments that cannot work
  QueryError                  exit code 2: the query of a topic or a search cannot be read; says at which character
  ExampleError                a file or page cannot serve as an example (`bot.config.examples`)
  SubscribeError              a feed cannot be added or removed (`bot.usecases.feeds.subscribe`)
    FullError                 the chat has added as many feeds as it may
    NotYoursError             the feed is gone, stands in a file, or was added by another chat
  UnreadableError             nothing could be read at an address (`bot.usecases.feeds.discover`)
  FeedbackError               a vote cannot be cast or taken back (`bot.usecases.topics.feedback`)
    ArticleGoneError          the article is no longer stored
    NoVoteError               there is no vote to take back
  NameNotFoundError           a host name has no address (`bot.adapters.http.connecting`)
  AddressRefusedError         a host leads to an address that feeds must not reach (same module)
  StoreError                  the database cannot be used: newer than this program, read-only, disk full, locked
  AlreadyRunningError         another process holds the data folder
  MessengerError              the messenger cannot work at all (`bot.telegram.transport.client` has the kinds)
    BadTokenError             Telegram does not know the token
    TokenTakenError           another program reads the updates of the same bot
    UnreachableError          Telegram does not answer, or asks to come back later
  WebServerError              nothing can listen on the address of `web.listen`

Errors that several rooms raise or catch are in this module; one that belongs to a single use case or adapter is beside
its code. Only the general ones end a command as they are; an adapter's own errors are caught by its callers. Failures
that a stage expects (a feed that does not answer, a message that Telegram refuses) are no errors: they are returned as
values (`FetchFailed`, `SendOutcome`, … in `bot.model`). An error of a library is translated once, in the adapter that
called it, with `raise … from`.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class KabarError(Exception):
    """The base of all errors here. Its text is one line for the user; `exit_code` is the exit status of the command."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class FilePosition:
    """Where in the configuration a problem is: the file, its line from 1 and the key, as far as they are known."""

    file: str
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return where if self.key is None else f"{where}: {self.key}"


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong with the configuration, where it is, and in `hint` how to correct it."""

    place: FilePosition
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" {self.hint}" if self.hint else "")


class ConfigError(KabarError):
    """The configuration cannot be used. `problems` has every problem found, not just the first."""

    exit_code = 2

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UsageError(KabarError):
    """The command was called with arguments that cannot work."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence with placeholders. `str()` gives it in English; `Wording` translates `template` and fills it in."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**self.values)


class QueryError(KabarError):
    """A query cannot be read.

    `position` is the offset of the mistake in the query, from 0; None where it has no place. `values` fill in the
    placeholders of `message` and `hint`.
    """

    exit_code = 2

    def __init__(self, message: str, position: int | None = None, hint: str = "", /, **values: object) -> None:
        self.message = Remark(message, values)
        self.position = position
        self.hint = Remark(hint, values)
        at = "" if position is None else f" (at character {position + 1})"
        super().__init__(f"{self.message}{at}" + (f" {self.hint}" if hint else ""))


class StorageTrouble(StrEnum):
    """What keeps the database from being used. `/healthz` gives the values, so they are public."""

    DAMAGED = "damaged"
    """Its content is broken: a page was overwritten, or an index does not agree with its table."""
    GONE = "gone"
    """The file or its folder was removed."""
    REPLACED = "replaced"
    """Another file, or another state of it, is in its place."""
    READ_ONLY = "read-only"
    FULL = "full"
    LOCKED = "locked"
    """Another program holds a lock for too long."""
    FAILING = "failing"
    """The disk reports an error, or the file cannot be opened."""
    UNREACHABLE = "unreachable"
    """The database server gives no answer, or refuses the connection."""

    @property
    def is_passing(self) -> bool:
        """Whether going on by itself is right as soon as it is over: what is stored can still be relied on."""
        return self not in {StorageTrouble.DAMAGED, StorageTrouble.GONE, StorageTrouble.REPLACED}


class StoreError(KabarError):
    """The database cannot be used. `trouble` says why; None: newer than this program, or of another one."""

    def __init__(self, message: str, trouble: StorageTrouble | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble


class AlreadyRunningError(KabarError):
    """Another process of Kabar holds the lock of the data folder."""


class MessengerError(KabarError):
    """The messenger cannot work at all: the token is wrong, or another program uses the same token."""


class WebServerError(KabarError):
    """The web server cannot listen on the address of `web.listen`."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"Nothing can listen on {address}: {reason.lower().rstrip('.')}. Change web.listen in kabar.toml, "
            "or end the program that has it."
        )


OUT_OF_FILES_PAUSE = 0.25
"""Seconds until who has found no file descriptor left tries again: those in use are free soon."""


def is_out_of_files(error: BaseException) -> bool:
    """Whether an error, or one that it comes from, is EMFILE or ENFILE (open(2)): no descriptor is left just now."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
