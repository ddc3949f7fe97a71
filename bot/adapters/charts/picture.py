"""Everything that stands in the picture, in the reader's words: figures and labels, as they travel to the drawer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.adapters.charts.rising import RisePicture
from bot.model import Stats
from bot.text.locales import months, spoken
from bot.wording.amounts import number_text
from bot.wording.chart_labels import hit_labels, source_labels, topic_labels
from bot.wording.wording import Wording

_EVERY = 7
"""Days between two dates under the bars, counted back from today."""


@dataclass(frozen=True, slots=True)
class Bars:
    """One colour of the stacked bars."""

    label: str
    count: str
    per_day: tuple[int, ...]
    is_rest: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A bar that lies, with its name above it. `length`: 0..1 of the panel."""

    label: str
    value: str
    length: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The words and figures."""

    title: str
    subtitle: str
    bars: tuple[Bars, ...]
    ticks: tuple[tuple[int, str], ...]
    """Position of a day, and its date."""
    sources_title: str
    sources: tuple[Strip, ...]
    rates_title: str
    rates: tuple[Strip, ...]
    no_rates: str
    """Said in their place."""


def picture_of(stats: Stats, wording: Wording) -> Picture:
    """The picture's words and figures."""
    most = max((source.alerts for source in stats.sources), default=1)
    spans = wording.say("{first} – {last}", first=_day(stats.days[0], wording), last=_day(stats.days[-1], wording))
    alerts = wording.say_many("{count} alert", "{count} alerts", stats.alerts, count=number_text(stats.alerts, wording))
    return Picture(
        title=wording.say("Alerts a day, by watch"),
        subtitle=f"{alerts} · {spans}",
        bars=tuple(
            Bars(label, number_text(topic.total, wording), topic.per_day, not topic.name)
            for topic, label in zip(stats.topics, topic_labels(stats, wording), strict=True)
        ),
        ticks=tuple((index, _day(stats.days[index], wording)) for index in range(len(stats.days) - 1, -1, -_EVERY)),
        sources_title=wording.say("Most came from"),
        sources=tuple(
            Strip(label, number_text(source.alerts, wording), source.alerts / most)
            for source, label in zip(stats.sources, source_labels(stats, wording), strict=True)
        ),
        rates_title=wording.say("How often they fit"),
        rates=tuple(
            Strip(label, f"{hit.good}/{hit.votes}", hit.share)
            for hit, label in zip(stats.hits, hit_labels(stats, wording), strict=True)
        ),
        no_rates=wording.say("Nobody has voted yet."),
    )


def to_json(picture: Picture | RisePicture) -> bytes:
    """For the process that draws."""
    return json.dumps({"of": type(picture).__name__, **asdict(picture)}).encode("ascii")


def from_json(told: bytes) -> Picture | RisePicture:
    """As it was."""
    fields: dict[str, Any] = json.loads(told)
    if fields.pop("of") == RisePicture.__name__:
        fields["bars"] = tuple(fields["bars"])
        fields["ticks"] = tuple((index, label) for index, label in fields["ticks"])
        return RisePicture(**fields)
    fields["bars"] = tuple(Bars(**{**one, "per_day": tuple(one["per_day"])}) for one in fields["bars"])
    fields["ticks"] = tuple((index, label) for index, label in fields["ticks"])
    for name in ("sources", "rates"):
        fields[name] = tuple(Strip(**one) for one in fields[name])
    return Picture(**fields)


def _day(day: date, wording: Wording) -> str:
    month = months(spoken(wording.language))[day.month - 1]
    return wording.say("{day} {month}", day=day.day, month=month)
