"""What somebody shows the bot, read as an example: a link, a document, a text. What cannot be read is a value."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from bot.config import ExampleError, example_from_page, example_from_text
from bot.model import Example, Extracted, Fetched, FetchFailed, FetchProblem, FetchRequest
from bot.ports import Fetcher, Workers
from bot.text.charset import decode
from bot.usecases.ingest.entries import is_front_page

_TEXT = (".txt", ".text", ".md")
_PAGE = (".html", ".htm", ".xhtml")
_LONGEST_TEXT = 200_000
"""Characters of an example: a long read has 30,000."""


class UnreadableReason(StrEnum):
    """Why something shown cannot be read."""

    BLOCKED = "blocked"
    """The site does not let bots read it, or asks for a subscription."""
    NOT_THERE = "not-there"
    UNREACHABLE = "unreachable"
    PRIVATE = "private"
    """The address leads into a private network."""
    NO_ARTICLE = "no-article"
    TOO_LARGE = "too-large"
    OTHER_KIND = "other-kind"
    """A document that is neither text nor a page."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What could not be read, and why."""

    trouble: UnreadableReason
    origin: str
    reason: str
    """For the log and for admins: one line in English."""


_OF_PROBLEM = {
    FetchProblem.BLOCKED: UnreadableReason.BLOCKED,
    FetchProblem.RATE_LIMITED: UnreadableReason.BLOCKED,
    FetchProblem.GONE: UnreadableReason.NOT_THERE,
    FetchProblem.REFUSED_ADDRESS: UnreadableReason.PRIVATE,
    FetchProblem.TOO_LARGE: UnreadableReason.TOO_LARGE,
    FetchProblem.BAD_CONTENT: UnreadableReason.NO_ARTICLE,
}


class MaterialReader:
    """Reads what chats show. Foreign bytes are taken apart in the workers; addresses never lead to private hosts."""

    def __init__(self, fetcher: Fetcher, workers: Workers) -> None:
        self._fetcher = fetcher
        self._workers = workers

    async def link(self, url: str) -> Example | Unreadable:
        """The article at an address."""
        outcome = await self._fetcher.fetch(FetchRequest(url, purpose="page"))
        if isinstance(outcome, FetchFailed):
            return Unreadable(_trouble_of(outcome), url, outcome.reason)
        if not isinstance(outcome, Fetched):
            return Unreadable(UnreadableReason.UNREACHABLE, url, "nothing came")
        if is_front_page(outcome.url) and not is_front_page(url):  # where sites send who may not read an article
            return Unreadable(UnreadableReason.BLOCKED, url, "the site leads to its front page")
        return await self._page(outcome.body, dict(outcome.headers), outcome.url, url)

    async def document(self, name: str, kind: str, body: bytes) -> Example | Unreadable:
        """The article in a file. `kind`: the media type that its sender gave it, or empty."""
        ending = PurePosixPath(name.lower()).suffix
        if ending in _PAGE or kind in ("text/html", "application/xhtml+xml"):
            # The address stands for none: what the page links to does not matter.
            return await self._page(body, {"content-type": "text/html"}, "https://example.invalid/", name)
        if ending in _TEXT or (not ending and kind.startswith("text/")) or kind == "text/plain":
            return await self.text(decode(body[: 4 * _LONGEST_TEXT], ()), name)
        return Unreadable(UnreadableReason.OTHER_KIND, name, f"{kind or ending or 'a file without a kind'} is not read")

    async def text(self, content: str, origin: str) -> Example | Unreadable:
        """The article that somebody has pasted or forwarded."""
        try:
            return await asyncio.to_thread(example_from_text, content[:_LONGEST_TEXT], origin)
        except ExampleError as error:
            return Unreadable(UnreadableReason.NO_ARTICLE, origin, str(error))

    async def _page(self, body: bytes, headers: dict[str, str], url: str, origin: str) -> Example | Unreadable:
        page = await self._workers.extract(body, headers, url)
        if not isinstance(page, Extracted):
            return Unreadable(UnreadableReason.NO_ARTICLE, origin, page.reason)
        try:
            return await asyncio.to_thread(example_from_page, page, origin)
        except ExampleError as error:
            return Unreadable(UnreadableReason.NO_ARTICLE, origin, str(error))


def _trouble_of(failed: FetchFailed) -> UnreadableReason:
    if failed.status in (404, 410):
        return UnreadableReason.NOT_THERE
    if failed.status in (401, 402, 403, 451):
        return UnreadableReason.BLOCKED
    return _OF_PROBLEM.get(failed.problem, UnreadableReason.UNREACHABLE)
