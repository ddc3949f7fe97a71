"""Chats with sources: people who may only look, an editor of the group, and what the store then has."""

from __future__ import annotations

from bot.model import Chat, ChatKind, Editor, Feed, FeedId, FeedState, Language
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import Bench

MEMBER, EDITOR, OTHER = 51, 52, 53
GROUP = -1001234567890
RSS = {"content-type": "application/rss+xml"}
HTML = {"content-type": "text/html"}
OPML = b"""<opml version="2.0"><body>
<outline text="Berita"><outline text="Antara" xmlUrl="https://antara.example/rss"/>
<outline text="Tempo" xmlUrl="https://tempo.example/rss"/></outline>
<outline text="NHK" xmlUrl="https://nhk.example/rss"/>
</body></opml>"""


async def let_in(bench: Bench, *chats: int, editors: tuple[int, ...] = ()) -> None:
    """Private chats of people, and the group with its editors."""
    async with bench.store.write() as unit:
        for chat in chats:
            kind: ChatKind = "supergroup" if chat < 0 else "private"
            await unit.chats.save(Chat(str(chat), kind, "Redaksi" if chat < 0 else "", Language("id"), approved=True))
        for user in editors:
            await unit.chats.add_editor(str(GROUP), Editor(user, "Sari"), NOW)


async def add(bench: Bench, *feeds: Feed) -> None:
    async with bench.store.write() as unit:
        for feed in feeds:
            await unit.feeds.add(feed, NOW)


async def added(bench: Bench) -> list[Feed]:
    async with bench.store.read() as unit:
        return list(await unit.feeds.added())


async def state(bench: Bench, *states: FeedState) -> None:
    async with bench.store.write() as unit:
        for one in states:
            await unit.feeds.save_state(one)


def a_feed(name: str, owner: int | None = None, url: str = "") -> Feed:
    return Feed(
        FeedId(name),
        url or f"https://{name}.example/rss",
        title=name.title(),
        owner="command" if owner is None else f"chat:{owner}",
    )
