"""Answers callback queries in time.

After a button is pressed, the client shows a progress bar until the bot calls answerCallbackQuery (Bot API,
"CallbackQuery"). Telegram accepts an answer only for a short time; later ones fail with "query is too old".
"""

from __future__ import annotations

import asyncio
from typing import Final

from bot.telegram.context import Press
from bot.telegram.render import Rendered, one_line
from bot.telegram.speaker import Speaker

PATIENCE: Final = 4.0
"""Seconds that the work behind a button may take before the query is answered without text."""

_REMEMBERED = 1_000


class CallbackAcks:
    """Answers each query exactly once: with the text of the handler if it is ready in time, otherwise without text."""

    def __init__(self, speaker: Speaker, patience: float) -> None:
        self._speaker = speaker
        self._patience = patience
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._answered: dict[str, None] = {}
        """Ids of the queries that have been answered or are being answered, oldest first."""

    def begin(self, query_id: str) -> None:
        """Start the timer for a query. Calling this again for the same query does nothing."""
        if query_id not in self._timers and query_id not in self._answered:
            self._timers[query_id] = asyncio.create_task(self._answer_after_patience(query_id))

    async def end(self, press: Press) -> Rendered | None:
        """Answer with the text of the handler. If the query is answered already, return the text as a message."""
        if self._claim(press.query_id):
            await self._speaker.answer_press(press.query_id, press.said, urgent=press.is_urgent)
            return None
        return one_line(press.said) if press.said else None

    async def settle(self) -> None:
        """Shutdown: finish the answers that are being sent. Other queries are answered after the next start."""
        timers = dict(self._timers)
        for query_id, timer in timers.items():
            if query_id not in self._answered:
                timer.cancel()
        await asyncio.gather(*timers.values(), return_exceptions=True)

    async def _answer_after_patience(self, query_id: str) -> None:
        await asyncio.sleep(self._patience)
        self._remember(query_id)
        try:
            await self._speaker.answer_press(query_id)
        finally:
            self._timers.pop(query_id, None)

    def _claim(self, query_id: str) -> bool:
        """Whether the query is still unanswered. If so, the caller must answer it now."""
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
