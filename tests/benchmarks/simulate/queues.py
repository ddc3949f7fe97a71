"""What work waits for: a heap of events, and who serves one after another."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Final

Then = Callable[[], None]

_LATELY: Final = 30.0
"""Seconds over which a core's use is averaged."""


class Events:
    """What happens when. What was asked for first happens first where two come at the same time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, Then]] = []
        self._numbers = count()

    def at(self, moment: float, happen: Then) -> None:
        heapq.heappush(self._heap, (moment, next(self._numbers), happen))

    def run(self, until: float) -> None:
        while self._heap and self._heap[0][0] <= until:
            self.now, _, happen = heapq.heappop(self._heap)
            happen()
        self.now = until


class Server:
    """Serves one request after another, in the order in which they came: a thread, or a lock held for a known time."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._free_at = 0.0
        self._asked = 0.0

    def serve(self, seconds: float, then: Then | None = None) -> float:
        """Ask for so many seconds; `then` is called when they are over. Returns when they begin."""
        begins = max(self._events.now, self._free_at)
        self._free_at = begins + seconds
        self._asked += seconds
        if then is not None:
            self._events.at(self._free_at, then)
        return begins

    @property
    def busy(self) -> float:
        """Seconds that were served until now."""
        return self._asked - max(0.0, self._free_at - self._events.now)


class EventLoop(Server):
    """A core with an event loop: work is done in slices, between which it waits for something."""

    def __init__(self, events: Events, at_once: int) -> None:
        """`at_once`: pieces of work that may be under way."""
        super().__init__(events)
        self._at_once = at_once
        self._seconds, self._slices = 0.0, 0
        self._since, self._busy_then, self._lately = 0.0, 0.0, 0.0

    def work(self, seconds: float, slices: int, then: Then | None = None) -> None:
        self._seconds += seconds
        self._slices += slices
        self.serve(seconds, then)

    def stretched(self, seconds: float, slices: int) -> float:
        """How long work of so many slices, that waits for answers in between, takes on this loop beside other work.

        As where a core is shared (Kleinrock, "Queueing Systems", volume 2, section 4.4): by what the others leave, and
        no longer than if all that may be under way went first each time.
        """
        now = self._events.now
        if now - self._since >= _LATELY:
            self._lately = (self.busy - self._busy_then) / (now - self._since)
            self._since, self._busy_then = now, self.busy
        if not self._slices:
            return seconds
        most = seconds + slices * self._at_once * self._seconds / self._slices
        return min(seconds / max(1.0 - self._lately, 1e-9), most)


class Lock:
    """Held by one after another, each for as long as it takes."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._waiting: deque[Then] = deque()
        self._is_held = False
        self._since = 0.0
        self._held = 0.0

    def acquire(self, then: Then) -> None:
        if self._is_held:
            self._waiting.append(then)
        else:
            self._is_held, self._since = True, self._events.now
            then()

    def release(self) -> None:
        now = self._events.now
        self._held += now - self._since
        self._is_held, self._since = bool(self._waiting), now
        if self._waiting:
            self._waiting.popleft()()

    @property
    def busy(self) -> float:
        """Seconds for which it was held until now."""
        return self._held + (self._events.now - self._since if self._is_held else 0.0)
