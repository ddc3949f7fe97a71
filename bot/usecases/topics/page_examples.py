"""Examples that are web pages, kept in the database: a page may die, and a restart must not ask for it again."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.model import Example
from bot.store import KeyValueStore
from bot.store.codec import converter, decode

_NAME = "page-examples"


async def kept_pages(settings: KeyValueStore) -> Mapping[str, Example]:
    """By address. What cannot be read any more, as after a change of this program, is fetched anew."""
    try:
        return decode(await settings.get(_NAME) or "{}", dict[str, Example])
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


async def keep_pages(settings: KeyValueStore, pages: Mapping[str, Example]) -> None:
    """These and no others: who takes an address out of a topic and puts it back gets the page as it is then."""
    fields = converter.unstructure(pages)
    await settings.set(_NAME, json.dumps(fields, ensure_ascii=False) if fields else None)
