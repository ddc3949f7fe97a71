"""What becomes of a delivery."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from bot.model import (
    REVIEW,
    AlertId,
    Chat,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    MessageId,
)
from bot.store import Claim, Store, UnitOfWork
from bot.store.schema import chat_queues
from tests.contract.store.samples import HOUR, MINUTE, NOW, SECOND, alert, owed

SOON = NOW + MINUTE
EVERY_STATE = tuple(DeliveryState)


async def only(unit: UnitOfWork) -> Delivery:
    (delivery,) = await unit.outbox.list(EVERY_STATE, 2)
    return delivery


async def test_a_delivery_comes_back_as_it_was_queued(store: Store) -> None:
    new = owed("-5", "", thread=42, revision=3, content=alert(), state=DeliveryState.HELD)
    async with store.write() as unit:
        (delivery_id,) = await unit.outbox.add([new], NOW)
    async with store.read() as unit:
        assert await only(unit) == Delivery(
            delivery_id, Destination("-5", 42), DeliveryKind.NEW, 3, alert(), DeliveryState.HELD, created_at=NOW
        )


async def test_the_same_delivery_is_owed_once(store: Store) -> None:
    other = (
        owed("1", "a", thread=1),
        owed("2", "a"),
        owed("1", "a", revision=1),
        owed("1", "a", kind=DeliveryKind.REPLY),
        owed("1", "b"),
    )
    async with store.write() as unit:
        (first,) = await unit.outbox.add([owed("1", "a")], NOW)
        await unit.outbox.mark_sent(first, None, NOW)
        ids = await unit.outbox.add([owed("1", "a"), *other, owed("1", "b")], NOW + HOUR)
        assert ids[0] == first
        assert ids[-1] == ids[-2]
        assert list(ids[1:-1]) == sorted(set(ids[1:-1]))
        counts = await unit.outbox.counts()
    assert counts[DeliveryState.SENT] == 1
    assert counts[DeliveryState.PENDING] == len(other)
    assert counts[DeliveryState.DEAD] == 0


async def claimed(unit: UnitOfWork, now: datetime = NOW, until: datetime = SOON, limit: int = 10) -> tuple[Claim, ...]:
    return await unit.outbox.claim_chats(limit, now, until, by="one", console=False)


async def test_a_chat_is_claimed_by_one_only_and_an_attempt_is_counted(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a")], NOW)
        (first,) = await claimed(unit)
        assert (first.delivery.attempts, first.delivery.lease_until) == (1, SOON)
        assert first.delivery == await only(unit)
        assert await claimed(unit, SOON - SECOND) == ()
        (second,) = await claimed(unit, SOON, SOON + MINUTE)
        assert second.delivery.attempts == 2
        assert second.fence > first.fence


async def test_only_the_last_claim_may_say_what_became_of_it(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("1", "b")], NOW)
        (late,) = await claimed(unit)
        (last,) = await claimed(unit, SOON, SOON + MINUTE)
        assert not await unit.outbox.confirm(late)
        assert await claimed(unit, SOON) == ()
        assert await unit.outbox.confirm(last)
        assert not await unit.outbox.confirm(last)


async def test_as_many_chats_are_claimed_as_were_asked_for_the_longest_waiting_first(store: Store) -> None:
    async with store.write() as unit:
        for at, chat in enumerate("51324"):
            await unit.outbox.add([owed(chat, chat), owed(chat, f"{chat}, next")], NOW + SECOND * at)
        names = [
            [str(claim.delivery.content.id) for claim in await claimed(unit, SOON, SOON + HOUR, limit)]
            for limit in (2, 0, 2, 2)
        ]
        assert names == [["5", "1"], [], ["3", "2"], ["4"]]


async def test_after_a_message_its_chat_waits_as_the_pace_demands(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("1", "b")], NOW)
        (claim,) = await claimed(unit)
        assert await unit.outbox.confirm(claim, NOW + SECOND * 3)
        await unit.outbox.mark_sent(claim.delivery.id, None, NOW)
        assert await unit.outbox.next_due(console=False) == NOW + SECOND * 3
        assert await claimed(unit, NOW + SECOND * 2) == ()
        await unit.outbox.add([owed("1", "c")], NOW + SECOND * 2)
        (claim,) = await claimed(unit, NOW + SECOND * 3)
        assert claim.delivery.content.id == "b"


async def test_a_chat_that_is_being_sent_to_stays_claimed_whatever_is_queued_for_it(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a", kind=DeliveryKind.EDIT)], NOW)
        (claim,) = await claimed(unit)
        await unit.outbox.add([owed("1", "b")], NOW)
        await unit.chats.save(Chat("1", title="Sri"))
        assert await claimed(unit) == ()
        assert await unit.outbox.confirm(claim)
        await unit.outbox.mark_sent(claim.delivery.id, None, NOW)
        (claim,) = await claimed(unit)
        assert claim.delivery.content.id == "b"


async def test_a_claim_outlives_a_new_id_of_its_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("-5", "a"), owed("-1005", "b")], NOW)
        (claim, _) = await claimed(unit, until=SOON)
        await unit.chats.alias("-5", "-1005")
        assert await claimed(unit) == ()
        await unit.outbox.confirm(claim)
        await unit.outbox.mark_sent(claim.delivery.id, None, NOW)
        (claim,) = await claimed(unit, SOON)
        assert claim.delivery.content.id == "b"


async def test_chats_that_are_left_out_are_not_claimed(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("2", "b")], NOW)
        assert await unit.outbox.next_due(console=False, besides=["1", "2"]) is None
        (claim,) = await unit.outbox.claim_chats(9, NOW, SOON, by="one", console=False, besides=["1"])
        assert claim.delivery.content.id == "b"


async def test_a_chat_whose_queue_was_lost_is_found_again(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("2", "b"), owed("3", "c")], NOW)
        await unit.chats.save(Chat("3", paused_reason="blocked"))
        assert await unit.outbox.mend() == 0
    async with store.write() as unit:
        await unit.outbox.connection.execute(delete(chat_queues).where(chat_queues.c.chat != "2"))
        assert await unit.outbox.mend() == 1
        assert [claim.delivery.content.id for claim in await claimed(unit)] == ["a", "b"]


async def test_what_is_sent_or_dead_cannot_be_claimed(store: Store) -> None:
    async with store.write() as unit:
        sent, dead = await unit.outbox.add([owed("1", "a"), owed("1", "b")], NOW)
        await unit.outbox.mark_sent(sent, None, NOW)
        await unit.outbox.mark_dead(dead, "no")
        assert await claimed(unit) == ()


async def test_a_sent_delivery_knows_its_message_and_stays_sent(store: Store) -> None:
    async with store.write() as unit:
        (delivery,) = await unit.outbox.add([owed("1", "a")], NOW)
        (claim,) = await claimed(unit)
        await unit.outbox.confirm(claim)
        await unit.outbox.mark_later(delivery, SOON, "timed out")
        (claim,) = await claimed(unit, SOON, SOON + MINUTE)
        await unit.outbox.confirm(claim)
        await unit.outbox.mark_sent(delivery, MessageId(2**33), SOON)
        sent = await only(unit)
        assert (sent.state, sent.message_id, sent.sent_at) == (DeliveryState.SENT, 2**33, SOON)
        assert (sent.attempts, sent.error, sent.lease_until) == (2, None, None)
        await unit.outbox.mark_later(delivery, SOON, "late news of an earlier attempt")
        await unit.outbox.mark_dead(delivery, "late news of an earlier attempt")
        assert await only(unit) == sent


async def test_a_later_attempt_and_a_dead_letter_say_why(store: Store) -> None:
    async with store.write() as unit:
        (delivery,) = await unit.outbox.add([owed("1", "a")], NOW)
        await claimed(unit)
        await unit.outbox.mark_later(delivery, SOON, "batas waktu")
        waiting = await only(unit)
        assert (waiting.state, waiting.next_attempt_at, waiting.error) == (DeliveryState.PENDING, SOON, "batas waktu")
        assert waiting.lease_until is None
        await unit.outbox.mark_dead(delivery, "ditolak")
        dead = await only(unit)
        assert (dead.state, dead.error) == (DeliveryState.DEAD, "ditolak")


async def test_at_start_all_claims_are_ended_and_their_attempts_counted(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("2", "b"), owed("3", "c")], NOW)
        claims = await claimed(unit, limit=2)
        assert await unit.outbox.release_claims() == 2
        heads = await unit.outbox.heads(NOW, console=False)
        assert [(head.attempts, head.lease_until) for head in heads] == [(1, None), (1, None), (0, None)]
        assert await unit.outbox.release_claims() == 0
        assert not await unit.outbox.confirm(claims[0])


async def test_a_newer_edit_takes_the_place_of_those_that_wait(store: Store) -> None:
    edits = [owed(chat, "a", kind=DeliveryKind.EDIT, revision=at) for at, chat in ((1, "1"), (2, "1"), (1, "2"))]
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), *edits, owed("1", "b", kind=DeliveryKind.EDIT)], NOW)
        superseded = await unit.outbox.list([DeliveryState.SUPERSEDED], 10)
        assert [(each.revision, each.destination.chat) for each in superseded] == [(1, "1")]
        assert (await unit.outbox.counts())[DeliveryState.PENDING] == 4
        await unit.outbox.add(edits, NOW)
        assert await unit.outbox.list([DeliveryState.SUPERSEDED], 10) == superseded


async def test_an_edit_that_is_being_sent_is_not_superseded(store: Store) -> None:
    async with store.write() as unit:
        (first,) = await unit.outbox.add([owed("1", "a", kind=DeliveryKind.EDIT, revision=1)], NOW)
        (claim,) = await claimed(unit)
        await unit.outbox.add([owed("1", "a", kind=DeliveryKind.EDIT, revision=2)], NOW)
        assert (await unit.outbox.counts())[DeliveryState.SUPERSEDED] == 0
        await unit.outbox.confirm(claim)
        await unit.outbox.mark_sent(first, MessageId(1), NOW)
        (head,) = await unit.outbox.heads(NOW, console=False)
    assert head.revision == 2


async def test_when_messages_were_sent_is_what_pacing_goes_by(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.outbox.last_sent() is None
        ids = await unit.outbox.add([owed("1", "a"), owed("2", "b"), owed("1", "c"), owed("1", "d")], NOW)
        for at, delivery in enumerate(ids[:3]):
            await unit.outbox.mark_sent(delivery, None, NOW + SECOND * at)
        assert await unit.outbox.last_sent() == NOW + SECOND * 2
        assert await unit.outbox.sent_to("1", 9) == (NOW + SECOND * 2, NOW)
        assert await unit.outbox.sent_to("1", 1) == (NOW + SECOND * 2,)
        assert await unit.outbox.sent_to("3", 9) == ()


async def test_what_is_used_of_a_rate_is_kept(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.outbox.pace("telegram") is None
        await unit.outbox.use_pace("telegram", NOW)
        await unit.outbox.use_pace("telegram", SOON)
    async with store.read() as unit:
        assert await unit.outbox.pace("telegram") == SOON
        assert await unit.outbox.pace("other") is None


async def test_instant_counts_are_of_new_alerts_for_the_whole_chat(store: Store) -> None:
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "before")], NOW - SECOND)
        ids = await unit.outbox.add(
            [
                owed("1", "a"),
                owed("1", "b", thread=9),
                owed("1", "c", kind=DeliveryKind.EDIT),
                owed("1", "d", kind=DeliveryKind.DIGEST),
                owed("1", "e", state=DeliveryState.HELD),
                owed("2", "f"),
                owed("1", f"{REVIEW}-100:a"),
            ],
            NOW,
        )
        await unit.outbox.mark_sent(ids[0], None, NOW)
        assert await unit.outbox.instant_counts(["1", "2", "3"], NOW, NOW) == {"1": 2, "2": 1}
        await unit.outbox.fold([ids[4]])
        assert await unit.outbox.instant_counts(["1", "3"], NOW, NOW) == {"1": 2}


async def test_held_ones_wait_for_a_digest_and_are_folded_into_it(store: Store) -> None:
    async with store.write() as unit:
        ids = await unit.outbox.add([owed("2", "a", state=DeliveryState.HELD), owed("1", "b"), owed("1", "c")], NOW)
        later = await unit.outbox.add([owed("1", "d", state=DeliveryState.HELD)], NOW)
        assert await unit.outbox.chats_holding() == ("1", "2")
        assert [each.id for each in await unit.outbox.held_in(["1", "2", "3"])] == [ids[0], later[0]]
        assert await unit.outbox.held_ids(["1", "3"]) == {later[0]}
        await unit.outbox.fold([ids[0], ids[1]])  # one of them is not held, and is left as it is
        assert [each.id for each in await unit.outbox.held_in(["1", "2"])] == [later[0]]
        assert (await unit.outbox.counts())[DeliveryState.FOLDED] == 1
        assert (await unit.outbox.counts())[DeliveryState.PENDING] == 2


async def test_lists_from_either_end(store: Store) -> None:
    async with store.write() as unit:
        ids = await unit.outbox.add([owed("1", name) for name in "abcd"], NOW)
        await unit.outbox.mark_dead(ids[1], "no")
        pending = [DeliveryState.PENDING]
        assert [each.id for each in await unit.outbox.list(pending, 2)] == [ids[0], ids[2]]
        assert [each.id for each in await unit.outbox.list(pending, 2, newest_first=True)] == [ids[3], ids[2]]
        assert len(await unit.outbox.list(EVERY_STATE, 10)) == 4
        assert await unit.outbox.list([], 10) == ()


async def test_what_is_known_of_an_alert_is_of_the_exact_destination_in_any_state(store: Store) -> None:
    async with store.write() as unit:
        (delivery,) = await unit.outbox.add([owed("1", "a", thread=2)], NOW)
        await unit.outbox.mark_dead(delivery, "no")
        assert await unit.outbox.of_alert(Destination("1", 2), AlertId("a"))
        assert not await unit.outbox.of_alert(Destination("1"), AlertId("a"))
        assert not await unit.outbox.of_alert(Destination("1", 2), AlertId("b"))


async def test_dead_ones_can_be_tried_again_in_their_old_place(store: Store) -> None:
    async with store.write() as unit:
        ids = await unit.outbox.add([owed("1", "a"), owed("1", "b"), owed("2", "c")], NOW)
        (claim, _) = await claimed(unit)
        await unit.outbox.release_claims()
        assert claim.delivery.id == ids[0]
        await unit.outbox.mark_dead(ids[0], "no")
        await unit.outbox.mark_dead(ids[2], "no")
        assert await unit.outbox.retry([ids[0], ids[1], DeliveryId(99)], NOW + HOUR) == 1
        (head,) = await unit.outbox.heads(NOW + HOUR, console=False)
        assert replace(head, content=alert()) == Delivery(
            ids[0],
            Destination("1"),
            DeliveryKind.NEW,
            0,
            alert(),
            DeliveryState.PENDING,
            created_at=NOW,
            next_attempt_at=NOW + HOUR,
        )
        assert await unit.outbox.retry(None, NOW + HOUR) == 1
        assert await unit.outbox.retry(None, NOW + HOUR) == 0


async def test_dropping_is_for_what_was_not_told(store: Store) -> None:
    async with store.write() as unit:
        ids = await unit.outbox.add([owed("1", "a"), owed("1", "b"), owed("1", "c", state=DeliveryState.HELD)], NOW)
        await unit.outbox.mark_sent(ids[0], None, NOW)
        await unit.outbox.mark_dead(ids[1], "no")
        assert await unit.outbox.drop(ids) == 2
        assert (await only(unit)).id == ids[0]
        assert await unit.outbox.drop([]) == 0


async def test_an_id_is_never_used_again(store: Store) -> None:
    async with store.write() as unit:
        (dropped,) = await unit.outbox.add([owed("1", "a")], NOW)
        await unit.outbox.drop([dropped])
    async with store.write() as unit:
        (added,) = await unit.outbox.add([owed("1", "a")], NOW)
    assert added > dropped


async def test_an_alert_is_found_as_each_destination_was_told_it(store: Store) -> None:
    told = replace(alert("x"), title="To another chat")
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "", content=alert("x")), owed("2", "", content=told)], NOW)
        await unit.outbox.add([owed("1", "x", kind=DeliveryKind.NOTICE), owed("1", "", content=alert("y"))], NOW)
        assert await unit.outbox.alerts(AlertId("x")) == (alert("x"), told)
        assert await unit.outbox.alerts(AlertId("none")) == ()


async def test_what_was_told_within_a_day_in_one_chat_or_all(store: Store) -> None:
    async with store.write() as unit:
        for name, chat, hours in (("a", "1", 0), ("b", "2", 1), ("c", "1", 2), ("d", "1", 3)):
            new = owed(chat, name, content=alert(name), state=DeliveryState.FOLDED)
            await unit.outbox.add([new], NOW + HOUR * hours)
        await unit.outbox.add([owed("1", "e", content=alert("e"))], NOW + HOUR)

        async def names(**scope: Any) -> list[str]:
            return [str(told.content.id) for told in await unit.outbox.told(NOW, **scope)]

        assert await names() == ["d", "c", "b", "a"]
        assert await names(until=NOW + HOUR * 3) == ["c", "b", "a"]
        assert await names(until=NOW + HOUR * 3, chat="1") == ["c", "a"]
        assert await names(until=NOW) == []
        assert await names(limit=2) == ["d", "c"]


async def test_how_long_the_oldest_has_waited_however_often_it_was_tried(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.outbox.waiting_since(console=False) is None
        (first,) = await unit.outbox.add([owed("1", "a")], NOW)
        second, _ = await unit.outbox.add([owed("2", "b"), owed("console", "c")], NOW + MINUTE)
        await unit.outbox.add([owed("3", "d", state=DeliveryState.HELD)], NOW - HOUR)
        await unit.outbox.mark_later(first, NOW + HOUR, "away")
        assert await unit.outbox.waiting_since(console=False) == NOW
        assert await unit.outbox.waiting_since(console=True) == NOW + MINUTE
        await unit.chats.save(Chat("1", paused_reason="blocked"))
        assert await unit.outbox.waiting_since(console=False) == NOW + MINUTE
        await unit.outbox.mark_sent(second, None, NOW)
        assert await unit.outbox.waiting_since(console=False) is None
