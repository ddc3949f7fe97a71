"""A web server on loopback whose answers a test programs, in a thread of its own: usable by other processes too."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.loopback import LoopbackServer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers. With `etag` or `last_modified`, conditional requests that fit get a 304."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None
    delay: float = 0.0
    """Seconds before the answer begins."""
    held: threading.Event | None = None
    """The answer begins when this has happened, and the delay after it is over."""
    drip: float = 0.0
    """Seconds between bytes; 0 sends the body at once."""
    without_cookie: Answer | None = None
    """What a request without a cookie is answered instead."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A request that came. Header names are lower-case."""

    path: str
    headers: Mapping[str, str]
    not_modified: bool
    at: float = field(default_factory=time.monotonic)


class FeedServer(LoopbackServer):
    """`with FeedServer() as server:` serves until the block ends. Paths that were not programmed answer 404."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._hits: list[Hit] = []
        self._lock = threading.Lock()
        self._running = 0
        self._round = 0
        """Requests of an earlier round, which nobody waits for any more, are not counted."""
        self.most_at_once = 0
        """The most requests that were being answered at the same time."""
        super().__init__([Route("/{path:path}", self._serve, methods=["GET", "HEAD"])])

    def clear(self) -> None:
        """Forget all answers and hits."""
        with self._lock:
            self._answers.clear()
            self._hits.clear()
            self._running, self.most_at_once = 0, 0
            self._round += 1

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, answer: Answer) -> None:
        """Program a path, from the next request on."""
        with self._lock:
            self._answers[path] = answer

    def put_feed(self, path: str, body: bytes | str, *, content_type: str = "application/rss+xml") -> None:
        """A feed as servers give it: with an ETag that changes with the body."""
        data = body.encode() if isinstance(body, str) else body
        etag = f'"{blake2b(data, digest_size=8).hexdigest()}"'
        self.put(path, Answer(data, headers={"content-type": content_type}, etag=etag))

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        self.put(path, Answer(status=status, headers={"location": location}))

    def hits(self, path: str | None = None) -> tuple[Hit, ...]:
        """The requests so far, to this path or to any."""
        with self._lock:
            return tuple(hit for hit in self._hits if path in (None, hit.path))

    @property
    def asked(self) -> int:
        """How many requests there were; `hits` would copy them all."""
        with self._lock:
            return len(self._hits)

    async def _serve(self, request: Request) -> Response:
        path = request.url.path
        with self._lock:
            answer = self._answers.get(path, Answer(b"not here", status=404))
            if answer.without_cookie is not None and "cookie" not in request.headers:
                answer = answer.without_cookie
            fresh = _is_fresh(request, answer)
            self._hits.append(Hit(path, dict(request.headers), fresh))
            self._running += 1
            of_round = self._round
            self.most_at_once = max(self.most_at_once, self._running)
        try:
            if answer.held is not None:
                await asyncio.to_thread(answer.held.wait)
            await asyncio.sleep(answer.delay)
            return _response(answer, not_modified=fresh)
        finally:
            with self._lock:
                self._running -= of_round == self._round


def _is_fresh(request: Request, answer: Answer) -> bool:
    if answer.status != 200:
        return False
    if "if-none-match" in request.headers:
        return answer.etag is not None and request.headers["if-none-match"] == answer.etag
    return answer.last_modified is not None and request.headers.get("if-modified-since") == answer.last_modified


def _response(answer: Answer, *, not_modified: bool) -> Response:
    headers = dict(answer.headers)
    if answer.etag:
        headers["etag"] = answer.etag
    if answer.last_modified:
        headers["last-modified"] = answer.last_modified
    if not_modified:
        return Response(status_code=304, headers=headers)
    if answer.drip:
        return StreamingResponse(_drip(answer.body, answer.drip), status_code=answer.status, headers=headers)
    return Response(answer.body, status_code=answer.status, headers=headers)


async def _drip(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    for byte in body:
        yield bytes([byte])
        await asyncio.sleep(seconds)
