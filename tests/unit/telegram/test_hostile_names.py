"""Names and titles of other people's making, on every page: what Telegram refuses, nobody would ever see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.alerts.outlet_preferences import outlet_name
from bot.model import (
    AccessRequest,
    Article,
    ArticleId,
    Change,
    Chat,
    DeliveryKind,
    Destination,
    Draft,
    DraftId,
    Editor,
    Example,
    Feed,
    FeedId,
    FeedState,
    Language,
    MessageId,
    NewDelivery,
    Topic,
    TopicId,
)
from bot.telegram.buttons import mark
from bot.usecases.feeds.discover import FoundFeed
from bot.usecases.feeds.subscribe import keep_found, keep_list
from tests.fakes.deliveries import NOW, a_reason, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.hostile import AS_ADMIN, AS_EDITOR, EDITOR, Scene, commands, scene
from tests.unit.telegram.watching import GROUP, IN_GROUP, OTHER_GROUP

NAMES = {
    "marks and steering": "<b>&amp;</i><a href='tg://x'>\u202e\u2066\u200fمرحبا\r\n\u2028\x00\x1b[31m x:y|%s{name}"
    * 60,
    "long": "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 9 + "e" + "\u0301\u0327" * 200 + "W" * 5_000,
    "nothing": "\u200b\u2060\ufeff",
}
STEERING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\x00-\x09\x0b-\x1f]")
BUTTON = 100
"""Characters; what is longer no telephone shows."""


THINGS_OF_THE_ADMIN: Mapping[str, Sequence[object]] = {"a": (), "d": (), "t": ("", IN_GROUP.id), "f": ("", "n1")}
"""What a button of theirs is about, by what its verb begins with; others are about chats, or nothing."""


def things_of_the_editor(here: Scene, verb: str) -> Sequence[object]:
    """The same for theirs."""
    things: Mapping[str, Sequence[object]] = {
        "a": (here.delivery,),
        "d": (f"{here.draft}:broad",),
        "t": (IN_GROUP.id, "1:0"),
        "f": ("n1:0", "1:0"),
        "s": ("c:outlets", *(f"c:outlets:+{mark(outlet_name(name))}" for name in NAMES.values())),
    }
    return things.get(verb[0], ("1:0",))


@pytest.fixture
async def here(bench: Bench) -> Scene:
    return await scene(bench)


async def call_everything(here: Scene, name: str) -> None:
    """By this name."""
    bench, group = here.bench, str(GROUP)
    example = Example(f"https://x.example/{name[:200]}", name, name, Language("id"), NOW)
    topic = replace(
        IN_GROUP, name=name, examples=(example,) * 3, query='"' + "kata " * 300 + '"', feeds=(name[:300], "id")
    )
    others = [
        Topic(TopicId(f"t{n}"), name, query="x", destinations=topic.destinations, owner=topic.owner) for n in range(20)
    ]
    articles = [
        Article(
            ArticleId(f"n{n}"),
            name,
            f"palu {name}",
            Language("id"),
            NOW,
            NOW,
            link=f"https://x.example/{n}",
            source=name,
        )
        for n in range(9)
    ]
    alert = replace(an_alert(name, (name,) * 5, (a_reason(name),) * 5, source=name), article_id=ArticleId("n1"))
    async with bench.store.write() as unit:
        await unit.articles.add(articles)
        for one in (topic, *others):
            await unit.topics.save(one, NOW)
        for chat in (group, str(OTHER_GROUP)):
            await unit.chats.save(Chat(chat, "supergroup", name, approved=True))
        for user in range(9000, 9050):
            await unit.chats.add_editor(group, Editor(user, name), NOW)
        for number in range(12):
            feed = Feed(
                FeedId(f"n{number}"),
                f"https://n{number}.example/{'x' * 1500}",
                name,
                tags=(name[:300],),
                owner=f"chat:{GROUP}",
            )
            await unit.feeds.add(feed, NOW)
            await unit.feeds.save_state(FeedState(feed.id, NOW, failures=3, error=name))
        await unit.chats.ask_access(AccessRequest("-55", "supergroup", name, 55, name, NOW))
        for _ in range(20):
            values = dict.fromkeys(("topic", "what", "feed", "chat", "who", "title"), name)
            await unit.changes.add(Change(NOW, group, 1, name, "topic-changed", values))
        ids = await unit.outbox.add(
            [
                NewDelivery(Destination(group), DeliveryKind.NEW, replace(alert, id=type(alert.id)(f"n:{n}")))
                for n in range(12)
            ],
            NOW,
        )
        for number in ids[:10]:
            await unit.outbox.mark_sent(number, MessageId(10_000 + number), NOW)
        for number in ids[10:]:
            await unit.outbox.mark_dead(number, name)
        await unit.conversations.save_draft(Draft(DraftId(here.draft), Destination(group), EDITOR, topic, NOW))
        found = [FoundFeed(f"https://f{n}.example/{'x' * 1500}", name, Language("id"), 3, name) for n in range(8)]
        await keep_found(unit.key_values, group, found)
        await keep_list(unit.key_values, group, [Feed(FeedId(""), one.url, name, tags=(name[:300],)) for one in found])
    await bench.view().topics_changed()


@pytest.mark.parametrize("name", list(NAMES))
async def test_telegram_takes_every_page(here: Scene, name: str) -> None:
    await call_everything(here, NAMES[name])
    bench = here.bench
    dialogues = bench.dialogues(bench.view())
    with capture_logs() as logs:
        for command in commands(bench):
            await here.say(ADMIN, f"/{command}", ADMIN)
            await here.say(EDITOR, f"/{command} {'palu' if command in ('search', 'cari') else ''}", GROUP)
        for verb in sorted({verb for one in dialogues for verb in one.presses} - {"dk", "dx", "tk"}):
            for thing in things_of_the_editor(here, verb):
                await here.press(AS_EDITOR, f"{verb}:{thing}")
            for thing in THINGS_OF_THE_ADMIN.get(verb[0], ("", -55)):
                await here.press(AS_ADMIN, f"{verb}:{thing}")
    refused = [one for one in logs if one["event"] in {"answer-refused", "html-refused"}]
    assert not refused
    assert not [one.text for one in bench.api.toasts() if STEERING.search(one.text)]
    for message in bench.api.messages():
        assert not STEERING.search(message.text), message.text[:200]
        for button in message.buttons:
            assert not STEERING.search(button), button
            assert len(button) <= BUTTON, button
