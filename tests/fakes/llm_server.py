"""An OpenAI-compatible `/v1/chat/completions` on loopback, whose texts and troubles a test chooses."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.feed_server import Answer
from tests.fakes.loopback import LoopbackServer

MODEL = "qwen3:8b"


def first_sentence(articles: list[dict[str, str]]) -> str:
    """What a careful model might write."""
    return articles[0]["text"].split(". ")[0].rstrip(".") + "."


class LlmServer(LoopbackServer):
    """`with LlmServer() as server:` serves `server.url`, which ends in `/v1`, until the block ends."""

    def __init__(self, *, key: str = "") -> None:
        """`key`: asked of whoever comes, if there is one."""
        super().__init__([Route("/v1/chat/completions", self._serve, methods=["POST"])])
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._key = key
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget what came, and answer as one should."""
        self.questions: list[dict[str, Any]] = []
        self.write: Callable[[list[dict[str, str]]], str] = first_sentence
        """Makes the text of the articles that were given."""
        self.finish = "stop"
        self.trouble: Answer | None = None
        """Given instead of a text, as long as it is set."""
        self.delay = 0.0
        """Seconds before each answer."""
        self.busiest = 0
        """The most questions at once."""
        self._busy = 0

    async def _serve(self, request: Request) -> Response:
        if self._key and request.headers.get("authorization") != f"Bearer {self._key}":
            message = f"Incorrect API key provided: {request.headers.get('authorization')}"
            return JSONResponse({"error": {"message": message}}, status_code=401)
        question = await request.json()
        with self._lock:
            self.questions.append(question)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            return await self._answer(question)
        finally:
            self._busy -= 1

    async def _answer(self, question: dict[str, Any]) -> Response:
        if question["model"] != MODEL:
            return JSONResponse({"error": {"message": f"model {question['model']} not found"}}, status_code=404)
        if self.trouble is not None:
            await asyncio.sleep(self.trouble.delay)
            return Response(self.trouble.body, self.trouble.status, dict(self.trouble.headers))
        await asyncio.sleep(self.delay)
        message = {"role": "assistant", "content": self.write(given(question))}
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        return JSONResponse({"object": "chat.completion", "model": MODEL, "choices": [choice]})


def given(question: dict[str, Any]) -> list[dict[str, str]]:
    """The articles in a question."""
    articles: list[dict[str, str]] = json.JSONDecoder().raw_decode(question["messages"][-1]["content"])[0]["articles"]
    return articles
