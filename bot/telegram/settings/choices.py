"""What a button or a typed text chooses for a chat: pure. Whatever comes from outside may be made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.alerts.outlet_preferences import MOST_OUTLETS, distinct_names, read_outlets
from bot.alerts.schedule import tomorrow_at
from bot.model import UNTIL_RESUMED, Change, Chat, Language, Preferences, Preview, QuietHours
from bot.telegram.buttons import mark
from bot.telegram.context import ChatContext
from bot.telegram.settings.settings_buttons import MORNING, SPOKEN, Page, quiet_value
from bot.text.language import language_code
from bot.usecases.preferences import resumed
from bot.wording.hours import LONGEST, MOST_TIMES, read_duration, read_span, read_times
from bot.wording.places import known_zones

MOST_LANGUAGES = 20
"""That a chat reads."""

Picked = Callable[[Chat], Chat]
"""What has been chosen: the chat with it."""

_MINUTE = timedelta(minutes=1)
_TIME = re.compile(r"[0-9]{4}")
_SPAN = re.compile(r"([0-9]{4})-([0-9]{4})")
_MARK = re.compile(r"[0-9a-f]{10}")
_MINUTES = re.compile(r"[0-9]{1,6}")
_LANGUAGES = {
    **{code: code for code, _ in SPOKEN},
    **dict.fromkeys(("indonesia", "indonesian", "bahasa indonesia"), "id"),
    **dict.fromkeys(("english", "inggris", "bahasa inggris"), "en"),
}
_OFF = frozenset(("off", "mati", "none", "no", "tidak", "jangan"))
_SIGNS = frozenset("+-")
_TOMORROW = frozenset(("tomorrow", "besok"))


@dataclass(frozen=True, slots=True)
class Known:
    """What a choice goes by."""

    zone: ZoneInfo
    """Of the chat."""
    now: datetime
    told: Sequence[str] = ()
    """The outlets that told the chat lately: a button names one of them by its mark."""


def picked(which: Page, value: str, known: Known) -> Picked | None:
    """What a button's value chooses; None where it is no value of this page."""
    pick = _PICKS.get(which)
    return None if pick is None else pick(value, known)


def typed(which: Page, text: str, known: Known) -> Picked | None:
    """What somebody chooses by writing it behind a command, or as an answer; None where it is nothing."""
    plain = text.strip().lower()
    if which is Page.LANGUAGE:
        value = _LANGUAGES.get(plain)
    elif plain in _OFF:
        value = "off"
    elif which is Page.OUTLETS:  # names are free: no button says them
        outlets = read_outlets(text)
        return (lambda chat: _with_outlets(chat, outlets)) if outlets else None
    else:
        read = _TYPED.get(which)
        value = None if read is None else read(plain)
    return None if value is None else picked(which, value, known)


def noted(which: Page, chat: Chat, turn: ChatContext) -> Change:
    """How it is written down. `chat`: as it is afterwards."""
    if which is not Page.PAUSE:
        return turn.change("settings-changed", what=which.value, to=_DESCRIBED[which](chat))
    until = chat.paused_until
    if until is None or until <= turn.now:
        return turn.change("resumed")
    return turn.change("paused", until="" if until == UNTIL_RESUMED else until.isoformat())


def _with(chat: Chat, chosen: Preferences) -> Chat:
    return replace(chat, preferences=chosen)


def _with_language(chat: Chat, language: Language) -> Chat:
    """Languages keep the order in which they were chosen."""
    reads = tuple(dict.fromkeys((*chat.preferences.reads, language)))
    return _with(chat, replace(chat.preferences, reads=reads[:MOST_LANGUAGES]))


def _without_language(chat: Chat, language: Language) -> Chat:
    reads = tuple(one for one in chat.preferences.reads if one != language)
    return _with(chat, replace(chat.preferences, reads=reads))


def _with_outlets(chat: Chat, outlets: tuple[str, ...]) -> Chat:
    return _with(chat, replace(chat.preferences, outlets=outlets[:MOST_OUTLETS]))


def _switched(chat: Chat, sign: str, times: tuple[time, ...]) -> tuple[time, ...]:
    before = {*chat.preferences.digest_times}
    return tuple(sorted(before | {*times} if sign == "+" else before - {*times}))[:MOST_TIMES]


def _time(value: str) -> time | None:
    hour, minute = int(value[:2]), int(value[2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _times(value: str) -> tuple[time, ...] | None:
    """`off`, `0700-1800`."""
    if value == "off":
        return ()
    parts = value.split("-")
    if not all(_TIME.fullmatch(part) for part in parts) or len(parts) > MOST_TIMES:
        return None
    times = [_time(part) for part in parts]
    return None if None in times else tuple(sorted({at for at in times if at is not None}))


def _span(value: str) -> QuietHours | None:
    match = _SPAN.fullmatch(value)
    if match is None:
        return None
    begins, ends = _time(match[1]), _time(match[2])
    return None if begins is None or ends is None or begins == ends else QuietHours(begins, ends)


def _until(value: str, known: Known) -> datetime | None:
    """`open`, `tomorrow`, or minutes."""
    if value == "open":
        return UNTIL_RESUMED
    if value == "tomorrow":
        return tomorrow_at(MORNING, known.zone, known.now)
    if not _MINUTES.fullmatch(value) or not 0 < int(value) <= LONGEST // _MINUTE:
        return None
    return known.now + int(value) * _MINUTE


def _language(value: str, _known: Known) -> Picked | None:
    return (lambda chat: replace(chat, language=Language(value))) if value in dict(SPOKEN) else None


def _zone(value: str, _known: Known) -> Picked | None:
    return (lambda chat: replace(chat, timezone=value)) if value in known_zones() else None


def _reads(value: str, _known: Known) -> Picked | None:
    """`+id`, `-id`."""
    sign, code = value[:1], value[1:]
    if sign not in _SIGNS or not code or language_code(code) != code:
        return None
    choose = _with_language if sign == "+" else _without_language
    return lambda chat: choose(chat, Language(code))


def _outlets(value: str, known: Known) -> Picked | None:
    """`off`, `+MARK` (one that told the chat lately is liked, after the others), `-MARK` (one is liked no more)."""
    sign, which = value[:1], value[1:]
    if value == "off":
        return lambda chat: _with_outlets(chat, ())
    if sign not in _SIGNS or not _MARK.fullmatch(which):
        return None
    if sign == "-":
        return lambda chat: _with_outlets(chat, tuple(name for name in chat.preferences.outlets if mark(name) != which))
    more = tuple(name for name in known.told if mark(name) == which)
    return (lambda chat: _with_outlets(chat, distinct_names((*chat.preferences.outlets, *more)))) if more else None


def _quiet(value: str, _known: Known) -> Picked | None:
    span = _span(value)
    if span is None and value != "off":
        return None
    return lambda chat: _with(chat, replace(chat.preferences, quiet=span))


def _digest(value: str, _known: Known) -> Picked | None:
    """`off`, `+0700` (one more), `-0700` (one less), `0700-1800` (these)."""
    sign = value[0] if value[:1] in _SIGNS else ""
    times = _times(value.removeprefix(sign))
    if times is None:
        return None
    return lambda chat: _with(
        chat, replace(chat.preferences, digest_times=_switched(chat, sign, times) if sign else times)
    )


def _weekly(value: str, _known: Known) -> Picked | None:
    if value not in {"on", "off"}:
        return None
    return lambda chat: _with(chat, replace(chat.preferences, weekly=value == "on"))


def _picture(value: str, _known: Known) -> Picked | None:
    if value not in set(Preview):
        return None
    return lambda chat: _with(chat, replace(chat.preferences, preview=Preview(value)))


def _pause(value: str, known: Known) -> Picked | None:
    if value == "off":
        return lambda chat: resumed(chat, known.now)
    until = _until(value, known)
    return None if until is None else lambda chat: replace(chat, paused_until=until)


_PICKS: Final[Mapping[Page, Callable[[str, Known], Picked | None]]] = {
    Page.LANGUAGE: _language,
    Page.ZONE: _zone,
    Page.READS: _reads,
    Page.OUTLETS: _outlets,
    Page.QUIET: _quiet,
    Page.DIGEST: _digest,
    Page.WEEKLY: _weekly,
    Page.PICTURE: _picture,
    Page.PAUSE: _pause,
}


def _typed_quiet(text: str) -> str | None:
    span = read_span(text)
    return None if span is None else quiet_value(span)


def _typed_times(text: str) -> str | None:
    times = read_times(text)
    return None if times is None else "-".join(f"{at:%H%M}" for at in times)


def _typed_pause(text: str) -> str | None:
    if text in _TOMORROW:
        return "tomorrow"
    duration = read_duration(text)
    return None if duration is None else str(duration // _MINUTE)


_TYPED: Final[Mapping[Page, Callable[[str], str | None]]] = {
    Page.QUIET: _typed_quiet,
    Page.DIGEST: _typed_times,
    Page.PAUSE: _typed_pause,
}


def _described_quiet(chat: Chat) -> str:
    quiet = chat.preferences.quiet
    return "off" if quiet is None else f"{quiet.begins:%H:%M}–{quiet.ends:%H:%M}"


_DESCRIBED: Final[Mapping[Page, Callable[[Chat], str]]] = {
    Page.LANGUAGE: lambda chat: chat.language or "",
    Page.ZONE: lambda chat: chat.timezone or "",
    Page.READS: lambda chat: ", ".join(chat.preferences.reads),
    Page.OUTLETS: lambda chat: ", ".join(chat.preferences.outlets) or "off",
    Page.QUIET: _described_quiet,
    Page.DIGEST: lambda chat: ", ".join(f"{at:%H:%M}" for at in chat.preferences.digest_times) or "off",
    Page.WEEKLY: lambda chat: "on" if chat.preferences.weekly else "off",
    Page.PICTURE: lambda chat: chat.preferences.preview,
}
