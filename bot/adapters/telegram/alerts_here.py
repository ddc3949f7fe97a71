"""The delivery that a button under an alert names, if the button's chat is the one that it went to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.turns import Press, Turn
from bot.model import Alert, Delivery, DeliveryId, Review
from bot.ports import UnitOfWork

_DIGITS = 18
"""Of the largest number that the database takes."""


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


def number_of(press: Press, place: int) -> int | None:
    """An argument that is a number; None for what somebody has made up."""
    if place >= len(press.arguments):
        return None
    text = press.arguments[place]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


async def _delivery_here(unit: UnitOfWork, turn: Turn, press: Press) -> Delivery | None:
    number = number_of(press, 0)
    delivery = None if number is None else await unit.outbox.get(DeliveryId(number))
    if delivery is None:
        return None
    chat = delivery.destination.chat
    named = None if turn.username is None else f"@{turn.username.lower()}"  # as a file may name this chat
    return delivery if chat == turn.chat.chat or chat.lower() == named else None
