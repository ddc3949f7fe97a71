"""What people are in the middle of: drafts under numbers that never come again, and one question each."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Destination, Draft, DraftId, Example, Expectation, Language, MessageId, Topic, TopicId
from bot.store import Store
from tests.contract.store.samples import HOUR, NOW

SARI, BUDI = 501, 502
CHAT, NEW_CHAT = "-5", "-1005"
TOPIC = Topic(
    TopicId("draft"),
    "Banjir Demak 北",
    examples=(Example("https://a.example/1", "Banjir", "Hujan deras.", Language("id"), NOW - HOUR),),
    query='"banjir bandang"~3',
    destinations=(Destination(CHAT, 42),),
    owner=f"chat:{CHAT}",
)
DRAFT = Draft(DraftId(0), Destination(CHAT, 42), SARI, TOPIC, NOW)


def question(user_id: int = SARI, what: str = "draft-name", chat: str = CHAT) -> Expectation:
    return Expectation(chat, user_id, what, "7", NOW + HOUR)


async def begun(store: Store) -> Draft:
    async with store.write() as unit:
        return replace(DRAFT, id=await unit.conversations.add_draft(DRAFT))


async def test_a_draft_comes_back_as_it_was(store: Store) -> None:
    draft = await begun(store)
    async with store.read() as unit:
        assert await unit.conversations.draft(draft.id) == draft
        assert await unit.conversations.draft(DraftId(draft.id + 1)) is None


async def test_a_draft_is_kept_as_it_is_now(store: Store) -> None:
    draft, other = await begun(store), await begun(store)
    changed = replace(draft, topic=replace(TOPIC, name="Lain", languages=(Language("id"),)), message_id=MessageId(9))
    async with store.write() as unit:
        await unit.conversations.save_draft(changed)
    async with store.read() as unit:
        assert await unit.conversations.draft(draft.id) == changed
        assert await unit.conversations.draft(other.id) == other


async def test_a_draft_that_is_gone_is_not_brought_back_by_keeping_it(store: Store) -> None:
    draft = await begun(store)
    async with store.write() as unit:
        assert await unit.conversations.remove_draft(draft.id)
        assert not await unit.conversations.remove_draft(draft.id)
        await unit.conversations.save_draft(draft)
        assert await unit.conversations.draft(draft.id) is None


async def test_the_number_of_a_draft_is_never_given_again(store: Store) -> None:
    """A button of the one that is gone must not press another one's."""
    draft = await begun(store)
    async with store.write() as unit:
        await unit.conversations.remove_draft(draft.id)
    assert (await begun(store)).id != draft.id


async def test_each_person_is_asked_one_thing_in_a_chat(store: Store) -> None:
    newer, of_budi, elsewhere = question(what="search-words"), question(BUDI), question(chat=str(SARI))
    async with store.write() as unit:
        for each in (question(), of_budi, elsewhere, newer):
            await unit.conversations.expect(each)
    async with store.read() as unit:
        assert await unit.conversations.expected(CHAT, SARI, NOW) == newer
        assert await unit.conversations.expected(CHAT, BUDI, NOW) == of_budi
        assert await unit.conversations.expected(str(SARI), SARI, NOW) == elsewhere


async def test_a_question_is_not_meant_any_more_when_its_time_has_run_out(store: Store) -> None:
    async with store.write() as unit:
        await unit.conversations.expect(question())
    async with store.read() as unit:
        assert await unit.conversations.expected(CHAT, SARI, NOW + HOUR / 2) == question()
        assert await unit.conversations.expected(CHAT, SARI, NOW + 2 * HOUR) is None


async def test_a_question_is_forgotten_for_one_person(store: Store) -> None:
    async with store.write() as unit:
        await unit.conversations.expect(question())
        await unit.conversations.expect(question(BUDI))
        await unit.conversations.forget_expectation(CHAT, SARI)
        await unit.conversations.forget_expectation(CHAT, SARI)
    async with store.read() as unit:
        assert await unit.conversations.expected(CHAT, SARI, NOW) is None
        assert await unit.conversations.expected(CHAT, BUDI, NOW) == question(BUDI)


async def test_drafts_and_questions_go_with_a_chat_that_gets_another_id(store: Store) -> None:
    draft = await begun(store)
    async with store.write() as unit:
        await unit.conversations.expect(question())
        await unit.chats.alias(CHAT, NEW_CHAT)
    async with store.read() as unit:
        moved = await unit.conversations.draft(draft.id)
        assert moved is not None
        assert (moved.destination, moved.topic.owner) == (Destination(NEW_CHAT, 42), f"chat:{NEW_CHAT}")
        for chat in (CHAT, NEW_CHAT):
            assert await unit.conversations.expected(chat, SARI, NOW) == question(chat=NEW_CHAT)
