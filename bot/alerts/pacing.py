"""When the next message may be sent: Telegram's rate limits, and the back-off after a failure. Pure.

The limits are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about one
message a second in a chat, 20 a minute in a group, 30 a second in all. What was used of them is stored, so they hold
across restarts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Chat

IN_CHAT = timedelta(seconds=1)
GROUP_MESSAGES, GROUP_WINDOW = 20, timedelta(minutes=1)

EACH = timedelta(milliseconds=40)
"""What a message takes of the rate of all: 25 a second."""
AHEAD = timedelta(milliseconds=800)
"""How far ahead messages are given their moments: whoever sends need not ask for each of them."""

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)

TEST_EVERY = timedelta(minutes=15)
"""How often the first waiting message of a chat tests whether the bot may write there again. Telegram sends no update
when the permissions of a group change or a topic of a forum is opened again.
"""
_JUST_TESTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Slots:
    """Moments at which messages begin, whichever chats they go to."""

    starts: tuple[datetime, ...]
    used_until: datetime
    """Until when the rate of all is used up."""
    again_at: datetime
    """When it is worthwhile to ask for more."""


def take_slots(used_until: datetime | None, wanted: int, now: datetime) -> Slots:
    """Take the next moments of the rate of all, of which `used_until` says what is used up; at most `wanted`.

    Each message moves that on by `EACH`, and as long as it is less than `AHEAD` from now there are more. What is
    further ahead was stored before the clock was set back.
    """
    busy = now if used_until is None or not now <= used_until <= now + AHEAD + EACH else used_until
    count = max(0, min(wanted, -((busy - now - AHEAD) // EACH)))
    after = busy + EACH * count
    return Slots(tuple(busy + EACH * place for place in range(count)), after, max(now, after - AHEAD / 2))


def next_in_chat(is_group: bool, sent: Sequence[datetime], now: datetime) -> datetime:
    """When the next message may be sent to a chat, all its threads together, after one that was sent now.

    Args:
        is_group: true for groups, supergroups and channels.
        sent: when the last `GROUP_MESSAGES` messages and edits were sent there, the newest first. Times in the future
            (the clock was set back) are ignored, otherwise they would block the chat until the clock reaches them.
    """
    times = [when for when in sent if when <= now]
    if is_group and len(times) >= GROUP_MESSAGES:
        return max(now + IN_CHAT, times[GROUP_MESSAGES - 1] + GROUP_WINDOW)
    return now + IN_CHAT


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
