"""Pages that are read as examples: one that many show at once is fetched once, and a failure is tried again."""

from __future__ import annotations

import asyncio

import pytest

from bot.model import Example, FetchOutcome, FetchRequest
from bot.usecases.topics.example_sources import Unreadable
from bot.usecases.topics.read_pages import MOST, ReadPages
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.workers import InProcessWorkers

URL = "https://kompas.example/gempa"
HTML = {"content-type": "text/html; charset=utf-8"}
TEXT = (
    "Gempa bumi berkekuatan 5,6 mengguncang Cianjur, Jawa Barat, pada hari Senin dan merusak ribuan rumah warga. " * 5
)


class SlowFetcher(FakeFetcher):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__({})
        self.may_answer = asyncio.Event()

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        outcome = await super().fetch(request)
        await self.may_answer.wait()
        return outcome


def a_page(title: str = "Gempa") -> Answer:
    body = f"<html lang=id><title>{title}</title><article><h1>{title}</h1><p>{TEXT}</p></article></html>"
    return Answer(body.encode(), headers=HTML)


@pytest.fixture
def fetcher() -> SlowFetcher:
    return SlowFetcher()


@pytest.fixture
def pages(fetcher: SlowFetcher) -> ReadPages:
    return ReadPages(fetcher, InProcessWorkers(), FakeClock())


async def test_who_asks_while_it_is_fetched_gets_the_same(fetcher: SlowFetcher, pages: ReadPages) -> None:
    fetcher.answers[URL] = a_page()
    asking = [asyncio.create_task(pages.read(URL)) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()  # who gives up does not take it from the others
    await asyncio.sleep(0)
    fetcher.may_answer.set()
    found = await asyncio.gather(*asking[1:])
    assert isinstance(found[0], Example)
    assert all(one is found[0] for one in found)
    assert len(fetcher.requests) == 1
    assert pages.known(f"{URL}/?utm_campaign=x") is found[0]


async def test_a_failure_is_tried_again(fetcher: SlowFetcher, pages: ReadPages) -> None:
    fetcher.may_answer.set()
    assert isinstance(await pages.read(URL), Unreadable)
    fetcher.answers[URL] = a_page()
    assert isinstance(await pages.read(URL), Example)


async def test_only_so_many_are_kept(fetcher: SlowFetcher, pages: ReadPages) -> None:
    fetcher.may_answer.set()
    for number in range(MOST + 1):
        fetcher.answers[f"{URL}/{number}"] = a_page()
        await pages.read(f"{URL}/{number}")
    assert pages.known(f"{URL}/0") is None
    assert pages.known(f"{URL}/1") is not None
