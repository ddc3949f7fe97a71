"""Headers that a feed has of its own, with secrets that are in the environment and not in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bot.config.tables import BadValueError, Table, described
from bot.config.toml_text import to_toml
from bot.feeds.feed_secrets import is_secret_header, is_telling
from bot.model import Feed

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
"""A token of RFC 9110, 5.6.2."""
_MOST: Final = 20
_LONGEST: Final = 4_000
_NOT_OURS_TO_SET: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "if-modified-since",
        "if-none-match",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of the connection, and those by which unchanged documents and parts of them are asked for."""

Headers = tuple[tuple[str, str], ...]


def read_headers(table: Table, environment: Mapping[str, str], key: str = "headers") -> Headers:
    """The headers in an inline table, as they stand in the file. What cannot be sent is noted and left out."""
    if not table.has(key):
        return ()
    return table.read(key, lambda value: _headers_of(value, environment), ())


def filled_in(value: str, environment: Mapping[str, str]) -> str:
    """A header's value with the variables of the environment; one that is not set is empty."""
    return _VARIABLE.sub(lambda found: environment.get(found[1], "").strip(), value)


def header_secrets(feeds: Iterable[Feed], environment: Mapping[str, str]) -> tuple[str, ...]:
    """What no log line may contain: the variables that headers of feeds name, and values that stand in the file.

    Of `Bearer KEY` it is the key alone.
    """
    headers = [(name.lower(), value) for feed in feeds for name, value in feed.headers]
    names = {variable for _, value in headers for variable in _VARIABLE.findall(value)}
    literal = [
        value.rpartition(" ")[2] for name, value in headers if is_secret_header(name, value) and is_telling(value)
    ]
    return tuple(filter(None, (*(environment.get(name, "").strip() for name in sorted(names)), *literal)))


def user_agent(value: object) -> str:
    """A User-Agent. Raises BadValueError for what no header can carry."""
    if not isinstance(value, str):
        raise BadValueError(f"a text in quotes is needed, not {described(value)}.")
    written = value.strip()
    if not _can_be_sent(written):
        raise BadValueError("a User-Agent is one line of ASCII characters.")
    if _VARIABLE.search(written):
        raise BadValueError("a variable cannot be used here.", "It can in headers, which go to this feed's host only.")
    return written


def write_headers(headers: Headers) -> str:
    """The headers as an inline table of TOML, with the names of variables and not what they contain."""
    return "{ " + ", ".join(f"{to_toml(name)} = {to_toml(value)}" for name, value in headers) + " }"


def _headers_of(value: object, environment: Mapping[str, str]) -> Headers:
    if not isinstance(value, dict):
        hint = 'For example: headers = { "Authorization" = "Bearer ${NEWS_KEY}" }'
        raise BadValueError(f"a table is needed, not {described(value)}.", hint)
    if len(value) > _MOST:
        raise BadValueError(f"{len(value)} headers are too many.", f"At most {_MOST}.")
    headers = tuple((name, _value_of(name, written, environment)) for name, written in value.items())
    if len({name.lower() for name, _ in headers}) < len(headers):
        raise BadValueError("a header is in the table twice.", "Upper and lower case are the same in names.")
    return headers


def _value_of(name: str, written: object, environment: Mapping[str, str]) -> str:
    # The value may be a secret: no message repeats it.
    if not _NAME.fullmatch(name):
        raise BadValueError(f"{described(name)} is not the name of a header.")
    if name.lower() in _NOT_OURS_TO_SET:
        raise BadValueError(f"the header {name} is set by Kabar itself.", "Leave it out.")
    if not isinstance(written, str):
        raise BadValueError(f"the value of {name} must be a text in quotes.")
    for variable in _VARIABLE.findall(written):
        if not environment.get(variable, "").strip():
            raise BadValueError(f"the variable {variable} of the header {name} is not set.", "Set it where Kabar runs.")
    if not written.strip() or not _can_be_sent(filled_in(written, environment)):
        raise BadValueError(f"the value of {name} must be one line of ASCII characters.")
    return written.strip()


def _can_be_sent(value: str) -> bool:
    return len(value) <= _LONGEST and value.isascii() and (value.isprintable() or not value)
