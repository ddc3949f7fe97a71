"""Questions that somebody's next message answers, whatever it would mean otherwise."""

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
    """Those of one dialogue. They are stored: a restart does not make an answer a new request."""

    store: Store
    speaker: Speaker
    within: timedelta
    """A message that comes later is not meant as the answer any more."""

    async def ask(self, turn: ChatContext, what: str, question: Rendered, about: str = "") -> None:
        """Ask the one whose turn it is. `what`: a name in `Dialogue.answers`; `about`: what its `OnAnswer` is told."""
        await self.expect(turn, what, about)
        await self.speaker.ask(turn, question)

    async def expect(self, turn: ChatContext, what: str, about: str = "") -> None:
        """The same where it has been asked already, or is about to be."""
        expectation = Expectation(turn.chat.chat, turn.user_id, what, about, turn.now + self.within)
        async with self.store.write() as unit:
            await unit.conversations.expect(expectation)

    async def forget(self, turn: ChatContext) -> None:
        """It has been answered, or they have turned to something else."""
        async with self.store.write() as unit:
            await unit.conversations.forget_expectation(turn.chat.chat, turn.user_id)
