"""Contents as JSON, each written once: one alert may go to thousands of chats."""

from __future__ import annotations

from bot.model import Content
from bot.store.codec import encode_content


class WrittenContents:
    """The JSON of contents, kept for as long as one batch of deliveries is stored."""

    def __init__(self) -> None:
        self._written: dict[int, tuple[Content, str]] = {}
        """By identity: to compare or hash a content costs as much as to write it."""

    def of(self, content: Content) -> str:
        known = self._written.get(id(content))
        if known is None:
            known = self._written[id(content)] = content, encode_content(content)
        return known[1]
