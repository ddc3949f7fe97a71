"""When the next message may be sent: Telegram's limits, and waiting after a failure.

Limits: Bot API FAQ, "My bot is hitting limits, how do I avoid this?": about one message a second in
a chat, 20 a minute in a group, 30 a second in all, of which 25 are used. They are applied to what
the outbox remembers as sent, so that they hold across restarts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

IN_CHAT = timedelta(seconds=1)
GROUP_MESSAGES, GROUP_WINDOW = 20, timedelta(minutes=1)
ALL_MESSAGES, ALL_WINDOW = 25, timedelta(seconds=1)

MEMORY = GROUP_WINDOW
"""How far back `next_slot` needs to know what was sent."""

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)


def next_slot(chat: str, is_group: bool, sent: Sequence[tuple[str, datetime]], now: datetime) -> datetime:
    """The earliest moment, `now` or later, at which a message to the chat may be sent.

    Args:
        chat: as in `Destination.chat`; all threads of a chat count together.
        is_group: groups, supergroups and channels.
        sent: (chat, when) of messages and edits sent within `MEMORY`, in any order. Times in the
            future (the clock was set back) do not count: they would for as long as it was set back.
    """
    times = [(to, when) for to, when in sent if when <= now]
    here = [when for to, when in times if to == chat]
    slot = max(now, _free(here, 1, IN_CHAT, now), _free((when for _, when in times), ALL_MESSAGES, ALL_WINDOW, now))
    if is_group:
        slot = max(slot, _free(here, GROUP_MESSAGES, GROUP_WINDOW, now))
    return slot


def _free(times: Iterable[datetime], allowed: int, window: timedelta, now: datetime) -> datetime:
    """When fewer than `allowed` of these times lie within a window again."""
    newest = sorted(times, reverse=True)
    return newest[allowed - 1] + window if len(newest) >= allowed else now


def retry_at(attempts: int, after: timedelta | None, now: datetime, jitter: float) -> datetime:
    """When a message that could not be sent is tried again.

    Args:
        attempts: made so far, at least 1.
        after: what the server asked for (RetryAfter), obeyed as it is; None: exponential back-off.
        jitter: in 0..1, drawn by the caller: the wait is between half of the back-off and all of it.
    """
    if after is not None:
        return now + after
    backoff = min(FIRST_RETRY * (1 << min(max(attempts - 1, 0), 16)), LONGEST_RETRY)
    return now + backoff * (0.5 + jitter / 2)
