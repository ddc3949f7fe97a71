"""What this process has done since it started: counted as it happens, kept nowhere."""

from __future__ import annotations

from collections import Counter
from typing import Final

from bot.model import (
    Alert,
    Chat,
    ChatForbidden,
    ChatMigrated,
    Delivery,
    DeliveryKind,
    RetryLater,
    SendOutcome,
    SendRejected,
    Sent,
)
from bot.ports import Messenger
from bot.usecases.ingest.plan import PollReport

_OUTCOMES: Final[dict[type[SendOutcome], str]] = {
    Sent: "sent",
    RetryLater: "later",
    ChatMigrated: "migrated",
    ChatForbidden: "forbidden",
    SendRejected: "rejected",
}
SEND_OUTCOMES: Final = tuple(_OUTCOMES.values())
POLL_OUTCOMES: Final = ("read", "unchanged", "failed")


class Counts:
    """Only ever go up."""

    def __init__(self) -> None:
        self.polls: Counter[str] = Counter()
        """By outcome, one of POLL_OUTCOMES."""
        self.pushes = 0
        """Posts of hubs, signed as they must be."""
        self.articles = 0
        """New ones."""
        self.matches = 0
        """Of new articles with a topic or more."""
        self.alerts = 0
        """Sent; digests and notices are no alerts."""
        self.sends: Counter[str] = Counter()
        """Attempts to send, by outcome, one of SEND_OUTCOMES."""

    def polled(self, report: PollReport) -> None:
        self.polls["failed" if report.error else "unchanged" if report.unchanged else "read"] += 1
        self._found(report)

    def pushed(self, report: PollReport) -> None:
        """What a hub has posted was read, or could not be."""
        self.pushes += 1
        self._found(report)

    def _found(self, report: PollReport) -> None:
        self.articles += report.new
        self.matches += report.on_topic

    def tried(self, delivery: Delivery, outcome: SendOutcome) -> None:
        self.sends[_OUTCOMES[type(outcome)]] += 1
        if isinstance(outcome, Sent) and delivery.kind is DeliveryKind.NEW and isinstance(delivery.content, Alert):
            self.alerts += 1


class CountedMessenger:
    """Implements `bot.ports.Messenger` by another one, and counts what becomes of it."""

    def __init__(self, messenger: Messenger, counts: Counts) -> None:
        self._messenger = messenger
        self._counts = counts

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        outcome = await self._messenger.send(delivery, chat)
        self._counts.tried(delivery, outcome)
        return outcome
