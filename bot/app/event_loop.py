"""The event loop of the main job: names are looked up without holding up anything, whoever asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from bot.adapters.http import AddressInfo, Lookups

T = TypeVar("T")

_LOOKUPS = 16
"""At once: who asks the loop itself asks for the Bot API alone."""


class KabarLoop(asyncio.SelectorEventLoop):
    """asyncio looks names up in the threads of `asyncio.to_thread`: six on a small machine.

    The client of the Bot API asks it for names. Where those hang, all other work in threads would wait, and so would
    the end of the process.
    """

    _lookups: Lookups | None = None

    async def getaddrinfo(  # type: ignore[override]  # -- narrower than typeshed's: what is called here
        self,
        host: str,
        port: object,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> AddressInfo:
        if self._lookups is None:
            self._lookups = Lookups(_LOOKUPS)
        return await self._lookups.find(host, port, family=family, type=type, proto=proto, flags=flags)


def run_job(job: Coroutine[object, object, T]) -> T:
    """As asyncio.run, on such a loop."""
    with asyncio.Runner(loop_factory=KabarLoop) as runner:
        return runner.run(job)
