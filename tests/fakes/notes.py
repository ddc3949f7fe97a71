"""A note in memory."""

from __future__ import annotations


class TextNote:
    """Implements `bot.ports.Notes`."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    def read(self) -> str:
        return self.text

    def write(self, text: str) -> None:
        self.text = text
