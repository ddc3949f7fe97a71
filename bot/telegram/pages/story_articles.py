"""All articles on the story of an alert, each with its link: also those that its message only counts. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.alerts.outlet_preferences import version_of
from bot.model import Alert, DeliveryId
from bot.telegram.buttons import Button, pressing
from bot.telegram.markup import line, span
from bot.telegram.pages.articles import Listed, article_page
from bot.telegram.pages.pagination import last_page, page_turners
from bot.telegram.render import Reader, Rendered
from bot.telegram.verbs import ButtonVerb
from bot.wording.alerts import byline, foreign_language

SHOWN = 8
"""Articles on a page."""


def story_articles_page(
    alert: Alert, delivery: DeliveryId, number: int, reader: Reader, now: datetime, *, can_be_closed: bool
) -> Rendered:
    """The leading article, then the others, the latest first. `number`: of the page, from 0; too high is the last."""
    wording = reader.wording
    articles = (version_of(alert), *reversed(alert.also))
    number = min(max(number, 0), last_page(len(articles), SHOWN))
    items = []
    for one in articles[number * SHOWN : (number + 1) * SHOWN]:
        label = foreign_language(one.language, wording.language, wording, reader.reads)
        facts = byline(one.source, one.published_at, wording, reader.timezone, now)
        items.append(Listed(one.title, one.link, " · ".join(part for part in (facts, label) if part)))
    keyboard = page_turners(number, len(articles), SHOWN, ButtonVerb.TURN_STORY_ARTICLES, delivery)
    if can_be_closed:
        keyboard = (*keyboard, (Button(wording.say("Close"), pressing(ButtonVerb.CLOSE_EXPLANATION)),))
    heading = span(wording.say("All articles on this story"), "bold")
    return article_page([line(heading), ()], items, (), keyboard)
