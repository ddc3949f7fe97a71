"""What one piece of work costs, each with where the figure comes from. All in seconds and bytes.

"Measured" is `python -m tests.benchmarks.simulate.measure` on two cores of x86-64, Python 3.11, PostgreSQL 15 on the
same machine, while others kept it busy (load 6 to 9), the mean of two runs. The yardstick of `tests.benchmarks.scale`
(ten million additions) took 0.3 s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MS: Final = 0.001


@dataclass(frozen=True, slots=True)
class Hold:
    """Work that is done while others wait for a lock."""

    cpu: float
    """Of the worker's event loop."""
    server: float
    """Of the database server."""
    statements: int
    """Each is a round trip, and one of the event loop."""


@dataclass(frozen=True, slots=True)
class PollCost:
    """A poll whose document has 20 entries."""

    cpu: float
    """Of the event loop, all in all, without HTTP, parsing and judging."""
    server: float
    statements: int
    hold: Hold
    """Its write transaction."""
    planning: Hold | None = None
    """From placing in a story to the commit, the write transaction included; None where none waits for that."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one kind of database."""

    unchanged: PollCost
    """The server says 304; its state is noted together with those of others."""
    state: float
    """What each further state adds to such a transaction."""
    same: PollCost
    """The server sends what is known already."""
    new: PollCost
    """One new article, on no topic."""
    told: PollCost
    """One new article on a topic, told to one chat."""
    part: Hold
    """A part of a fan-out: 250 messages."""
    part_cpu: float
    """Planning one, on the leader's event loop, the transaction included."""
    claim: Hold
    """Claiming up to 16 chats; noting what became of as many costs the same."""
    message: float
    """Rendering a message and sending it by the Bot API, and its share of the delivery worker: CPU of the loop."""
    idle: float
    """CPU a second of a worker that has nothing to do: looking for feeds, topics, chats and other workers."""
    idle_statements: float
    commit: float
    """Until a commit is on the disk."""
    trip: float
    """To the database and back."""


FILE: Final = Costs(  # measured: polls, fanout, message
    unchanged=PollCost(2.7 * _MS, 0.0, 11, Hold(0.7 * _MS, 0.0, 3)),
    state=0.014 * _MS,
    same=PollCost(11.2 * _MS, 0.0, 23, Hold(2.6 * _MS, 0.0, 4)),
    new=PollCost(17.0 * _MS, 0.0, 36, Hold(6.6 * _MS, 0.0, 11)),
    told=PollCost(39.0 * _MS, 0.0, 71, Hold(16.6 * _MS, 0.0, 27), Hold(30.7 * _MS, 0.0, 56)),
    part=Hold(17.0 * _MS, 0.0, 14),
    part_cpu=50.0 * _MS,
    claim=Hold(2.5 * _MS, 0.0, 8),
    message=(1.4 + 2.0) * _MS,  # measured: message; `scale --only deliver`: 1.8 to 2.1 ms
    idle=4.0 * _MS,  # docs/operating.md: 0.2 to 0.4 % of a core when nothing happens
    idle_statements=10.0,
    commit=5.0 * _MS,  # fdatasync of 8 KB here: 0.9 to 12 ms, median 4.8
    trip=0.02 * _MS,  # to the thread of the connection; its CPU is counted with the statement
)

SERVER: Final = Costs(  # measured: polls, fanout, message
    unchanged=PollCost(8.4 * _MS, 1.2 * _MS, 10, Hold(1.9 * _MS, 0.3 * _MS, 3)),
    state=0.03 * _MS,
    same=PollCost(17.9 * _MS, 3.0 * _MS, 21, Hold(3.5 * _MS, 0.8 * _MS, 4)),
    new=PollCost(21.0 * _MS, 3.7 * _MS, 33, Hold(6.8 * _MS, 1.6 * _MS, 11)),
    told=PollCost(49.0 * _MS, 7.0 * _MS, 66, Hold(15.5 * _MS, 3.2 * _MS, 27), Hold(35.4 * _MS, 5.4 * _MS, 53)),
    part=Hold(20.0 * _MS, 12.0 * _MS, 14),
    part_cpu=108.0 * _MS,
    claim=Hold(3.0 * _MS, 1.5 * _MS, 8),
    message=(1.4 + 2.2) * _MS,  # measured: message; engines.claims, cost: 2.2 ms at 25 a second
    idle=25.0 * _MS,  # engines.claims, cost: three workers instead of one took 0.05 of a core more
    idle_statements=15.0,
    commit=5.0 * _MS,  # as for a file
    trip=0.2 * _MS,  # assumed: a server in the same data centre
)

HTTP: Final = 2.0 * _MS
"""`polling --quick`: 2.3 ms an unchanged poll, states noted together; a TLS handshake takes 0.44 ms (OpenSSL, here)."""

FETCH: Final = 0.4
"""Assumed: mean seconds until a server has answered."""

PARSE: Final = 6.4 * _MS
"""Measured: 20 entries, in the process that parses."""

DESCRIBE: Final = 1.0 * _MS
"""Measured (judging), an article."""

JUDGE: Final = 1.5 * _MS
JUDGE_TOPIC: Final = 1.9 * _MS / 1_000
"""Measured (judging): 3.5 ms an article with 1,000 topics, 20.4 with 10,000, of made vectors. Linear beyond, which is
assumed (of it, comparing 100,000 examples takes 22.6 to 45 ms: decision 17). On the event loop.
"""

EMBED: Final = 162 * _MS
"""Measured (embedding), an article of 260 words, on a thread of its own; with 1,000 topics every article wants it."""

MEMORY: Final = 200e6
"""docs/operating.md: once articles were embedded and Telegram is connected."""
MEMORY_TOPIC: Final = 15e3
"""Decision 25."""
MEMORY_STORY: Final = 4e3
"""docs/matching.md: an article of the last two weeks that is on a topic; the last 50,000 are kept."""
STORIES_KEPT: Final = 50_000
MEMORY_FEED: Final = 500.0
"""Measured: resident memory with 100,000 feeds after `DueFeeds.look`, beside before they were made."""
