"""Counters of what this process has done since it started. They are not stored."""

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
    WritingRefused,
)
from bot.ports import Messenger
from bot.usecases.ingest.plan import PollReport

_OUTCOMES: Final[dict[type[SendOutcome], str]] = {
    Sent: "sent",
    RetryLater: "later",
    ChatMigrated: "migrated",
    ChatForbidden: "forbidden",
    WritingRefused: "refused",
    SendRejected: "rejected",
}
SEND_OUTCOMES: Final = tuple(_OUTCOMES.values())
POLL_OUTCOMES: Final = ("read", "unchanged", "failed")


class Counts:
    """Counters that only ever go up."""

    def __init__(self) -> None:
        self.polls: Counter[str] = Counter()
        """By outcome, one of POLL_OUTCOMES."""
        self.pushes = 0
        """Posts of WebSub hubs with a valid signature."""
        self.articles = 0
        """New articles."""
        self.matches = 0
        """New articles that match at least one topic."""
        self.alerts = 0
        """Alerts that were sent; digests and notices do not count."""
        self.sends: Counter[str] = Counter()
        """Attempts to send, by outcome, one of SEND_OUTCOMES."""

    def polled(self, report: PollReport) -> None:
        self.polls["failed" if report.error else "unchanged" if report.unchanged else "read"] += 1
        self._found(report)

    def pushed(self, report: PollReport) -> None:
        """A hub has posted a document, whether it could be parsed or not."""
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
    """Implements `bot.ports.Messenger`: sends through another messenger and counts the outcomes."""

    def __init__(self, messenger: Messenger, counts: Counts) -> None:
        self._messenger = messenger
        self._counts = counts

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        outcome = await self._messenger.send(delivery, chat)
        self._counts.tried(delivery, outcome)
        return outcome
