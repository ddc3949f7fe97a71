"""Keyboards as Telegram takes them.

How many buttons, people have found by trial (github.com/tginfo/Telegram-Limits, issue 228).
"""

from __future__ import annotations

from typing import Any

from tests.fakes.bot_api_text import RefusedError, utf16_length

BUTTONS, A_ROW = 100, 8
BUTTON_DATA = 64
"""Bytes."""
PLACEHOLDER = 64


def checked_markup(markup: dict[str, Any] | None, chat_type: str, *, editing: bool = False) -> dict[str, Any] | None:
    """A keyboard, or what Telegram says to one that cannot be. One without buttons is none."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return _checked_inline(markup)
    if editing:
        raise RefusedError(400, "Bad Request: inline keyboard expected")
    if chat_type == "channel":
        raise RefusedError(400, "Bad Request: reply keyboard is not supported in channels")
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= utf16_length(placeholder) <= PLACEHOLDER:
        raise RefusedError(400, "Bad Request: input field placeholder must have 1-64 characters")
    return markup


def _checked_inline(markup: dict[str, Any]) -> dict[str, Any] | None:
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTONS or any(len(row) > A_ROW for row in rows):
        raise RefusedError(400, "Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        data, url = button.get("callback_data"), button.get("url")
        if not str(button.get("text", "")).strip():
            raise RefusedError(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed")
        if (data is None) == (url is None):
            raise RefusedError(400, "Bad Request: can't parse inline keyboard button: one action is needed")
        if data is not None and not 1 <= len(data.encode()) <= BUTTON_DATA:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
        if url is not None and not url.startswith(("http://", "https://", "tg://")):
            raise RefusedError(
                400, f"Bad Request: inline keyboard button URL '{url}' is invalid: Unsupported URL protocol"
            )
    return {**markup, "inline_keyboard": rows} if rows else None


def button_data(buttons: dict[str, str], words: str) -> str:
    """The data behind the button with these words; a button that nobody sees cannot be pressed."""
    if words in buttons:
        return buttons[words]
    (found,) = [data for text, data in buttons.items() if words in text]
    return found
