"""A messenger that remembers what it was given, and fails as a test scripts it."""

from __future__ import annotations

from collections import deque

from bot.model import Chat, Delivery, MessageId, SendOutcome, Sent


class FakeMessenger:
    """Implements `bot.ports.Messenger`. Scripted outcomes come first, in order; then everything is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Delivery, Chat]] = []
        """What was sent, in order."""
        self.refused: list[tuple[Delivery, SendOutcome]] = []
        self._script: deque[SendOutcome] = deque()

    def script(self, *outcomes: SendOutcome) -> None:
        """What the next sends come to."""
        self._script.extend(outcomes)

    def script_nothing(self) -> None:
        """Everything is sent from now on."""
        self._script.clear()

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:
        outcome = self._script.popleft() if self._script else Sent(MessageId(len(self.sent) + 1))
        if isinstance(outcome, Sent):
            self.sent.append((delivery, chat))
        else:
            self.refused.append((delivery, outcome))
        return outcome
