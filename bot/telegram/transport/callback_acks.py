"""Buttons are answered in time: a client shows a spinner until then, and Telegram forgets the query after a while."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.telegram.context import Press
from bot.telegram.render import Rendered, one_line
from bot.telegram.speaker import Speaker

PATIENCE: Final = 4.0
"""Seconds that the work behind a button may take before the button is answered without a word."""

_REMEMBERED = 1_000


class CallbackAcks:
    """Answers each query once: with what was said in time, else with nothing."""

    def __init__(self, speaker: Speaker, patience: float) -> None:
        self._speaker = speaker
        self._patience = patience
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._answered: dict[str, None] = {}
        """Queries whose answer is on its way; the latest last."""

    def begin(self, query_id: str) -> None:
        """Something has been pressed. Asked again, nothing changes."""
        if query_id not in self._timers and query_id not in self._answered:
            self._timers[query_id] = asyncio.create_task(self._answer_late(query_id))

    async def end(self, press: Press) -> Rendered | None:
        """The work is done: answer with what it said. What comes too late for that is to be sent as a message."""
        if self._take(press.query_id):
            await self._speaker.answer_press(press.query_id, press.said, urgent=press.is_urgent)
            return None
        return one_line(press.said) if press.said else None

    async def settle(self) -> None:
        """The end: answers on their way get there, other queries are left to the next start."""
        timers = dict(self._timers)
        for query_id, timer in timers.items():
            if query_id not in self._answered:
                timer.cancel()
        await asyncio.gather(*timers.values(), return_exceptions=True)

    async def _answer_late(self, query_id: str) -> None:
        await asyncio.sleep(self._patience)
        self._remember(query_id)
        try:
            await self._speaker.answer_press(query_id)
        finally:
            self._timers.pop(query_id, None)

    def _take(self, query_id: str) -> bool:
        """Whether nobody has begun to answer; the caller does it then."""
        if query_id in self._answered:
            return False
        self._remember(query_id)
        if (timer := self._timers.pop(query_id, None)) is not None:
            timer.cancel()
        return True

    def _remember(self, query_id: str) -> None:
        self._answered[query_id] = None
        if len(self._answered) > _REMEMBERED:
            del self._answered[next(iter(self._answered))]
