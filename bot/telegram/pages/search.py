"""/search: the results of a query in the archive. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from bot.model import Article
from bot.telegram.buttons import Button, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.articles import Listed, article_page
from bot.telegram.pages.pagination import newer_and_older
from bot.telegram.pages.queries import syntax_line
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.usecases.search import SearchResult
from bot.wording.alerts import byline
from bot.wording.amounts import number_text, recent_days
from bot.wording.wording import Wording

PER_PAGE = 8

_QUERY = 200


def ask_words(reader: Reader) -> Rendered:
    """Asks for the query."""
    wording = reader.wording
    lines = [
        line(span(wording.say("What shall I look for? Send me words, or a query:"))),
        line(span('"pasukan Korut" OR "North Korean troops"~3', "code")),
        syntax_line(wording),
    ]
    return page(lines)


def search_page(
    result: SearchResult, articles: Sequence[Article], number: int, first: int, reader: Reader, now: datetime
) -> Rendered:
    """A page of results. `articles` begin with index `first`; `number` is the number of the search in the chat."""
    wording = reader.wording
    watch = Button(wording.say("Watch this"), pressing(ButtonVerb.WATCH_QUERY, number))
    above: list[Line] = [
        line(span(_heading(result, wording, now), "bold")),
        line(span(shortened(result.query, _QUERY), "code")),
        (),
    ]
    below: list[Line] = [line(span(f"{wording.repeat(one)}.", "italic")) for one in result.warnings]
    if result.begins is None:
        return page([line(span(_heading(result, wording, now)))])
    if not result.found:
        advice = wording.say("Fewer words find more; OR between words finds either.")
        return page([*above[:2], *below, line(span(advice))], ((watch,),))
    if len(result.found) > PER_PAGE:
        last = min(first + PER_PAGE, len(result.found))
        shown = wording.say(
            "{first}–{last} of {all}", first=first + 1, last=last, all=number_text(len(result.found), wording)
        )
        below = [(), line(span(shown)), *below]
    items = [
        Listed(
            one.title,
            one.link,
            byline(one.source, one.published_at or one.first_seen_at, wording, reader.timezone, now),
        )
        for one in articles
    ]
    turners = newer_and_older(
        wording,
        newer=pressing(ButtonVerb.LIST_FOUND, number, max(0, first - PER_PAGE)) if first else None,
        older=pressing(ButtonVerb.LIST_FOUND, number, first + PER_PAGE)
        if first + PER_PAGE < len(result.found)
        else None,
    )
    return article_page(above, items, below, (*turners, (watch,)))


def _heading(result: SearchResult, wording: Wording, now: datetime) -> str:
    if result.begins is None:
        return wording.say("I have no articles yet. Ask again when I have read the sources for a while.")
    time = recent_days(max(1, ceil((now - result.begins) / timedelta(days=1))), wording)
    count = number_text(len(result.found), wording)
    if not result.is_whole:
        return wording.say("{count} articles and perhaps more, from {time}", count=count, time=time)
    return wording.say_many(
        "{count} article from {time}",
        "{count} articles from {time}",
        len(result.found),
        count=count,
        time=time,
    )
