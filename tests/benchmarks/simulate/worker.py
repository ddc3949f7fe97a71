"""One worker: an event loop, a process that parses, a thread that embeds, and its turn among all who write."""

from __future__ import annotations

from collections import deque
from functools import partial
from math import ceil
from typing import Final

from tests.benchmarks.simulate.costs import Costs, Hold
from tests.benchmarks.simulate.queues import EventLoop, Events, Lock, Server, Then

PLACES: Final = 16
"""`polling.concurrency`."""
ROOM: Final = 256
"""Polls that wait for a server (`bot.usecases.ingest.poll_places`)."""
SWITCH: Final = 0.005
"""Seconds after which Python lets another thread run (sys.getswitchinterval)."""


class Database:
    """What all workers share."""

    def __init__(self, events: Events) -> None:
        self.writing = Server(events)
        self.planning = Lock(events)
        self.cpu = 0.0
        self.statements = 0.0


class Worker:
    """A process of Kabar."""

    def __init__(self, events: Events, costs: Costs, database: Database) -> None:
        self._events = events
        self.costs = costs
        self.database = database
        self.loop = EventLoop(events, PLACES)
        self.parser = Server(events)
        self.embedder = Server(events)
        self._due: deque[Then] = deque()
        self._held = 0
        self._asking = 0
        self._states: list[Then] = []
        self._is_noting = False

    # Places: a poll holds one while it works, and none while its server is asked.

    def admit(self, begin: Then) -> None:
        """Begin a poll when there is a place for it."""
        self._due.append(begin)
        self._admit()

    def _admit(self) -> None:
        while self._due and self._held < PLACES and self._asking < ROOM:
            self._held += 1
            self._due.popleft()()

    def asks(self) -> None:
        self._held -= 1
        self._asking += 1
        self._admit()

    def is_answered(self) -> None:
        self._held += 1
        self._asking -= 1

    def ends(self) -> None:
        self._held -= 1
        self._admit()

    # The database.

    def reads(self, cpu: float, server: float, statements: int, then: Then) -> None:
        """Work that holds up nobody else: on the loop, and waiting for answers."""
        self.database.cpu += server
        self.database.statements += statements
        waits = server + statements * self.costs.trip
        self.loop.work(cpu, max(statements, 1), lambda: self._events.at(self._events.now + waits, then))

    def lasts(self, hold: Hold) -> float:
        """Seconds for which others wait: after each answer of the database other work on the loop has its turn."""
        return self.loop.stretched(hold.cpu + hold.server + hold.statements * self.costs.trip, hold.statements)

    def write(self, hold: Hold, then: Then | None = None) -> None:
        """A write transaction in its turn."""
        self.database.cpu += hold.server
        self.database.statements += hold.statements
        begins = self.database.writing.serve(self.lasts(hold) + self.costs.commit, then)
        self._events.at(begins, partial(self.loop.work, hold.cpu, hold.statements))

    def note(self, then: Then) -> None:
        """Note the state of an unchanged feed, together with those that come while one transaction runs."""
        self._states.append(then)
        if not self._is_noting:
            self._is_noting = True
            self._note()

    def _note(self) -> None:
        batch, self._states = self._states, []
        one = self.costs.unchanged.hold
        hold = Hold(one.cpu + self.costs.state * (len(batch) - 1), one.server, one.statements)
        self.write(hold, partial(self._noted, batch))

    def _noted(self, batch: list[Then]) -> None:
        for then in batch:
            then()
        if self._states:
            self._note()
        else:
            self._is_noting = False


def slices_of(seconds: float) -> int:
    """Of work in a thread, which gives way to the event loop."""
    return max(1, ceil(seconds / SWITCH))
