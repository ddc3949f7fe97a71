"""What destinations are told of one story: found together, changed, and joined with what another story was told."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Alert, AlertId, ArticleId, DeliveryKind, DeliveryState, Destination, StoryId
from bot.store import Store
from tests.contract.store.samples import HOUR, NOW, alert, article, owed

OLD, NEW = AlertId("a:old"), AlertId("a:new")


def under(alert_id: AlertId, title: str = "Judul") -> Alert:
    return replace(alert(), id=alert_id, title=title)


async def test_all_of_an_alert_in_one_destination_is_found_in_its_order(store: Store) -> None:
    async with store.write() as unit:
        wanted = [
            owed("1", "", content=under(NEW)),
            replace(owed("1", "", content=under(NEW), kind=DeliveryKind.EDIT), not_before=NOW + HOUR),
            owed("1", "", content=under(NEW), kind=DeliveryKind.REPLY),
        ]
        others = [owed("1", "", content=under(OLD)), owed("2", "", content=under(NEW))]
        threaded = owed("1", "", thread=4, content=under(NEW))
        ids = await unit.outbox.add([*wanted, *others, threaded], NOW)
        found = await unit.outbox.of_alert(Destination("1"), NEW)
    assert [one.id for one in found] == list(ids[:3])
    assert [one.next_attempt_at for one in found] == [None, NOW + HOUR, None]


async def test_an_edit_waits_for_its_time_and_holds_up_nothing_new(store: Store) -> None:
    async with store.write() as unit:
        edit = replace(owed("1", "", content=under(NEW), kind=DeliveryKind.EDIT), not_before=NOW + HOUR)
        (edit_id,) = await unit.outbox.add([edit], NOW)
        assert await unit.outbox.heads(NOW, console=False) == ()
        assert await unit.outbox.next_due(console=False) == NOW + HOUR
        (later,) = await unit.outbox.add([owed("1", "", content=under(OLD))], NOW)
        assert [one.id for one in await unit.outbox.heads(NOW, console=False)] == [later]
        await unit.outbox.mark_sent(later, None, NOW)
        assert [one.id for one in await unit.outbox.heads(NOW + HOUR, console=False)] == [edit_id]


async def test_what_a_delivery_says_can_be_revised_in_every_state(store: Store) -> None:
    async with store.write() as unit:
        for number, state in enumerate(DeliveryState):
            (added,) = await unit.outbox.add([owed(str(number), "", content=under(NEW), state=state)], NOW)
            await unit.outbox.revise(added, under(NEW, "Judul baru"))
            found = await unit.outbox.get(added)
            assert found is not None
            assert (found.state, found.content) == (state, under(NEW, "Judul baru"))


async def test_a_held_one_can_be_let_go_and_what_is_untold_superseded(store: Store) -> None:
    async with store.write() as unit:
        states = (DeliveryState.HELD, DeliveryState.SENT, DeliveryState.HELD, DeliveryState.DEAD, DeliveryState.FOLDED)
        ids = await unit.outbox.add(
            [owed(str(number), "", content=under(NEW), state=state) for number, state in enumerate(states)], NOW
        )
        await unit.outbox.unhold(ids[:2])
        assert [one.id for one in await unit.outbox.heads(NOW, console=False)] == [ids[0]]
        for delivery in ids:
            await unit.outbox.supersede(delivery)
        counts = {state: count for state, count in (await unit.outbox.counts()).items() if count}
        assert counts == {DeliveryState.SUPERSEDED: 3, DeliveryState.SENT: 1, DeliveryState.FOLDED: 1}


async def test_what_was_told_of_two_stories_goes_on_under_one_id(store: Store) -> None:
    async with store.write() as unit:
        only_old, both, _ = await unit.outbox.add(
            [
                owed("knows-old", "", content=under(OLD)),
                owed("knows-both", "", content=under(OLD), state=DeliveryState.HELD),
                owed("knows-both", "", content=under(NEW)),
            ],
            NOW,
        )
        await unit.outbox.relabel([only_old], NEW)
        (moved,) = await unit.outbox.of_alert(Destination("knows-old"), NEW)
        assert moved.content.id == NEW
        (left,) = await unit.outbox.of_alert(Destination("knows-both"), OLD)
        assert (left.id, left.state) == (both, DeliveryState.HELD)


async def test_what_many_destinations_know_of_stories_is_asked_at_once(store: Store) -> None:
    async with store.write() as unit:
        added = [owed(str(number), "", content=under(OLD)) for number in range(3)]
        added += [owed("1", "", thread=4, content=under(OLD)), owed("0", "", content=under(NEW))]
        ids = await unit.outbox.add([*added, owed("9", "", content=under(AlertId("a:else")))], NOW)
        keys = [(Destination("0"), OLD), (Destination("0"), NEW), (Destination("1", 4), OLD), (Destination("2"), NEW)]
        found = await unit.outbox.of_alerts(keys)
        assert {key: [one.id for one in known] for key, known in found.items()} == {
            keys[0]: [ids[0]], keys[1]: [ids[4]], keys[2]: [ids[3]], keys[3]: []
        }  # fmt: skip
        for key in keys:
            assert found[key] == await unit.outbox.of_alert(*key)
        told = await unit.outbox.told_of([OLD, NEW])
        assert told == (Destination("0"), Destination("1"), Destination("2"), Destination("1", 4))
        assert await unit.outbox.told_of([AlertId("a:none")]) == ()


async def test_contents_of_many_are_revised_at_once(store: Store) -> None:
    async with store.write() as unit:
        ids = await unit.outbox.add([owed(str(number), "", content=under(NEW)) for number in range(3)], NOW)
        await unit.outbox.revise_all([(ids[0], under(NEW, "Satu")), (ids[2], under(NEW, "Tiga"))])
        await unit.outbox.revise_all([])
        titles = [
            one.content.title
            for one in await unit.outbox.list([DeliveryState.PENDING], 9)
            if isinstance(one.content, Alert)
        ]
        assert titles == ["Satu", "Judul", "Tiga"]


async def test_two_ids_change_places_in_one_destination(store: Store) -> None:
    async with store.write() as unit:
        old, new, elsewhere = await unit.outbox.add(
            [
                owed("1", "", content=under(OLD)),
                owed("1", "", content=under(NEW)),
                owed("1", "", thread=4, content=under(OLD)),
            ],
            NOW,
        )
        await unit.outbox.swap_alerts(Destination("1"), OLD, NEW)
        for destination, alert_id, expected in (
            (Destination("1"), NEW, old),
            (Destination("1"), OLD, new),
            (Destination("1", 4), OLD, elsewhere),
        ):
            assert [one.id for one in await unit.outbox.of_alert(destination, alert_id)] == [expected]


async def test_articles_are_found_by_their_story(store: Store) -> None:
    first, second, third = (article(name, seen=NOW + number * HOUR) for number, name in enumerate("abc"))
    alone = article("alone")
    story, other = StoryId("a"), StoryId("b")
    async with store.write() as unit:
        await unit.articles.add([replace(third, story_id=other), first, second, alone])
        await unit.articles.put_in_stories({first.id: story, second.id: story, ArticleId("gone"): story})
        assert [one.id for one in await unit.articles.of_story(story, 9)] == [first.id, second.id]
        assert [one.id for one in await unit.articles.in_stories(NOW, 9)] == [first.id, second.id, third.id]
        assert [one.id for one in await unit.articles.in_stories(NOW + HOUR, 1)] == [third.id]
        await unit.articles.join_stories(other, story)
        assert [one.id for one in await unit.articles.of_story(story, 2)] == [second.id, third.id]
        assert await unit.articles.of_story(other, 9) == ()
