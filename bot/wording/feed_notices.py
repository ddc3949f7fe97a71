"""The notices about feeds that fail, are empty, silent or gone, and that work again. One notice lists many feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.text.clean import clean_title
from bot.text.truncate import cut_after_word
from bot.wording.amounts import time_span
from bot.wording.feed_errors import feed_error_text
from bot.wording.wording import Wording

NAMED: Final = 12
"""The most feeds that one notice lists by name; the others are counted."""

_NAME_LENGTH: Final = 64
_REASON_LENGTH: Final = 160
_TITLE_LENGTH: Final = 120


def _failing(wording: Wording, values: Mapping[str, str]) -> str:
    hours = int(values["hours"])
    for_admin = values["reader"] == "admin"
    reasons = [
        cut_after_word(feed_error_text(reason, wording, for_admin=for_admin), _REASON_LENGTH)
        for reason in values["reasons"].splitlines()
    ]
    return "\n".join(
        (
            wording.say_many(
                "For {n} hour I have not been able to read:", "For {n} hours I have not been able to read:", hours
            ),
            *_list(values, wording, reasons),
            wording.say("I keep trying, and say so when I can read it again."),
        )
    )


def _mended(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join((wording.say("I can read again:"), *_list(values, wording)))


def _gone(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("Gone for good, says the server (410):"),
            *_list(values, wording),
            wording.say("I have stopped reading it; please change its address or remove it."),
        )
    )


def _empty(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("It answers, but has nothing in it any more:"),
            *_list(values, wording),
            wording.say("Perhaps it has moved. I keep reading it."),
        )
    )


def _silent(wording: Wording, values: Mapping[str, str]) -> str:
    spans = [time_span(timedelta(hours=int(hours)), wording) for hours in values["hours"].splitlines()]
    silences = [wording.say("nothing new for {time}", time=span) for span in spans]
    return "\n".join(
        (
            wording.say("Silent for far longer than ever before:"),
            *_list(values, wording, silences),
            wording.say("Perhaps it has moved. I keep reading it."),
        )
    )


def _held(wording: Wording, values: Mapping[str, str]) -> str:
    titles = [f"• {cut_after_word(clean_title(title), _TITLE_LENGTH)}" for title in values["titles"].splitlines()]
    count = int(values["count"])
    if (more := count - len(titles)) > 0:
        titles.append(wording.say_many("and {n} more", "and {n} more", more))
    return "\n".join(
        (
            wording.say_many(
                "{feed} has moved its articles to other addresses. {n} of them may be old, and came without an alert:",
                "{feed} has moved its articles to other addresses. {n} of them may be old, and came without an alert:",
                count,
                feed=cut_after_word(clean_title(values["feed"]), _NAME_LENGTH),
            ),
            *titles,
            wording.say("/search finds them. What is surely new was told as always."),
        )
    )


def _all_failing(wording: Wording, values: Mapping[str, str]) -> str:
    hours, count = int(values["hours"]), int(values["count"])
    return wording.say(
        "I have not been able to read any of {sources} for {hours}. Perhaps it is the network. I keep trying.",
        sources=wording.say_many("{n} source", "{n} sources", count),
        hours=wording.say_many("{n} hour", "{n} hours", hours),
    )


def _all_mended(wording: Wording, _values: Mapping[str, str]) -> str:
    return wording.say("I can read sources again.")


FEED_WORDS: Final[Mapping[str, Callable[[Wording, Mapping[str, str]], str]]] = {
    "feeds-failing": _failing,
    "feeds-mended": _mended,
    "feeds-gone": _gone,
    "feeds-empty": _empty,
    "feeds-silent": _silent,
    "feed-held": _held,
    "all-feeds-failing": _all_failing,
    "all-feeds-mended": _all_mended,
}


def _list(values: Mapping[str, str], wording: Wording, remarks: Sequence[str] = ()) -> list[str]:
    """One line for each feed, with its remark. Names come from strangers, so they are cleaned and cut."""
    names = [cut_after_word(clean_title(name), _NAME_LENGTH) for name in values["feeds"].splitlines()]
    lines = [f"• {name}" for name in names]
    if remarks:
        lines = [f"{line}: {remark}" for line, remark in zip(lines, remarks, strict=True)]
    if (more := int(values["count"]) - len(names)) > 0:
        lines.append(wording.say_many("and {n} more source", "and {n} more sources", more))
    return lines
