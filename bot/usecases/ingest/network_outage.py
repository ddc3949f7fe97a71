"""Whether the network is away: what no server answers is no failure of one feed."""

from __future__ import annotations

from bot.model import FeedId


class NetworkOutage:
    """Whether no server answers any more: a feed has had no answer twice, and no other had one in between."""

    def __init__(self) -> None:
        self._unanswered: set[FeedId] = set()
        self._holds = False

    def holds_for(self, feed_id: FeedId) -> bool:
        """Before the feed's own poll is noted."""
        return feed_id in self._unanswered

    def after(self, feed_id: FeedId, *, is_answered: bool) -> frozenset[FeedId]:
        """Note a poll; where it ends the silence, the other feeds that had no answer."""
        if not is_answered:
            self._holds = self._holds or feed_id in self._unanswered
            self._unanswered.add(feed_id)
            return frozenset()
        ended = frozenset(self._unanswered - {feed_id}) if self._holds else frozenset()
        self._unanswered.clear()
        self._holds = False
        return ended
