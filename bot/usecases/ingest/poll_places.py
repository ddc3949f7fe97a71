"""Who is polled next, and how many at once, so that feeds that hang starve no feed that answers.

A poll holds one of `limit` places while it works. While it waits for the outside it holds its place for a moment only
(`PROMPT`); after that it waits in a *waiting room* beside the places, and another is polled. What waits costs a
connection and no work, so the room is large. It may fill, though, where hundreds of servers accept a connection and
say nothing: then those that have waited for `FAIR` seconds make room, those of the worst standing first, and are asked
again later by `bot.feeds.poll_schedule`. With few feeds that hang, each has all of the fetcher's time.

Feeds that keep failing get a quarter of the places, of the room, and half of a server's requests, so whatever they do
most is left to the others. The order is by standing (`bot.feeds.poll_order`), and within a standing the servers take
turns: one with a hundred feeds delays no other. How many requests a server gets at once counts here too, or else
feeds would wait for their server in the places of others.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from bot.feeds.poll_order import DuePoll, Standing

T = TypeVar("T")

PROMPT: Final = 0.25
"""Seconds in which most servers have answered."""

FAIR: Final = 5.0
"""Seconds that every server gets, whoever else is waiting."""

SHARE: Final = 4
"""Feeds that keep failing get one place of so many, and of the waiting room."""

MUTE: Final = 2
"""After so many polls in a row without an answer, a server's feeds wait `FAIR` seconds each while others of it wait."""

_LOOK: Final = 1.0
"""Seconds between two looks at a poll that waits for the outside."""


class PollPlaces:
    """The places of polls. `limit`, `room` and `per_server` are numbers of polls, at least 1 each."""

    def __init__(self, limit: int, room: int, per_server: int) -> None:
        self._limit = limit
        self._room_size = room
        self._per_server = per_server
        self._queues: dict[Standing, dict[str, deque[Turn]]] = {standing: {} for standing in Standing}
        self._held = 0
        self._held_by_failing = 0
        self._room: set[Turn] = set()
        self._failing_in_room = 0
        self._at_server: Counter[str] = Counter()
        self._failing_at_server: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()

    @asynccontextmanager
    async def taken(self, due: DuePoll) -> AsyncIterator[Turn]:
        """Hold a place for a poll; the value is told what the poll waits for."""
        turn = Turn(self, due)
        queue = self._queues[due.standing].setdefault(due.server, deque())
        queue.append(turn)
        self._admit()
        try:
            await turn.admitted.wait()
            yield turn
        finally:
            if turn.admitted.is_set():
                self._leave(turn)
            else:
                self._give_up(turn)

    def begin_asking(self, turn: Turn) -> None:
        """The poll waits for the outside from now on."""
        turn.timer = asyncio.get_running_loop().call_later(PROMPT, self._look, turn)

    def end_asking(self, turn: Turn) -> None:
        """It does no longer, so it holds a place again, though there may be one too many then."""
        if turn.timer is not None:
            turn.timer.cancel()
            turn.timer = None
        if turn in self._room:
            self._leave_room(turn)
            self._admit()

    def note_answer(self, server: str, *, is_answered: bool) -> None:
        """Whether a server has said anything to a poll."""
        if is_answered:
            del self._unanswered[server]
        else:
            self._unanswered[server] += 1

    def _admit(self) -> None:
        while (turn := self._next()) is not None:
            self._hold(turn, 1)
            self._at_server[turn.server] += 1
            self._failing_at_server[turn.server] += turn.is_failing
            turn.admitted.set()

    def _next(self) -> Turn | None:
        """Take the next from its queue; None if there is none, or no place for it."""
        if self._held >= self._limit:
            return None
        for standing, queues in self._queues.items():
            if standing is Standing.FAILING and self._held_by_failing >= _share(self._limit, SHARE):
                continue
            for server, queue in queues.items():
                if self._is_free(server, standing):
                    turn = queue.popleft()
                    del queues[server]
                    if queue:
                        queues[server] = queue  # at the end: it is the turn of other servers now
                    return turn
        return None

    def _is_free(self, server: str, standing: Standing) -> bool:
        if not server:
            return True
        if standing is Standing.FAILING and self._failing_at_server[server] >= _share(self._per_server, 2):
            return False
        return self._at_server[server] < self._per_server

    def _hold(self, turn: Turn, places: int) -> None:
        self._held += places
        self._held_by_failing += places * turn.is_failing

    def _leave(self, turn: Turn) -> None:
        self._hold(turn, -1)
        for counter, number in ((self._at_server, 1), (self._failing_at_server, int(turn.is_failing))):
            counter[turn.server] -= number
            if not counter[turn.server]:
                del counter[turn.server]
        self._admit()

    def _give_up(self, turn: Turn) -> None:
        queues = self._queues[turn.standing]
        queues[turn.server].remove(turn)
        if not queues[turn.server]:
            del queues[turn.server]

    def _look(self, turn: Turn) -> None:
        """See to a poll that still waits for the outside: into the room, or out if that is only fair."""
        if turn not in self._room:
            self._let_wait(turn)
        if turn.has_had_its_time and self._is_mute(turn.server) and self._is_wanted(turn.server):
            self._end(turn)
            return
        is_inside = turn in self._room
        turn.timer = asyncio.get_running_loop().call_later(_LOOK if is_inside else PROMPT, self._look, turn)

    def _let_wait(self, turn: Turn) -> None:
        """Let it wait in the room if there is space; where there is none, have some made."""
        if turn.is_failing and self._failing_in_room >= _share(self._room_size, SHARE):
            return
        if len(self._room) >= self._room_size and self._others_wait():
            patient = [one for one in self._room if one.has_had_its_time]
            if patient:
                self._end(max(patient, key=lambda one: (one.standing, -one.asked_at)))
        if len(self._room) < self._room_size:
            self._room.add(turn)
            self._failing_in_room += turn.is_failing
            self._hold(turn, -1)
            self._admit()

    def _end(self, turn: Turn) -> None:
        """It waits no longer. Closing its connection may take a while yet, for which it holds a place."""
        if turn.timer is not None:
            turn.timer.cancel()
            turn.timer = None
        if turn in self._room:
            self._leave_room(turn)
        turn.end()

    def _leave_room(self, turn: Turn) -> None:
        self._room.remove(turn)
        self._failing_in_room -= turn.is_failing
        self._hold(turn, 1)

    def _others_wait(self) -> bool:
        return any(queues for standing, queues in self._queues.items() if standing is not Standing.FAILING)

    def _is_mute(self, server: str) -> bool:
        return self._unanswered[server] >= MUTE

    def _is_wanted(self, server: str) -> bool:
        return any(server in self._queues[standing] for standing in Standing if standing is not Standing.FAILING)


class Turn:
    """A poll in its place."""

    def __init__(self, places: PollPlaces, due: DuePoll) -> None:
        self.server = due.server
        self.standing = due.standing
        self.is_failing = due.standing is Standing.FAILING
        self.admitted = asyncio.Event()
        self.timer: asyncio.TimerHandle | None = None
        self.asked_at = 0.0
        self._places = places
        self._scope: asyncio.Timeout | None = None

    @property
    def has_had_its_time(self) -> bool:
        return asyncio.get_running_loop().time() - self.asked_at >= FAIR

    @property
    def is_asking(self) -> bool:
        """Whether the poll waits for the outside."""
        return self._scope is not None

    def end(self) -> None:
        """Wait no longer: others need the room more. Called once for each wait."""
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())

    async def asking(self, outside: Awaitable[T]) -> T | None:
        """What the outside answers; None where it said nothing for `FAIR` seconds or more, and others needed the room.

        Only the waiting itself belongs here: work must hold a place.
        """
        scope = asyncio.timeout(None)
        try:
            async with scope:
                self._scope = scope
                self.asked_at = asyncio.get_running_loop().time()
                self._places.begin_asking(self)
                return await outside
        except TimeoutError:
            if scope.expired():
                return None
            raise
        finally:
            self._scope = None
            self._places.end_asking(self)

    def note_answer(self, *, is_answered: bool) -> None:
        """Whether the server has said anything to this poll."""
        self._places.note_answer(self.server, is_answered=is_answered)


def _share(whole: int, parts: int) -> int:
    return max(1, whole // parts)
