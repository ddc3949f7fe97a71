"""Hosts that want to be asked less often: all their feeds wait, and not only the one that was told so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.model import FetchFailed, FetchProblem

LONGEST_WAIT: Final = timedelta(hours=1)
"""For the host's other feeds. Some hosts serve strangers to one another, and limit one of them for a day."""


class WaitingHosts:
    """Until when each host wants to be left alone (429 with Retry-After, RFC 6585 section 4).

    With ten feeds of one host, each of which asks until it is refused itself, the host is asked ten times during its
    wait, and some then block the address (https://github.com/FreshRSS/FreshRSS/issues/8925).
    """

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def note(self, host: str, failed: FetchFailed, now: datetime) -> None:
        """Note what the host has answered. Hosts whose wait is over are forgotten."""
        self._until = {known: until for known, until in self._until.items() if until > now}
        if failed.problem is FetchProblem.RATE_LIMITED and failed.retry_after is not None:
            self._until[host] = now + min(failed.retry_after, LONGEST_WAIT)

    def refusal(self, host: str, url: str, now: datetime) -> FetchFailed | None:
        """Why the host is not asked now; None if it may be asked."""
        wait = self._until.get(host, now) - now
        if not timedelta(0) < wait <= LONGEST_WAIT:  # longer only if the clock was set back
            return None
        reason = f"{host} wants programs to ask less often (bot wall), so it is not asked for its other feeds either"
        return FetchFailed(url, FetchProblem.RATE_LIMITED, reason, retry_after=wait)
