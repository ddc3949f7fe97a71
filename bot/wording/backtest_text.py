"""The texts of backtests: how many alerts a topic would have sent, in how long a time, and what was compared for it."""

from __future__ import annotations

from bot.model import Coverage
from bot.text.clean import clean_title
from bot.wording.amounts import number_text, recent_time, time_span
from bot.wording.wording import Wording


def backtest_text(topic_name: str, alerts: int, coverage: Coverage, wording: Wording) -> str:
    """One paragraph: the number of alerts and the time span, what the archive covers, and what was left out."""
    if coverage.begins is None:
        return wording.say("I have no articles yet. Ask again when I have read the sources for a while.")
    result = wording.say_many(
        "“{topic}” would have sent {n} alert in {time}.",
        "“{topic}” would have sent {n} alerts in {time}.",
        alerts,
        topic=clean_title(topic_name),
        time=time_span(coverage.now - coverage.begun, wording),
    )
    return " ".join([result, *_basis(coverage, wording)])


def outlook_text(alerts: int, coverage: Coverage, wording: Wording) -> str:
    """The same in short, for a topic that is still a draft: `In the last 7 days: 6 alerts.`"""
    if coverage.begins is None:
        return wording.say("I have no articles yet, so I can't show what it would have brought.")
    result = wording.say_many(
        "In {time}: {n} alert.",
        "In {time}: {n} alerts.",
        alerts,
        time=recent_time(coverage.now - coverage.begun, wording),
    )
    if coverage.begun > coverage.since:
        result += " " + wording.say("My archive goes no further back.")
    if coverage.left:
        result += " " + wording.say(
            "There was no time for {count} more: there may be more alerts.",
            count=number_text(coverage.left, wording),
        )
    return result


def _basis(coverage: Coverage, wording: Wording) -> list[str]:
    articles = wording.say_many(
        "{count} article", "{count} articles", coverage.articles, count=number_text(coverage.articles, wording)
    )
    said = [
        wording.say(
            "My archive covers {time}: {articles}.",
            time=time_span(coverage.now - coverage.begun, wording),
            articles=articles,
        )
        if coverage.begun > coverage.since
        else wording.say("I have {articles} from that time.", articles=articles)
    ]
    if coverage.articles and not coverage.read:
        said.append(wording.say("I compared all of them by words or meaning: none came near."))
    elif coverage.read < coverage.articles:
        said.append(
            wording.say(
                "I compared all of them by words or meaning, and read the likeliest {count} closely.",
                count=number_text(coverage.read, wording),
            )
        )
    if coverage.left:
        said.append(
            wording.say(
                "There was no time for {count} more: there may be more alerts.",
                count=number_text(coverage.left, wording),
            )
        )
    return said
