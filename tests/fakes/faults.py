"""Fault points at which a test lets a transaction fail, as a full disk would."""

from __future__ import annotations

from bot.errors import StoreError


class FakeFaults:
    """Implements `bot.ports.FaultPoints`: every point is passed but those that a test names, once each."""

    def __init__(self) -> None:
        self._failing: set[str] = set()

    def fail(self, point: str) -> None:
        self._failing.add(point)

    def pass_all(self) -> None:
        self._failing.clear()

    @property
    def is_failing(self) -> bool:
        """Whether a point that is to fail was not reached yet."""
        return bool(self._failing)

    def reach(self, point: str) -> None:
        if point in self._failing:
            self._failing.remove(point)
            raise StoreError(f"the disk is full at {point}")
