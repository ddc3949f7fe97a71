"""Kabar as people run it: a process of its own on a configuration folder, seen only from outside."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import asyncpg

from tests.e2e.nursery import CHECKOUT, ForkedProcess, Nursery
from tests.e2e.watchdog import VARIABLE, Hold, holds_in
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import FeedServer

KABAR = [sys.executable, "-c", "from bot.cli import main; main()"]

PATIENCE = 180.0
"""Seconds after which a test gives up: many times what anything here takes on a calm machine."""

SETTINGS = """\
language = "en"
[telegram]
admins = [{admins}]
[polling]
every = "1s"
at_least = "1s"
at_most = "1s"
[delivery]
alerts_per_hour = 1000
"""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def environment(bytecode: Path) -> dict[str, str]:
    """That of this process without anything that is about Kabar, Python, proxies or the width of a terminal.

    `bytecode`: where compiled modules are kept if they may not be kept beside the sources; without them each process
    would compile all of Kabar.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KABAR_", "PYTHON")) and not name.lower().endswith("_proxy") and name != "COLUMNS"
    }
    kept = {"PYTHONPYCACHEPREFIX": str(bytecode)} if sys.dont_write_bytecode else {}
    return inherited | {"PYTHONPATH": str(CHECKOUT)} | kept


class Home:
    """A folder with `config/`, `data/` and the environment that commands in it get."""

    def __init__(self, folder: Path, nursery: Nursery, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.nursery = nursery
        self.config = folder / "config"
        self.data = folder / "data"
        self.environment = {**environment, "KABAR_CONFIG": str(self.config), "KABAR_DATA": str(self.data)}
        self._started = 0

    def another(self, name: str) -> Home:
        """A second home, in a folder inside this one."""
        folder = self.folder / name
        folder.mkdir()
        return Home(folder, self.nursery, self.environment)

    def write(self, path: str, text: str | bytes) -> Path:
        """A file, by its path in this folder."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def configure(self, *feed_urls: str, admins: str = "1001", settings: str = SETTINGS) -> None:
        """Settings with short intervals, and these feeds: `feed-1`, `feed-2` …, everything in them told."""
        self.write("config/kabar.toml", settings.format(admins=admins))
        self.write("config/feeds.toml", "".join(_feed(number, url) for number, url in enumerate(feed_urls, start=1)))

    def topic(self, name: str, **keys: object) -> None:
        """A topic file; strings and lists are the same in JSON and TOML."""
        lines = [f'name = "{name.title()}"', *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
        self.write(f"config/topics/{name}.toml", "\n".join(lines) + "\n")

    def start(self, *arguments: str, fresh: bool = False, files: int | None = None, **variables: str) -> KabarProcess:
        """`kabar ARGUMENTS` in the background; `variables` are added to its environment.

        `fresh`: by a new interpreter, as people start it, instead of by the nursery. `files`: the number of file
        descriptors that a fresh one may have.
        """
        return self._start(arguments, b"", variables, fresh=fresh, files=files)

    def run(self, *arguments: str, stdin: str | bytes = b"", seconds: float = PATIENCE, **variables: str) -> Finished:
        """`kabar ARGUMENTS` to its end."""
        with self._start(arguments, stdin, variables, fresh=False) as process:
            code = process.wait(seconds)
            return Finished(code, process.out, process.err)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, asked of the database itself: a file, or the one of a server."""
        url = self.environment.get("KABAR_DATABASE_URL", "")
        if not url:
            with closing(sqlite3.connect(self.data / "kabar.db")) as database:
                return database.execute(sql).fetchall()

        async def ask() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(url)
            try:
                return [tuple(row) for row in await connection.fetch(sql)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def dead_letters(self) -> list[dict[str, Any]]:
        """What `kabar outbox` says could not be delivered."""
        return [line for line in self.run("outbox", "--json").json if line["state"] == "dead"]

    def held_up(self) -> list[Hold]:
        """What held up the event loop of a process started here for too long, once it was connected to Telegram."""
        found: list[Hold] = []
        for report in self.folder.glob("logs/*.held-up"):
            log = report.with_suffix(".err").read_text("utf-8", "replace").splitlines()
            events = [json.loads(line) for line in log if line.startswith("{") and line.endswith("}")]
            connected = [event["timestamp"] for event in events if event["event"] == "telegram-connected"]
            if connected:
                found += [hold for hold in holds_in(report) if hold.at > datetime.fromisoformat(connected[0])]
        return found

    def script(self, command: Sequence[str]) -> Finished:
        """Any command to its end."""
        done = subprocess.run(
            command, capture_output=True, timeout=PATIENCE, cwd=self.folder, env=self.environment, check=False
        )
        return Finished(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def _start(
        self,
        arguments: Sequence[str],
        stdin: str | bytes,
        variables: Mapping[str, str],
        *,
        fresh: bool,
        files: int | None = None,
    ) -> KabarProcess:
        self._started += 1
        log = self.write(f"logs/{self._started}-{arguments[0]}.in", stdin)
        with (
            log.open("rb") as given,
            log.with_suffix(".out").open("wb") as out,
            log.with_suffix(".err").open("wb") as err,
        ):
            started_at = time.monotonic()
            variables = {**self.environment, VARIABLE: str(log.with_suffix(".held-up")), **variables}
            if fresh:
                limit = [] if files is None else ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"]
                command = [*limit, *KABAR, *arguments]
                process: subprocess.Popen[bytes] | ForkedProcess = subprocess.Popen(
                    command, stdin=given, stdout=out, stderr=err, cwd=self.folder, env=variables, start_new_session=True
                )
            else:
                process = self.nursery.start(arguments, variables, self.folder, [given, out, err])
        return KabarProcess(process, log, started_at)


def _feed(number: int, url: str) -> str:
    return f'[[feeds]]\nid = "feed-{number}"\nurl = "{url}"\ntitle = "Outlet {number}"\nfirst_poll = "all"\n'


class KabarProcess:
    """A running `kabar`. As a context manager it is killed at the end of the block, its reader processes too."""

    def __init__(self, process: subprocess.Popen[bytes] | ForkedProcess, log: Path, started_at: float) -> None:
        self._process = process
        self._out, self._err = log.with_suffix(".out"), log.with_suffix(".err")
        self.started_at = started_at
        """time.monotonic()"""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def out(self) -> str:
        return self._out.read_text("utf-8", "replace")

    @property
    def err(self) -> str:
        return self._err.read_text("utf-8", "replace")

    @property
    def events(self) -> list[dict[str, Any]]:
        """The log so far; whole lines only."""
        lines = self.err.splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]

    def wait_for(
        self, happened: Callable[[], object], what: str, seconds: float = PATIENCE, *, every: float = 0.03
    ) -> float:
        """Wait until it is so; how long that took. AssertionError where it is not in time or the process has ended.

        `every`: seconds between two looks; more where a look costs a process.
        """
        started = time.monotonic()
        while not happened():
            ended = self._process.poll()
            if (ended is not None and not happened()) or time.monotonic() - started > seconds:
                how = f"kabar ended with {ended}" if ended is not None else f"{seconds:g} s went by"
                raise AssertionError(f"{how} without {what}\n{self._story()}")
            time.sleep(every)
        return time.monotonic() - started

    def wait_for_event(self, name: str, count: int = 1, **values: object) -> dict[str, Any]:
        """The log line with this event and these values, once there are so many of them."""

        def found() -> list[dict[str, Any]]:
            return [e for e in self.events if e["event"] == name and values.items() <= e.items()]

        self.wait_for(lambda: len(found()) >= count, f"{count} × {name} {values or ''}")
        return found()[count - 1]

    def wait_for_poll(self, server: FeedServer, path: str) -> None:
        """Wait until what the server gives now has been read: a later request means that the first was worked off."""
        before = len(server.hits(path))
        self.wait_for(lambda: len(server.hits(path)) >= before + 2, f"two polls of {path}")

    def wait_for_messages(self, api: FakeBotApi, count: int, chat: int) -> tuple[FakeMessage, ...]:
        """What a chat has got, once there is so much."""
        self.wait_for(lambda: len(api.messages(chat)) >= count, f"{count} messages in chat {chat}")
        return api.messages(chat)

    def stop(self) -> int:
        """SIGTERM, and wait for the end; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    @property
    def cpu_seconds(self) -> float:
        """Of the processor, that it and its relatives have taken so far."""
        ticks = 0
        for pid in (self.pid, *self.relatives()):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            except OSError:  # it has just ended
                continue
            ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
        return ticks / os.sysconf("SC_CLK_TCK")

    def is_running(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, as a power cut."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for its end; the exit code, -9 for SIGKILL."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            if isinstance(self._process, ForkedProcess):  # it says where it stands (`tests.e2e.watchdog`)
                self._process.send_signal(signal.SIGUSR1)
                time.sleep(1.0)
            raise AssertionError(f"kabar did not end within {seconds:g} s\n{self._story()}") from None

    def relatives(self) -> list[int]:
        """Processes of its session that are alive, itself left out."""
        return [pid for pid in _session_of(self.pid) if pid != self.pid]

    def _story(self) -> str:
        return f"--- standard output\n{self.out[-3000:]}\n--- standard error\n{self.err[-6000:]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)
        for pid in self.relatives():
            os.kill(pid, signal.SIGKILL)


def _session_of(leader: int) -> list[int]:
    """Processes of a session, the dead that nobody has buried yet left out (proc(5), /proc/pid/stat)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, _parent, _group, session = entry.joinpath("stat").read_text().rpartition(") ")[2].split()[:4]
            except (OSError, ValueError):
                continue
            if int(session) == leader and state != "Z":
                found.append(int(entry.name))
    return found
