"""Changes of alert ids, when stories turn out to be one. An alert, its edits and the replies to it share one id."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import AlertId, Destination
from bot.store.aliases import current_id
from bot.store.schema import deliveries

_row = deliveries.c


async def swap_alerts(connection: AsyncConnection, destination: Destination, one: AlertId, other: AlertId) -> None:
    """Exchange two ids in the deliveries of a destination."""
    here = (_row.chat == current_id(destination.chat)) & (_row.thread == destination.thread)
    aside = AlertId(f"{one}~")
    for before, after in ((one, aside), (other, one), (aside, other)):
        await connection.execute(update(deliveries).where(here, _row.alert_id == before).values(alert_id=after))
