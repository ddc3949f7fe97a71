"""When the next message may be sent: Telegram's rate limits, and the back-off after a failure. Pure.

The limits are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one
message a second in a chat, 20 a minute in a group, 30 a second in all, of which 25 are used. They are counted from the
sent messages in the outbox, so they hold across restarts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

IN_CHAT = timedelta(seconds=1)
GROUP_MESSAGES, GROUP_WINDOW = 20, timedelta(minutes=1)
ALL_MESSAGES, ALL_WINDOW = 25, timedelta(seconds=1)

MEMORY = GROUP_WINDOW
"""How far back the sent messages given to `next_slot` have to go."""

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)


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
