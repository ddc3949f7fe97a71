"""How many pages are opened for a chat of the public in an hour."""

from __future__ import annotations

from datetime import timedelta

from bot.telegram.admission import Throttle
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext


class PageBudget:
    """Counts in memory; a restart begins anew."""

    def __init__(self, view: AppApi) -> None:
        self._view = view
        self._throttle = Throttle(0, timedelta(hours=1))

    @property
    def most(self) -> int:
        return self._view.watchlist().public.pages_per_hour

    def take(self, context: ChatContext) -> bool:
        """Whether one more page may be opened for this chat now; then it counts."""
        if not context.chat.preferences.public:
            return True
        return self._throttle.take(context.chat.chat, context.now, self.most)
