"""Chats, their former ids, admins, introductions and settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from bot.model import (
    UNTIL_RESUMED,
    Chat,
    Destination,
    Language,
    Preferences,
    Preview,
    QuietHours,
    TopicId,
)
from bot.store import Store
from tests.contract.store.samples import HOUR, NOW, owed

GROUP = Chat(
    "-5",
    kind="group",
    title="Redaksi 新聞 🗞️",
    language=Language("id"),
    timezone="Asia/Jakarta",
    approved=True,
    paused_reason="bot was kicked",
    retry_after=NOW,
)
NATO = TopicId("nato")


async def test_chats_come_back_as_they_were(store: Store) -> None:
    plain = Chat("@saluran", kind="channel")
    async with store.write() as unit:
        await unit.chats.save(GROUP)
        await unit.chats.save(plain)
        assert await unit.chats.get("-5") == GROUP
        assert await unit.chats.get("@saluran") == plain
        assert await unit.chats.get("7") is None
        assert await unit.chats.all() == (GROUP, plain)


CHOSEN = replace(
    GROUP,
    paused_until=UNTIL_RESUMED,
    preferences=Preferences(
        reads=(Language("id"), Language("ar")),
        quiet=QuietHours(time(22, 30), time(6)),
        digest_times=(time(7), time(18)),
        weekly=False,
        preview=Preview.ABOVE,
    ),
)


@pytest.mark.parametrize(
    "chat",
    [
        CHOSEN,
        replace(GROUP, paused_until=NOW),
        replace(GROUP, preferences=Preferences(weekly=False)),
        replace(GROUP, preferences=Preferences(preview=Preview.NONE)),
    ],
)
async def test_what_a_chat_has_chosen_comes_back(store: Store, chat: Chat) -> None:
    async with store.write() as unit:
        await unit.chats.save(chat)
        assert await unit.chats.get(chat.chat) == chat
        await unit.chats.save(GROUP)
        assert await unit.chats.get(chat.chat) == GROUP


async def test_what_a_chat_has_chosen_moves_with_it(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.save(CHOSEN)
        await unit.chats.alias("-5", "-1005")
        assert await unit.chats.get("-1005") == replace(CHOSEN, chat="-1005")


async def test_a_chat_met_under_its_new_id_takes_over_what_was_chosen_unless_it_chose_itself(store: Store) -> None:
    own = Preferences(quiet=QuietHours(time(1), time(2)))
    async with store.write() as unit:
        for old, new in (("-5", "-1005"), ("-6", "-1006")):
            await unit.chats.save(replace(CHOSEN, chat=old))
            await unit.chats.save(Chat(new, "supergroup", preferences=own if new == "-1006" else Preferences()))
            await unit.chats.alias(old, new)
        taken, kept = [await unit.chats.get(chat) for chat in ("-1005", "-1006")]
    assert taken is not None
    assert (taken.preferences, taken.paused_until) == (CHOSEN.preferences, UNTIL_RESUMED)
    assert kept is not None
    assert kept.preferences == own


async def test_saving_again_replaces(store: Store) -> None:
    heard = replace(GROUP, paused_reason=None, retry_after=None, language=None)
    async with store.write() as unit:
        await unit.chats.save(GROUP)
        await unit.chats.save(heard)
        assert await unit.chats.all() == (heard,)


async def test_a_chat_keeps_what_was_set_under_its_former_id(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.save(GROUP)
        await unit.chats.alias("-5", "-1005")
        assert await unit.chats.current("-5") == "-1005"
        assert await unit.chats.current("-6") == "-6"
        assert await unit.chats.current_ids(["-5", "-6"]) == {"-5": "-1005", "-6": "-6"}
        assert await unit.chats.get("-5") == await unit.chats.get("-1005") == replace(GROUP, chat="-1005")
        await unit.chats.save(replace(GROUP, title="later"))
        assert await unit.chats.all() == (replace(GROUP, chat="-1005", title="later"),)


async def test_a_chat_heard_from_under_its_new_id_first_is_still_approved(store: Store) -> None:
    met = Chat("-1005", kind="supergroup", title="new", timezone="UTC")
    async with store.write() as unit:
        await unit.chats.save(GROUP)
        await unit.chats.save(met)
        await unit.chats.alias("-5", "-1005")
        assert await unit.chats.all() == (replace(met, approved=True, language=Language("id")),)


async def test_chains_of_ids_lead_to_the_last_in_any_order(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.alias("2", "3")
        await unit.chats.alias("1", "2")
        await unit.chats.alias("3", "4")
        assert [await unit.chats.current(chat) for chat in "1234"] == ["4"] * 4


async def test_ids_that_lead_in_a_circle_end_at_the_newest(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.alias("1", "2")
        await unit.chats.alias("2", "3")
        await unit.chats.alias("3", "1")
        assert [await unit.chats.current(chat) for chat in "123"] == ["1"] * 3
        await unit.chats.alias("1", "1")
        assert await unit.chats.current("1") == "1"
        await unit.chats.alias("1", "3")
        assert [await unit.chats.current(chat) for chat in "123"] == ["3"] * 3


async def test_an_alias_moves_what_is_owed(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("-5", "a")], NOW)
        await unit.chats.alias("-5", "-1005")
        (head,) = await unit.outbox.heads(NOW, console=False)
    assert head.destination == Destination("-1005")


async def test_admins_in_order_and_once(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.chats.admins() == ()
        await unit.chats.add_admin(2**40, NOW)
        await unit.chats.add_admin(7, NOW + HOUR)
        await unit.chats.add_admin(2**40, NOW + HOUR * 2)
        assert await unit.chats.admins() == (2**40, 7)


async def test_the_first_introduction_counts(store: Store) -> None:
    chat, thread = Destination("-5"), Destination("-5", 42)
    async with store.write() as unit:
        await unit.topics.introduce(NATO, chat, NOW)
        await unit.topics.introduce(NATO, thread, NOW + HOUR)
        await unit.topics.introduce(NATO, chat, NOW + HOUR)
        assert await unit.topics.introduced() == {(NATO, chat): NOW, (NATO, thread): NOW + HOUR}


async def test_a_topic_stays_known_to_a_chat_under_another_id(store: Store) -> None:
    old, new = Destination("-5", 42), Destination("-1005", 42)
    async with store.write() as unit:
        await unit.topics.introduce(NATO, old, NOW)
        await unit.topics.introduce(NATO, new, NOW + HOUR)
        await unit.topics.introduce(NATO, Destination("-5"), NOW + HOUR)
        await unit.chats.alias("-5", "-1005")
        await unit.topics.introduce(NATO, old, NOW + HOUR * 2)
        assert await unit.topics.introduced() == {(NATO, new): NOW, (NATO, Destination("-1005")): NOW + HOUR}


async def test_settings_are_set_changed_and_removed(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.key_values.get("start-code") is None
        await unit.key_values.set("start-code", "")
        assert await unit.key_values.get("start-code") == ""
        await unit.key_values.set("start-code", "カバル")
        assert await unit.key_values.get("start-code") == "カバル"
        await unit.key_values.set("start-code", None)
        await unit.key_values.set("start-code", None)
        assert await unit.key_values.get("start-code") is None


async def test_several_chats_are_asked_at_once(store: Store) -> None:
    async with store.write() as unit:
        for name in ("1", "2", "3"):
            await unit.chats.save(Chat(name, title=name))
        found = await unit.chats.of(["1", "3", "unknown"])
        assert found == {"1": Chat("1", title="1"), "3": Chat("3", title="3")}
        await unit.chats.alias("1", "-1001")
        await unit.chats.alias("-1001", "-1002")
        assert await unit.chats.former_ids(["-1002", "2"]) == {"1", "-1001"}


async def test_several_values_are_kept_at_once(store: Store) -> None:
    async with store.write() as unit:
        await unit.key_values.set("a", "before")
        await unit.key_values.set_all({"a": "1", "b": "2"})
        await unit.key_values.set_all({})
        assert await unit.key_values.get_all(["a", "b", "c"]) == {"a": "1", "b": "2"}
