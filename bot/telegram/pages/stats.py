"""/stats: the text with the chart. Pure; the chart itself is drawn in `bot.adapters.charts`."""

from __future__ import annotations

from bot.model import Stats
from bot.telegram.markup import CAPTION_LIMIT, Line, line, shortened, span, to_html, to_plain, units
from bot.telegram.render import Rendered, page
from bot.text.clean import clean_title
from bot.wording.amounts import number_text, recent_days
from bot.wording.chart_labels import legend
from bot.wording.wording import Wording

_NAME = 64


def caption(wording: Wording, stats: Stats) -> Rendered:
    """The caption of the chart. If it is too long, the last lines of the legend are left out."""
    lines = [*_words(wording, stats), *_legend_lines(wording, stats)]
    while units(to_plain(lines)) > CAPTION_LIMIT:
        lines.pop()
    return Rendered(to_html(lines), to_plain(lines))


def without_picture(wording: Wording, stats: Stats) -> Rendered:
    """The text alone, if the chart could not be drawn."""
    lines = [*_words(wording, stats), (), line(span(wording.say("The chart could not be drawn."), "italic"))]
    return page(lines)


def nothing_yet(wording: Wording, stats: Stats) -> Rendered:
    """The answer if there were no alerts, instead of an empty chart."""
    text = wording.say("No alerts came in {time}.", time=recent_days(len(stats.days), wording))
    return page([line(span(text)), line(span(wording.say("/topics says what is watched and when it was last read.")))])


def _words(wording: Wording, stats: Stats) -> list[Line]:
    count, time = stats.alerts, recent_days(len(stats.days), wording)
    alerts = wording.say_many("{count} alert", "{count} alerts", count, count=number_text(count, wording))
    sources = wording.say_many("{n} source", "{n} sources", stats.source_count, n=stats.source_count)
    text = wording.say("In {time}: {alerts} from {sources}.", time=time, alerts=alerts, sources=sources)
    lines: list[Line] = [line(span(text, "bold"))]
    first = stats.topics[0]
    if first.name and len(stats.topics) > 1:
        most = wording.say(
            "Most of them for “{watch}”: {count}.",
            watch=shortened(clean_title(first.name), _NAME),
            count=number_text(first.total, wording),
        )
        lines.append(line(span(most)))
    votes, good = sum(hit.votes for hit in stats.hits), sum(hit.good for hit in stats.hits)
    if votes:
        fits = wording.say_many("{good} of {n} vote: it fits.", "{good} of {n} votes: it fits.", votes, good=good)
        lines.append(line(span(fits)))
    else:
        lines.append(line(span(wording.say("Nobody has voted yet."))))
    return lines


def _legend_lines(wording: Wording, stats: Stats) -> list[Line]:
    named = legend(stats, wording)
    if not named:
        return []
    return [(), *(line(span(f"{label}: {shortened(clean_title(name), _NAME)}")) for label, name in named)]
