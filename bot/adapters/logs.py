"""Logs on standard error: readable text in a terminal, JSON Lines otherwise, and never a secret.

All loggers of the process are written here, including those of libraries. Secrets are removed from the finished line,
so it does not matter how they got into it: in a URL, an argument, an exception or a traceback.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Collection
from json import dumps
from types import TracebackType
from typing import TextIO
from urllib.parse import quote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_BOT_TOKEN = re.compile(r"\d{6,20}(?::|%3[aA])[A-Za-z0-9_-]{30,}")
_USERINFO = re.compile(r"(?<=://)[^\s/?#@\"'<>]{1,500}@")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NOISY_LOGGERS = ("alembic", "httpx", "httpcore", "hpack", "h2", "aiosqlite", "uvicorn.access")
"""Libraries that log every step at INFO or below.

httpx logs the full URL of each request at INFO (https://www.python-httpx.org/logging/), and a URL of the Bot API
contains the token.
"""
_SHORTEST_SECRET = 6


class Redactor:
    """Removes secrets from text: anything that looks like a bot token, logins in URLs, and the given secrets."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        spellings = {spelling for s in secrets if len(s) >= _SHORTEST_SECRET for spelling in _spellings(s)}
        named = sorted(spellings, key=len, reverse=True)
        self._named = re.compile("|".join(re.escape(secret) for secret in named)) if named else None

    def __call__(self, text: str) -> str:
        """The text with each secret replaced by `[token]`, `[login]@` or `[secret]`."""
        text = _BOT_TOKEN.sub("[token]", text)
        text = _USERINFO.sub("[login]@", text)
        return self._named.sub("[secret]", text) if self._named else text


def _spellings(secret: str) -> tuple[str, ...]:
    """The ways in which a secret can be written: literally, inside JSON, inside a Python literal, inside a URL."""
    return secret, dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1], quote(secret, safe="")


def configure_logs(
    json: bool | None = None,
    level: str = "INFO",
    secrets: Collection[str] = (),
    *,
    stream: TextIO | None = None,
) -> None:
    """Send the logs of this process to standard error (or `stream`). Can be called again with other settings.

    `json` None means: text in a terminal, JSON otherwise. `level` is a level name of the `logging` module. The
    `secrets` are never written, nor is anything that looks like a bot token.
    """
    target = stream if stream is not None else sys.stderr
    as_json = json if json is not None else not target.isatty()
    redactor = Redactor(secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _SilentHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                *_renderers(as_json=as_json, colors=target.isatty()),
                lambda _logger, _method, line: redactor(str(line)),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _renderers(*, as_json: bool, colors: bool) -> list[Processor]:
    if as_json:
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    console = structlog.dev.ConsoleRenderer(
        colors=colors,
        pad_event_to=0,
        sort_keys=False,
        # structlog's default formatter uses Rich, which prints local variables and wraps lines. A wrapped secret is no
        # longer found by the redactor (https://www.structlog.org/en/stable/exceptions.html).
        exception_formatter=structlog.dev.plain_traceback,
    )
    return [_replace_control_characters, console]


def _replace_control_characters(_logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
    """Replace control characters, so that for example the title of a feed cannot send escape sequences."""
    for key, value in event_dict.items():
        if isinstance(value, str):
            event_dict[key] = _CONTROL.sub("\ufffd", value)
    return event_dict


class _SilentHandler(logging.StreamHandler[TextIO]):
    """Drops a line that cannot be written; `logging.Handler.handleError` would print its arguments with any secrets."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 -- the signature is logging's
        return


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("kabar").critical("uncaught", exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
