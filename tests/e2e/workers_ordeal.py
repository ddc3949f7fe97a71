"""The worst day of several workers on one database: one after another is killed while the others go on."""

from __future__ import annotations

import time
from random import Random

from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.ordeal import POINTS, RANDOM_KILL, TERM, Life, Ordeal
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer


class WorkersOrdeal(Ordeal):
    """As for one process; each worker has an address of its own at the Bot API, which tells their calls apart."""

    def __init__(
        self, home: Home, api: FakeBotApi, feeds: FeedServer, seed: int, *, workers: int = 3, is_short: bool = False
    ) -> None:
        super().__init__(home, api, feeds, seed, is_short=is_short)
        self._names = [f"worker-{number + 1}" for number in range(workers)]
        self._running: dict[str, KabarProcess] = {}
        self._points: dict[str, str] = {}
        self._chance = Random(seed + 1)

    def live(self, longest: float) -> None:
        """Until one worker was ended: killed at a random moment or at its fault point, or asked to end."""
        for name in self._names:
            if name not in self._running:
                self._start(name)
        until = time.monotonic() + self._chance.uniform(0.3, longest)
        act_at = time.monotonic() + self._chance.uniform(0.0, longest)
        while time.monotonic() < until:
            self.outlets.publish()
            if time.monotonic() >= act_at:
                act_at = time.monotonic() + 4.0
                self.person.act()
            for name, kabar in tuple(self._running.items()):
                if not kabar.is_running():
                    assert kabar.wait() == -9, f"seed {self.seed}: ended by itself\n{kabar.err[-3000:]}"
                    self._ended(name, f"SIGKILL at {self._points[name].partition(':')[0]}")
                    return
            time.sleep(0.02)
        name = self._chance.choice(self._names)
        if self._chance.random() < 0.1:
            assert self._running[name].stop() in {0, -15}  # -15: it had not begun to listen for signals
            self._ended(name, TERM)
        else:
            self._running[name].kill()
            self._ended(name, RANDOM_KILL)

    def settle(self) -> None:
        """The others are killed; what is left to do, one does alone."""
        for name in tuple(self._running):
            self._running[name].kill()
            self._ended(name, RANDOM_KILL)
        super().settle()

    def kill_all(self) -> None:
        """Whatever happens, none of them stays behind."""
        for kabar in self._running.values():
            kabar.__exit__(None, None, None)

    def _start(self, name: str) -> None:
        point = f"{self._chance.choice(POINTS)}:{self._chance.randint(1, 3)}" if self._chance.random() < 0.4 else ""
        self._points[name] = point
        address = f"{self.api.url}/by/{name}"
        self._running[name] = self.home.start("run", KABAR_FAULT_POINT=point, KABAR_TELEGRAM_API_URL=address)

    def _ended(self, name: str, end: str) -> None:
        kabar = self._running.pop(name)
        self.lives.append(Life(kabar.started_at, time.monotonic(), end, name))
        kabar.__exit__(None, None, None)  # its readers too
        self.note_stored()
