"""The content of the /stats chart in the reader's language: numbers and labels, and JSON for the drawing process."""

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
"""Every how many days there is a date under the bars, counted back from today."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The segments of one colour in the stacked bars."""

    label: str
    count: str
    per_day: tuple[int, ...]
    is_rest: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A horizontal bar with its name above it. `length` is a share of the panel, from 0 to 1."""

    label: str
    value: str
    length: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The numbers and labels of the chart."""

    title: str
    subtitle: str
    bars: tuple[Bars, ...]
    ticks: tuple[tuple[int, str], ...]
    """Index of a day, and its date."""
    sources_title: str
    sources: tuple[Strip, ...]
    rates_title: str
    rates: tuple[Strip, ...]
    no_rates: str
    """The text in place of `rates` if there are none."""


def picture_of(stats: Stats, wording: Wording) -> Picture:
    """The content of the chart for these statistics."""
    highest = max((source.alerts for source in stats.sources), default=1)
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
            Strip(label, number_text(source.alerts, wording), source.alerts / highest)
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
    """The content as JSON, for the process that draws it."""
    return json.dumps({"of": type(picture).__name__, **asdict(picture)}).encode("ascii")


def from_json(encoded: bytes) -> Picture | RisePicture:
    """The content that `to_json` has encoded."""
    fields: dict[str, Any] = json.loads(encoded)
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
