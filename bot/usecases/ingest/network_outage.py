"""Tells an outage of our own network from failures of single feeds: in an outage no server answers."""

from __future__ import annotations

from bot.model import FeedId


class NetworkOutage:
    """Notes which feeds got no answer. It is an outage when a feed gets none twice, and no other got one in between."""

    def __init__(self) -> None:
        self._unanswered: set[FeedId] = set()
        self._holds = False

    def holds_for(self, feed_id: FeedId) -> bool:
        """Whether this feed had no answer at its last poll; to be asked before `after` notes the next one."""
        return feed_id in self._unanswered

    def after(self, feed_id: FeedId, *, is_answered: bool) -> frozenset[FeedId]:
        """Note a poll. Returns the other feeds without an answer if this poll ends an outage: they can be asked now."""
        if not is_answered:
            self._holds = self._holds or feed_id in self._unanswered
            self._unanswered.add(feed_id)
            return frozenset()
        ended = frozenset(self._unanswered - {feed_id}) if self._holds else frozenset()
        self._unanswered.clear()
        self._holds = False
        return ended
