"""Tells, through the outbox, of feeds that are gone, fail for long, are empty or fall silent; and when they are back.

A feed's owner is told: the chat that added it, or the admins. That a feed fails for long, the admins hear of all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.alerts.compose import notice
from bot.config import AlarmSettings
from bot.feeds.feed_health import Health
from bot.feeds.incidents import IncidentNews, ReportedIncidents, review_incidents
from bot.model import DeliveryKind, Destination, Feed, FeedId, FeedState, NewDelivery, Notice
from bot.ports import Clock
from bot.store import KeyValueStore, Store
from bot.store.codec import converter, decode
from bot.text.clean import clean_title
from bot.usecases.feeds.subscribe import name_of
from bot.usecases.topics.watchlist import Audience, Watchlist
from bot.wording.feed_notices import NAMED

log = structlog.get_logger()

_STATE: Final = "feed-alarms"

_CODES: Final = {
    Health.GONE: "feeds-gone",
    Health.FAILING: "feeds-failing",
    Health.EMPTY: "feeds-empty",
    Health.SILENT: "feeds-silent",
}


class FeedAlarms:
    """Looks for troubles, and remembers what was told: a restart does not tell it again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def sound(self, watch: Watchlist, settings: AlarmSettings, audience: Audience) -> int:
        """How many notices that makes. What was told is stored with the notices."""
        if not audience.default:  # it would count as told, and nobody would have heard it
            return 0
        now = self._clock.now()
        async with self._store.read() as unit:
            told = await _told(unit.key_values)
            states = await unit.feeds.states()
        failing_after = timedelta(hours=settings.feed_hours) if settings.feed_hours else None
        after, news = review_incidents(told, watch.polled, states, failing_after=failing_after, now=now)
        if after == told:
            return 0
        notices = list(_notices(news, watch, states, settings.feed_hours, audience, now))
        async with self._store.write() as unit:
            await unit.outbox.add([NewDelivery(to, DeliveryKind.NOTICE, said) for to, said in notices], now)
            await unit.key_values.set(_STATE, _written(after))
        for to, said in notices:
            log.warning("alarm", what=said.code, to=str(to), **said.values)
        return len(notices)


def _notices(
    news: IncidentNews,
    watch: Watchlist,
    states: Mapping[FeedId, FeedState],
    hours: int,
    audience: Audience,
    now: datetime,
) -> Iterator[tuple[Destination, Notice]]:
    """One a destination and kind of trouble, whatever the number of feeds."""
    occasion = now.isoformat()
    for health, code in _CODES.items():
        found = [watch.feeds[one] for one, trouble in news.troubles.items() if trouble.health is health]
        for to, feeds in _by_destination(found, audience, health).items():
            more = _more(health, feeds[:NAMED], states, hours, now)
            if health is Health.FAILING:
                more["reader"] = "admin" if to in audience.default else "chat"
            yield to, notice(code, occasion, **_names(feeds), **more)
    mended = [watch.feeds[one] for one in news.mended]
    for to, feeds in _by_destination(mended, audience, Health.FAILING).items():
        yield to, notice("feeds-mended", occasion, **_names(feeds))
    for to in audience.default:
        if news.all_since is not None:
            yield to, notice("all-feeds-failing", occasion, hours=hours, count=len(watch.polled))
        if news.all_mended:
            yield to, notice("all-feeds-mended", occasion)


def _by_destination(feeds: Sequence[Feed], audience: Audience, health: Health) -> Mapping[Destination, Sequence[Feed]]:
    found: dict[Destination, list[Feed]] = {}
    for feed in feeds:
        told = owners_of(feed, audience)
        if health is Health.FAILING:
            told = (*told, *audience.default)
        for destination in dict.fromkeys(told):
            found.setdefault(destination, []).append(feed)
    return found


def owners_of(feed: Feed, audience: Audience) -> tuple[Destination, ...]:
    """Who is told of a feed: the chat that added it, or the admins."""
    if feed.owning_chat is None or not audience.messenger:
        return audience.default
    return (Destination(feed.owning_chat),)


def _names(feeds: Sequence[Feed]) -> dict[str, object]:
    names = (clean_title(name_of(feed)) or feed.id for feed in feeds[:NAMED])
    return {"feeds": "\n".join(names), "count": len(feeds)}


def _more(
    health: Health, feeds: Sequence[Feed], states: Mapping[FeedId, FeedState], hours: int, now: datetime
) -> dict[str, object]:
    """What is said beside the names; of several feeds, a line each."""
    match health:
        case Health.FAILING:
            reasons = (clean_title(states[feed.id].error or "") or "-" for feed in feeds)
            return {"hours": hours, "reasons": "\n".join(reasons)}
        case Health.SILENT:
            silences = (now - (states[feed.id].newest_at or now) for feed in feeds)
            return {"hours": "\n".join(str(silence // timedelta(hours=1)) for silence in silences)}
        case _:
            return {}


async def _told(settings: KeyValueStore) -> ReportedIncidents:
    written = await settings.get(_STATE)
    return ReportedIncidents() if written is None else decode(written, ReportedIncidents)


def _written(told: ReportedIncidents) -> str:
    return json.dumps(converter.unstructure(told))
