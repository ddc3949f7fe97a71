"""A row of the outbox as a Delivery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.model import Alert, AlertId, Delivery, DeliveryId, DeliveryKind, DeliveryState, Destination, MessageId
from bot.store.codec import decode_content


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery that a whole row of the table `deliveries` holds.

    Its alert bears the id of the row: stories that turned out to be one share one (`story_alerts.join_alerts`).
    It has no message where that is one of the chat under an earlier id (`aliases.move_deliveries`).
    """
    content = decode_content(row.content)
    if isinstance(content, Alert) and content.id != row.alert_id:
        content = replace(content, id=AlertId(row.alert_id))
    return Delivery(
        id=DeliveryId(row.id),
        destination=Destination(row.chat, row.thread),
        kind=DeliveryKind(row.kind),
        revision=row.revision,
        content=content,
        state=DeliveryState(row.state),
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        lease_until=row.lease_until,
        message_id=None if row.message_id is None or row.message_id < 0 else MessageId(row.message_id),
        sent_at=row.sent_at,
        error=row.error,
    )
