"""The database is broken in every way: pages of each table and index, files and folders that are removed or swapped.

For each, a real Kabar that has told two stories; then whether its admin and `/healthz` say so within a minute, whether
`kabar doctor` fails (or all was mended by itself), and whether a story was told twice, also after another start.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import click

from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.outside import health as health_of
from tests.e2e.outside import titles
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.feed_server import FeedServer
from tests.fakes.loopback import free_port

WITHIN: Final = 60.0
AT_ONCE: Final = 4
QUICKLY: Final = 4
"""How many faults the short version tries."""

CHAT: Final = 1001
_PAGE: Final = 4096
_STORIES: Final = ("Story 1 about korea", "Story 2 about korea")


@dataclass(frozen=True, slots=True)
class StorageFault:
    """One thing that is done to the data folder, before Kabar starts or while it runs."""

    name: str
    strike: Callable[[Path], None]
    while_running: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a fault. Seconds; None: not within the time."""

    fault: StorageFault
    told: float | None
    health: str
    is_mended: bool
    doctor: int
    repeated: int

    @property
    def is_as_promised(self) -> bool:
        noticed = self.told is not None and self.told <= WITHIN
        return noticed and self.repeated == 0 and (self.is_mended or (self.health != "ok" and self.doctor == 1))

    def __str__(self) -> str:
        when = "running" if self.fault.while_running else "stopped"
        told = "NOT TOLD" if self.told is None else f"told after {self.told:.0f} s"
        after = "mended by itself" if self.is_mended else f"healthz {self.health}, doctor {self.doctor}"
        return f"{self.fault.name} ({when}): {told}, {after}, {self.repeated} repeated"


def run(context: Context) -> Outcome:
    """Every fault, some at the same time."""
    folder = context.folder / "storage"
    folder.mkdir()
    model = _Model(Home(folder, context.nursery, context.nursery.environment))
    faults = list(_faults(model.data))
    if context.quick:
        faults = Random(context.seed).sample(faults, QUICKLY)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda numbered: model.suffer(*numbered), enumerate(faults)))
    bad = [seen for seen in found if not seen.is_as_promised]
    times = sorted(seen.told for seen in found if seen.told is not None)
    middle, last = (times[len(times) // 2], times[-1]) if times else (0.0, 0.0)
    return Outcome(
        not bad,
        (
            f"{len(found)} faults, {len(times)} told to the admin",
            f"half of them within {middle:.0f} s, the last after {last:.0f} s",
            f"mended by itself: {sum(seen.is_mended for seen in found)}",
            f"repeated: {sum(seen.repeated for seen in found)}",
            *map(str, bad),
        ),
    )


class _Model:
    """A data folder of a Kabar that has told two stories, of which each fault gets a copy."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.data = home.data
        with FakeBotApi() as api, FeedServer() as feeds:
            self._configure(home, api, feeds)
            with home.start("run") as kabar:
                kabar.wait_for(lambda: set(_STORIES) <= set(titles(api, CHAT)), "two stories")
                kabar.wait_for(lambda: home.run("outbox", "--json").out == "", "nothing owed", every=0.5)
                assert kabar.stop() == 0

    def suffer(self, number: int, fault: StorageFault) -> Seen:
        folder = self._home.folder / f"fault-{number}"
        folder.mkdir()
        home = Home(folder, self._home.nursery, {**self._home.nursery.environment})
        shutil.copytree(self.data, home.data)
        with FakeBotApi() as api, FeedServer() as feeds:
            port = self._configure(home, api, feeds)
            seen = self._watch(home, api, feeds, port, fault)
        click.echo(f"  {seen}", err=True)
        return seen

    def _watch(self, home: Home, api: FakeBotApi, feeds: FeedServer, port: int, fault: StorageFault) -> Seen:
        if not fault.while_running:
            fault.strike(home.data)
        with home.start("run") as kabar:
            if fault.while_running:
                kabar.wait_for(lambda: health_of(port) == "ok", "it running")
                kabar.wait_for_poll(feeds, "/rss")
                fault.strike(home.data)
            told, health = _wait_until_told(kabar, api, port)
            ended = not kabar.is_running()
            doctor = home.run("doctor").code
            health = "not running" if ended else health_of(port)
            if not ended:
                kabar.stop()
        with home.start("run") as kabar:  # the next start must not tell anything once more
            until = time.monotonic() + 5
            while kabar.is_running() and time.monotonic() < until:
                time.sleep(0.1)
        is_mended = health == "ok" and doctor == 0
        repeated = sum(count for title, count in Counter(titles(api, CHAT)).items() if title in _STORIES)
        return Seen(fault, told, health, is_mended, doctor, repeated)

    @staticmethod
    def _configure(home: Home, api: FakeBotApi, feeds: FeedServer) -> int:
        port = free_port()
        api.add_chat(CHAT)
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.configure(feeds.url("/rss"), settings=SETTINGS + f'[web]\nlisten = "127.0.0.1:{port}"\n')
        home.topic("peninsula", query="korea")
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        return port


def _wait_until_told(kabar: KabarProcess, api: FakeBotApi, port: int) -> tuple[float | None, str]:
    started, told = time.monotonic(), None
    health = "ok"
    while time.monotonic() - started < 2 * WITHIN:
        if told is None and any(map(_is_alarm, api.messages(CHAT))):
            told = time.monotonic() - started
        health = health_of(port)
        if told is not None or not kabar.is_running():
            break
        time.sleep(0.2)
    return told, health


def _is_alarm(message: FakeMessage) -> bool:
    """Each fault has a copy of the folder, which is said, too; that is no alarm."""
    return "database" in message.text and "another file than when I ran last" not in message.text


# --- faults ------------------------------------------------------------------------------------


def _faults(data: Path) -> list[StorageFault]:
    """Each page, before a start and while Kabar runs in turn; all that may happen to files while it runs."""
    pages = _pages(data / "kabar.db")
    faults = [
        StorageFault(f"page {page} ({name})", _overwriting(page), while_running=number % 2 == 1)
        for number, (name, page) in enumerate(pages)
    ]
    faults += [
        StorageFault(name, strike, while_running=True)
        for name, strike in (
            ("the file removed", _remove_file),
            ("the folder removed", shutil.rmtree),
            ("the folder moved away", _move_folder),
            ("file and log removed", _remove_all),
            ("the log removed", _remove_log),
            ("another database in its place", _swap_file),
            ("another state in the same file", _overwrite_in_place),
            ("another folder in its place", _swap_folder),
            ("cut in half", _truncate),
            ("emptied", _empty),
            ("an index that disagrees", _disagree),
        )
    ]
    faults += [
        StorageFault(name, strike, while_running=False)
        for name, strike in (
            ("the file removed", _remove_file),
            ("cut in half", _truncate),
            ("emptied", _empty),
            ("an index that disagrees", _disagree),
        )
    ]
    return faults


def _pages(database: Path) -> list[tuple[str, int]]:
    """The first page of each table and index, and one leaf of those that have several."""
    with closing(sqlite3.connect(database)) as connection:
        roots = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
        leaves = connection.execute(
            "SELECT name, max(pageno) FROM dbstat WHERE pagetype = 'leaf' GROUP BY name HAVING count(*) > 1"
        ).fetchall()
    return [(str(name), int(page)) for name, page in [*roots, *leaves]]


def _overwriting(page: int) -> Callable[[Path], None]:
    def strike(data: Path) -> None:
        _checkpoint(data)
        with (data / "kabar.db").open("r+b") as file:
            file.seek((page - 1) * _PAGE)
            file.write(os.urandom(_PAGE))

    return strike


def _checkpoint(data: Path) -> None:
    """What is in the log goes into the file; else it would cover up the fault."""
    with closing(sqlite3.connect(data / "kabar.db", timeout=30, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove_file(data: Path) -> None:
    (data / "kabar.db").unlink()


def _remove_all(data: Path) -> None:
    for file in data.glob("kabar.db*"):
        file.unlink()


def _remove_log(data: Path) -> None:
    for file in data.glob("kabar.db-*"):
        file.unlink()


def _move_folder(data: Path) -> None:
    data.rename(data.with_name("data-moved"))


def _older(data: Path) -> Path:
    """A database of the same tables that knows nothing."""
    made = data.with_name("other.db")
    with closing(sqlite3.connect(data / "kabar.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(made),))
    with closing(sqlite3.connect(made)) as connection, connection:
        for table in ("deliveries", "matches", "entry_keys", "settings"):
            connection.execute(f"DELETE FROM {table}")
    return made


def _swap_file(data: Path) -> None:
    _older(data).replace(data / "kabar.db")


def _swap_folder(data: Path) -> None:
    other = _older(data)
    data.rename(data.with_name("data-moved"))
    data.mkdir()
    other.replace(data / "kabar.db")


def _overwrite_in_place(data: Path) -> None:
    other = _older(data)
    _remove_log(data)
    (data / "kabar.db").write_bytes(other.read_bytes())


def _truncate(data: Path) -> None:
    _checkpoint(data)
    os.truncate(data / "kabar.db", (data / "kabar.db").stat().st_size // 2 // _PAGE * _PAGE)


def _empty(data: Path) -> None:
    _checkpoint(data)
    os.truncate(data / "kabar.db", 0)


def _disagree(data: Path) -> None:
    with closing(sqlite3.connect(data / "kabar.db", timeout=30, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'link', 'source') WHERE name = 'ix_articles_link'"
        )
