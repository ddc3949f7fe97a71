"""Who may do what in a chat, who asked to be let in, and who changed what."""

from __future__ import annotations

from bot.model import AccessRequest, Change, Editor
from bot.store import Store
from tests.contract.store.samples import HOUR, MINUTE, NOW

SARI, BUDI = Editor(7, "Sari"), Editor(2**40, "Budi 北 <b>")


def request(chat: str, minutes: int = 0) -> AccessRequest:
    return AccessRequest(chat, "group", "Redaksi 🗞️", 7, "Sari", NOW + MINUTE * minutes)


def change(chat: str, code: str, minutes: int = 0, **values: str) -> Change:
    return Change(NOW + MINUTE * minutes, chat, 7, "Sari", code, values)


async def test_editors_are_of_one_chat_in_the_order_they_were_named(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.add_editor("-5", BUDI, NOW)
        await unit.chats.add_editor("-5", SARI, NOW + HOUR)
        await unit.chats.add_editor("-6", SARI, NOW)
        assert await unit.chats.editors("-5") == (BUDI, SARI)
        assert await unit.chats.editors("-7") == ()


async def test_an_editor_named_again_keeps_the_place_under_a_new_name(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.add_editor("-5", SARI, NOW)
        await unit.chats.add_editor("-5", BUDI, NOW + HOUR)
        await unit.chats.add_editor("-5", Editor(7, "Sari W."), NOW + HOUR * 2)
        assert await unit.chats.editors("-5") == (Editor(7, "Sari W."), BUDI)


async def test_an_editor_is_removed_once_and_from_one_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.add_editor("-5", SARI, NOW)
        await unit.chats.add_editor("-6", SARI, NOW)
        assert await unit.chats.remove_editor("-5", 7)
        assert not await unit.chats.remove_editor("-5", 7)
        assert await unit.chats.editors("-5") == ()
        assert await unit.chats.editors("-6") == (SARI,)


async def test_editors_move_with_their_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.add_editor("-5", SARI, NOW)
        await unit.chats.add_editor("-5", BUDI, NOW)
        await unit.chats.add_editor("-1005", Editor(7, "Sari, sejak pindah"), NOW)
        await unit.chats.alias("-5", "-1005")
        assert {editor.name for editor in await unit.chats.editors("-1005")} == {"Sari, sejak pindah", BUDI.name}
        assert await unit.chats.editors("-5") == await unit.chats.editors("-1005")
        assert await unit.chats.remove_editor("-5", BUDI.user_id)
        assert len(await unit.chats.editors("-1005")) == 1


async def test_a_chat_asks_once(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.chats.ask_access(request("-6", 1))
        assert await unit.chats.ask_access(request("-5"))
        assert not await unit.chats.ask_access(request("-5", 9))
        assert await unit.chats.access_requests() == (request("-5"), request("-6", 1))


async def test_a_request_is_decided_once_and_stands(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.ask_access(request("-5"))
        assert not await unit.chats.decide_access("-6", granted=True, now=NOW)
        assert await unit.chats.decide_access("-5", granted=False, now=NOW + HOUR)
        assert not await unit.chats.decide_access("-5", granted=True, now=NOW + HOUR)
        (decided,) = await unit.chats.access_requests()
        assert decided.granted is False
        assert not await unit.chats.ask_access(request("-5", 9))


async def test_a_request_moves_with_its_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.ask_access(request("-5"))
        await unit.chats.alias("-5", "-1005")
        assert [one.chat for one in await unit.chats.access_requests()] == ["-1005"]
        assert not await unit.chats.ask_access(request("-5", 1))
        assert await unit.chats.decide_access("-5", granted=True, now=NOW)


async def test_a_chat_that_asked_under_both_its_ids_has_one_request(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.ask_access(request("-5"))
        await unit.chats.ask_access(request("-1005", 1))
        await unit.chats.decide_access("-1005", granted=True, now=NOW)
        await unit.chats.alias("-5", "-1005")
        (only,) = await unit.chats.access_requests()
    assert (only.chat, only.granted) == ("-1005", True)


async def test_changes_come_newest_first_and_by_chat(store: Store) -> None:
    made = change("-5", "topic-made", topic="Gempa “北”")
    named, voted = change("-6", "editor-named", 1, who="Budi"), change("-5", "voted", 2)
    async with store.write() as unit:
        for one in (made, named, voted):
            await unit.changes.add(one)
        assert await unit.changes.latest(10) == (voted, named, made)
        assert await unit.changes.latest(2) == (voted, named)
        assert await unit.changes.latest(10, chat="-5") == (voted, made)
        assert await unit.changes.latest(10, chat="-7") == ()


async def test_changes_move_with_their_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.changes.add(change("-5", "topic-made"))
        await unit.chats.alias("-5", "-1005")
        await unit.changes.add(change("-5", "topic-removed", 1))
        found = await unit.changes.latest(10, chat="-1005")
        assert [one.code for one in found] == ["topic-removed", "topic-made"]
        assert {one.chat for one in found} == {"-1005"}
        assert await unit.changes.latest(10, chat="-5") == found


async def test_changes_are_forgotten_with_the_archive_and_rights_are_not(store: Store) -> None:
    async with store.write() as unit:
        await unit.changes.add(change("-5", "topic-made"))
        await unit.changes.add(change("-5", "topic-removed", 90))
        await unit.chats.add_editor("-5", SARI, NOW)
        await unit.chats.ask_access(request("-5"))
    await store.forget_before(NOW + HOUR, HOUR)
    async with store.read() as unit:
        assert [one.code for one in await unit.changes.latest(10)] == ["topic-removed"]
        assert await unit.chats.editors("-5") == (SARI,)
        assert await unit.chats.access_requests() == (request("-5"),)


async def test_what_is_set_for_a_chat_moves_with_it(store: Store) -> None:
    async with store.write() as unit:
        for name in ("offers:x:-5", "last:-5/42", "both:-5", "both:-1005", "x:-51", "-5"):
            await unit.key_values.set(name, name)
        await unit.chats.alias("-5", "-1005")
        names = ("offers:x:-1005", "last:-1005/42", "both:-1005", "x:-51", "-5", "offers:x:-5", "both:-5")
        assert [await unit.key_values.get(name) for name in names] == [
            "offers:x:-5", "last:-5/42", "both:-1005", "x:-51", "-5", None, None,
        ]  # fmt: skip
