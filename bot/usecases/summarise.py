"""A story in the words of a language model, where they can be trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.model import Article, Language
from bot.ports import Summarizer
from bot.summaries.check import faults

log = structlog.get_logger()

MOST_ARTICLES = 8
"""Given to the model, and what its text is held against."""
_SHOWN = 5
"""Faults in one line of the log."""


async def written_summary(summarizer: Summarizer, articles: Sequence[Article], language: Language) -> str | None:
    """A text on one line that says nothing the first eight articles do not say; None: tell their own sentences.

    Takes as long as the summarizer may; not to be waited for inside a transaction.
    """
    given = articles[:MOST_ARTICLES]
    written = await summarizer.summarize(given, language)
    if written is None:
        return None
    found = await asyncio.to_thread(faults, written, given, language)  # a tenth of a second with long articles
    if found:
        why = [f"{fault.kind}: {fault.written[:80]}" for fault in found[:_SHOWN]]
        log.info("summary-refused", story=given[0].id if given else None, language=language, why=why)
        return None
    return " ".join(written.split())
