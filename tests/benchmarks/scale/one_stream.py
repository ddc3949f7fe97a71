"""One stream of articles through one worker and through four: the stories are the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.feeds.poll_order import due_poll
from bot.model import Feed, FeedId, FirstPoll, Topic, TopicId
from bot.store import open_store
from bot.usecases.ingest.poll_places import PollPlaces
from tests.benchmarks.data import DataAbsentError, read_items
from tests.benchmarks.scale.context import Context
from tests.fakes.clock import FakeClock
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.fakes.postgres_server import PostgresServer
from tests.unit.usecases.newsroom import CHAT, Newsroom

ARTICLES, QUICK_ARTICLES = 600, 60
LISTED = 20
"""Earlier entries that the document still lists."""
EVERYTHING = Topic(TopicId("all"), "All", query="the OR of OR in OR a", destinations=(CHAT,))


def stories_of_one_stream(server: PostgresServer, context: Context) -> tuple[bool, str]:
    """Documents come one after another, each to the next worker; all of its articles are on a topic."""
    try:
        items = read_items(context.data, "ecbplus")
    except DataAbsentError as absent:
        return True, f"stories: skipped, {absent}"
    articles = [
        Item(item.title, item.text, f"g{number}", f"https://news.example/{number}", short=True)
        for number, item in enumerate(items[: QUICK_ARTICLES if context.quick else ARTICLES])
    ]
    found = {}
    for workers in (1, 4):
        url = server.create()
        found[workers] = asyncio.run(_stories(url, workers, articles))
        server.drop(url)
    stories = len(set(found[1].values()))
    same = sum(found[1][article] == found[4].get(article) for article in found[1])
    line = f"stories: {len(found[1])} articles in {stories} stories by one worker, {same} of them in the same by four"
    return found[1] == found[4] and bool(found[1]), line


async def _stories(url: str, workers: int, articles: list[Item]) -> dict[str, str]:
    """The story of each article, by their links."""
    rooms = []
    for _ in range(workers):
        store = await open_store(url, now=FakeClock().now())
        feeds = [Feed(FeedId("one"), "https://one.example/feed", title="One", first_poll=FirstPoll.ALL)]
        rooms.append(await Newsroom.open(Path("/nowhere"), (EVERYTHING,), feeds, store))
    places = PollPlaces(1, 1, 1)
    for number in range(len(articles)):
        room = rooms[number % workers]
        for one in rooms:
            one.clock.set(one.clock.now() + timedelta(minutes=5))
        (feed,) = room.feeds
        room.fetcher.answers[feed.url] = Answer(rss(*articles[max(0, number - LISTED) : number + 1]))
        poll = due_poll(feed, None)
        async with places.taken(poll) as turn:
            await room.attendant.poll(feed, turn)
    async with rooms[0].store.read() as unit:
        known = await unit.articles.in_stories(FakeClock().now() - timedelta(days=365), len(articles))
    for room in rooms:
        await room.store.close()
    return {str(article.link): str(article.story_id) for article in known}
