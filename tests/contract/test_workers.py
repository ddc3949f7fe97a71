"""What `ports.Workers` promises, asked of both adapters; and what only processes of their own can keep."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import psutil
import pytest

from bot.adapters.workers import PebbleWorkers
from bot.feeds.parse import parse_feed
from bot.model import DateStyle, Extracted, ExtractFailed, ParsedFeed, ParseFailed
from tests.fakes.workers import InProcessWorkers

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar Pagi</title><link>https://kabar.example/</link>
<item><title>Pasar dibuka</title><link>https://kabar.example/1</link><guid>1</guid><description>Naik.</description></item>
</channel></rss>"""
PAGE = (
    "<html lang='id'><head><title>Pasar dibuka</title></head><body><article><h1>Pasar dibuka</h1>"
    + "<p>Pasar ikan di tepi sungai dibuka kembali pada hari Senin setelah tiga bulan diperbaiki.</p>" * 6
    + "</article></body></html>"
).encode()
URL = "https://kabar.example/feed"


def read_or_misbehave(
    body: bytes, headers: Mapping[str, str], url: str, dates: DateStyle | None = None
) -> ParsedFeed | ParseFailed:
    """A parser that does what the document tells it to."""
    match body:
        case b"hang":
            time.sleep(600)
        case b"crash":
            ctypes.string_at(0)
        case b"quick":
            return ParseFailed("quick")
        case b"bug":
            raise LookupError("a bug")
        case b"eat":
            return ParseFailed("x" * len(bytearray(4 << 30)))
    return parse_feed(body, headers, url, dates)


Workers = PebbleWorkers | InProcessWorkers


def misbehaving(timeout: float = 60.0, idle: float = 60.0) -> PebbleWorkers:
    return PebbleWorkers(timeout=timeout, idle=idle, parse=read_or_misbehave)


@pytest.fixture(params=["processes", "in-process"])
async def workers(request: pytest.FixtureRequest) -> AsyncIterator[Workers]:
    made = misbehaving() if request.param == "processes" else InProcessWorkers(timeout=60, parse=read_or_misbehave)
    yield made
    await made.close()


@pytest.fixture(params=["processes", "in-process"])
async def impatient_workers(request: pytest.FixtureRequest) -> AsyncIterator[Workers]:
    made = misbehaving(2) if request.param == "processes" else InProcessWorkers(timeout=2, parse=read_or_misbehave)
    yield made
    await made.close()


@pytest.fixture
async def processes() -> AsyncIterator[PebbleWorkers]:
    made = misbehaving()
    yield made
    await made.close()


async def test_reads_a_feed_and_a_page(workers: Workers) -> None:
    feed = await workers.parse(FEED, {"content-type": "text/xml"}, URL)
    page = await workers.extract(PAGE, {}, "https://kabar.example/1")
    assert isinstance(feed, ParsedFeed)
    assert [entry.title for entry in feed.entries] == ["Pasar dibuka"]
    assert isinstance(page, Extracted)
    assert page.text.startswith("Pasar ikan di tepi sungai")


async def test_rubbish_is_a_failure_with_a_reason(workers: Workers) -> None:
    rubbish = bytes(range(256)) * 40
    feed, page = await workers.parse(rubbish, {}, URL), await workers.extract(rubbish, {}, URL)
    assert isinstance(feed, ParseFailed)
    assert feed.reason
    assert isinstance(page, ExtractFailed)
    assert page.reason


async def test_a_hang_costs_that_document_only(impatient_workers: Workers) -> None:
    hung, next_one = await asyncio.gather(
        impatient_workers.parse(b"hang", {}, URL), impatient_workers.parse(b"quick", {}, URL)
    )
    assert hung == ParseFailed("reading it took longer than 2 seconds")
    assert next_one == ParseFailed("quick")


async def test_a_bug_in_a_parser_costs_that_document_only(workers: Workers) -> None:
    assert await workers.parse(b"bug", {}, URL) == ParseFailed("reading it failed (LookupError)")
    assert isinstance(await workers.parse(FEED, {}, URL), ParsedFeed)


async def test_a_crash_and_a_glutton_cost_their_documents_only(processes: PebbleWorkers) -> None:
    bodies = (FEED, b"crash", FEED, b"eat", FEED)
    first, crashed, second, greedy, third = await asyncio.gather(*(processes.parse(body, {}, URL) for body in bodies))
    assert crashed == ParseFailed("reading it made the reader crash")
    assert greedy == ParseFailed("reading it took too much memory")
    assert isinstance(first, ParsedFeed)
    assert first == second == third


def children() -> list[psutil.Process]:
    """Processes that this one has started and that read documents."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it has just ended, and may wait for its burial
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child)
    return found


async def test_processes_start_when_needed_and_stop_when_idle() -> None:
    workers = misbehaving(idle=0.2)
    assert not children()
    await workers.parse(FEED, {}, URL)
    assert len(children()) == 1
    async with asyncio.timeout(60):
        while children():  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.1)
    assert isinstance(await workers.parse(FEED, {}, URL), ParsedFeed)
    await workers.close()


async def test_an_idle_process_that_is_killed_is_replaced(processes: PebbleWorkers) -> None:
    await processes.parse(FEED, {}, URL)
    (child,) = children()
    os.kill(child.pid, signal.SIGKILL)
    async with asyncio.timeout(60):
        while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.05)
    assert isinstance(await processes.parse(FEED, {}, URL), ParsedFeed)


async def test_closing_waits_for_what_is_running_and_takes_no_more(processes: PebbleWorkers) -> None:
    running = asyncio.create_task(processes.parse(FEED, {}, URL))
    await asyncio.sleep(0)
    closing = asyncio.create_task(processes.close())
    await asyncio.sleep(0)
    late = asyncio.create_task(processes.parse(FEED, {}, URL))
    assert isinstance(await running, ParsedFeed)
    assert await late == ParseFailed("the program is shutting down")
    await closing
    assert not children()


async def test_a_worker_is_small(processes: PebbleWorkers) -> None:
    await processes.parse(FEED, {}, URL)
    await processes.extract(PAGE, {}, URL)
    resident = children()[0].memory_info().rss / 1_000_000
    assert resident < 110, "megabytes; the test process itself is imported too, `kabar run` has less"
