"""A group becomes a supergroup in the middle of everything: what was open stays open, and no right is won by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model import Change
from bot.usecases.access import shut_out
from tests.fakes.bot_api import FakeMessage
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.hostile import EDITOR, MEMBER, Role, Scene, scene
from tests.unit.telegram.telling import votes
from tests.unit.telegram.watching import GROUP, IN_GROUP

NEW = -100777
AS_EDITOR, AS_MEMBER = Role(EDITOR, NEW), Role(MEMBER, NEW)


@pytest.fixture
async def here(bench: Bench) -> Scene:
    made = await scene(bench)
    await made.press(Role(MEMBER, GROUP), f"ag:{made.delivery}", made.alert)
    await made.press(Role(EDITOR, GROUP), f"as:{made.delivery}", made.alert)
    bench.api.upgrade_group(GROUP, NEW)
    await made.handle_newest()
    await bench.client.bot.send_message(NEW, "…")
    made.shown[NEW] = newest(made)
    return made


def newest(here: Scene) -> FakeMessage:
    return here.bench.api.messages(NEW)[-1]


async def test_a_draft_is_saved_where_the_group_is_now(here: Scene) -> None:
    await here.press(AS_EDITOR, f"dk:{here.draft}")
    async with here.bench.store.read() as unit:
        (topic,) = [topic for topic in await unit.topics.added() if topic.id != IN_GROUP.id]
        assert [await unit.chats.current(to.chat) for to in topic.destinations] == [str(NEW)]
    assert topic.owning_chat == str(NEW)


async def test_a_question_is_answered_where_the_group_is_now(here: Scene) -> None:
    here.bench.api.user_sends(EDITOR, "Rob", NEW, chat_type="supergroup", replies_to=newest(here))
    await here.handle_newest()
    async with here.bench.store.read() as unit:
        topic = await unit.topics.get(IN_GROUP.id)
    assert topic is not None
    assert topic.name == "Rob"


async def test_votes_mutes_and_offers_are_still_there(here: Scene) -> None:
    assert [voter for voter, _ in await votes(here.bench, IN_GROUP)] == [f"{NEW}/{MEMBER}"]
    await here.press(AS_MEMBER, f"ag:{here.delivery}")
    assert await votes(here.bench, IN_GROUP) == []
    await here.press(AS_EDITOR, f"au:{here.delivery}")
    async with here.bench.store.read() as unit:
        assert await unit.mutes.since(here.bench.clock.now() - timedelta(days=1)) == ()
    await here.press(AS_EDITOR, "fa:1:0")
    await here.press(AS_EDITOR, "fm:1")
    async with here.bench.store.read() as unit:
        added = {feed.title: feed.owner for feed in await unit.feeds.added()}
    assert added == {"Tempo": f"chat:{NEW}", "NHK": f"chat:{NEW}", "Bola": f"chat:{NEW}"}


async def test_buttons_of_before_are_answered_and_said_anew(here: Scene) -> None:
    here.bench.api.user_presses(EDITOR, here.shown[GROUP], f"t:{IN_GROUP.id}", forged=True)
    await here.handle_newest()
    assert here.bench.api.unanswered_presses() == 0
    assert newest(here).text.startswith("Banjir grup")


async def test_a_chat_that_was_upgraded_can_be_shut_out(here: Scene) -> None:
    """The topic that it made for itself names it by the id of before: that is no invitation."""
    change = Change(here.bench.clock.now(), str(ADMIN), ADMIN, "Ani", "")
    assert await shut_out(here.bench.store, str(NEW), change)
    await here.bench.view().topics_changed()
    before = len(here.bench.api.messages(NEW))
    await here.say(EDITOR, "/topics", NEW)
    assert len(here.bench.api.messages(NEW)) == before
    assert await here.press(AS_EDITOR, f"tk:{IN_GROUP.id}") == ""
