"""A Summarizer without a model."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Article, Language


class FakeSummarizer:
    """Writes `text`, or else the first sentence of the first article; `away`: nothing."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.away = False
        self.asked: list[tuple[Sequence[Article], Language]] = []

    async def summarize(self, articles: Sequence[Article], language: Language) -> str | None:
        self.asked.append((articles, language))
        if self.away or not articles:
            return None
        return self.text or articles[0].text.split(". ")[0].rstrip(".") + "."
