"""A fetcher without a network: addresses and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from bot.adapters.http.http_answers import PERMANENT, REDIRECTS, failure_of
from bot.model import Fetched, FetchFailed, FetchOutcome, FetchProblem, FetchRequest, NotModified
from tests.fakes.feed_server import Answer

_NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class FakeFetcher:
    """Implements `bot.ports.Fetcher`. An address that was not programmed answers 404; None is unreachable."""

    def __init__(self, answers: Mapping[str, Answer | None]) -> None:
        self.answers = dict(answers)
        self.requests: list[FetchRequest] = []
        """Every request, in order."""
        self.refused: set[str] = set()
        """Addresses that lead into a private network."""

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        self.requests.append(request)
        if request.url in self.refused and not request.trusted:
            return FetchFailed(request.url, FetchProblem.REFUSED_ADDRESS, "it leads to 10.0.0.1, a private address")
        if request.trusted and request.url.startswith("file:") and request.url in self.answers:
            return _outcome(request, request.url, self.answers[request.url], moved_to=None)
        url, moved = request.url, True
        for _ in range(6):
            if urlsplit(url).scheme not in ("http", "https"):
                return FetchFailed(url, FetchProblem.REFUSED_ADDRESS, "this is not an http or https address")
            answer = self.answers.get(url, Answer(status=404))
            if answer is None or answer.status not in REDIRECTS:
                return _outcome(request, url, answer, moved_to=url if moved and url != request.url else None)
            moved = moved and answer.status in PERMANENT
            url = urljoin(url, answer.headers["location"])
        return FetchFailed(url, FetchProblem.TOO_MANY_REDIRECTS, "it redirects more than 5 times")


def _outcome(request: FetchRequest, url: str, answer: Answer | None, *, moved_to: str | None) -> FetchOutcome:
    host = urlsplit(url).hostname or ""
    if answer is None:
        reason = f"{host} cannot be found: no network or no such host"
        return FetchFailed(url, FetchProblem.UNREACHABLE, reason)
    if answer.status != 200:
        return failure_of(url, host, answer.status, answer.headers, _NOW)
    if request.etag is not None and request.etag == answer.etag:
        return NotModified(url)
    if request.etag is None and request.last_modified is not None and request.last_modified == answer.last_modified:
        return NotModified(url)
    return Fetched(url, answer.body, answer.headers, answer.etag, answer.last_modified, moved_to)
