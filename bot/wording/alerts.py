"""Alerts, digests and notices in plain words: what every messenger says, whatever its marks and widths.

A notice is known by its code; here is the one list of codes, each with the values it needs:

| code | values | when |
|---|---|---|
| `welcome-admin` | `topics`, `feeds` (how many) | somebody opened the one-time link and is an admin now |
| `chat-unreachable` | `chat` | a chat blocked the bot or threw it out; it is paused |
| `dead-letter` | `id`, `reason` | a message was refused for good |
| `config-error` | `problems` (one a line) | changed files have errors; the last good configuration stays |
| `feeds-failing` | `hours`, `count`, `feeds`, `reasons` (one a line), `reader` (`admin`, `chat`) | they fail for long |
| `feeds-mended` | `count`, `feeds` | they can be read again |
| `feeds-gone` | `count`, `feeds` | their servers say that they are gone (410) |
| `feeds-empty` | `count`, `feeds` | they had entries, and have none now |
| `feeds-silent` | `count`, `feeds`, `hours` (one a line) | they have published nothing for far longer than ever |
| `feed-held` | `feed`, `count`, `titles` (one a line) | articles that look new under new addresses were not told |
| `all-feeds-failing` | `hours`, `count` | none could be read for long |
| `all-feeds-mended` | none | some can be read again |
| `away` | `hours` | Kabar was not running, or had no network, for long; older articles may be missing |
| `weekly` | those of `weekly.weekly_note` | a week is over |
| `thread-gone` | none | a thread does not exist any more; its messages come to the chat itself |
| `access-request` | `chat`, `kind`, `title`, `user`, `who`, `language` | a stranger asks to be let in |
| `topics-quiet` | `days`, `count`, `watches` (names, one a line) | topics have found nothing for long |
| `outbox-late` | `minutes`, `waiting` (how many) | messages have been waiting for long |
| `let-in` | none | an admin has let the chat in |

Where a notice has a `title` and a `link`, the paragraph that is the title leads there.
An unknown code prints its values, so that nothing said is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.model import UNDETERMINED, Evidence, Language, Lesson, Measured, Notice, Verdict
from bot.text.clean import clean_text, clean_title
from bot.text.language import language_name
from bot.text.truncate import cut_after_word
from bot.wording.amounts import percent
from bot.wording.feed_notices import FEED_WORDS
from bot.wording.weekly import weekly_text
from bot.wording.wording import Wording

_NAMED = 4
"""How many names, words or parts of a query a reason lists."""

_PART_LENGTH = 48
_EXAMPLE_LENGTH = 80
_NAME_LENGTH = 64


def reason_of(evidence: Evidence, wording: Wording) -> str:
    """Why an article is on a topic: clauses divided by `; `, empty where there is no evidence to show."""
    clauses = []
    if evidence.query:
        clauses.append(wording.say("it fits your query {query}", query=_listed(evidence.query)))
    if evidence.names:
        clauses.append(wording.say("both mention {names}", names=_listed(evidence.names)))
    elif evidence.terms:
        clauses.append(wording.say("the same words: {terms}", terms=_listed(evidence.terms)))
    if evidence.numbers and not evidence.names:
        clauses.append(wording.say("the same figures: {numbers}", numbers=_listed(evidence.numbers)))
    if evidence.nearest_example:
        example = cut_after_word(example_name(evidence.nearest_example), _EXAMPLE_LENGTH)
        clauses.append(wording.say("like your example “{example}”", example=example))
    return "; ".join(clauses)


def byline(source: str, published_at: datetime | None, wording: Wording, timezone: ZoneInfo, now: datetime) -> str:
    """`Antara · 14:05 WIB`; what is not known is left out."""
    moment = "" if published_at is None else wording.time(published_at, timezone, now=now)
    return " · ".join(part for part in (clean_title(source), moment) if part)


def foreign_language(language: Language, reader: Language, wording: Wording, reads: Collection[Language] = ()) -> str:
    """What to call the article's language where it is none that is read there, else empty.

    `reads`: what the chat says it reads; empty: the language it is written to in.
    """
    if language == UNDETERMINED or language in (reads or {reader}):
        return ""
    return wording.say("in {language}", language=language_name(language, reader))


def lesson_text(lesson: Lesson, wording: Wording) -> str:
    """What a vote has changed: paragraphs divided by newlines."""
    named = {"title": clean_title(lesson.title), "watch": lesson.topic_name}
    match lesson.verdict:
        case Verdict.GOOD:
            said = [wording.say("Noted: “{title}” is what “{watch}” is for.", **named)]
        case Verdict.BAD:
            said = [wording.say("Noted: “{title}” is not what “{watch}” is for.", **named)]
        case None:
            said = [wording.say("Taken back: what you said of “{title}” for “{watch}”.", **named)]
    if lesson.score is None or lesson.threshold is None:
        said.append(_exact(wording))
        return "\n".join(said)
    said.append(_figures_of(lesson.score, lesson.threshold, wording))
    if lesson.words and lesson.verdict is Verdict.GOOD:
        said.append(wording.say("What it adds: {words}", words=_listed(lesson.words)))
    if lesson.words and lesson.verdict is Verdict.BAD:
        said.append(wording.say("What now speaks against an article: {words}", words=_listed(lesson.words)))
    if lesson.has_query and lesson.verdict is Verdict.BAD:
        said.append(_still_comes(wording))
    return "\n".join(said)


def short_lesson(lesson: Lesson, wording: Wording) -> str:
    """The same in a line: what somebody reads who has pressed a button."""
    said = wording.say("Taken back.") if lesson.verdict is None else wording.say("Noted.")
    if lesson.score is None or lesson.threshold is None:
        return f"{said} {_exact(wording)}"
    figures = wording.say(
        "This article: {old}% → {new}%. You are told from {least}% on.",
        old=percent(lesson.score.before),
        new=percent(lesson.score.now),
        least=percent(lesson.threshold.now),
    )
    exact = _still_comes(wording) if lesson.has_query else ""
    return " ".join(part for part in (said, figures, exact if lesson.verdict is Verdict.BAD else "") if part)


def _exact(wording: Wording) -> str:
    return wording.say("Nothing else changes: this watch finds by a query, and a query is exact.")


def _still_comes(wording: Wording) -> str:
    return wording.say("What its query finds still comes.")


def _figures_of(score: Measured, threshold: Measured, wording: Wording) -> str:
    """In percent, since a vote changes little."""
    return wording.say(
        "This article: {old}% → {new}%. You are told from {least}% on (before: {former}%).",
        old=percent(score.before),
        new=percent(score.now),
        least=percent(threshold.now),
        former=percent(threshold.before),
    )


def notice_text(notice: Notice, wording: Wording) -> str:
    """What a notice says: paragraphs divided by newlines."""
    values = {name: clean_text(value) for name, value in notice.values.items()}
    text = _WORDS.get(notice.code)
    if text is not None:
        try:
            return text(wording, values)
        except (KeyError, ValueError):  # an older version queued it with other values
            pass
    told = " · ".join(f"{name}: {value}" for name, value in values.items())
    return f"{notice.code}: {told}" if told else notice.code


def _welcome(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("Welcome! You are the admin of this Kabar now."),
            wording.say(
                "I read {sources} for {watches}. First come up to three earlier articles each, marked as such; "
                "then whatever is new.",
                sources=wording.say_many("{n} source", "{n} sources", int(values["feeds"])),
                watches=wording.say_many("{n} watch", "{n} watches", int(values["topics"])),
            ),
            wording.say("/topics shows what I watch, /help what else I can do."),
        )
    )


def _chat_unreachable(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "I can no longer write to {chat}: it blocked me or removed me. Its alerts wait until it lets me in again.",
        chat=values["chat"],
    )


def _dead_letter(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "Telegram refused message {id}: {reason}. When that is mended, send it again with: kabar outbox retry {id}",
        id=values["id"],
        reason=values["reason"].rstrip("."),
    )


def _config_error(wording: Wording, values: Mapping[str, str]) -> str:
    return "\n".join(
        (
            wording.say("The changed configuration has errors, so I go on with the one before:"),
            values["problems"],
        )
    )


def _away(wording: Wording, values: Mapping[str, str]) -> str:
    hours = int(values["hours"])
    return wording.say_many(
        "I was away for {n} hour and am back. What the sources no longer list from that time, I have missed.",
        "I was away for {n} hours and am back. What the sources no longer list from that time, I have missed.",
        hours,
        n=hours,
    )


def _topics_quiet(wording: Wording, values: Mapping[str, str]) -> str:
    names = [cut_after_word(clean_title(name), _NAME_LENGTH) for name in values["watches"].splitlines()]
    days, more = int(values["days"]), int(values["count"]) - len(names)
    lines = [
        wording.say_many("Nothing found for {n} day:", "Nothing found for {n} days:", days, n=days),
        *(f"• {name}" for name in names),
    ]
    if more > 0:
        lines.append(wording.say_many("and {n} more watch", "and {n} more watches", more, n=more))
    lines.append(
        wording.say("It may be that nothing happened, that a watch asks for too much, or that its sources are silent.")
    )
    return "\n".join(lines)


def _outbox_late(wording: Wording, values: Mapping[str, str]) -> str:
    minutes, waiting = int(values["minutes"]), int(values["waiting"])
    return wording.say(
        "{messages} could not be sent for more than {minutes}. I keep trying, and nothing is lost.",
        messages=wording.say_many("{n} message", "{n} messages", waiting, n=waiting),
        minutes=wording.say_many("{n} minute", "{n} minutes", minutes, n=minutes),
    )


def _thread_gone(wording: Wording, _values: Mapping[str, str]) -> str:
    return wording.say("(The thread this was meant for no longer exists.)")


def _access_request(wording: Wording, values: Mapping[str, str]) -> str:
    """What strangers call themselves stands at the end of lines of its own: it may be long, or run from the right."""
    who, title = _outsider(values["who"]), _outsider(values["title"])
    user = wording.say("From: {name}", name=who) if who else wording.say("From an anonymous admin of the group")
    if values["kind"] == "private":
        lines = [wording.say("Somebody would like to use this bot."), user]
    else:
        group = wording.say("Group: {name}", name=title or values["chat"])
        lines = [wording.say("A group would like to use this bot."), group, user]
    numbers = {"user": values["user"], "chat": values["chat"]}
    if values["kind"] == "private" or values["user"] == "0":
        lines.append(wording.say("Number: {chat}", chat=numbers["chat"]))
    else:
        lines.append(wording.say("Numbers: group {chat}, person {user}", **numbers))
    return "\n".join(lines)


def _let_in(wording: Wording, _values: Mapping[str, str]) -> str:
    return wording.say("You are in! An admin has let this chat use me. Send /start to begin.")


_WORDS: Final[Mapping[str, Callable[[Wording, Mapping[str, str]], str]]] = {
    "welcome-admin": _welcome,
    "chat-unreachable": _chat_unreachable,
    "dead-letter": _dead_letter,
    "config-error": _config_error,
    "away": _away,
    "thread-gone": _thread_gone,
    "weekly": weekly_text,
    "access-request": _access_request,
    "let-in": _let_in,
    "topics-quiet": _topics_quiet,
    "outbox-late": _outbox_late,
    **FEED_WORDS,
}


def _outsider(name: str) -> str:
    """What somebody from outside calls themselves or their group."""
    return cut_after_word(clean_title(name), _NAME_LENGTH)


def example_name(example: str) -> str:
    """An example's title; of one that has only a path or an address, the last part, where people know it by."""
    name = clean_title(example)
    return name if " " in name else name.rstrip("/").rsplit("/", 1)[-1]


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(cut_after_word(clean_title(part), _PART_LENGTH) for part in parts[:_NAMED])
