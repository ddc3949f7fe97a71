"""What stands for an answer while it is made: "Reading…", which the answer then replaces."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import MessageId
from bot.store import Store
from bot.telegram.context import ChatContext
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker


@dataclass(frozen=True, slots=True)
class ProvisionalAnswers:
    """Provisional messages are stored with the update they answer, so that a kill leaves none behind."""

    store: Store
    speaker: Speaker

    async def say(self, context: ChatContext, message: Rendered) -> MessageId | None:
        """Send a provisional message; None if Telegram refuses it.

        If the same update is handled again, even after a kill, the first provisional message is used again.
        """
        async with self.store.read() as unit:
            said = await unit.updates.provisional(context.update_id)
        if said is None and (said := await self.speaker.say(context, message)) is not None:
            async with self.store.write() as unit:
                await unit.updates.note_provisional(context.update_id, said)
        return said

    async def replace(self, context: ChatContext, message: Rendered, waiting: MessageId | None) -> MessageId | None:
        """Replace the provisional message, or send a new one if it could not be sent."""
        if waiting is None:
            return await self.speaker.say(context, message)
        return await self.speaker.change(context, message, waiting)
