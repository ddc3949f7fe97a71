"""The disk is full, the database may not be written: Kabar says so, waits, and goes on where it was."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.outside import has_told, titles
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

CHAT = 1001
SIZE = 4_000_000
"""Bytes of the small disk: the database, its log, and little else."""


@pytest.fixture
def small_disk(connected: Home) -> Iterator[Path]:
    """The home's data folder on a disk of its own."""
    connected.data.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", connected.data], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield connected.data
    subprocess.run(["umount", "--lazy", connected.data], check=True)


@dataclass(frozen=True, slots=True)
class FailingDisk:
    """A file system of its own under a folder, which can fail as a worn card does."""

    image: Path
    folder: Path

    def make(self) -> None:
        with self.image.open("wb") as file:
            file.truncate(24_000_000)
        if run("mkfs.ext4", "-q", self.image) != 0 or not self.mount():
            pytest.skip("only root may make and mount a file system")

    def mount(self) -> bool:
        return run("mount", "-o", "loop", self.image, self.folder) == 0

    def fail(self) -> None:
        """What the kernel does when a disk reports an error: from now on nothing is written (ext4(5), `abort`)."""
        assert run("mount", "-o", "remount,abort", self.folder) == 0

    def mend(self) -> None:
        assert run("umount", self.folder) == 0
        run("fsck.ext4", "-fy", self.image)
        assert self.mount()


def run(*command: str | Path) -> int:
    """A command's exit code."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode
    except FileNotFoundError:
        return 127


@pytest.fixture
def failing_disk(connected: Home) -> Iterator[FailingDisk]:
    """Under the home's data folder."""
    connected.data.mkdir()
    disk = FailingDisk(connected.folder / "disk.img", connected.data)
    disk.make()
    yield disk
    run("umount", "--lazy", disk.folder)


def watching(home: Home, feeds: FeedServer) -> None:
    home.configure(feeds.url("/rss"))
    home.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))


def wait_for_title(kabar: KabarProcess, api: FakeBotApi, title: str) -> None:
    kabar.wait_for(lambda: title in titles(api, CHAT), title, seconds=120)


def test_a_full_disk_is_waited_out_and_nothing_is_lost(
    connected: Home, small_disk: Path, api: FakeBotApi, feeds: FeedServer
) -> None:
    watching(connected, feeds)
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        ballast = small_disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        feeds.put_feed("/rss", feed_of(*(article(number) for number in range(1, 4))))
        api.user_sends(CHAT, "/help", language_code="en")
        kabar.wait_for(lambda: "is full. Free some space" in kabar.err, "a word on the full disk")
        kabar.wait_for(
            lambda: has_told(api, CHAT, "The disk of my database is full"), "a word to the admin", seconds=60
        )
        assert kabar.is_running()
        ballast.unlink()
        wait_for_title(kabar, api, "Story 3 about korea")
        kabar.wait_for(
            lambda: any(title.startswith("I read news sources") for title in titles(api, CHAT)), "the answer"
        )
        kabar.wait_for(lambda: connected.run("outbox", "--json").out == "", "nothing owed any more", every=0.5)
        assert kabar.stop() == 0
    stories = [title for title in titles(api, CHAT) if title.startswith("Story")]
    assert stories == [f"Story {number} about korea" for number in range(1, 4)]


def test_a_database_that_may_not_be_written_is_named_and_waited_for(
    connected: Home, small_disk: Path, api: FakeBotApi, feeds: FeedServer
) -> None:
    watching(connected, feeds)
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        assert kabar.stop() == 0
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    refused = connected.run("run")
    assert refused.code == 1
    assert "Traceback" not in refused.err
    assert "Read-only" in refused.err or "read-only" in refused.err
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    feeds.put_feed("/rss", feed_of(article(1), article(2)))
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 2 about korea")
        assert kabar.stop() == 0
    assert titles(api, CHAT) == ["Story 1 about korea", "Story 2 about korea"]


def test_a_disk_that_turns_read_only_while_running_is_named_and_borne_and_nothing_is_lost(
    connected: Home, failing_disk: FailingDisk, api: FakeBotApi, feeds: FeedServer
) -> None:
    watching(connected, feeds)
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        kabar.wait_for(lambda: connected.run("outbox", "--json").out == "", "nothing owed any more", every=0.5)
        failing_disk.fail()
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        api.user_sends(CHAT, "/help", language_code="en")
        kabar.wait_for(lambda: "Check the disk" in kabar.err or "read-only" in kabar.err, "a word on the disk")
        kabar.wait_for(lambda: has_told(api, CHAT, "I cannot store anything new"), "a word to the admin", seconds=60)
        assert kabar.is_running()
        assert "Traceback" not in kabar.err
        assert kabar.stop() == 0
    failing_disk.mend()
    feeds.put_feed("/rss", feed_of(*(article(number) for number in range(1, 4))))
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 3 about korea")
        kabar.wait_for(
            lambda: any(title.startswith("I read news sources") for title in titles(api, CHAT)), "the answer"
        )
        assert kabar.stop() == 0
    stories = [title for title in titles(api, CHAT) if title.startswith("Story")]
    assert stories == [f"Story {number} about korea" for number in range(1, 4)]


def test_a_copy_made_while_running_takes_the_place_of_the_database(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    watching(connected, feeds)
    copy = connected.folder / "copy.db"
    with connected.start("run") as kabar:
        wait_for_title(kabar, api, "Story 1 about korea")
        kabar.wait_for(lambda: connected.run("alerts", "--json").json, "it noted as told", every=0.5)
        assert connected.run("backup", str(copy)).code == 0
        feeds.put_feed("/rss", feed_of(article(1), article(2)))
        wait_for_title(kabar, api, "Story 2 about korea")
        assert kabar.stop() == 0
    for file in connected.data.glob("kabar.db*"):
        file.unlink()
    copy.rename(connected.data / "kabar.db")
    assert [line["title"] for line in connected.run("alerts", "--json").json] == ["Story 1 about korea"]
    with connected.start("run") as kabar:
        kabar.wait_for(lambda: titles(api, CHAT).count("Story 2 about korea") == 2, "what the copy does not know of")
        assert kabar.stop() == 0
    assert titles(api, CHAT).count("Story 1 about korea") == 1
