"""The texts of Kabar in the reader's language, from GNU gettext catalogues that are loaded when they are first needed.

A message id is the English text with `{named}` placeholders. Readers of a language without a catalogue are addressed in
English. Nothing is escaped here: each messenger escapes for its own markup.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from bot.errors import Remark
from bot.model import Language
from bot.text.locales import catalogue, months, spoken


class Wording:
    """The texts for readers of one language. An instance is cheap: catalogues are shared."""

    __slots__ = ("language",)

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, msgid: str, /, **values: object) -> str:
        """The message with its placeholders filled in. An id without translation is used as it is, in English."""
        return catalogue(spoken(self.language)).gettext(msgid).format(**values)

    def repeat(self, remark: Remark) -> str:
        """A remark in the reader's language; empty where its template is."""
        return self.say(remark.template, **remark.values) if remark.template else ""

    def say_many(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """The plural form of the message for `n`, by the plural rule of the language; `{n}` is filled in, too.

        The rule is that of the catalogue's `Plural-Forms` header
        (https://www.gnu.org/software/gettext/manual/html_node/Plural-forms.html).
        """
        return catalogue(spoken(self.language)).ngettext(singular, plural, n).format(**{"n": n, **values})

    def clock(self, at: time_of_day) -> str:
        """A time of day: `14:05` or `14.05`."""
        return self.say("{hour}:{minute}", hour=f"{at:%H}", minute=f"{at:%M}")

    def time(self, moment: datetime, timezone: ZoneInfo, *, now: datetime) -> str:
        """A time as people in a time zone write it, to the minute: `today 14:05 WIB`, `28 Okt 2024 14.05 WIB`."""
        local = moment.astimezone(timezone)
        clock = self.say(
            "{hour}:{minute} {zone}", hour=f"{local:%H}", minute=f"{local:%M}", zone=_zone_name(local, timezone)
        )
        today = now.astimezone(timezone).date()
        if local.date() == today:
            return self.say("today {clock}", clock=clock)
        if local.date() == today - timedelta(days=1):
            return self.say("yesterday {clock}", clock=clock)
        if local.date() == today + timedelta(days=1):
            return self.say("tomorrow {clock}", clock=clock)
        month = months(spoken(self.language))[local.month - 1]
        return self.say("{day} {month} {year}, {clock}", day=local.day, month=month, year=local.year, clock=clock)


def _zone_name(local: datetime, timezone: ZoneInfo) -> str:
    """The zone as people write it: `WIB`, `CET`; `UTC-3` where the tz database has only numbers.

    See https://data.iana.org/time-zones/theory.html#abbreviations.
    """
    name = local.tzname() or timezone.key
    if name[:1] not in "+-":
        return name
    sign, hours, minutes = name[0], name[1:3], name[3:5]
    return f"UTC{sign}{int(hours)}" + (f":{minutes}" if minutes not in ("", "00") else "")
