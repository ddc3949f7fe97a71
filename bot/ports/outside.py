"""The world outside: time, documents, models, messengers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.model import (
    Article,
    Chat,
    Delivery,
    Extracted,
    ExtractFailed,
    FetchFailed,
    FetchOutcome,
    FetchRequest,
    Language,
    ParsedFeed,
    ParseFailed,
    Rise,
    SendOutcome,
    Stats,
)


class Clock(Protocol):
    """The time, and waiting for it; a fake one makes days pass in a test."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Fetcher(Protocol):
    """Gets a document. Never raises for what a server, a network or an address does."""

    async def fetch(self, request: FetchRequest) -> FetchOutcome: ...


class Hubs(Protocol):
    """Tells a hub what is wanted of it. Never raises for what a server, a network or an address does."""

    async def ask(self, hub: str, form: Mapping[str, str]) -> FetchFailed | None:
        """POST a form (W3C WebSub, section 5.1). None: the hub has taken it and will come back."""
        ...


class Workers(Protocol):
    """Parsing and extraction of foreign bytes, in processes that may hang or die alone."""

    async def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> ParsedFeed | ParseFailed: ...

    async def extract(self, body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed: ...


class Embedder(Protocol):
    """Turns texts into unit vectors, off the event loop. `name` changes when the vectors do."""

    @property
    def name(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dimensions); rows have length 1. Any text is accepted."""
        ...


class Summarizer(Protocol):
    """Writes what several articles say. Its text is checked by whoever asks: it has read what strangers wrote."""

    async def summarize(self, articles: Sequence[Article], language: Language) -> str | None:
        """Of the first articles as many as it can read, in a few sentences of `language`; None: not now.

        Never raises for what a server or a network does, and returns within a time of its own.
        """
        ...


class Messenger(Protocol):
    """Renders a delivery for its chat and sends it. Each messenger has its own look."""

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome: ...


class Charts(Protocol):
    """Draws what was counted, for a phone."""

    async def draw(self, stats: Stats, language: Language) -> bytes | None:
        """A PNG, off the event loop; None where it cannot be drawn now: the log says why."""
        ...

    async def draw_rise(self, rise: Rise, language: Language, timezone: ZoneInfo) -> bytes | None:
        """The same for a rise, its days with the time zone's dates."""
        ...


class FaultPoints(Protocol):
    """Places where a test may end the process, to see that nothing is lost there. Does nothing otherwise."""

    def reach(self, point: str) -> None: ...
