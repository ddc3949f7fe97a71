"""The Protocols of the outside world: time, the network, worker processes, models, messengers, charts."""

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
    DateStyle,
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
    """The current time, and waiting. In tests a fake clock makes days pass at once."""

    def now(self) -> datetime:
        """The current time, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class Fetcher(Protocol):
    """Fetches a document. It never raises for a failure of a server, of the network or of an address."""

    async def fetch(self, request: FetchRequest) -> FetchOutcome: ...


class Hubs(Protocol):
    """Sends subscription requests to WebSub hubs. It never raises for a failure of a server or of the network."""

    async def ask(self, hub: str, form: Mapping[str, str]) -> FetchFailed | None:
        """POST a form to a hub (W3C WebSub, 5.1, https://www.w3.org/TR/websub/#subscriber-sends-subscription-request).

        None: the hub has accepted the request and will verify it with a request of its own.
        """
        ...


class Workers(Protocol):
    """Parses and extracts untrusted bytes in processes that may hang or crash without harm to the bot."""

    async def parse(
        self, body: bytes, headers: Mapping[str, str], url: str, dates: DateStyle | None = None
    ) -> ParsedFeed | ParseFailed:
        """Read a feed. `dates`: how it has written its dates in earlier documents."""
        ...

    async def extract(self, body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed: ...


class Embedder(Protocol):
    """Turns texts into unit vectors, off the event loop. `name` identifies the model: it changes when vectors do."""

    @property
    def name(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text: shape (len(texts), dimensions). Every text is accepted, empty ones too."""
        ...


class Summarizer(Protocol):
    """Writes a summary of several articles. The caller checks the text: the model has read untrusted articles."""

    async def summarize(self, articles: Sequence[Article], language: Language) -> str | None:
        """A few sentences in `language` about as many of the first articles as the model can read; None: not now.

        It never raises for a failure of a server or of the network, and it has a time limit of its own.
        """
        ...


class Messenger(Protocol):
    """Renders a delivery for its chat and sends it."""

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome: ...


class Charts(Protocol):
    """Draws counts as pictures that can be read on a phone."""

    async def draw(self, stats: Stats, language: Language) -> bytes | None:
        """A PNG, drawn off the event loop; None where it cannot be drawn, with the reason in the log."""
        ...

    async def draw_rise(self, rise: Rise, language: Language, timezone: ZoneInfo) -> bytes | None:
        """The same for a rise; its days are dated in the time zone."""
        ...


class Notes(Protocol):
    """A small text that is kept outside of the database, for when that cannot be read."""

    def read(self) -> str:
        """The text; empty if there is none or it cannot be read."""
        ...

    def write(self, text: str) -> None:
        """Keep the text, if that is possible at all: it never raises."""
        ...


class FaultPoints(Protocol):
    """Named points where a test may kill the process, to check that nothing is lost. In production it does nothing."""

    def reach(self, point: str) -> None: ...
