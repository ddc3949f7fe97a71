"""An OpenAI-compatible `/v1/embeddings` on loopback, whose vectors and troubles a test chooses."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.ports import Embedder
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feed_server import Answer
from tests.fakes.loopback import LoopbackServer

MODEL = "intfloat/multilingual-e5-small"
PREFIX = "query: "


class EmbeddingServer(LoopbackServer):
    """`with EmbeddingServer() as server:` serves `server.url`, which ends in `/v1`, until the block ends."""

    def __init__(self, embedder: Embedder | None = None, *, key: str = "") -> None:
        """`embedder`: what its vectors come from; `key`: asked of whoever comes, if there is one."""
        super().__init__([Route("/v1/embeddings", self._serve, methods=["POST"])])
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._embedder = embedder or FakeEmbedder()
        self._key = key
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget what came, and answer as one should."""
        self.batches: list[list[str]] = []
        """The texts of each question that came, without their prefix."""
        self.trouble: Answer | None = None
        """Given instead of vectors, as long as it is set."""
        self.trouble_from = 0
        """Questions of fewer texts than this have no trouble."""
        self.turn: Callable[[NDArray[np.float32]], NDArray[np.float32]] = lambda vectors: vectors
        """Makes other vectors of the right ones."""
        self.rewrite: Callable[[list[dict[str, Any]]], Any] = lambda data: data
        """Makes another `data` of the right one."""

    async def _serve(self, request: Request) -> Response:
        if self._key and request.headers.get("authorization") != f"Bearer {self._key}":
            message = f"Incorrect API key provided: {request.headers.get('authorization')}"
            return JSONResponse({"error": {"message": message, "type": "invalid_request_error"}}, status_code=401)
        question = await request.json()
        texts = question["input"]
        with self._lock:
            self.batches.append([text.removeprefix(PREFIX) for text in texts])
        if question["model"] != MODEL:
            return JSONResponse({"error": {"message": f"model {question['model']} not found"}}, status_code=404)
        if self.trouble is not None and len(texts) >= self.trouble_from:
            return await _troubled(self.trouble)
        if not all(text.startswith(PREFIX) for text in texts):
            return JSONResponse({"error": {"message": "no prefix"}}, status_code=400)
        vectors = self.turn(await self._embedder.embed([text.removeprefix(PREFIX) for text in texts]))
        data = [{"object": "embedding", "index": row, "embedding": v.tolist()} for row, v in enumerate(vectors)]
        answer = {"object": "list", "data": self.rewrite(data), "model": MODEL, "usage": {"total_tokens": 1}}
        return Response(json.dumps(answer), media_type="application/json")  # NaN and all


async def _troubled(trouble: Answer) -> Response:
    await asyncio.sleep(trouble.delay)
    if not trouble.drip:
        return Response(trouble.body, trouble.status, dict(trouble.headers))

    async def drip() -> AsyncIterator[bytes]:
        for byte in trouble.body:
            yield bytes([byte])
            await asyncio.sleep(trouble.drip)

    return StreamingResponse(drip(), trouble.status, dict(trouble.headers))
