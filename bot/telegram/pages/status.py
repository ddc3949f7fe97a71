"""/status: the health of the bot, for admins. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model import Alert, Delivery, Digest, Notice, Review, Rise
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.clean import clean_title
from bot.usecases.monitoring.status import FailingFeed, Machine, Status
from bot.wording.amounts import ago, number_text, time_span
from bot.wording.feed_errors import feed_error_text
from bot.wording.wording import Wording

_NAME = 64
_REASON = 160
_LATE = timedelta(minutes=1)
"""Shorter delays are normal, because of rate limits and the scheduler."""


def status_page(reader: Reader, status: Status, now: datetime) -> Rendered:
    """The status in one message, with buttons to retry or drop refused deliveries."""
    wording = reader.wording
    lines = [
        *_machine(reader, status.machine, now),
        (),
        *_feeds(wording, status, now),
        (),
        *_archive(reader, status, now),
        (),
        *_outbox(reader, status),
    ]
    return page(lines, _buttons(wording, status))


def _machine(reader: Reader, machine: Machine, now: datetime) -> list[Line]:
    wording = reader.wording
    since = wording.time(machine.started_at, reader.timezone, now=now)
    memory = wording.say("Memory: at most {size} so far", size=_size(machine.memory, wording))
    if machine.endpoint:
        model = wording.say("Model: {model}, by {address}", model=machine.model, address=machine.endpoint)
    else:
        model = wording.say("Model: {model}, in this process", model=machine.model)
    return [
        line(span(f"Kabar {machine.version}", "bold")),
        line(span(wording.say("Running since {moment}", moment=since))),
        line(span(memory)),
        line(span(model)),
    ]


def _feeds(wording: Wording, status: Status, now: datetime) -> list[Line]:
    parts = [wording.say_many("{n} source is fine", "{n} sources are fine", status.fine)]
    if status.failing_count:
        parts.append(wording.say_many("{n} fails", "{n} fail", status.failing_count))
    if status.unread:
        parts.append(wording.say_many("{n} not read yet", "{n} not read yet", status.unread))
    lines = [line(span(", ".join(parts), "bold"))]
    lines += [_failing(wording, feed, now) for feed in status.failing]
    if more := status.failing_count - len(status.failing):
        lines.append(line(span(wording.say_many("and {n} more source", "and {n} more sources", more))))
    if status.overrun:
        missed = wording.say_many(
            "Something from {n} source may have been missed lately",
            "Something from {n} sources may have been missed lately",
            status.overrun,
        )
        lines.append(line(span(missed)))
    if status.polling_lag >= _LATE:
        lines.append(line(span(wording.say("Reading is late by {time}", time=time_span(status.polling_lag, wording)))))
    return lines


def _failing(wording: Wording, feed: FailingFeed, now: datetime) -> Line:
    name = span(shortened(clean_title(feed.name), _NAME), "bold")
    if feed.gone:
        since = wording.say("gone for good")
    elif feed.since is None:
        since = wording.say("never read")
    else:
        since = wording.say("last read {ago}", ago=ago(now - feed.since, wording))
    reason = shortened(feed_error_text(clean_title(feed.reason), wording, for_admin=True), _REASON)
    return line("• ", name, f" — {since}", *((": ", span(reason)) if reason else ()))


def _archive(reader: Reader, status: Status, now: datetime) -> list[Line]:
    wording = reader.wording
    articles = wording.say_many(
        "{count} article", "{count} articles", status.articles, count=number_text(status.articles, wording)
    )
    size = "" if status.machine.database is None else f" · {_size(status.machine.database, wording)}"
    lines = [line(span(wording.say("Archive: {articles}", articles=articles), "bold"), size)]
    if status.last_article is not None:
        last = wording.time(status.last_article, reader.timezone, now=now)
        lines.append(line(span(wording.say("The latest came {moment}", moment=last))))
    return lines


def _outbox(reader: Reader, status: Status) -> list[Line]:
    wording = reader.wording
    parts = [
        wording.say_many("{n} message waits", "{n} messages wait", status.waiting),
        wording.say_many("{n} kept for a digest", "{n} kept for a digest", status.held),
        wording.say_many("{n} refused", "{n} refused", status.dead_count),
    ]
    lines = [line(span(", ".join(parts), "bold"))]
    if status.delivery_lag >= _LATE:
        lines.append(line(span(wording.say("Sending is late by {time}", time=time_span(status.delivery_lag, wording)))))
    for letter in status.dead:
        reason = shortened(clean_title(letter.error or ""), _REASON)
        why = (" — ", span(reason)) if reason else ()
        lines.append(
            line(f"• {letter.id} → ", span(str(letter.destination)), ": ", span(_what(letter), "italic"), *why)
        )
    if more := status.dead_count - len(status.dead):
        lines.append(line(span(wording.say_many("and {n} more message", "and {n} more messages", more))))
    return lines


def _buttons(wording: Wording, status: Status) -> Keyboard:
    rows: list[tuple[Button, ...]] = [
        (
            Button(wording.say("Send {id} again", id=letter.id), pressing(ButtonVerb.RETRY_DELIVERY, letter.id)),
            Button(wording.say("Drop {id}", id=letter.id), pressing(ButtonVerb.DROP_DELIVERY, letter.id)),
        )
        for letter in status.dead
    ]
    if status.dead_count > 1:
        rows.append((Button(wording.say("Send all again"), pressing(ButtonVerb.RETRY_ALL_DELIVERIES)),))
    return (*rows, (Button(wording.say("Refresh"), pressing(ButtonVerb.REFRESH_STATUS)),))


def _what(letter: Delivery) -> str:
    match letter.content:
        case Alert(title=title) | Review(alert=Alert(title=title)):
            return shortened(clean_title(title), _NAME)
        case Digest(items=items):
            return f"{len(items)} ×"
        case Notice(code=code):
            return code
        case Rise(topic_name=name):
            return shortened(clean_title(name), _NAME)


def _size(count: int, wording: Wording) -> str:
    """A size in megabytes of 1,000,000 bytes."""
    return f"{number_text(max(1, round(count / 1e6)), wording)} MB"
