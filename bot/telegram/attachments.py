"""Reads what a user sent as an example for a topic: a document, the page behind a link, or the text of the message."""

from __future__ import annotations

from dataclasses import dataclass

from bot.matching.evidence import PASTED
from bot.model import Example
from bot.telegram.intent import DocumentShown, LinkShown, TextShown, is_article
from bot.telegram.speaker import DocumentError, Speaker
from bot.telegram.transport.incoming import Attachment
from bot.usecases.topics.example_sources import MaterialReader, Unreadable, UnreadableReason


@dataclass(frozen=True, slots=True)
class ShownReader:
    """Reads the content that `bot.telegram.intent` has found in a message."""

    speaker: Speaker
    material: MaterialReader

    async def read(self, shown: LinkShown | DocumentShown | TextShown) -> Example | Unreadable:
        """The example. If a page cannot be read, the text beside its link is used if it is long enough."""
        match shown:
            case DocumentShown(attachment):
                return await self._document(attachment)
            case TextShown(text):
                return await self.material.text(text, PASTED)
            case LinkShown(url, text):
                read = await self.material.link(url)
                if isinstance(read, Unreadable) and is_article(text):
                    return await self.material.text(text, url)
                return read

    async def _document(self, attachment: Attachment) -> Example | Unreadable:
        try:
            body = await self.speaker.document(attachment)
        except DocumentError as error:
            return Unreadable(UnreadableReason.TOO_LARGE, attachment.name, str(error))
        return await self.material.document(attachment.name, attachment.kind, body)
