"""Questions of the bot: the user's next message is taken as the answer, whatever it would mean otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model import Expectation
from bot.store import Store
from bot.telegram.context import ChatContext
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one dialogue. They are stored, so that an answer is recognized after a restart."""

    store: Store
    speaker: Speaker
    within: timedelta
    """A message that comes later than this is not taken as the answer."""

    async def ask(self, context: ChatContext, what: str, question: Rendered, about: str = "") -> None:
        """Ask the user. `what`: a name in `Dialogue.answers`; `about`: the text that is passed to its handler."""
        await self.expect(context, what, about)
        await self.speaker.ask(context, question)

    async def expect(self, context: ChatContext, what: str, about: str = "") -> None:
        """Expect an answer without asking, because the question has been sent or will be sent."""
        expectation = Expectation(context.chat.chat, context.user_id, what, about, context.now + self.within)
        async with self.store.write() as unit:
            await unit.conversations.expect(expectation)

    async def forget(self, context: ChatContext) -> None:
        """Stop expecting an answer: it has come, or the user has started something else."""
        async with self.store.write() as unit:
            await unit.conversations.forget_expectation(context.chat.chat, context.user_id)
