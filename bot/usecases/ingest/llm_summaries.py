"""Summaries of stories in the words of a language model, where there is one: they take the place of what was told.

An alert never waits for it: its message is told in sentences of the articles, and changed when the text is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.alerts.outlet_preferences import of_other_outlets
from bot.errors import KabarError
from bot.model import Alert, AlertId, Article, ArticleId, Delivery, DeliveryState, Language
from bot.ports import Clock, Summarizer
from bot.store import DecodedContents, Store, UnitOfWork
from bot.summaries.check import faults
from bot.usecases.ingest.planned_outbox import PlannedOutbox, store_outbox

log = structlog.get_logger()

LATELY = timedelta(hours=6)
"""Alerts older than this are left as they are."""

LOOKED_AT = 200
"""Of those, the newest."""

EVERY = 15.0
"""Seconds between two looks for stories that have grown."""

TOGETHER = 50
"""Messages that one transaction changes."""

MOST_ARTICLES = 8
"""Given to the model, and what its text is held against."""

_SHOWN = 5
"""Faults in one line of the log."""

_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A summary that several chats may be waiting for."""

    story: AlertId
    language: Language
    articles: tuple[ArticleId, ...]
    """What it would be written from: ids, the leading one first."""


class StoryWriter:
    """A companion of the main job. What was refused, or did not come in time, is asked for when the story has grown."""

    def __init__(self, store: Store, summarizer: Summarizer, clock: Clock, language: Callable[[], Language]) -> None:
        """`language`: of chats that have not chosen one."""
        self._store = store
        self._summarizer = summarizer
        self._clock = clock
        self._language = language
        self._tried: dict[_Wanted, None] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; a text under way then is given up."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            writing = asyncio.create_task(self._write_guarded())
            await asyncio.wait({stopping, writing}, return_when=asyncio.FIRST_COMPLETED)
            if not writing.done():
                writing.cancel()
                with suppress(asyncio.CancelledError):
                    await writing
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)
        await stopping

    async def write(self) -> int:
        """Write what is wanted, one text after another; how many messages that changes."""
        changed = 0
        for wanted, deliveries in (await self._wanted()).items():
            self._tried[wanted] = None
            if len(self._tried) > _REMEMBERED:
                self._tried.pop(next(iter(self._tried)))
            articles = await self._articles(wanted)
            text = await written_summary(self._summarizer, articles, wanted.language) if articles else None
            if text is not None:
                changed += await self._tell(wanted, deliveries, articles, text)
        return changed

    async def _write_guarded(self) -> None:
        try:
            await self.write()
        except KabarError as error:
            log.error("writing-failed", reason=str(error))  # noqa: TRY400 -- the reason says it all
        except Exception:  # -- summaries are an ornament: a defect in them must not end the job
            log.exception("writing-failed")

    async def _wanted(self) -> dict[_Wanted, list[Delivery]]:
        async with self._store.read() as unit:
            told = await unit.outbox.told(self._clock.now() - LATELY, limit=LOOKED_AT)
            chats = await unit.chats.of({one.destination.chat for one in told})
        found: dict[_Wanted, list[Delivery]] = {}
        for delivery in told:
            alert, chat = delivery.content, chats.get(delivery.destination.chat)
            if not isinstance(alert, Alert) or delivery.state is not DeliveryState.SENT or delivery.message_id is None:
                continue
            named = (alert.article_id, *(version.article_id for version in of_other_outlets(alert)))
            language = (chat.language if chat else None) or self._language()
            wanted = _Wanted(alert.id, language, named)
            if wanted not in self._tried and alert.written_from != len(named[:MOST_ARTICLES]):
                found.setdefault(wanted, []).append(delivery)
        return found

    async def _articles(self, wanted: _Wanted) -> tuple[Article, ...]:
        """In the order in which the alert names them; as many as the text may be written from."""
        place = {article_id: number for number, article_id in enumerate(wanted.articles[:MOST_ARTICLES])}
        async with self._store.read() as unit:
            articles = await unit.articles.get(place)
        return tuple(sorted(articles, key=lambda article: place[article.id]))

    async def _tell(self, wanted: _Wanted, deliveries: list[Delivery], articles: tuple[Article, ...], text: str) -> int:
        """As each chat was told of the story by now: it may have grown while the text was written.

        Nowhere where an outlet has changed its words meanwhile: the text may say what it has taken back.
        """
        now, queued = self._clock.now(), 0
        for start in range(0, len(deliveries), TOGETHER):
            keys = [(one.destination, one.content.id) for one in deliveries[start : start + TOGETHER]]
            async with self._store.write() as unit:
                if await _words_of(unit, wanted) != {article.id: (article.title, article.text) for article in articles}:
                    return queued
                outbox = PlannedOutbox(await unit.outbox.of_alerts(keys, DecodedContents()), now)
                for thread in (outbox.thread(*key) for key in keys):
                    if thread is not None:
                        outbox.show(thread, replace(thread.alert, written=text, written_from=len(articles)))
                changes = outbox.changes()
                await store_outbox(unit, changes, now)
                queued += len(changes.queued)
        return queued


async def _words_of(unit: UnitOfWork, wanted: _Wanted) -> dict[ArticleId, tuple[str, str]]:
    articles = await unit.articles.get(wanted.articles[:MOST_ARTICLES])
    return {article.id: (article.title, article.text) for article in articles}


async def written_summary(summarizer: Summarizer, articles: Sequence[Article], language: Language) -> str | None:
    """A text on one line that says nothing the first eight articles do not say; None: tell their own sentences.

    Takes as long as the summarizer may; not to be waited for inside a transaction.
    """
    given = articles[:MOST_ARTICLES]
    written = await summarizer.summarize(given, language)
    if written is None:
        return None
    found = await asyncio.to_thread(faults, written, given, language)  # a tenth of a second with long articles
    if found:
        why = [f"{fault.kind}: {fault.written[:80]}" for fault in found[:_SHOWN]]
        log.info("summary-refused", story=given[0].id if given else None, language=language, why=why)
        return None
    return " ".join(written.split())
