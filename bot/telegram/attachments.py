"""Reads what somebody sends as an example: a file of Telegram, a link, or the text of the message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.matching.evidence import PASTED
from bot.model import Example
from bot.ports import Fetcher, Workers
from bot.telegram.intent import DocumentShown, LinkShown, TextShown, is_article
from bot.telegram.speaker import DocumentError, Speaker
from bot.telegram.transport.incoming import Attachment
from bot.usecases.topics.example_sources import Unreadable, UnreadableReason, read_file, read_link, read_text


@dataclass(frozen=True, slots=True)
class ShownReader:
    """Reads the content that `bot.telegram.intent` has found in a message."""

    speaker: Speaker
    fetcher: Fetcher
    workers: Workers

    async def read(self, shown: LinkShown | DocumentShown | TextShown) -> Example | Unreadable:
        """If a link cannot be read, the text beside it is used instead, provided that it is long enough."""
        match shown:
            case DocumentShown(attachment):
                return await self._document(attachment)
            case TextShown(text):
                return await read_text(text, PASTED)
            case LinkShown(url, text):
                read = await read_link(self.fetcher, self.workers, url)
                if isinstance(read, Unreadable) and is_article(text):
                    return await read_text(text, url)
                return read

    async def _document(self, attachment: Attachment) -> Example | Unreadable:
        try:
            body = await self.speaker.document(attachment)
        except DocumentError as error:
            return Unreadable(UnreadableReason.TOO_LARGE, attachment.name, str(error))
        return await read_file(self.workers, attachment.name, attachment.kind, body)
