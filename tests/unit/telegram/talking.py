"""People who talk to the bot: they write, press buttons, and see what has come of it."""

from __future__ import annotations

from typing import Any

from bot.model import Change, Chat
from tests.fakes.bot_api import FakeMessage
from tests.fakes.bot_api_people import ChatType
from tests.unit.telegram.conftest import Bench


async def say(
    bench: Bench,
    user: int,
    text: str,
    chat: int | None = None,
    *,
    language: str = "id",
    first_name: str = "Sari",
    **more: Any,
) -> FakeMessage:
    """Write there (None: to the bot alone); the chat's newest message when that has been handled."""
    where = user if chat is None else chat
    kind: ChatType = "supergroup" if where < 0 else "private"
    bench.api.user_sends(user, text, chat, language_code=language, first_name=first_name, chat_type=kind, **more)
    await bench.handled()
    return bench.api.messages(where)[-1]


async def press(
    bench: Bench,
    user: int,
    message: FakeMessage,
    *buttons: str,
    forged: bool = False,
    language: str = "id",
    first_name: str = "Sari",
) -> str:
    """Press these one after another; what was said over the chat about the last."""
    for button in buttons:
        bench.api.user_presses(user, message, button, forged=forged, language_code=language, first_name=first_name)
        await bench.handled()
        assert bench.api.unanswered_presses() == 0
    return bench.api.toasts()[-1].text


async def changes(bench: Bench, chat: int | None = None) -> list[Change]:
    """What was written down, newest first."""
    async with bench.store.read() as unit:
        return list(await unit.changes.latest(50, chat=None if chat is None else str(chat)))


async def noted(bench: Bench) -> list[tuple[str, dict[str, str]]]:
    """Codes and values of that, oldest first."""
    return [(change.code, dict(change.values)) for change in reversed(await changes(bench))]


async def remembered(bench: Bench, chat: int) -> Chat:
    """The chat as the store has it."""
    known = await bench.chat(str(chat))
    assert known is not None
    return known
