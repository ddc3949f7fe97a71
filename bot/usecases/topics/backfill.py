"""A topic and a chat meet: the chat gets the best recent articles at once, marked as earlier; then what is new."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts.policy import decide
from bot.alerts.schedule import QuietTime
from bot.model import Delivering, DeliveryKind, DeliveryState, Destination, NewDelivery, Topic
from bot.ports import Clock
from bot.store import Store
from bot.usecases.delivery.review import needs_review, reviews_of
from bot.usecases.ingest.alerting import HOUR, compose_alert, silence_in
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.score_articles import Judged, document_of
from bot.usecases.topics.backtest import ArchiveMatch, Backtester, best_of
from bot.usecases.topics.watchlist import Audience, Watchlist

DAYS = 7
"""How far back a new topic or destination is told of."""

COUNT = 3

SECONDS = 4.0
"""For looking back, a topic: a start or a change of configuration may bring many, and the best come first."""


class Introducer:
    """Finds topics and destinations that have not met before."""

    def __init__(self, store: Store, backtester: Backtester, grouping: Grouping, clock: Clock) -> None:
        self._store = store
        self._backtester = backtester
        self._grouping = grouping
        self._clock = clock

    async def introduce(self, watch: Watchlist, audience: Audience) -> int:
        """Queue the earlier alerts of every new pair of topic and destination; how many that makes."""
        queued = 0
        for topic in audience.address(watch.topics).values():
            strangers = () if topic.paused else await self._strangers(topic, audience)
            if strangers:
                backtest = await self._backtester.run(topic.id, watch, DAYS, seconds=SECONDS)
                for destination in strangers:
                    queued += await self._tell(topic, destination, best_of(backtest, COUNT), watch, audience)
        return queued

    async def _strangers(self, topic: Topic, audience: Audience) -> tuple[Destination, ...]:
        """Destinations that have not met the topic; a chat that has another id now is not a new one."""
        async with self._store.read() as unit:
            met = await unit.topics.introduced()
            named = topic.destinations or audience.default
            today = await unit.chats.current_ids({to.chat for to in named})
        destinations = dict.fromkeys(replace(to, chat=today[to.chat]) for to in named)
        return tuple(to for to in destinations if (topic.id, to) not in met)

    async def _tell(
        self,
        topic: Topic,
        destination: Destination,
        best: tuple[ArchiveMatch, ...],
        watch: Watchlist,
        audience: Audience,
    ) -> int:
        now = self._clock.now()
        oldest_first = sorted(best, key=lambda found: found.article.published_at or now)
        judged = await self._grouping.prepare(
            [Judged(found.article, document_of(found.article), None, (found.match,)) for found in oldest_first]
        )
        async with self._store.write() as unit:
            if (topic.id, destination) in await unit.topics.introduced():
                return 0
            placed = [item for item in self._grouping.place(judged) if item is not None]
            ended = await self._grouping.keep(unit, placed, watch.language)
            alerts = [
                compose_alert(item.article, item.judged.document, item.judged.matches, watch, earlier=True)
                for item in placed
            ]
            unseen = [alert for alert in alerts if not await unit.outbox.has_alert(destination, alert.id)]
            used = await unit.outbox.instant_count(destination, now - HOUR, now)
            silence = await silence_in(unit, destination, watch, now)
            deliveries = [
                NewDelivery(destination, DeliveryKind.NEW, alert, state=_state(used + place, watch, silence))
                for place, alert in enumerate(unseen)
            ]
            if await needs_review(unit, destination, [topic]):
                asked = [await reviews_of(unit, alert, destination, audience.default) for alert in unseen]
                deliveries = [review for reviews in asked for review in reviews]
            there = {article.id for article in await unit.articles.get([found.article.id for found in best])}
            await unit.matches.add([found.match for found in best if found.article.id in there], now)
            await unit.outbox.add(deliveries, now)
            await unit.topics.introduce(topic.id, destination, now)
        self._grouping.kept(ended)
        return len(deliveries)


def _state(used: int, watch: Watchlist, silence: QuietTime) -> DeliveryState:
    """Many topics at once keep to the budget of the chat as well, and to its quiet hours: the rest is a digest."""
    return decide(DeliveryKind.NEW, Delivering.INSTANT, used, watch.alerts_per_hour, silence=silence)
