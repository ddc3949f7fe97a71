"""Two groups that know nothing of one another, one with everything that a group can have; and who attacks it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.model import (
    REVIEW,
    AccessRequest,
    AlertId,
    Chat,
    DeliveryKind,
    Destination,
    Draft,
    DraftId,
    Editor,
    Example,
    Expectation,
    Feed,
    FeedId,
    FeedState,
    Language,
    MessageId,
    NewDelivery,
    ReceivedUpdate,
    Review,
    UpdateId,
)
from bot.store.schema import metadata
from bot.telegram import Commands
from bot.telegram.buttons import mark
from bot.telegram.context import MATERIAL
from bot.telegram.pages.topic_parts import mark_of_example
from bot.telegram.transport.incoming import read_update
from bot.usecases.feeds.discover import FoundFeed
from bot.usecases.feeds.subscribe import keep_found, keep_list
from bot.usecases.search import SearchResult, keep_search
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.telling import ARTICLE, told
from tests.unit.telegram.watching import CHANNEL, FLOOD, GROUP, IN_GROUP, OTHER_GROUP

EDITOR, MEMBER, OTHER_EDITOR, GUEST, STRANGER = 61, 62, 71, 81, 666
ASKING = 777
"""A stranger whose request waits."""
OUTLET = "CBS News"
"""Of the group's alerts."""
FOUND = FoundFeed("https://tempo.example/rss", "Tempo")


@dataclass(frozen=True, slots=True)
class Role:
    """Who attacks, and from which chat."""

    user: int
    chat: int
    anonymous: bool = False


AS_STRANGER = Role(STRANGER, STRANGER)
AS_MEMBER = Role(MEMBER, GROUP)
AS_EDITOR = Role(EDITOR, GROUP)
AS_ANONYMOUS = Role(EDITOR, GROUP, anonymous=True)
AS_OTHER_EDITOR = Role(OTHER_EDITOR, OTHER_GROUP)
AS_ADMIN = Role(ADMIN, ADMIN)


@dataclass(slots=True)
class Scene:
    """A bot in the middle of everything."""

    bench: Bench
    commands: Commands
    shown: dict[int, FakeMessage]
    """A message of the bot in each chat."""
    alert: FakeMessage
    """In the group."""
    delivery: int
    """An alert in the group."""
    review: int
    """In the admin's chat, for the channel."""
    dead: int
    draft: int

    async def press(self, role: Role, data: str, message: FakeMessage | None = None) -> str:
        """Press a button of one's own making; what was said over the chat."""
        self.bench.clock.moment += timedelta(seconds=3)  # slower than the throttle
        self.bench.api.user_presses(
            role.user, message or self.shown[role.chat], data, forged=True, anonymous=role.anonymous
        )
        await self.handle_newest()
        return self.bench.api.toasts()[-1].text

    async def say(
        self, user: int, text: str, chat: int, *, thread: int | None = None, anonymously: bool = False
    ) -> None:
        """Write to the bot, slower than the throttle."""
        self.bench.clock.moment += timedelta(seconds=3)
        self.bench.api.user_sends(
            user, text, chat, chat_type="supergroup" if chat < 0 else "private", thread=thread, anonymously=anonymously
        )
        await self.handle_newest()

    async def post(self, channel: int, text: str) -> None:
        """As a channel: such updates are not asked for, and a webhook may bring them all the same."""
        self.bench.clock.moment += timedelta(seconds=3)
        post = self.bench.api.user_says(0, text, channel, anonymously=True)
        self.bench.api.deliver_update({"channel_post": {k: v for k, v in post.items() if k != "from"}})
        await self.handle_newest()

    async def handle_newest(self) -> None:
        """What was sent last comes in: once, or again after a crash."""
        newest = self.bench.api.waiting()[-1]
        update = ReceivedUpdate(UpdateId(newest["update_id"]), json.dumps(newest), self.bench.clock.moment)
        async with self.bench.store.write() as unit:
            await unit.updates.add([update])
        heard = read_update(update.body, self.bench.api.username)
        if heard is not None:
            await self.commands.handle(heard, update.received_at, update.id)

    def restart(self) -> None:
        """What was only in memory is forgotten."""
        self.commands = self.bench.commands()

    def rows(self, *, without: int | None = None) -> dict[str, list[str]]:
        """Everything that is stored, but for updates; rows that have to do with one chat can be left out."""
        connection = sqlite3.connect(self.bench.path)
        try:
            names = sorted(set(metadata.tables) - {"updates"})
            return {
                name: sorted(
                    repr(row)
                    for row in connection.execute(f'SELECT * FROM "{name}"')
                    if without is None or str(without) not in repr(row)
                )
                for name in names
            }
        finally:
            connection.close()

    def of_the_group(self, verb: str) -> list[str]:
        """What a button of the group's, or of the admin's, would say: of each thing that it may be about, and of one
        that it cannot be about.
        """
        alert, topic, feed = self.delivery, IN_GROUP.id, "tempo:0"
        every: list[object] = ["", alert, self.review, self.dead, topic, feed, "1:0", ASKING, GROUP, EDITOR]
        things: dict[str, list[object]] = {
            "a": ["", alert, self.review, topic],
            "d": ["", self.draft, topic],
            "t": ["", topic, alert],
            "f": ["", feed, "1:0", topic],
        }
        return [f"{verb}:{one}" for one in (*things.get(verb[0], every), *self._in_detail().get(verb[0], ()))]

    def _in_detail(self) -> dict[str, list[str]]:
        """By what verbs begin with: buttons that name more than a thing."""
        alert, draft, topic = str(self.delivery), str(self.draft), IN_GROUP.id
        to_other = mark(str(Destination(str(OTHER_GROUP))))
        return {
            "a": [f"{alert}:0", f"{alert}:all"],
            "d": [f"{draft}:{more}" for more in ("broad", "digest", "all", f"{mark('id')}:0", f"{mark('id')}:1")],
            "s": [f"c:outlets:+{mark(OUTLET)}"],
            "t": [
                f"{topic}:{more}"
                for more in ("1", "broad", "digest", "query", "any", mark_of_example(FLOOD), f"{mark('id')}:1:0")
            ]
            + [f"{topic}:{to_other}:1:0"],
        }


def commands(bench: Bench) -> list[str]:
    """One name of each."""
    found = {on.do: name for dialogue in bench.dialogues(bench.view()) for name, on in dialogue.commands.items()}
    return sorted(name for name in found.values() if name != MATERIAL)


async def scene(bench: Bench, word: str = "") -> Scene:
    """Fill the groups. `word`: in every name, title, query and example that is the first group's or the admin's."""
    bench.admins.append(ADMIN)
    bench.api.add_chat(GROUP, "supergroup", "Redaksi")
    example = Example("message", f"Banjir {word}", f"Hujan {word} merendam rumah.", Language("id"))
    watched = replace(
        IN_GROUP, name=f"Banjir grup{word}", query=f"banjir{word}", examples=(FLOOD, example)[: 2 if word else 1]
    )
    message = await told(bench, GROUP, watched)
    bench.api.add_chat(CHANNEL, "channel", "Warta")
    async with bench.store.write() as unit:
        delivery = await unit.outbox.of_message(str(GROUP), MessageId(message.message_id))
        assert delivery is not None
        await unit.chats.save(Chat(str(GROUP), "supergroup", f"Redaksi{word}", approved=True))
        await unit.chats.save(Chat(str(OTHER_GROUP), "supergroup", "Lain", approved=True))
        await unit.chats.save(Chat(str(CHANNEL), "channel", f"Warta{word}", approved=True))
        await unit.chats.save(Chat(str(GUEST), "private", f"Tamu{word}", approved=True))
        await unit.chats.add_editor(str(GROUP), Editor(EDITOR, f"Sari{word}"), NOW)
        await unit.chats.add_editor(str(OTHER_GROUP), Editor(OTHER_EDITOR, "Budi"), NOW)
        await unit.chats.ask_access(AccessRequest(str(ASKING), "private", "", ASKING, f"Tini{word}", NOW))
        alert = replace(an_alert(ARTICLE.title), id=AlertId("a:2"))
        review = Review(AlertId(f"{REVIEW}a:2"), alert, Destination(str(CHANNEL)))
        (asked, dead) = await unit.outbox.add(
            [
                NewDelivery(Destination(str(ADMIN)), DeliveryKind.NEW, review),
                NewDelivery(Destination(str(GROUP)), DeliveryKind.NEW, alert),
            ],
            NOW,
        )
        await unit.outbox.mark_dead(dead, f"Bad Request: no reason{word}")
        topic = replace(watched, owner=f"chat:{GROUP}")
        draft = await unit.conversations.add_draft(Draft(DraftId(0), Destination(str(GROUP)), EDITOR, topic, NOW))
        await unit.conversations.expect(
            Expectation(str(GROUP), EDITOR, "topic-name", IN_GROUP.id, NOW + timedelta(days=1))
        )
        await unit.feeds.add(
            Feed(FeedId("tempo"), FOUND.url + (f"?token={word}1" if word else ""), "Tempo", owner=f"chat:{GROUP}"), NOW
        )
        await unit.feeds.save_state(FeedState(FeedId("tempo"), NOW + timedelta(hours=1)))
        await keep_found(unit.key_values, str(GROUP), [FoundFeed("https://nhk.example/rss", f"NHK{word}"), FOUND])
        await keep_list(unit.key_values, str(GROUP), [Feed(FeedId(""), "https://bola.example/rss", f"Bola{word}")])
    await keep_search(bench.store, str(GROUP), SearchResult(f"palu{word}", (ARTICLE.id,), NOW, is_whole=True))
    for chat in (ADMIN, GUEST, STRANGER):
        bench.api.add_chat(chat)
    bench.api.add_chat(OTHER_GROUP, "supergroup", "Lain")
    for chat in (ADMIN, GUEST, STRANGER, OTHER_GROUP, GROUP):
        await bench.client.bot.send_message(chat, "…")
    shown = {found.chat_id: found for found in bench.api.messages()}
    return Scene(bench, bench.commands(), shown, message, delivery.id, asked, dead, draft)
