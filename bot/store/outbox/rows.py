"""Rows of the table `deliveries`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Row

from bot.errors import StoreError
from bot.model import (
    Alert,
    AlertId,
    Content,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    MessageId,
    Notice,
)
from bot.store.codec import decode_content

_UNREADABLE: Final = "unreadable"
"""The code of the notice in the place of a content that cannot be read. One such row must not hold up all others, and
whoever it was for is told that there was something.
"""


class DecodedContents:
    """Contents that were decoded before, by their JSON: chats that were told the same share one value.

    For who reads the same deliveries twice, or those of many chats. It grows with what is read, and is not kept.
    """

    def __init__(self) -> None:
        self._decoded: dict[str, Content] = {}

    def of(self, row: Row[Any]) -> Content:
        """The content of a row."""
        content = self._decoded.get(row.content)
        if content is None:
            content = self._decoded[row.content] = _content_of(row)
            if is_unreadable(content):  # it names its row
                del self._decoded[row.content]
        return content


def delivery_of(row: Row[Any], contents: DecodedContents | None = None) -> Delivery:
    """The delivery that a row holds.

    Its alert gets the id that is stored in the row: when two stories turn out to be one, only the row is changed (see
    `ManyDeliveries.relabel`). A negative message id belongs to an earlier id of the chat (see
    `moves.move_deliveries`), so that the delivery has no message that could be edited.
    """
    content = _content_of(row) if contents is None else contents.of(row)
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


def _content_of(row: Row[Any]) -> Content:
    try:
        return decode_content(row.content)
    except (StoreError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        reason = str(error) if isinstance(error, StoreError) else f"stored content is broken ({type(error).__name__})"
        return Notice(AlertId(row.alert_id), _UNREADABLE, {"id": str(row.id), "reason": reason})


def is_unreadable(content: Content) -> bool:
    """Whether it stands for a content that cannot be read."""
    return isinstance(content, Notice) and content.code == _UNREADABLE
