"""/start, /help and /topics."""

from __future__ import annotations

from collections.abc import Mapping

from bot.adapters.telegram import answers
from bot.adapters.telegram.incoming import Said
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.topics_here import topics_here
from bot.adapters.telegram.turns import OnAnswer, OnCommand, OnPress, Turn
from bot.adapters.telegram.view import BotView
from bot.model import Role
from bot.ports import Store


class StartDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker, view: BotView) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {
            "start": OnCommand(Role.MEMBER, self._start),
            "help": OnCommand(Role.MEMBER, self._help),
            "bantuan": OnCommand(Role.MEMBER, self._help),
            "topics": OnCommand(Role.MEMBER, self._topics),
        }
        self.presses: Mapping[str, OnPress] = {}
        self.answers: Mapping[str, OnAnswer] = {}

    async def _start(self, turn: Turn, _said: Said) -> None:
        async with self._store.read() as unit:
            topics = await topics_here(unit, self._view.topics(), turn)
        await self._speaker.say(turn, answers.greeting(turn.wording, len(topics)))

    async def _help(self, turn: Turn, _said: Said) -> None:
        await self._speaker.say(turn, answers.help_text(turn.wording))

    async def _topics(self, turn: Turn, _said: Said) -> None:
        async with self._store.read() as unit:
            topics = await topics_here(unit, self._view.topics(), turn)
            states = await unit.feeds.states()
        await self._speaker.say(
            turn, answers.topic_list(turn.wording, topics, turn.chat.chat, self._view.feeds(), states, turn.now)
        )
