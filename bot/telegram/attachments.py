"""Reads what somebody sends as an example: a file of Telegram, a link, or the text of the message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.matching.evidence import PASTED
from bot.model import Example
from bot.ports import Workers
from bot.telegram.context import ChatContext
from bot.telegram.intent import DocumentShown, LinkShown, TextShown, is_article
from bot.telegram.page_budget import PageBudget
from bot.telegram.speaker import DocumentError, Speaker
from bot.telegram.transport.incoming import Attachment
from bot.usecases.topics.example_sources import Unreadable, UnreadableReason, read_file, read_text
from bot.usecases.topics.read_pages import ReadPages


@dataclass(frozen=True, slots=True)
class ShownReader:
    """Reads the content that `bot.telegram.intent` has found in a message."""

    speaker: Speaker
    pages: ReadPages
    workers: Workers
    budget: PageBudget

    async def read(self, context: ChatContext, shown: LinkShown | DocumentShown | TextShown) -> Example | Unreadable:
        """If a link cannot be read, the text beside it is used instead, provided that it is long enough."""
        match shown:
            case DocumentShown(attachment):
                return await self._document(attachment)
            case TextShown(text):
                return await read_text(text, PASTED)
            case LinkShown(url, text):
                read = await self._page(context, url)
                if isinstance(read, Unreadable) and is_article(text):
                    return await read_text(text, url)
                return read

    async def _page(self, context: ChatContext, url: str) -> Example | Unreadable:
        if self.pages.known(url) is None and not self.budget.take(context):
            why = f"{self.budget.most} pages were opened for this chat within an hour"
            return Unreadable(UnreadableReason.USED_UP, url, why, self.budget.most)
        return await self.pages.read(url)

    async def _document(self, attachment: Attachment) -> Example | Unreadable:
        try:
            body = await self.speaker.document(attachment)
        except DocumentError as error:
            return Unreadable(UnreadableReason.TOO_LARGE, attachment.name, str(error))
        return await read_file(self.workers, attachment.name, attachment.kind, body)
