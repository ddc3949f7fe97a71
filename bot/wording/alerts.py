"""The texts of alerts, votes and notices, the same for every messenger: plain text without markup.

A notice is selected by its code. This is the list of all codes, with the values that each needs:

| code | values | when |
|---|---|---|
| `welcome-admin` | `topics`, `feeds` (how many) | somebody opened the one-time link and is an admin now |
| `chat-unreachable` | `chat` | a chat blocked or removed the bot; its alerts are paused |
| `chat-refuses` | `chat`, `reason` | the bot may not write in a chat; its alerts wait and writing is tested again |
| `dead-letter` | `id`, `reason` | a message was refused for good |
| `message-held` | `id`, `reason` | our own code failed on a message, so it was put aside |
| `config-error` | `problems` (one a line) | changed files have errors; the last good configuration stays |
| `feeds-failing` | `hours`, `count`, `feeds`, `reasons` (one a line), `reader` (`admin`, `chat`) | they fail |
| `feeds-mended` | `count`, `feeds` | they can be read again |
| `feeds-gone` | `count`, `feeds` | their servers answer that they are gone (410) |
| `feeds-empty` | `count`, `feeds` | they had entries, and have none now |
| `feeds-silent` | `count`, `feeds`, `hours` (one a line) | nothing was published for far longer than ever before |
| `feed-held` | `feed`, `count`, `titles` (one a line) | old articles may have new addresses; no alerts were sent |
| `all-feeds-failing` | `hours`, `count` | no feed could be read for hours |
| `all-feeds-mended` | none | some can be read again |
| `away` | `hours` | Kabar was not running or had no network for hours; older articles may be missing |
| `weekly` | those of `bot.alerts.weekly.weekly_note` | the weekly summary |
| `thread-gone` | none | a thread no longer exists; its messages are sent to the chat itself |
| `access-request` | `chat`, `kind`, `title`, `user`, `who`, `language` | a stranger asks for access |
| `signed-up` | `who` (its editor; empty: none) | a group has let itself in, where access is open |
| `first-editor` | `who` | an administrator of such a group has become its editor |
| `no-room` | `why` (`full`, `later`) | a group could not |
| `public-limit` | `what` (`chats`, `chats-per-hour`, `feeds`), `most` | a limit of the public is reached |
| `topics-quiet` | `days`, `count`, `watches` (names, one a line) | topics have matched nothing for days |
| `outbox-late` | `minutes`, `waiting` (how many) | messages have been waiting for minutes |
| `let-in` | none | an admin has let the chat in |
| `storage-…` | `reason`, `saved` (a file, or empty) | the database is `damaged`, `full`, … (`StorageTrouble`) |
| `storage-rescued` | `path` | it was removed, and written back |
| `storage-other` | none | it is another file than at the last run |
| `storage-well` | none | it works again |
| `unreadable` | `id`, `reason` | what is stored of a message cannot be read |
| `backup-failed` | `reason` | no copy of the database could be made |

Where a notice has a `title` and a `link`, the messenger links the paragraph that is the title.
A notice with an unknown code shows its values, so that no message is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.model import UNDETERMINED, Language, Lesson, Measured, Notice, Verdict
from bot.text.clean import clean_text, clean_title
from bot.text.language import language_name
from bot.text.truncate import cut_after_word
from bot.wording.amounts import percent
from bot.wording.feed_notices import FEED_WORDS
from bot.wording.public import PUBLIC_WORDS
from bot.wording.reasons import listed
from bot.wording.storage_notices import STORAGE_WORDS
from bot.wording.weekly import weekly_text
from bot.wording.wording import Wording

_NAME_LENGTH = 64


def byline(source: str, published_at: datetime | None, wording: Wording, timezone: ZoneInfo, now: datetime) -> str:
    """Outlet and time: `Antara · 14:05 WIB`; what is not known is left out."""
    moment = "" if published_at is None else wording.time(published_at, timezone, now=now)
    return " · ".join(part for part in (clean_title(source), moment) if part)


def foreign_language(language: Language, reader: Language, wording: Wording, reads: Collection[Language] = ()) -> str:
    """The article's language (`in English`) where the chat does not read it; empty otherwise.

    Args:
        language: of the article.
        reader: the language that the chat is written to in.
        reads: the languages that the chat says it reads; empty: `reader` alone.
    """
    if language == UNDETERMINED or language in (reads or {reader}):
        return ""
    return wording.say("in {language}", language=language_name(language, reader))


def lesson_text(lesson: Lesson, wording: Wording) -> str:
    """What a vote has changed: paragraphs separated by newlines."""
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
        said.append(wording.say("What it adds: {words}", words=listed(lesson.words)))
    if lesson.words and lesson.verdict is Verdict.BAD:
        said.append(wording.say("What now speaks against an article: {words}", words=listed(lesson.words)))
    if lesson.has_query and lesson.verdict is Verdict.BAD:
        said.append(_still_comes(wording))
    return "\n".join(said)


def short_lesson(lesson: Lesson, wording: Wording) -> str:
    """The same in one line, shown when a vote button was pressed (`answerCallbackQuery` of the Bot API)."""
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
    """The figures as percentages before and after, since a single vote changes little."""
    return wording.say(
        "This article: {old}% → {new}%. You are told from {least}% on (before: {former}%).",
        old=percent(score.before),
        new=percent(score.now),
        least=percent(threshold.now),
        former=percent(threshold.before),
    )


def notice_text(notice: Notice, wording: Wording) -> str:
    """The text of a notice: paragraphs separated by newlines."""
    values = {name: clean_text(value) for name, value in notice.values.items()}
    text = _WORDS.get(notice.code)
    if text is not None:
        try:
            return text(wording, values)
        except (KeyError, ValueError):  # an older version of Kabar queued it with other values
            pass
    listed = " · ".join(f"{name}: {value}" for name, value in values.items())
    return f"{notice.code}: {listed}" if listed else notice.code


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


def _chat_refuses(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "I may not write in {chat} (Telegram says: {reason}). Please allow me to send messages there, or open the "
        "topic again. Its alerts wait; I try again every 15 minutes, and at once when somebody writes to me there.",
        chat=values["chat"],
        reason=values["reason"].rstrip("."),
    )


def _dead_letter(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "Telegram refused message {id}: {reason}. When that is mended, send it again with: kabar outbox retry {id}",
        id=values["id"],
        reason=values["reason"].rstrip("."),
    )


def _message_held(wording: Wording, values: Mapping[str, str]) -> str:
    return wording.say(
        "I could not send message {id}: {reason}. I have put it aside, so that those behind it arrive. When that is "
        "mended, send it again with: kabar outbox retry {id}",
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
    """The request with the names that strangers gave themselves.

    These are at the end of lines of their own, since they may be long or written from right to left.
    """
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
    "chat-refuses": _chat_refuses,
    "dead-letter": _dead_letter,
    "message-held": _message_held,
    "config-error": _config_error,
    "away": _away,
    "thread-gone": _thread_gone,
    "weekly": weekly_text,
    "access-request": _access_request,
    "let-in": _let_in,
    "topics-quiet": _topics_quiet,
    "outbox-late": _outbox_late,
    **FEED_WORDS,
    **PUBLIC_WORDS,
    **STORAGE_WORDS,
}


def _outsider(name: str) -> str:
    """The name that a stranger gave themselves or their group, cleaned and cut."""
    return cut_after_word(clean_title(name), _NAME_LENGTH)
