"""What alerts say, composed once for all chats that are told the same. Pure but for what is remembered.

Chats that watch the same topics are told of an article in the same words, and messages that say the same grow in the
same way: most of what an alert costs need not be done again for each of a thousand chats.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.alerts.compose import compose
from bot.alerts.outlet_preferences import OutletPreferences
from bot.alerts.story_thread import merge_into_alert
from bot.features.document import Document
from bot.model import Alert, Article, ArticleId, Evidence, Facts, Language, Match, Sentence, Update
from bot.stories.updates import facts_of, find_update
from bot.usecases.ingest.story_summary import article_summary, focus_of, with_story_summary
from bot.usecases.topics.watchlist import Watchlist

_MOST: Final = 1_000
"""Alerts that are remembered."""


class Compositions:
    """Remembers what was composed, for as long as one document is told.

    Alerts are compared by identity, which costs nothing; what is read of the store shares equal ones
    (`bot.store.DecodedContents`).
    """

    def __init__(self) -> None:
        self._alerts: dict[Hashable, Alert] = {}
        self._summaries: dict[Hashable, tuple[Sentence, ...]] = {}
        self._facts: dict[Article, Facts] = {}
        self._updates: dict[Hashable, Update] = {}
        self._grown: dict[Hashable, tuple[Alert, Alert, Alert]] = {}
        """With the two alerts that each is made of, whose identity is in the key."""
        self._told: dict[Hashable, tuple[Alert, Alert]] = {}
        """With the alert without its summary, whose identity is in the key."""

    def forget_many(self) -> None:
        """Forget what was composed if that is much: chats with topics of their own share little."""
        if max(len(self._alerts), len(self._grown), len(self._told)) > _MOST:
            for remembered in (self._alerts, self._grown, self._told, self._updates):
                remembered.clear()

    def alert(
        self,
        article: Article,
        document: Document,
        matches: Sequence[Match],
        watchlist: Watchlist,
        *,
        earlier: bool = False,
        late: bool = False,
    ) -> Alert:
        """The alert for one destination: its summary prefers sentences with what made the article match there."""
        known = watchlist.topics
        names = tuple(known[match.topic_id].name for match in matches if match.topic_id in known)
        key = article, tuple(matches), names, earlier, late
        if key not in self._alerts:
            summary = self._summary(article, [match.evidence for match in matches])
            facts = self.facts(article, document)
            self._alerts[key] = compose(
                article, matches, known, summary=summary, facts=facts, earlier=earlier, late=late
            )
        return self._alerts[key]

    def facts(self, article: Article, document: Document) -> Facts:
        """The facts that a reader of the article knows."""
        if article not in self._facts:
            self._facts[article] = facts_of(article, document)
        return self._facts[article]

    def update(self, article: Article, document: Document, known: Facts) -> Update:
        """What the article adds to what is known."""
        key = article, known
        if key not in self._updates:
            self._updates[key] = find_update(article, document, known)
        return self._updates[key]

    def grown(
        self,
        alert: Alert,
        newcomer: Alert,
        preferences: OutletPreferences,
        *,
        now: datetime,
        repeats: ArticleId | None,
        is_told: bool,
    ) -> Alert:
        """The alert with another article of its story, and with its facts where the alert was not told yet."""
        key = id(alert), id(newcomer), preferences, now, repeats, is_told
        if key not in self._grown:
            merged = merge_into_alert(alert, newcomer, preferences, now=now, repeats=repeats)
            if not is_told:
                merged = replace(merged, facts=merged.facts | newcomer.facts)
            self._grown[key] = merged, alert, newcomer
        return self._grown[key][0]

    def of_story(self, alert: Alert, articles: Sequence[Article], reads: Sequence[Language]) -> Alert:
        """The alert with a summary of its leading article and the newest of each other outlet."""
        key = id(alert), tuple(articles), tuple(reads)
        if key not in self._told:
            self._told[key] = with_story_summary(alert, articles, reads), alert
        return self._told[key][0]

    def _summary(self, article: Article, evidence: Iterable[Evidence]) -> tuple[Sentence, ...]:
        focus = focus_of(evidence, article.language)
        if (article, focus) not in self._summaries:
            self._summaries[article, focus] = article_summary(article, focus)
        return self._summaries[article, focus]
