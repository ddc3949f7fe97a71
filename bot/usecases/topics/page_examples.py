"""Examples that are web pages, kept in the database: a page may die, and a restart must not ask for it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.model import Example, Language
from bot.store import KeyValueStore

_NAME = "page-examples"


async def kept_pages(settings: KeyValueStore) -> Mapping[str, Example]:
    """By address. What cannot be read any more, as after a change of this program, is fetched anew."""
    try:
        pages = json.loads(await settings.get(_NAME) or "{}")
        return {url: _example(page) for url, page in pages.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


async def keep_pages(settings: KeyValueStore, pages: Mapping[str, Example]) -> None:
    """These and no others: who takes an address out of a topic and puts it back gets the page as it is then."""
    fields = {url: _fields(page) for url, page in pages.items()}
    await settings.set(_NAME, json.dumps(fields, ensure_ascii=False) if fields else None)


def _fields(example: Example) -> Mapping[str, str | None]:
    return {
        "origin": example.origin,
        "title": example.title,
        "text": example.text,
        "language": example.language,
        "published_at": example.published_at.isoformat() if example.published_at else None,
    }


def _example(fields: Mapping[str, str | None]) -> Example:
    published = fields["published_at"]
    return Example(
        str(fields["origin"]),
        str(fields["title"]),
        str(fields["text"]),
        Language(str(fields["language"])),
        datetime.fromisoformat(published) if published else None,
    )
