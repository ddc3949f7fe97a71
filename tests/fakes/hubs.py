"""Hubs (W3C WebSub): one that only notes what it is asked, and one on loopback that verifies and posts."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model import FetchFailed
from tests.fakes.loopback import LoopbackServer

CHALLENGE = "prove-it-<b>42</b>"


def signature(secret: str, body: bytes, method: Literal["sha1", "sha256", "sha384", "sha512"] = "sha256") -> str:
    """`X-Hub-Signature` as a hub makes it."""
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


class FakeHubs:
    """Implements `bot.ports.Hubs`: takes every question, or answers as `failure` says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.failure: FetchFailed | None = None
        self.hangs = False
        """Whether questions are never answered."""
        self.reached = asyncio.Event()

    async def ask(self, hub: str, form: Mapping[str, str]) -> FetchFailed | None:
        self.asked.append((hub, dict(form)))
        self.reached.set()
        if self.hangs:
            await asyncio.Event().wait()
        return self.failure


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that came to the hub, and what came of asking back."""

    form: Mapping[str, str]
    status: int
    answer: str


class HubServer(LoopbackServer):
    """`with HubServer() as hub:` is a hub at `hub.url` that asks back at once, before the block ends."""

    def __init__(self, *, lease_seconds: int = 864_000) -> None:
        super().__init__([Route("/hub", self._serve, methods=["POST"])])
        self.url = f"http://127.0.0.1:{self.port}/hub"
        self._lease_seconds = lease_seconds
        self._lock = threading.Lock()
        self._asked: list[Asked] = []
        self.connections = 0

    @property
    def asked(self) -> tuple[Asked, ...]:
        with self._lock:
            return tuple(self._asked)

    async def _serve(self, request: Request) -> Response:
        self.connections += 1
        form = {name: str(value) for name, value in (await request.form()).items()}
        return Response(status_code=202, background=BackgroundTask(self._ask_back, form))

    async def _ask_back(self, form: Mapping[str, str]) -> None:
        told = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": CHALLENGE}
        if form["hub.mode"] == "subscribe":
            told["hub.lease_seconds"] = str(self._lease_seconds)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(form["hub.callback"], params=told)
        with self._lock:
            self._asked.append(Asked(form, answer.status_code, answer.text))

    def post(self, body: bytes, *, signed: str | None = None) -> int:
        """What is new, to the last who subscribed; `signed`: in place of the right signature, empty for none."""
        form = next(one.form for one in reversed(self.asked) if one.form["hub.mode"] == "subscribe")
        shown = signature(form["hub.secret"], body) if signed is None else signed
        headers = {"Content-Type": "application/rss+xml"} | ({"X-Hub-Signature": shown} if shown else {})
        return httpx.post(form["hub.callback"], content=body, headers=headers, trust_env=False).status_code
