"""From TOML values to the words: each function returns what it should be or raises BadValueError."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot.config.tables import BadValueError, described, did_you_mean
from bot.model import Destination, Language, NotSensitivity, Sensitivity, SensitivityName, read_sensitivity
from bot.wording.hours import read_times

E = TypeVar("E", bound=StrEnum)

LANGUAGES = ("id", "en")
"""The languages that the bot's messages are written in."""

MAX_TEXT = 10_000
_DURATION = re.compile(r"(\d{1,9})\s*([smhd])", re.ASCII)
_CHAT = re.compile(r"(-?[1-9]\d{0,15}|@[a-z]\w{3,31})(?:/([1-9]\d{0,9}))?", re.ASCII | re.IGNORECASE)
_NAME_WITHOUT_AT = re.compile(r"(?:(?:https?://)?(?:t|telegram)\.me/)?([a-z]\w{3,31})/?", re.ASCII | re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TAG = re.compile(r"[\w.+-]{1,40}")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")
_INDONESIAN_ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}


def text(value: object) -> str:
    """A text without line breaks at its ends."""
    if not isinstance(value, str):
        raise BadValueError(f"a text in quotes is needed, not {described(value)}.")
    if len(value) > MAX_TEXT:
        raise BadValueError(f"the text has {len(value)} characters; {MAX_TEXT} are allowed.")
    if "\0" in value:
        raise BadValueError("the text contains a NUL character.")
    return value.strip()


def filled_text(value: object) -> str:
    """A text that says something."""
    if not (found := text(value)):
        raise BadValueError("this must not be empty.")
    return found


def yes_or_no(value: object) -> bool:
    """`true` or `false`, without quotes."""
    if not isinstance(value, bool):
        raise BadValueError(f"{described(value)} is neither true nor false.", "Both are written without quotes.")
    return value


def whole_number(least: int, most: int) -> Callable[[object], int]:
    """A converter for whole numbers within bounds."""

    def convert(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadValueError(f"a whole number is needed, not {described(value)}.")
        if not least <= value <= most:
            raise BadValueError(f"{value} is out of range.", f"From {least} to {most}.")
        return value

    return convert


def duration(value: object) -> timedelta:
    """`"90s"`, `"15m"`, `"1h"`, `"2d"`: at least a second, at most 30 days."""
    hint = 'A number and s, m, h or d: "90s", "15m", "1h", "2d".'
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise BadValueError(f"{value} has no unit.", hint)
    if not isinstance(value, str) or not (found := _DURATION.fullmatch(value.strip().lower())):
        raise BadValueError(f"{described(value)} is not a duration.", hint)
    seconds = int(found[1]) * _SECONDS[found[2]]
    if not 1 <= seconds <= 30 * 86400:
        raise BadValueError(f'"{value}" is out of range.', "From 1s to 30d.")
    return timedelta(seconds=seconds)


def time_of_day(value: object) -> time:
    """`"07:00"`, `"18.30"`."""
    found = read_times(value) if isinstance(value, str) else None
    if found is None or len(found) != 1:
        raise BadValueError(f"{described(value)} is no time of day.", 'Hours and minutes in quotes: "07:00".')
    return found[0]


def choice(kind: type[E]) -> Callable[[object], E]:
    """A converter for one of a few words."""

    def convert(value: object) -> E:
        if isinstance(value, str) and value.strip().lower() in set(kind):
            return kind(value.strip().lower())
        raise _unknown_word(value, kind)

    return convert


def _unknown_word(value: object, kind: type[StrEnum]) -> BadValueError:
    words = [member.value for member in kind]
    meant = did_you_mean(value, words) if isinstance(value, str) else ""
    return BadValueError(f"{described(value)} is not known.", meant or f"One of: {', '.join(words)}.")


def sensitivity(value: object) -> Sensitivity:
    """`strict`, `balanced`, `broad`, or a number from 0 to 1."""
    if isinstance(value, str):
        read = read_sensitivity(value.strip().lower())
        if isinstance(read, SensitivityName):  # a number is written without quotes
            return read
    elif isinstance(value, int | float) and not isinstance(value, bool):
        read = read_sensitivity(value)
        if isinstance(read, NotSensitivity):
            hint = "A number from 0 (almost everything) to 1 (almost nothing)."
            raise BadValueError(f"{value} is out of range.", hint)
        return read
    unknown = _unknown_word(value, SensitivityName)
    raise BadValueError(unknown.message, f"{unknown.hint} Or a number from 0 to 1.")


def message_language(value: object) -> Language:
    """One of the languages that the bot's messages are written in."""
    code = filled_text(value).lower()
    if code not in LANGUAGES:
        raise BadValueError(
            f"{described(value)} is not a language of the messages.", '"id" (Indonesian) or "en" (English).'
        )
    return Language(code)


def timezone(value: object) -> zoneinfo.ZoneInfo:
    """A zone of the IANA time zone database."""
    name = filled_text(value)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        if zone := _INDONESIAN_ZONES.get(name.lower()):
            raise BadValueError(f'"{name}" is not a time zone here.', f'Write "{zone}".') from error
        known = zoneinfo.available_timezones()
        cities = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(known)}
        city = cities.get(name.rpartition("/")[2].strip().replace(" ", "_").casefold())
        meant = f"Did you mean '{city}'?" if city else did_you_mean(name, known)
        raise BadValueError(f'"{name}" is not a time zone.', meant or 'For example "Asia/Jakarta" or "UTC".') from error


def identifier(value: object) -> str:
    """The id of a feed: what commands and topics call it."""
    found = filled_text(value)
    if not _ID.fullmatch(found):
        raise BadValueError(
            f'"{found[:60]}" cannot be an id.', "Lower-case letters a-z, digits, - and _; at most 40 characters."
        )
    return found


def is_identifier(name: str) -> bool:
    """Whether a file's stem can be the id of a topic."""
    return _ID.fullmatch(name) is not None


def tag(value: object) -> str:
    """A tag of a feed; lower case."""
    found = filled_text(value).lower()
    if not _TAG.fullmatch(found):
        raise BadValueError(f'"{found[:60]}" cannot be a tag.', "One word, at most 40 characters.")
    return found


def user_id(value: object) -> int:
    """A Telegram user's id."""
    hint = "A user id is a number like 123456789, without quotes. Leave the list empty to become admin by a link."
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValueError(f"{described(value)} is not a user id.", hint)
    if not 0 < value < 1 << 52:
        raise BadValueError(f"{value} is not a user id.", hint)
    return value


def destination(value: object) -> Destination:
    """A chat's number or @name, with `/THREAD` for a thread of it."""
    written = "" if isinstance(value, bool) or not isinstance(value, int | str) else str(value).strip()
    if found := _CHAT.fullmatch(written):
        return Destination(found[1].lower(), int(found[2]) if found[2] else None)
    if meant := _NAME_WITHOUT_AT.fullmatch(written):
        hint = f'Did you mean "@{meant[1]}"?'
    else:
        hint = 'A chat is 123456789, "@my_channel", or "-1001234567890/42" for a thread.'
    shown = f'"{written[:60]}"' if written else described(value)
    raise BadValueError(f"{shown} is not a chat.", hint)


def contact(value: object) -> str:
    """An e-mail or web address that can be part of a User-Agent header; may be empty."""
    written = text(value)
    if len(written) > 200 or not written.isascii() or not written.isprintable() or set(written) & set("()"):
        raise BadValueError("this cannot stand in a User-Agent header.", 'For example "you@example.com".')
    return written


def host(value: object) -> str:
    """`host` or `host:port`, lower case."""
    written = filled_text(value).lower()
    found = _HOST.fullmatch(written)
    if found is None or (found[1] and not 0 < int(found[1]) < 65536):
        raise BadValueError(f'"{written[:60]}" is not a host.', 'For example "rsshub.lan" or "rsshub.lan:1200".')
    return written


def located(written: str, folder: Path) -> Path:
    """The absolute path of a file named relative to a folder; `~` is the home of whoever runs this."""
    try:
        return (folder / Path(written).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # no such user's home, links in a circle
        raise BadValueError(f'"{written[:200]}" is not a path that can be used.') from error


def proxy(value: object) -> str | None:
    """The address of an HTTP proxy; None if empty."""
    written = text(value)
    if not written:
        return None
    if not is_web_address(written):
        # The address may carry a password: it is not repeated.
        raise BadValueError("this is not the address of an HTTP proxy.", 'For example "http://proxy.lan:3128".')
    return written


def api_address(value: object) -> str:
    """The base address of an OpenAI-compatible API, without a slash at its end; empty stays so."""
    written = text(value).rstrip("/")
    hint = 'It ends in /v1: "http://gpu.lan:8080/v1".'
    if not written:
        return ""
    if not is_web_address(written) or "?" in written or "#" in written:
        # The address may carry a password: it is not repeated.
        raise BadValueError("this is not the address of an API.", hint)
    for path in ("/embeddings", "/chat/completions"):
        if written.endswith(f"/v1{path}"):
            raise BadValueError(f"leave out {path}: it is added by itself.", hint)
    if not written.endswith("/v1"):
        raise BadValueError("this is not the base address of an OpenAI-compatible API.", hint)
    return written


def is_web_address(written: str) -> bool:
    """Whether it is an absolute http(s) address with a host."""
    try:
        parts = urlsplit(written)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not any(character.isspace() for character in written)
        )
    except ValueError:  # brackets or a port that cannot be
        return False
