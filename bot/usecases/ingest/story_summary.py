"""Summaries of alerts: of one article, and of all the articles of a story. Pure; nothing is stored here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from bot.alerts.outlet_preferences import of_other_outlets
from bot.model import Alert, Article, Evidence, Language, Sentence
from bot.summaries.extract import summarize
from bot.summaries.story_summary import summarize_story
from bot.text.tokens import words

log = structlog.get_logger()

READ = 24
"""Articles of a story that are looked at for its summary: the last ones."""


def article_summary(article: Article, focus: Sequence[str]) -> tuple[Sentence, ...]:
    """Sentences of one article, preferring those that mention what made it match (`focus_of`)."""
    try:
        said = summarize(article.title, article.text, article.language, focus)
    except Exception:  # -- a defect in summarizing must not keep an alert, and all others of its poll, from a chat
        log.exception("summary-failed", article=article.id, title=article.title)
        return ()
    return tuple(Sentence(text) for text in said)


def with_story_summary(alert: Alert, articles: Sequence[Article], reads: Sequence[Language]) -> Alert:
    """The alert with a summary of its leading article and the newest of each other outlet.

    Where that fails, it keeps the summary of its leading article.
    Takes up to a tenth of a second for a large story.

    Args:
        articles: of the story; the others among them are left out.
        reads: languages that the chat reads.
    """
    known = {version.article_id for version in of_other_outlets(alert)}
    leading = [article for article in articles if article.id == alert.article_id]
    others = [article for article in articles if article.id in known]
    if not leading or not others:
        return alert
    focus = focus_of((reason.evidence for reason in alert.reasons), alert.language)
    try:
        found = summarize_story([*leading, *others], reads or (alert.language,), focus)
    except Exception:  # -- as above
        log.exception("summary-failed", article=alert.article_id, title=alert.title)
        return alert
    said = tuple(Sentence(one.text, "" if one.article_id == alert.article_id else one.source) for one in found)
    return replace(alert, summary=said) if said else alert


def focus_of(evidence: Iterable[Evidence], language: Language) -> tuple[str, ...]:
    """The words that made an article match."""
    carried = (text for one in evidence for text in (*one.names, *one.terms))
    return tuple(dict.fromkeys(word for text in carried for word in words(text, language)))
