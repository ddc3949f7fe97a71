"""Who works on the database: one process on a file, any number of them on a server."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Member:
    """A process that works on the database."""

    name: str
    leads: bool
    """Whether it does what only one may do: it talks with Telegram, makes digests, sends alarms, tidies up."""
    since: datetime | None = None
    address: str = ""
    """Of its machine, as the server sees it."""


class Membership(Protocol):
    """The place of this process among those that work on the database."""

    @property
    def name(self) -> str:
        """Of this process. Claims carry it; each start has another one."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether others may work on the database."""
        ...

    @property
    def leads(self) -> bool:
        """Whether this process does what only one may do."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Of all who work on the database at the last look, in order."""
        ...

    def now(self) -> datetime | None:
        """The time that all who work on the database go by; None where that is the time of this machine."""
        ...

    async def look(self, *, may_lead: bool = True, patience: float = math.inf) -> bool:
        """Look who is there, and take the lead if nobody has it. Returns whether anything has changed.

        `patience`: seconds without a look of theirs after which others count as gone.
        """
        ...

    async def members(self) -> tuple[Member, ...]:
        """All who work on the database now."""
        ...

    async def close(self) -> None:
        """Leave."""
        ...


class Alone:
    """Of a database file, which one process uses (`InstanceLock`)."""

    def __init__(self) -> None:
        self.name = f"process {os.getpid()}-{token_hex(4)}"  # a container gives each start the same number
        self.leads = True
        self.is_shared = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def now(self) -> datetime | None:
        return None

    async def look(self, *, may_lead: bool = True, patience: float = math.inf) -> bool:  # noqa: ARG002 -- there is nobody else
        return False

    async def members(self) -> tuple[Member, ...]:
        return (Member(self.name, leads=True),)

    async def close(self) -> None:
        pass
