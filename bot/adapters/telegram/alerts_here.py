"""The delivery that a button under an alert names, if the button's chat is the one that it went to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.turns import Press, Turn
from bot.model import Alert, Delivery, DeliveryId, Review
from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class AlertHere:
    """An alert of this chat."""

    delivery: Delivery
    alert: Alert


async def alert_here(unit: UnitOfWork, turn: Turn, press: Press) -> AlertHere | None:
    """The alert that the first argument names; None where this chat was sent none such."""
    delivery = await _delivery_here(unit, turn, press)
    if delivery is None or not isinstance(delivery.content, Alert):
        return None
    return AlertHere(delivery, delivery.content)


async def review_here(unit: UnitOfWork, turn: Turn, press: Press) -> tuple[DeliveryId, Review] | None:
    """The review that the first argument names; None where this chat was sent none such."""
    delivery = await _delivery_here(unit, turn, press)
    if delivery is None or not isinstance(delivery.content, Review):
        return None
    return delivery.id, delivery.content


async def _delivery_here(unit: UnitOfWork, turn: Turn, press: Press) -> Delivery | None:
    number = press.number(0)
    delivery = None if number is None else await unit.outbox.get(DeliveryId(number))
    return delivery if delivery is not None and turn.is_here(delivery.destination.chat) else None
