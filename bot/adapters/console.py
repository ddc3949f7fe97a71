"""Prints deliveries to the terminal, for users who have not set up a Telegram bot yet.

The output has colours in a terminal and is plain text otherwise. Text from outside is cleaned first, so that no control
character from an article reaches the terminal: escape sequences could move the cursor or change the window title
(ECMA-48).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.alerts.outlet_preferences import by_outlet
from bot.model import (
    Alert,
    Chat,
    Content,
    Delivery,
    Digest,
    DigestItem,
    Notice,
    RetryLater,
    Review,
    Rise,
    SendOutcome,
    Sent,
)
from bot.ports import Clock
from bot.text.clean import clean_text, clean_title
from bot.wording.alerts import byline, foreign_language, notice_text
from bot.wording.digests import digest_facts, digest_heading
from bot.wording.reasons import match_reason, reason_lead
from bot.wording.stories import NAMED, outlet_text, update_text, written_text
from bot.wording.trends import rise_text, sparkline
from bot.wording.wording import Wording

WIDEST = 100
"""Maximum number of columns; longer lines are hard to read."""

_NARROWEST = 40
_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"


class ConsoleMessenger:
    """Implements `bot.ports.Messenger` for the destination `console`.

    `width` is the number of columns; None means the width of the terminal. `colour` None means: colours if `stream` is
    a terminal and the environment variable NO_COLOR is not set (https://no-color.org).
    """

    def __init__(
        self,
        stream: TextIO,
        wording: Wording,
        timezone: ZoneInfo,
        clock: Clock,
        *,
        width: int | None = None,
        colour: bool | None = None,
    ) -> None:
        self._stream = stream
        self._wording = wording
        self._timezone = timezone
        self._clock = clock
        self._width = width
        self._colour = stream.isatty() and not os.environ.get("NO_COLOR") if colour is None else colour

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:  # noqa: ARG002 -- there is one console
        """Print the delivery; RetryLater if the stream cannot be written.

        Raises BrokenPipeError if the reader of the pipe has exited, as in `kabar poll | head`.
        """
        text = self.text(delivery.content)
        try:
            await asyncio.to_thread(self._write, text)
        except BrokenPipeError:
            raise
        except (OSError, ValueError) as error:  # ValueError is what Python's io raises for a closed stream
            return RetryLater(f"standard output cannot be written: {clean_text(str(error))}")
        return Sent(None)

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(text.encode(encoding, "replace").decode(encoding) + "\n\n")
        self._stream.flush()

    def text(self, content: Content) -> str:
        """The content as it is printed, without the empty line that follows it."""
        width = self._width or shutil.get_terminal_size((WIDEST, 24)).columns
        page = _Page(max(_NARROWEST, min(width, WIDEST)), colour=self._colour)
        match content:
            case Alert():
                _put_alert(page, content, self._wording, self._timezone, self._clock.now())
            case Digest():
                page.put(digest_heading(content, self._wording), _BOLD)
                topic = ""
                for item in content.items:
                    if item.topic != topic:
                        topic = item.topic
                        page.skip()
                        page.put(topic, _BOLD)
                    _put_item(page, item, self._wording, self._timezone, self._clock.now())
            case Review(alert=alert):  # reviews are for channels; if one is addressed to the console, print its alert
                _put_alert(page, alert, self._wording, self._timezone, self._clock.now())
            case Rise():
                page.put(rise_text(content, self._wording), _BOLD)
                page.put_whole(sparkline(content), indent="  ")
            case Notice():
                for paragraph in notice_text(content, self._wording).split("\n"):
                    page.put(paragraph)
        return str(page)


def render_alert(alert: Alert, wording: Wording, timezone: ZoneInfo, now: datetime, *, width: int = WIDEST) -> str:
    """The alert as plain text, in lines of at most `width` columns."""
    page = _Page(width, colour=False)
    _put_alert(page, alert, wording, timezone, now)
    return str(page)


class _Page:
    """The lines of one message, wrapped to a width, with bold and dim text if colours are on."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self._width = width
        self._colour = colour
        self._lines: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self._lines)

    def put(self, text: str, mark: str = "", *, indent: str = "", bullet: str = "") -> None:
        """Add a paragraph, wrapped. `bullet` replaces the indent of the first line."""
        first = bullet or indent
        for line in _wrapped(clean_text(text).replace("\n", " "), self._width - len(indent)):
            self._lines.append(first + (f"{mark}{line}{_OFF}" if mark and self._colour else line))
            first = indent

    def put_whole(self, text: str, mark: str = "", *, indent: str = "") -> None:
        """Add a line that must not be wrapped, such as a URL that the user copies or clicks."""
        line = clean_text(text).replace("\n", " ")
        if line:
            self._lines.append(indent + (f"{mark}{line}{_OFF}" if mark and self._colour else line))

    def skip(self) -> None:
        self._lines.append("")


def _put_alert(page: _Page, alert: Alert, wording: Wording, timezone: ZoneInfo, now: datetime) -> None:
    if alert.update is not None:
        page.put(update_text(alert.update, wording), _DIM, indent="  ")
    page.put(alert.title, _BOLD, indent="  ", bullet="● ")
    facts = (
        byline(alert.source, alert.published_at, wording, timezone, now),
        foreign_language(alert.language, wording.language, wording),
    )
    page.put(" · ".join(fact for fact in facts if fact), _DIM, indent="  ")
    if alert.earlier:
        page.put(wording.say("Earlier news, from before this watch began"), _DIM, indent="  ")
    if alert.written:
        page.skip()
        page.put(alert.written, indent="  ")
        page.put(written_text(alert.written_from, wording), _DIM, indent="  ")
    elif alert.summary:
        page.skip()
        page.put(" ".join(one.text for one in alert.summary if not one.source), indent="  ")
        for one in alert.summary:
            if one.source:
                page.put(f"{clean_title(one.source)}: {one.text}", indent="  ")
    if alert.also:
        outlets = by_outlet(alert.also)
        names = ", ".join(outlet_text(one.newest.source, one.articles, WIDEST) for one in outlets[:NAMED])
        more = f" (+{len(outlets) - NAMED})" if len(outlets) > NAMED else ""
        page.skip()
        page.put(f"{wording.say('Also reported by:')} {names}{more}", indent="  ")
    page.skip()
    for number, reason in enumerate(alert.reasons):
        lead = reason_lead(wording, first=number == 0)
        why = match_reason(reason, wording)
        page.put(f"{lead} {reason.topic_name}" + (f" — {why}" if why else ""), indent="  ")
    if alert.link is not None:
        page.put_whole(alert.link, _DIM, indent="  ")


def _put_item(page: _Page, item: DigestItem, wording: Wording, timezone: ZoneInfo, now: datetime) -> None:
    page.put(item.title, indent="  ", bullet="• ")
    page.put(" · ".join(digest_facts(item, wording, timezone, now)), _DIM, indent="  ")
    if item.link is not None:
        page.put_whole(item.link, _DIM, indent="  ")


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns, broken between words; a word longer than a line is broken inside."""
    line, used = "", 0
    for word in text.split():
        columns = _columns(word)
        if line and used + 1 + columns <= width:
            line, used = f"{line} {word}", used + 1 + columns
            continue
        if line:
            yield line
        *whole, line = _pieces(word, width)
        yield from whole
        used = _columns(line)
    if line:
        yield line


def _pieces(word: str, width: int) -> list[str]:
    """A word cut into pieces that fit a line; needed because Chinese and Japanese put no blanks between words."""
    pieces, used = [""], 0
    for character in word:
        columns = _columns(character)
        if used + columns > width:
            pieces.append("")
            used = 0
        pieces[-1] += character
        used += columns
    return pieces


def _columns(text: str) -> int:
    """The number of terminal columns: two per wide East Asian character, none per combining one (Unicode UAX #11)."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
