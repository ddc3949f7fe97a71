"""What a press has changed already: an update that is handled again after a crash must not do it twice."""

from __future__ import annotations

from bot.adapters.telegram.turns import Press, Turn
from bot.model import Change
from bot.ports import UnitOfWork

_LOOKED_AT = 50
"""Changes of the chat among which one of the same press would be."""


async def changes_by(unit: UnitOfWork, turn: Turn, press: Press) -> tuple[Change, ...]:
    """What was written down with this very press (`press=press.query_id`)."""
    latest = await unit.changes.latest(_LOOKED_AT, chat=turn.chat.chat)
    return tuple(change for change in latest if change.values.get("press") == press.query_id)
