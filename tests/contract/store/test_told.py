"""Finding again what was told: by the delivery, by its message, by when."""

from __future__ import annotations

from bot.model import DeliveryId, DeliveryKind, DeliveryState, Destination, MessageId, Review
from bot.model.ids import AlertId
from bot.store import Store
from tests.contract.store.samples import HOUR, NOW, SECOND, alert, owed


async def test_a_delivery_is_found_by_its_id(store: Store) -> None:
    review = Review(AlertId("r:@kanal:a"), alert(), Destination("@kanal"))
    async with store.write() as unit:
        first, second = await unit.outbox.add(
            [owed("1", "", thread=4, content=alert()), owed("2", "", content=review)], NOW
        )
        found = await unit.outbox.get(first)
        assert found is not None
        assert (found.id, found.destination, found.content) == (first, Destination("1", 4), alert())
        shown = await unit.outbox.get(second)
        assert shown is not None
        assert shown.content == review
        assert await unit.outbox.get(DeliveryId(second + 1)) is None


async def test_a_delivery_is_found_by_its_message_in_the_chat(store: Store) -> None:
    async with store.write() as unit:
        first, edit, other = await unit.outbox.add(
            [owed("-5", "a"), owed("-5", "a", kind=DeliveryKind.EDIT), owed("6", "a")], NOW
        )
        for delivery in (first, edit, other):
            await unit.outbox.mark_sent(delivery, MessageId(77), NOW)
        for chat, expected in (("-5", first), ("6", other)):
            found = await unit.outbox.of_message(chat, MessageId(77))
            assert found is not None
            assert found.id == expected
        assert await unit.outbox.of_message("-5", MessageId(78)) is None
        assert await unit.outbox.of_message("7", MessageId(77)) is None


async def test_what_was_told_comes_newest_first_without_what_is_yet_to_come(store: Store) -> None:
    async with store.write() as unit:
        sent, waiting, folded, notice, early, elsewhere = await unit.outbox.add(
            [
                owed("1", "", content=alert("sent")),
                owed("1", "", content=alert("waiting")),
                owed("1", "", content=alert("folded"), state=DeliveryState.HELD),
                owed("1", "notice"),
                owed("1", "", content=alert("reply"), kind=DeliveryKind.REPLY),
                owed("2", "", content=alert("elsewhere")),
            ],
            NOW,
        )
        (before,) = await unit.outbox.add([owed("1", "", content=alert("before"))], NOW - HOUR)
        (last,) = await unit.outbox.add([owed("1", "", content=alert("last"))], NOW + SECOND)
        for delivery in (sent, notice, early, elsewhere, before, last):
            await unit.outbox.mark_sent(delivery, None, NOW)
        await unit.outbox.fold([folded])
        assert [each.id for each in await unit.outbox.told(NOW)] == [last, elsewhere, folded, sent]
        assert [each.id for each in await unit.outbox.told(NOW, chat="1")] == [last, folded, sent]
        assert [each.id for each in await unit.outbox.told(NOW - HOUR, chat="1", limit=9)][-1] == before
        assert [each.id for each in await unit.outbox.told(NOW, chat="1", limit=1)] == [last]
        assert await unit.outbox.told(NOW, chat="3") == ()
        assert waiting not in [each.id for each in await unit.outbox.told(NOW - HOUR)]


async def test_all_of_it_is_found_under_the_id_that_the_chat_has_now_or_had(store: Store) -> None:
    async with store.write() as unit:
        (delivery,) = await unit.outbox.add([owed("-5", "", thread=4, content=alert())], NOW)
        await unit.outbox.mark_sent(delivery, MessageId(9), NOW)
        await unit.chats.alias("-5", "-1005")
        found = await unit.outbox.get(delivery)
        assert found is not None
        assert found.destination == Destination("-1005", 4)
        for chat in ("-5", "-1005"):
            assert await unit.outbox.of_message(chat, MessageId(9)) == found
            assert await unit.outbox.told(NOW, chat=chat) == (found,)
