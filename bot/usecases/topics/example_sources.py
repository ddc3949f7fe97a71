"""Examples from what somebody sends in a chat: a link, a file, a text. A failure is returned, not raised.

Foreign bytes are parsed in the workers, and addresses may not lead to private hosts.
"""

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
"""Characters of an example that are read; even a long article has only about 30,000."""


class UnreadableReason(StrEnum):
    """Why an example cannot be read."""

    BLOCKED = "blocked"
    """The site refuses bots or asks for a subscription."""
    NOT_THERE = "not-there"
    UNREACHABLE = "unreachable"
    PRIVATE = "private"
    """The address is in a private network."""
    NO_ARTICLE = "no-article"
    TOO_LARGE = "too-large"
    OTHER_KIND = "other-kind"
    """A file that is neither text nor HTML."""
    USED_UP = "used-up"
    """As many pages were opened for the chat as it may have opened in an hour."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A link, file or text that could not be read, and why."""

    kind: UnreadableReason
    origin: str
    reason: str
    """For the log and for admins: one line in English."""
    most: int = 0
    """The number that is exceeded, where there is one."""


_OF_PROBLEM = {
    FetchProblem.BLOCKED: UnreadableReason.BLOCKED,
    FetchProblem.RATE_LIMITED: UnreadableReason.BLOCKED,
    FetchProblem.GONE: UnreadableReason.NOT_THERE,
    FetchProblem.REFUSED_ADDRESS: UnreadableReason.PRIVATE,
    FetchProblem.TOO_LARGE: UnreadableReason.TOO_LARGE,
    FetchProblem.BAD_CONTENT: UnreadableReason.NO_ARTICLE,
}


async def read_link(fetcher: Fetcher, workers: Workers, url: str) -> Example | Unreadable:
    """The article at an address."""
    outcome = await fetcher.fetch(FetchRequest(url, purpose="page"))
    if isinstance(outcome, FetchFailed):
        return Unreadable(_reason_of(outcome), url, outcome.reason)
    if not isinstance(outcome, Fetched):
        return Unreadable(UnreadableReason.UNREACHABLE, url, "nothing came")
    if is_front_page(outcome.url) and not is_front_page(url):  # how sites turn away readers without access
        return Unreadable(UnreadableReason.BLOCKED, url, "the site leads to its front page")
    return await _read_page(workers, outcome.body, dict(outcome.headers), outcome.url, url)


async def read_file(workers: Workers, name: str, media_type: str, body: bytes) -> Example | Unreadable:
    """The article in a file. `media_type`: the one that its sender gave it, or empty."""
    ending = PurePosixPath(name.lower()).suffix
    if ending in _PAGE or media_type in ("text/html", "application/xhtml+xml"):
        # A placeholder address, as a file has none: it only resolves links, which do not matter here.
        return await _read_page(workers, body, {"content-type": "text/html"}, "https://example.invalid/", name)
    if ending in _TEXT or (not ending and media_type.startswith("text/")) or media_type == "text/plain":
        return await read_text(decode(body[: 4 * _LONGEST_TEXT], ()), name)
    reason = f"{media_type or ending or 'a file without a kind'} is not read"
    return Unreadable(UnreadableReason.OTHER_KIND, name, reason)


async def read_text(content: str, origin: str) -> Example | Unreadable:
    """The article that somebody has pasted or forwarded."""
    try:
        return await asyncio.to_thread(example_from_text, content[:_LONGEST_TEXT], origin)
    except ExampleError as error:
        return Unreadable(UnreadableReason.NO_ARTICLE, origin, str(error))


async def _read_page(
    workers: Workers, body: bytes, headers: dict[str, str], url: str, origin: str
) -> Example | Unreadable:
    page = await workers.extract(body, headers, url)
    if not isinstance(page, Extracted):
        return Unreadable(UnreadableReason.NO_ARTICLE, origin, page.reason)
    try:
        return await asyncio.to_thread(example_from_page, page, origin)
    except ExampleError as error:
        return Unreadable(UnreadableReason.NO_ARTICLE, origin, str(error))


def _reason_of(failed: FetchFailed) -> UnreadableReason:
    if failed.status in (404, 410):
        return UnreadableReason.NOT_THERE
    if failed.status in (401, 402, 403, 451):
        return UnreadableReason.BLOCKED
    return _OF_PROBLEM.get(failed.problem, UnreadableReason.UNREACHABLE)
