"""How much code one thing passes through: `python -m tests.benchmarks.walk [--verbose]`.

A profiler follows three walks through the program with a real SQLite store; only the outside world is a fake, on
loopback. Each is walked with something else before it is measured, so that imports and caches are not counted.

- article: one that two topics match, by example and by query, from the poll of its feed until the Bot API has the alert
- vote: a 👎 under an alert, from the press until it is answered and the vote is kept
- sensitivity: what reads, converts or passes on this setting of a topic file, from TOML until an article is judged

Counted are files of `bot/` that are entered, functions, and re-entries, in the module that has most of them: calls from
other modules, and turns: how often the event loop's thread comes to it from another one, by a call or after a wait.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from types import FrameType
from zoneinfo import ZoneInfo

import click
import structlog

from bot.adapters.http import HttpFetcher, HttpSettings
from bot.config import load_configuration
from bot.model import Example, Feed, FeedId, FetchOutcome, FetchRequest, FirstPoll, Language, Topic, TopicId
from bot.store import open_store
from bot.telegram import TelegramClient, TelegramMessenger
from bot.usecases.delivery.worker import DeliveryWorker
from bot.usecases.topics.watchlist import Audiences
from tests.benchmarks.footprint import Footprint, Profiler
from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import NOW
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.feeds import Item, filler, rss
from tests.fakes.fetcher import FakeFetcher
from tests.unit.telegram.conftest import Bench, HastyClock
from tests.unit.telegram.telling import OTHER, QUAKE, READER, told, votes
from tests.unit.usecases.newsroom import CHAT, Newsroom

SETTING = "sensitivity"
VALUES = (0.3137, "broad")
"""Sensitivities that the topic files have. Nothing else in the program has these values."""
TREMOR = Item(
    "Strong earthquake hits Palu",
    "An earthquake of magnitude 7.5 shook Palu on the Indonesian island of Sulawesi on Friday. Rescue teams search the "
    "ruins of a hotel for survivors, and a tsunami of three metres has flooded the beach of Talise.",
    "tremor",
    short=True,
)
SOLDIERS = Item(
    "North Korean troops arrive in Russia",
    "Thousands of North Korean soldiers have arrived in the Kursk region of Russia, NATO said in Brussels on Monday. "
    "Pyongyang sent them by train through Vladivostok. Ukraine expects the soldiers at the front within days.",
    "soldiers",
    short=True,
)


def handles_setting(frame: FrameType, result: object) -> bool:
    """Whether a function says the setting's name, is given its value, or returns it."""
    code = frame.f_code
    said = {code.co_name, *code.co_names, *code.co_varnames}
    said.update(*(one if isinstance(one, tuple) else (one,) for one in code.co_consts))
    held = (result, *frame.f_locals.values())
    return SETTING in said or any(isinstance(value, str | float) and value in VALUES for value in held)


class OverHttp(FakeFetcher):
    """Fetches from servers on this machine."""

    def __init__(self, real: HttpFetcher) -> None:
        super().__init__({})
        self._real = real

    async def fetch(self, request: FetchRequest) -> FetchOutcome:
        return await self._real.fetch(request)


async def article_walk(profiler: Profiler, folder: Path, stack: AsyncExitStack) -> Footprint:
    """From the poll until the Bot API has the alert; the article's text is on a page of its own."""
    api, server = stack.enter_context(FakeBotApi()), stack.enter_context(FeedServer())
    client = await stack.enter_async_context(TelegramClient(TOKEN, api.url))
    http = HttpFetcher(HttpSettings(allow_hosts=("127.0.0.1",)), FakeClock())
    topics = [topic for item in (TREMOR, SOLDIERS) for topic in _topics(item)]
    source = Feed(FeedId("antara"), server.url("/feed"), title="Antara", first_poll=FirstPoll.ALL)
    room = await Newsroom.open(folder, topics, (source,))
    stack.push_async_callback(room.aclose)
    room.fetcher = OverHttp(await stack.enter_async_context(http))
    await room.again()
    telegram = TelegramMessenger(client.bot, room.clock, Language("en"), ZoneInfo("Asia/Jakarta"))
    audiences = Audiences((), messenger=True)
    room.delivery = DeliveryWorker(room.store, telegram, room.clock, room.faults, Random(1), audiences, console=False)
    api.add_chat(int(CHAT.chat))

    def serve(path: str, body: bytes, kind: str) -> None:
        """Each time over a new connection: whether an old one can still be used depends on the machine."""
        server.put(path, Answer(body, headers={"content-type": kind, "connection": "close"}))

    async def publish(item: Item, *earlier: Item) -> None:
        html = f"<article><h1>{item.title}</h1><p>{item.text}</p><p>{filler(item.title, 180)}</p></article>"
        serve(f"/{item.guid}", html.encode(), "text/html")
        linked = [replace(one, link=server.url(f"/{one.guid}")) for one in (item, *earlier)]
        serve("/feed", rss(*linked, title="Antara"), "application/rss+xml")
        assert (await room.poll()).on_topic == 1
        await room.deliver()
        assert server.hits(f"/{item.guid}")
        assert api.messages()[-1].text.startswith(item.title)

    await publish(TREMOR)
    with profiler.following() as footprint:
        await publish(SOLDIERS, TREMOR)
    return footprint


def _topics(item: Item) -> tuple[Topic, Topic]:
    """One by an example that the article is like, and one by its title."""
    name, example = str(item.guid), Example("message", f"More on it: {item.title}", item.text, Language("en"))
    return (
        Topic(TopicId(f"{name}-example"), f"Like {name}", (example,), destinations=(CHAT,)),
        Topic(TopicId(f"{name}-query"), f"About {name}", query=f'title:"{item.title}"', destinations=(CHAT,)),
    )


async def vote_walk(profiler: Profiler, folder: Path, stack: AsyncExitStack) -> Footprint:
    """From the press of 👎 until it is answered, the vote kept and the keyboard changed."""
    api = stack.enter_context(FakeBotApi())
    client = await stack.enter_async_context(TelegramClient(TOKEN, api.url))
    store = await open_store(f"sqlite:///{folder / 'kabar.db'}", now=NOW)
    stack.push_async_callback(store.close)
    bench = Bench(api, client, store, folder / "kabar.db", HastyClock(), patience=60)
    other = replace(QUAKE, id=TopicId("other"), name="Other", owner=f"chat:{OTHER}")
    messages = {OTHER: await told(bench, OTHER, other), READER: await told(bench, READER, QUAKE)}

    async def press(user: int) -> None:
        answered = len(api.toasts())
        api.user_presses(user, messages[user], "👎")
        await bench.until(lambda: len(api.toasts()) > answered and "👎 ✓" in messages[user].buttons)
        await profiler.quiet()

    async with bench.running():
        await press(OTHER)
        with profiler.following() as footprint:
            await press(READER)
    assert len(await votes(bench)) == 1
    return footprint


async def setting_walk(profiler: Profiler, folder: Path, stack: AsyncExitStack) -> Footprint:
    """From topic files until an article is judged by them."""
    room = await Newsroom.open(folder, ())
    stack.push_async_callback(room.aclose)

    async def judge(item: Item) -> None:
        topics = folder / str(item.guid) / "topics"
        topics.mkdir(parents=True)
        (topics / "example.txt").write_text(f"{item.title}\n\n{item.text}\n", "utf-8")
        for number, value in enumerate(VALUES):
            written = f'examples = ["example.txt"]\n{SETTING} = {json.dumps(value)}\nchats = [{CHAT.chat}]\n'
            (topics / f"topic-{number}.toml").write_text(written, "utf-8")
        await room.again(topics=load_configuration(topics.parent, {}).topics)
        room.publish("antara", item)
        assert (await room.poll()).on_topic == 1

    await judge(TREMOR)
    with profiler.following(handles_setting) as footprint:
        await judge(SOLDIERS)
    return footprint


async def show(*, verbose: bool) -> None:
    click.echo(f"{'':<12} {'files':>5} {'functions':>9}  re-entries: calls                         turns")
    profiler = Profiler()
    with profiler.installed():
        for name, walk in (("article", article_walk), ("vote", vote_walk), (SETTING, setting_walk)):
            with tempfile.TemporaryDirectory(prefix="kabar-walk-") as folder:
                async with AsyncExitStack() as stack:
                    footprint = await walk(profiler, Path(folder), stack)
            click.echo(f"{name:<12} {len(footprint.files):>5} {footprint.named:>9}  {footprint.row(0)}")
            for place in range(1, min(15, len(footprint.files)) if verbose else 0):
                click.echo(f"{'':<28}  {footprint.row(place)}")


@click.command(help=__doc__)
@click.option("--verbose", is_flag=True, help="The fifteen modules that have most.")
def main(*, verbose: bool) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(show(verbose=verbose))


if __name__ == "__main__":
    main()
