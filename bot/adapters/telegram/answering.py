"""Buttons are answered in time: a client shows a spinner until then, and Telegram forgets the query after a while."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.adapters.telegram.markup import line, span
from bot.adapters.telegram.render import Rendered, page
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.turns import Press

PATIENCE: Final = 4.0
"""Seconds that the work behind a button may take before the button is answered without a word."""


class InTime:
    """Answers each query once: with what was said in time, else with nothing."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._timers: dict[str, asyncio.Task[None]] = {}

    @property
    def pending(self) -> tuple[asyncio.Task[None], ...]:
        return tuple(self._timers.values())

    def begin(self, query_id: str) -> None:
        """Something has been pressed. Asked again, nothing changes."""
        if query_id not in self._timers:
            self._timers[query_id] = asyncio.create_task(self._answer_late(query_id))

    async def end(self, press: Press) -> Rendered | None:
        """The work is done: answer with what it said. What comes too late for that is to be sent as a message."""
        timer = self._timers.pop(press.query_id)
        if not timer.done():
            timer.cancel()
            await self._speaker.answer_press(press.query_id, press.said, urgent=press.is_urgent)
            return None
        return page([line(span(press.said))]) if press.said else None

    async def _answer_late(self, query_id: str) -> None:
        await asyncio.sleep(PATIENCE)
        await self._speaker.answer_press(query_id)
