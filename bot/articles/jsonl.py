"""Reads articles from JSON Lines (https://jsonlines.org/), the format of files from other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.model import Article, ArticleId
from bot.text.boilerplate import strip_boilerplate
from bot.text.clean import clean_text, clean_title
from bot.text.language import detect, language_code

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; longer lines are refused before parsing."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is not an article, and why."""

    line: int
    reason: str


def read_articles(lines: Iterable[bytes]) -> Iterator[Article | BadLine]:
    """Each line of a JSON Lines document as an article, cleaned like an entry of a feed; blank lines are left out.

    Keys: `id`, `title`, `text`, `lang`, `published`; one of title and text may be null or missing. Others are ignored.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read_line(number, line)


def _read_line(number: int, line: bytes) -> Article | BadLine:
    if len(line) > LONGEST_LINE:
        return BadLine(number, f"longer than {LONGEST_LINE // 1024 // 1024} MB")
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return BadLine(number, f"not UTF-8 (byte {error.start + 1})")
    except json.JSONDecodeError as error:
        return BadLine(number, f"not JSON: {error.msg} (character {error.pos + 1})")
    except (RecursionError, ValueError) as error:
        return BadLine(number, f"not JSON that can be read: {type(error).__name__}")
    try:
        return _article(value)
    except ValueError as error:
        return BadLine(number, str(error))


def _article(value: object) -> Article:
    if not isinstance(value, dict):
        raise ValueError("not an object with id, title and text")  # noqa: TRY004 -- a line's fault, see below
    identifier = value.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        raise ValueError('"id" is missing' if identifier in (None, "") else '"id" is neither a text nor a number')
    title = clean_title(_text(value, "title"))
    text = clean_text(_text(value, "text"))
    if not title and not text:
        raise ValueError('neither "title" nor "text" says anything')
    declared = _text(value, "lang")
    language = detect(f"{title}\n{text}", language_code(declared) if declared else None)
    return Article(
        id=ArticleId(clean_title(str(identifier))),
        title=title,
        text=strip_boilerplate(text, language),
        language=language,
        published_at=_published(value.get("published")),
    )


def _text(value: dict[str, object], key: str) -> str:
    found = value.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise ValueError(f'"{key}" is not a text')  # noqa: TRY004 -- a line's fault, reported like the others
    return found


def _published(value: object) -> datetime | None:
    """A date of ISO 8601; without a zone it is taken as UTC, since in a file only the order matters."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError('"published" is not a text such as 2025-06-18T14:05Z')  # noqa: TRY004 -- as above
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError('"published" is no ISO 8601 time such as 2025-06-18T14:05Z') from None
