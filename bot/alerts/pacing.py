"""When the next message may be sent: Telegram's rate limits, and the back-off after a failure. Pure.

The limits are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one
message a second in a chat, 20 a minute in a group, 30 a second in all, of which 25 are used. They are counted from the
sent messages in the outbox, so they hold across restarts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Chat

IN_CHAT = timedelta(seconds=1)
GROUP_MESSAGES, GROUP_WINDOW = 20, timedelta(minutes=1)
ALL_MESSAGES, ALL_WINDOW = 25, timedelta(seconds=1)

MEMORY = GROUP_WINDOW
"""How far back the sent messages given to `next_slot` have to go."""

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)

TEST_EVERY = timedelta(minutes=15)
"""How often the first waiting message of a chat tests whether the bot may write there again. Telegram sends no update
when the permissions of a group change or a topic of a forum is opened again.
"""
_JUST_TESTED = timedelta(minutes=1)


def next_slot(chat: str, is_group: bool, sent: Sequence[tuple[str, datetime]], now: datetime) -> datetime:
    """The earliest time, `now` or later, at which a message to the chat may be sent.

    Args:
        chat: as in `Destination.chat`; all threads of a chat count together.
        is_group: true for groups, supergroups and channels.
        sent: (chat, time) of the messages and edits sent within `MEMORY`, in any order. Times in the future (the clock
            was set back) are ignored, otherwise they would block the chat until the clock reaches them.
    """
    times = [(to, when) for to, when in sent if when <= now]
    here = [when for to, when in times if to == chat]
    slot = max(now, _free(here, 1, IN_CHAT, now), _free((when for _, when in times), ALL_MESSAGES, ALL_WINDOW, now))
    if is_group:
        slot = max(slot, _free(here, GROUP_MESSAGES, GROUP_WINDOW, now))
    return slot


def refused(chat: Chat, reason: str, now: datetime) -> Chat:
    """The chat once Telegram has refused a message because the bot may not write there at present."""
    return replace(chat, paused_reason=reason, retry_after=now + TEST_EVERY)


def shut_out(chat: Chat, reason: str) -> Chat:
    """The chat once the bot has been blocked or removed: an update will say when that ends."""
    return replace(chat, paused_reason=reason, retry_after=None)


def heard_from(chat: Chat, now: datetime) -> Chat:
    """The chat once an update has come from it. It ends a pause, but not if writing was refused.

    People write in a group whether the bot may do so or not. Their messages only bring the next test forward, and not
    right after the last one.
    """
    if chat.paused_reason is None:
        return chat
    if chat.retry_after is None:
        return replace(chat, paused_reason=None)
    just_tested = chat.retry_after - now > TEST_EVERY - _JUST_TESTED
    return chat if just_tested else replace(chat, retry_after=min(chat.retry_after, now))


def _free(times: Iterable[datetime], allowed: int, window: timedelta, now: datetime) -> datetime:
    """When fewer than `allowed` of these times lie within one window."""
    newest = sorted(times, reverse=True)
    return newest[allowed - 1] + window if len(newest) >= allowed else now


def retry_at(attempts: int, after: timedelta | None, now: datetime, jitter: float) -> datetime:
    """When a message that could not be sent is tried again.

    Args:
        attempts: attempts made so far, at least 1.
        after: the time that the server asked for (`retry_after`), which is used as it is; None: exponential back-off.
        jitter: a random number in 0..1, drawn by the caller. The wait is between half of the back-off and all of it
            ("equal jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    if after is not None:
        return now + after
    backoff = min(FIRST_RETRY * (1 << min(max(attempts - 1, 0), 16)), LONGEST_RETRY)
    return now + backoff * (0.5 + jitter / 2)
