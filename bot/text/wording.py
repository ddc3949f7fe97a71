"""What Kabar says, in the reader's language: gettext catalogues beside this module, read when first needed.

Message ids are the English texts, with values as `{named}` places. A language without a catalogue is
addressed in English. Nothing is escaped here: each messenger does that for the marks it uses.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.model import Language

FALLBACK = Language("en")


@cache
def _catalogue(language: Language) -> GNUTranslations:
    """The catalogue `locale/LANGUAGE.po`, plural rule included; that of English where there is none."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- Babel is needed once, when something is said
    from babel.messages.pofile import read_po  # noqa: PLC0415

    shipped = {entry.name: entry for entry in (files("bot.text") / "locale").iterdir()}
    entry = shipped.get(f"{language}.po", shipped[f"{FALLBACK}.po"])
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(entry.read_bytes()), locale=entry.name.removesuffix(".po")))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _months(language: Language) -> tuple[str, ...]:
    from babel.dates import get_month_names  # noqa: PLC0415

    locale = str(_catalogue(language).info().get("language", FALLBACK))
    names = get_month_names("abbreviated", locale=locale)
    return tuple(names[month] for month in range(1, 13))


class Wording:
    """The words for readers of one language. Cheap to make: catalogues are shared."""

    __slots__ = ("language",)

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, msgid: str, /, **values: object) -> str:
        """The message with its places filled in. An id that no catalogue has is said as it is, in English."""
        return _catalogue(self.language).gettext(msgid).format(**values)

    def say_many(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The form of the message for `n` things, by the language's own plural rule; `{n}` is filled in too."""
        return _catalogue(self.language).ngettext(singular, plural, n).format(**{"n": n, **values})

    def time(self, moment: datetime, timezone: ZoneInfo, *, now: datetime) -> str:
        """A moment as the people of a time zone say it, to the minute: `today 14:05 WIB`, `28 Okt 2024 14.05 WIB`."""
        local = moment.astimezone(timezone)
        clock = self.say(
            "{hour}:{minute} {zone}", hour=f"{local:%H}", minute=f"{local:%M}", zone=_zone_name(local, timezone)
        )
        today = now.astimezone(timezone).date()
        if local.date() == today:
            return self.say("today {clock}", clock=clock)
        if local.date() == today - timedelta(days=1):
            return self.say("yesterday {clock}", clock=clock)
        month = _months(self.language)[local.month - 1]
        return self.say("{day} {month} {year}, {clock}", day=local.day, month=month, year=local.year, clock=clock)


def _zone_name(local: datetime, timezone: ZoneInfo) -> str:
    """`WIB`, `CET`; where the tz database has numbers only, `UTC-3`."""
    name = local.tzname() or timezone.key
    if name[:1] not in "+-":
        return name
    sign, hours, minutes = name[0], name[1:3], name[3:5]
    return f"UTC{sign}{int(hours)}" + (f":{minutes}" if minutes not in ("", "00") else "")
