"""What code of `bot/` a piece of work enters, as a profiler sees it in every thread."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from pathlib import Path
from types import CodeType, FrameType

import bot

PACKAGE = f"{Path(bot.__file__).parent}/"
Concerns = Callable[[FrameType, object], bool]
"""Whether a function that begins, goes on or ends, with what it returns, is one that is looked for."""


@dataclass
class Footprint:
    """What was entered, by file."""

    functions: set[CodeType] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    """From another module or from outside; each file has a figure, be it 0."""
    turns: Counter[str] = field(default_factory=Counter)
    """How often the thread that follows came to the file from another one, by a call or after a wait."""

    @property
    def files(self) -> frozenset[str]:
        return frozenset(self.calls)

    @property
    def named(self) -> int:
        """How many functions; comprehensions and lambdas are part of theirs."""
        return sum(not code.co_name.startswith("<") for code in self.functions)

    def row(self, place: int) -> str:
        """The modules with most calls and most turns, or those that come so much later."""
        ranked = (self.calls.most_common(), self.turns.most_common())
        return " ".join(
            f"{times:>5} {file:<34}" for file, times in (rank[place] for rank in ranked if rank[place:])
        ).rstrip()


class Profiler:
    """Follows the thread it is made in and all that are started while it is installed."""

    def __init__(self) -> None:
        self._footprint: Footprint | None = None
        self._concerns: Concerns | None = None
        self._thread = threading.get_ident()
        self._here = ""
        self._events = 0
        self._lock = threading.Lock()

    @contextmanager
    def installed(self) -> Iterator[None]:
        threading.setprofile(self._event)
        sys.setprofile(self._event)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    @contextmanager
    def following(self, concerns: Concerns | None = None) -> Iterator[Footprint]:
        """What is entered until the block ends; with `concerns`, only what that is true of."""
        self._concerns, self._footprint, self._here = concerns, Footprint(), ""
        try:
            yield self._footprint
        finally:
            self._footprint = None

    async def quiet(self) -> None:
        """Wait until nothing has been called for a while."""
        before = -1
        while before != self._events:
            before = self._events
            await asyncio.sleep(0.3)

    def _event(self, frame: FrameType, event: str, result: object) -> None:
        if event not in ("call", "return") or not _is_ours(frame):
            return
        with self._lock:
            self._events += 1
            if self._footprint is None or not (self._concerns(frame, result) if self._concerns else event == "call"):
                return
            file = frame.f_code.co_filename.removeprefix(PACKAGE)
            self._footprint.functions.add(frame.f_code)
            self._footprint.calls[file] += event == "call" and not _goes_on(frame) and _is_entry(frame)
            if threading.get_ident() == self._thread:
                self._footprint.turns[file] += file != self._here
                self._here = file


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(PACKAGE)


def _is_entry(frame: FrameType) -> bool:
    """Whether this was called from another file of ours, be it by way of a library, or from outside."""
    caller = frame.f_back
    while caller is not None and not _is_ours(caller):
        caller = caller.f_back
    return caller is None or caller.f_code.co_filename != frame.f_code.co_filename


def _goes_on(frame: FrameType) -> bool:
    """Whether a generator or coroutine comes back from a `yield` or `await`: RESUME says so (see the module `dis`)."""
    code = frame.f_code
    resumable = code.co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)
    return bool(resumable) and code.co_code[frame.f_lasti + 1] & 3 != 0
