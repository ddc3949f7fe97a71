"""The queue of deliveries: adding, leasing, and what became of each.

Order within a chat: new messages by id, then edits by id (see `queues`). While the first delivery of a chat waits, is
being sent or cannot be sent, none behind it is sent.
Deliveries are stored under the current ids of chats (see `aliases`), so that reading needs no aliases. Which chats may
receive what, how fast, and what an outcome means is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.sql import ColumnElement

from bot.model import (
    AlertId,
    Content,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    MessageId,
    NewDelivery,
)
from bot.store.aliases import current_ids
from bot.store.batches import batched
from bot.store.codec import encode_content
from bot.store.outbox.claims import (
    Claim,
    SentMessage,
    claim_chats,
    confirm_claim,
    record_sent,
    release_claims,
    release_claims_of,
)
from bot.store.outbox.many import ThreadKey, with_keys
from bot.store.outbox.moves import move_deliveries
from bot.store.outbox.pace import use_until
from bot.store.outbox.queries import DeliveryQueries
from bot.store.outbox.queues import mend_queues, refresh_queues
from bot.store.outbox.story_alerts import swap_alerts
from bot.store.outbox.waits import shorten_waits
from bot.store.outbox.written import WrittenContents
from bot.store.schema import deliveries
from bot.store.statements import insert

_row = deliveries.c
_table = deliveries

_Key = tuple[str, int | None, AlertId, DeliveryKind, int]
"""Chat, thread, alert id, kind and revision: no two deliveries have the same."""


@dataclass(frozen=True, slots=True)
class Outbox(DeliveryQueries):
    """The queue of deliveries, in order within each chat, and the record of those that were sent."""

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> tuple[DeliveryId, ...]:
        """Queue deliveries in this order and return their ids.

        Adding is idempotent: where a delivery with the same destination, content id, kind and revision is there
        already, it is left as it is and its id is returned. A new edit supersedes the pending edits of the same alert
        that are not being sent right now.
        """
        current = await current_ids(self.connection, {new.destination.chat for new in deliveries})
        keyed = [(_key_of(new, current[new.destination.chat]), new) for new in deliveries]
        ids = await self._ids([key for key, _ in keyed])
        written = WrittenContents()
        # A key twice in one call is one delivery, the first one.
        missing = {key: new for key, new in reversed(keyed) if key not in ids}
        rows = [
            _values_of(key, missing[key], written, now)
            for key in dict.fromkeys(key for key, _ in keyed)
            if key in missing
        ]
        if rows:
            # Ids are not asked by RETURNING, which the SQLite of Debian 11 and Ubuntu 20.04 lacks.
            await self.connection.execute(insert(_table), rows)
            ids.update(await self._ids(missing))
        await self._supersede_edits([(key, ids[key]) for key in missing if key[3] is DeliveryKind.EDIT])
        await refresh_queues(self.connection, (chat for chat, *_ in missing))
        return tuple(ids[key] for key, _ in keyed)

    async def claim_chats(
        self, limit: int, now: datetime, until: datetime, *, by: str, console: bool, besides: Collection[str] = ()
    ) -> tuple[Claim, ...]:
        """Take up to `limit` chats whose head may be sent now, and count an attempt on each head.

        Until then nobody else takes them. `by` names who sends. `console`: the chat of the console, else all others but
        those in `besides`.
        """
        return await claim_chats(self.connection, limit, now, until, by, console=console, besides=besides)

    async def confirm(self, claim: Claim, not_before: datetime | None = None) -> bool:
        """End a claim, to say what became of it; its chat is sent nothing more before `not_before`.

        False if the claim ran out and the chat was claimed again since.
        """
        return await confirm_claim(self.connection, claim, not_before)

    async def record_sent(self, messages: Sequence[SentMessage]) -> frozenset[DeliveryId]:
        """What was claimed was sent, and the claims end.

        Returns those of which the claim had run out, and the chat was claimed again since. That they were sent is noted
        all the same.
        """
        return await record_sent(self.connection, messages)

    async def release_claims(self, besides: Collection[str] = ()) -> int:
        """End all claims of processes that were killed, and return their number. `besides`: those that are alive.

        The attempts stay counted, as the messages may have arrived.
        """
        return await release_claims(self.connection, besides)

    async def release_claims_of(self, name: str, besides: Collection[str]) -> int:
        """End the claims of one worker but those on the chats that it is sending to. The attempts stay counted."""
        return await release_claims_of(self.connection, name, besides)

    async def mend(self) -> int:
        """Find chats that are owed something and would wait for ever, after rows were lost. Returns how many."""
        return await mend_queues(self.connection)

    async def use_pace(self, name: str, until: datetime) -> None:
        """Note until when a rate of sending is used up."""
        await use_until(self.connection, name, until)

    async def mark_sent(self, delivery_id: DeliveryId, message_id: MessageId | None, now: datetime) -> None:
        """It was sent and became this message."""
        await self._settle(
            _row.id == delivery_id, state=DeliveryState.SENT, message_id=message_id, sent_at=now, error=None
        )

    async def mark_later(self, delivery_id: DeliveryId, next_attempt_at: datetime, error: str) -> None:
        """It could not be sent for this reason, and is tried again later."""
        await self._settle(_is_pending(delivery_id), next_attempt_at=next_attempt_at, error=error)

    async def mark_dead(self, delivery_id: DeliveryId, error: str) -> None:
        """It cannot be sent for this reason, and is not tried again unless somebody asks for that (`retry`)."""
        await self._settle(_is_pending(delivery_id), state=DeliveryState.DEAD, error=error)

    async def shorten_waits(self, by: timedelta, now: datetime) -> None:
        """After the clock was set back by so much: shorten all waits, which would last so much longer otherwise."""
        await shorten_waits(self.connection, by, now)

    async def move_chat(self, old: str, new: str) -> None:
        """Re-address all deliveries of a chat that has another id now, including those that were sent.

        What is queued for the new id already, or was sent to it, is not sent again.
        """
        await move_deliveries(self.connection, old, new)

    async def hold(self, ids: Collection[DeliveryId]) -> int:
        """Let pending deliveries that are not being sent wait for a digest. Returns how many of these ids those are."""
        count = 0
        for batch in batched(ids):
            waiting = _row.id.in_(batch) & (_row.state == DeliveryState.PENDING) & _row.lease_until.is_(None)
            count += (await self._settle(waiting, state=DeliveryState.HELD)).rowcount
        return count

    async def unhold(self, ids: Collection[DeliveryId]) -> None:
        """Held deliveries are pending again: they no longer wait for a digest."""
        for batch in batched(ids):
            await self._settle(_row.id.in_(batch) & (_row.state == DeliveryState.HELD), state=DeliveryState.PENDING)

    async def fold(self, ids: Collection[DeliveryId]) -> None:
        """Held deliveries are part of a digest now."""
        for batch in batched(ids):
            await self._settle(_row.id.in_(batch) & (_row.state == DeliveryState.HELD), state=DeliveryState.FOLDED)

    async def revise(self, delivery_id: DeliveryId, content: Content) -> None:
        """Change the content of a delivery, whatever its state. If it is being sent right now, it is sent unchanged."""
        await self.connection.execute(
            update(deliveries).where(_row.id == delivery_id).values(content=encode_content(content))
        )

    async def supersede(self, delivery_id: DeliveryId) -> None:
        """A delivery that was not sent (pending, held or dead) is no longer needed."""
        await self.supersede_all([delivery_id])

    async def supersede_all(self, ids: Collection[DeliveryId]) -> None:
        """Deliveries that were not sent are no longer needed."""
        unsent = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD)
        for batch in batched(ids):
            await self._settle(_row.id.in_(batch) & _row.state.in_(unsent), state=DeliveryState.SUPERSEDED)

    async def swap_alerts(self, destination: Destination, one: AlertId, other: AlertId) -> None:
        """Exchange two alert ids in all deliveries of a destination."""
        await swap_alerts(self.connection, destination, one, other)

    async def retry(self, ids: Collection[DeliveryId] | None, now: datetime) -> int:
        """Make dead deliveries pending again, all of them or those with these ids. Returns how many there were.

        They keep their place in the order of the chat, and their attempts are counted from zero.
        """
        dead = _row.state == DeliveryState.DEAD
        conditions = [dead] if ids is None else [dead & _row.id.in_(batch) for batch in batched(ids)]
        count = 0
        for condition in conditions:
            result = await self._settle(
                condition, state=DeliveryState.PENDING, attempts=0, next_attempt_at=now, error=None
            )
            count += result.rowcount
        return count

    async def drop(self, ids: Collection[DeliveryId]) -> int:
        """Remove pending, held or dead deliveries for good. Returns how many of these ids those were."""
        droppable = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.DEAD)
        count = 0
        for batch in batched(ids):
            gone = _row.id.in_(batch) & _row.state.in_(droppable)
            names = await self._chats_of(gone)
            count += (await self.connection.execute(delete(deliveries).where(gone))).rowcount
            await refresh_queues(self.connection, names)
        return count

    async def _ids(self, keys: Collection[_Key]) -> dict[_Key, DeliveryId]:
        """The ids of those that are there."""
        wanted, found = set(keys), dict[_Key, DeliveryId]()
        columns = (_row.id, _row.chat, _row.thread, _row.alert_id, _row.kind, _row.revision)
        threads = dict.fromkeys((Destination(chat, thread), alert_id) for chat, thread, alert_id, _, _ in wanted)
        for _, there in with_keys(threads):
            for row in await self.connection.execute(select(*columns).where(there)):
                key = row.chat, row.thread, AlertId(row.alert_id), DeliveryKind(row.kind), row.revision
                if key in wanted:
                    found[key] = DeliveryId(row.id)
        return found

    async def _supersede_edits(self, added: Sequence[tuple[_Key, DeliveryId]]) -> None:
        """Of these new edits, and of those of the same alerts that wait, the last one of each alert is left."""
        last: dict[ThreadKey, DeliveryId] = {}
        for (chat, thread, alert_id, _, _), number in added:
            thread_key = Destination(chat, thread), alert_id
            last[thread_key] = max(number, last.get(thread_key, number))
        waiting = (_row.kind == DeliveryKind.EDIT) & (_row.state == DeliveryState.PENDING) & _row.lease_until.is_(None)
        for keys, there in with_keys(last):
            others = _row.id.not_in([last[key] for key in keys])
            await self._settle(there & waiting & others, state=DeliveryState.SUPERSEDED)

    async def _settle(self, condition: ColumnElement[bool], **values: Any) -> CursorResult[Any]:
        """Change the selected deliveries, and end their leases, whatever becomes of them."""
        names = await self._chats_of(condition)
        result = await self.connection.execute(update(deliveries).where(condition).values(lease_until=None, **values))
        await refresh_queues(self.connection, names)
        return result

    async def _chats_of(self, condition: ColumnElement[bool]) -> tuple[str, ...]:
        return tuple(await self.connection.scalars(select(_row.chat).where(condition).distinct()))


def _is_pending(delivery_id: DeliveryId) -> ColumnElement[bool]:
    return (_row.id == delivery_id) & (_row.state == DeliveryState.PENDING)


def _key_of(new: NewDelivery, chat: str) -> _Key:
    return chat, new.destination.thread, new.content.id, new.kind, new.revision


def _values_of(key: _Key, new: NewDelivery, written: WrittenContents, now: datetime) -> dict[str, Any]:
    chat, thread, alert_id, kind, revision = key
    return {
        "chat": chat,
        "thread": thread,
        "alert_id": alert_id,
        "kind": kind,
        "revision": revision,
        "content": written.of(new.content),
        "state": new.state,
        "attempts": 0,
        "created_at": now,
        "next_attempt_at": new.not_before,
    }
