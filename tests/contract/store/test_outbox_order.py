"""Which delivery is next: the head of each chat, and what holds it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.model import Chat, DeliveryId, DeliveryKind, DeliveryState, Destination
from bot.store import Claim, Store, UnitOfWork
from tests.contract.store.samples import HOUR, MINUTE, NOW, SECOND, owed

SOON = NOW + MINUTE


async def next_names(unit: UnitOfWork, now: datetime = NOW, *, console: bool = False) -> Sequence[str]:
    return [head.content.id for head in await unit.outbox.heads(now, console=console)]


async def claimed(unit: UnitOfWork, now: datetime, until: datetime) -> tuple[Claim, ...]:
    return await unit.outbox.claim_chats(10, now, until, by="one", console=False)


async def test_one_head_a_chat_oldest_first_all_threads_together(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("2", "a"), owed("1", "b", thread=7), owed("1", "c"), owed("2", "d")], NOW)
        assert await next_names(unit) == ["a", "b"]


async def test_the_console_has_a_queue_of_its_own(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("console", "a"), owed("1", "b")], NOW)
        assert await next_names(unit, console=True) == ["a"]
        assert await next_names(unit, console=False) == ["b"]


async def test_what_is_sent_or_dead_makes_way(store: Store) -> None:
    async with store.write() as unit:
        first, second, _ = await unit.outbox.add([owed("1", "a"), owed("1", "b"), owed("1", "c")], NOW)
        await unit.outbox.mark_sent(first, None, NOW)
        assert await next_names(unit) == ["b"]
        await unit.outbox.mark_dead(second, "can't be sent")
        assert await next_names(unit) == ["c"]


async def test_a_head_that_waits_holds_back_the_rest_of_its_chat(store: Store) -> None:
    async with store.write() as unit:
        first, *_ = await unit.outbox.add([owed("1", "a"), owed("1", "b"), owed("2", "c")], NOW)
        await unit.outbox.mark_later(first, SOON, "timed out")
        assert await next_names(unit) == ["c"]
        assert await next_names(unit, SOON) == ["c", "a"]


async def test_a_head_that_is_being_sent_holds_back_the_rest_until_the_claim_ends(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("1", "b")], NOW)
        assert await claimed(unit, NOW, SOON)
        assert await next_names(unit) == []
        assert await next_names(unit, SOON) == ["a"]


async def test_held_and_folded_ones_are_not_heads(store: Store) -> None:
    async with store.write() as unit:
        held, _ = await unit.outbox.add([owed("1", "a", state=DeliveryState.HELD), owed("1", "b")], NOW)
        assert await next_names(unit) == ["b"]
        await unit.outbox.fold([held])
        assert await next_names(unit) == ["b"]


async def test_a_paused_chat_gets_nothing_until_it_is_heard_from(store: Store) -> None:
    paused = Chat("1", paused_reason="bot was blocked by the user")
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a")], NOW)
        await unit.chats.save(paused)
        assert await next_names(unit, NOW + HOUR) == []
        assert await unit.outbox.next_due(console=False) is None
        await unit.chats.save(replace(paused, paused_reason=None))
        assert await next_names(unit) == ["a"]


async def test_a_chat_told_to_wait_waits(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("2", "b")], NOW)
        await unit.chats.save(Chat("1", retry_after=SOON))
        assert await next_names(unit, SOON - SECOND) == ["b"]
        assert await next_names(unit, SOON) == ["b", "a"]


async def test_edits_come_behind_new_messages(store: Store) -> None:
    async with store.write() as unit:
        edit, new, _ = await unit.outbox.add(
            [owed("1", "a", kind=DeliveryKind.EDIT), owed("1", "b"), owed("2", "c", kind=DeliveryKind.EDIT)], NOW
        )
        assert await next_names(unit) == ["b", "c"]
        await unit.outbox.mark_sent(new, None, NOW)
        assert await next_names(unit) == ["a", "c"]
        await unit.outbox.mark_later(edit, SOON, "timed out")
        await unit.outbox.add([owed("1", "d")], NOW)
        assert await next_names(unit) == ["c", "d"]  # an edit that waits holds back no news


async def test_nothing_else_goes_to_a_chat_while_an_edit_is_being_sent(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a", kind=DeliveryKind.EDIT)], NOW)
        assert await claimed(unit, NOW, SOON)
        await unit.outbox.add([owed("1", "b")], NOW)
        assert await next_names(unit) == []
        assert await next_names(unit, SOON) == ["b"]


async def test_replies_digests_and_notices_keep_their_place(store: Store) -> None:
    kinds = (DeliveryKind.REPLY, DeliveryKind.DIGEST, DeliveryKind.NEW, DeliveryKind.NOTICE)
    seen: list[str] = []
    async with store.write() as unit:
        ids = await unit.outbox.add([owed("1", kind, kind=kind) for kind in kinds], NOW)
        for delivery in ids:
            seen += await next_names(unit)
            await unit.outbox.mark_sent(delivery, None, NOW)
    assert seen == [kind.value for kind in kinds]


async def test_next_due_is_when_the_earliest_head_may_go(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.outbox.next_due(console=False) is None
        first, _ = await unit.outbox.add([owed("1", "a"), owed("1", "b")], NOW)
        assert await unit.outbox.next_due(console=False) == NOW
        assert await unit.outbox.next_due(console=True) is None
        await unit.outbox.mark_later(first, NOW + HOUR, "timed out")
        assert await unit.outbox.next_due(console=False) == NOW + HOUR
        await unit.chats.save(Chat("1", retry_after=NOW + HOUR * 2))
        assert await unit.outbox.next_due(console=False) == NOW + HOUR * 2
        await unit.outbox.add([owed("2", "c")], NOW)
        assert await claimed(unit, NOW, SOON)
        assert await unit.outbox.next_due(console=False) == SOON


async def test_heads_and_next_due_agree(store: Store) -> None:
    """Stepping from one due moment to the next sends everything: no moment finds nothing to do."""
    async with store.write() as unit:
        ids = await unit.outbox.add(
            [owed(str(at % 3), f"n{at}", kind=(DeliveryKind.NEW, DeliveryKind.EDIT)[at % 5 == 0]) for at in range(30)],
            NOW,
        )
        for at, delivery in enumerate(ids):
            if at % 4 == 1:
                await unit.outbox.mark_later(delivery, NOW + MINUTE * at, "later")
        await unit.chats.save(Chat("1", retry_after=NOW + HOUR))
        await unit.outbox.claim_chats(1, NOW, NOW + HOUR * 3, by="another", console=False)
        sent: list[DeliveryId] = []
        while (due := await unit.outbox.next_due(console=False)) is not None:
            claims = await claimed(unit, due, due + MINUTE)
            assert claims, f"nothing to send at {due}"
            for claim in claims:
                assert await unit.outbox.confirm(claim)
                await unit.outbox.mark_sent(claim.delivery.id, None, due)
                sent.append(claim.delivery.id)
    assert sorted(sent) == sorted(ids)


async def test_a_moved_chat_keeps_its_order_and_its_history(store: Store) -> None:
    old, new = Destination("-5"), Destination("-1005")
    async with store.write() as unit:
        sent, _, _ = await unit.outbox.add([owed("-5", "told"), owed("-5", "a"), owed("-5", "b")], NOW)
        await unit.outbox.mark_sent(sent, None, NOW)
        await unit.outbox.add([owed("-1005", "b"), owed("-1005", "told")], NOW)
        await unit.outbox.move_chat("-5", "-1005")
        pending = await unit.outbox.list([DeliveryState.PENDING], 10)
        assert [each.content.id for each in pending] == ["a", "b", "told"]
        assert {each.destination for each in pending} == {new}
        await unit.outbox.move_chat("-1005", "-1005")
        assert await next_names(unit) == ["a"]
        assert not await unit.outbox.of_alert(old, pending[0].content.id)


async def test_what_is_added_to_a_former_id_goes_to_the_chat_of_today(store: Store) -> None:
    async with store.write() as unit:
        await unit.chats.alias("-5", "-1005")
        ids = await unit.outbox.add([owed("-5", "a", thread=3), owed("-1005", "a", thread=3)], NOW)
        (head,) = await unit.outbox.heads(NOW, console=False)
        assert ids == (head.id, head.id)
        assert head.destination == Destination("-1005", 3)
        assert await unit.outbox.of_alert(Destination("-5", 3), head.content.id)
        assert await unit.outbox.instant_counts(["-1005"], NOW, NOW) == {"-1005": 1}
