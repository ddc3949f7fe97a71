"""A delivery as it is when it is sent: an edit shows the current alert, and answers need the message they refer to."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Alert, AlertId, Delivery, DeliveryKind, DeliveryState, Tally
from bot.store import UnitOfWork, is_unreadable
from bot.usecases.topics.feedback import tally_in, votes_on


async def ready_to_send(unit: UnitOfWork, delivery: Delivery) -> Delivery | None:
    """An edit or a reply with the message that it refers to, any other delivery as it is.

    None for an edit whose message was not sent: the alert was folded into a digest, dropped or refused meanwhile, and
    for one that can no longer be read. An edit always shows the current alert, also when it is a dead letter that is
    tried again.
    """
    if delivery.kind not in (DeliveryKind.EDIT, DeliveryKind.REPLY):
        return delivery
    deliveries = await unit.outbox.of_alert(delivery.destination, AlertId(delivery.content.id))
    first = next((one for one in deliveries if one.kind is DeliveryKind.NEW), None)
    message = first.message_id if first is not None and first.state is DeliveryState.SENT else None
    if delivery.kind is DeliveryKind.REPLY:
        return None if is_unreadable(delivery.content) else replace(delivery, message_id=message)
    if first is None or message is None or is_unreadable(first.content):
        return None
    await unit.outbox.revise(delivery.id, first.content)
    delivery = replace(delivery, content=first.content, message_id=message)
    return replace(delivery, tally=await _tally_of(unit, delivery))


async def _tally_of(unit: UnitOfWork, delivery: Delivery) -> Tally:
    """The votes on an alert; without them an edit would remove the counts under it."""
    if not isinstance(delivery.content, Alert):
        return Tally()
    return tally_in(delivery.destination.chat, await votes_on(unit, delivery.content))
