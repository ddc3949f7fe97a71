"""The message on a story is brought up to date: its summary, and the edit that shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.alerts.story_thread import BETWEEN_EDITS, StoryThread, looks_same
from bot.model import Alert, Article, DeliveryKind, Evidence, Language, NewDelivery, Sentence, StoryId
from bot.store import UnitOfWork
from bot.summaries.extract import summarize
from bot.summaries.story_summary import summarize_story
from bot.text.tokens import words

log = structlog.get_logger()

READ = 24
"""Articles of a story that are looked at for its summary: the last ones."""


def article_summary(article: Article, evidence: Iterable[Evidence]) -> tuple[Sentence, ...]:
    """Sentences of one article; they lean on what made it match."""
    try:
        said = summarize(article.title, article.text, article.language, _focus(evidence, article.language))
    except Exception:  # -- a defect in summing up must not keep an alert, and all others of its poll, from a chat
        log.exception("summary-failed", article=article.id, title=article.title)
        return ()
    return tuple(Sentence(text) for text in said)


async def resummed(unit: UnitOfWork, alert: Alert, story: StoryId, reads: Sequence[Language]) -> Alert:
    """The alert with a summary of all the articles that it names; that of its leading one stands where that fails."""
    known = {version.article_id for version in alert.also}
    articles = await unit.articles.of_story(story, READ)
    leading = [article for article in articles if article.id == alert.article_id]
    others = [article for article in articles if article.id in known]
    if not leading or not others:
        return alert
    focus = _focus((reason.evidence for reason in alert.reasons), alert.language)
    try:  # off the loop: a large story takes a tenth of a second
        found = await asyncio.to_thread(summarize_story, [*leading, *others], reads or (alert.language,), focus)
    except Exception:  # -- as above
        log.exception("summary-failed", article=alert.article_id, title=alert.title)
        return alert
    said = tuple(Sentence(one.text, "" if one.article_id == alert.article_id else one.source) for one in found)
    return replace(alert, summary=said) if said else alert


async def revise(unit: UnitOfWork, thread: StoryThread, alert: Alert, now: datetime) -> list[NewDelivery]:
    """Keep the alert as it is now; the edit that is to be queued for it, if its message must change and none waits."""
    await unit.outbox.revise(thread.first.id, alert)
    if not thread.has_message or looks_same(alert, thread.alert):
        return []
    if (waiting := thread.waiting_edit) is not None:
        await unit.outbox.revise(waiting.id, alert)
        return []
    at = min(max(now, thread.edited_at + BETWEEN_EDITS), now + BETWEEN_EDITS)  # the clock may have been years ahead
    revision = thread.next_revision(DeliveryKind.EDIT)
    return [NewDelivery(thread.first.destination, DeliveryKind.EDIT, alert, revision, not_before=at)]


def _focus(evidence: Iterable[Evidence], language: Language) -> tuple[str, ...]:
    carried = (text for one in evidence for text in (*one.names, *one.terms))
    return tuple(dict.fromkeys(word for text in carried for word in words(text, language)))
