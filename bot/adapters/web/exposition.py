"""Metrics in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure.

The metrics are counts only: no label contains a title, a chat or a URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.model import DeliveryState
from bot.usecases.monitoring.counters import POLL_OUTCOMES, SEND_OUTCOMES
from bot.usecases.monitoring.health import Vitals

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric, with its labels."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Family:
    """A metric with its type, its help text and its samples. It has no samples if the value is unknown."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    samples: Sequence[Sample]


def exposition(vitals: Vitals) -> str:
    """All metrics of Kabar in the text format."""
    return text_of(list(_families(vitals)))


def text_of(families: Sequence[Family]) -> str:
    """The families in the text format. A family without samples is left out."""
    return "".join(f"{line}\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.help)}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_quoted(value)}"' for name, value in sample.labels.items())
        yield f"{family.name}{f'{{{labels}}}' if labels else ''} {_figure(sample.value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    """A label value. The format allows any UTF-8 text, so a lone surrogate, which UTF-8 cannot encode, is replaced."""
    return _escaped(text).replace('"', '\\"').encode("utf-8", "replace").decode()


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _families(vitals: Vitals) -> Iterator[Family]:
    machine, counts = vitals.machine, vitals.counts
    yield Family(
        "kabar_build_info",
        "gauge",
        "Always 1; the version of Kabar and the model of its embeddings.",
        [Sample(1, {"version": machine.version, "model": machine.model})],
    )
    started = machine.started_at.timestamp()
    yield _one("process_start_time_seconds", "gauge", "When it was started, since 1970.", started)
    yield _one("process_resident_memory_bytes", "gauge", "Memory of the main process.", vitals.memory)
    yield _one("kabar_database_bytes", "gauge", "Size of the database file.", machine.database)
    yield Family(
        "kabar_feeds",
        "gauge",
        "Feeds that are polled, by state.",
        [Sample(count, {"state": health.name.lower()}) for health, count in vitals.feeds.items()],
    )
    yield Family(
        "kabar_polls_total",
        "counter",
        "Polls, by outcome.",
        [Sample(counts.polls[outcome], {"outcome": outcome}) for outcome in POLL_OUTCOMES],
    )
    yield _one("kabar_pushes_total", "counter", "Posts of hubs that were taken.", counts.pushes)
    yield _one(
        "kabar_last_read_age_seconds",
        "gauge",
        "Since a feed was last read with success.",
        None if vitals.last_read is None else vitals.last_read.total_seconds(),
    )
    yield _one("kabar_archive_articles", "gauge", "Articles in the archive.", vitals.articles)
    yield _one("kabar_new_articles_total", "counter", "New articles.", counts.articles)
    yield _one("kabar_matches_total", "counter", "New articles that were on a topic.", counts.matches)
    yield _one("kabar_alerts_sent_total", "counter", "Alerts sent.", counts.alerts)
    yield Family(
        "kabar_sends_total",
        "counter",
        "Attempts to send a message, by outcome.",
        [Sample(counts.sends[outcome], {"outcome": outcome}) for outcome in SEND_OUTCOMES],
    )
    yield Family(
        "kabar_deliveries",
        "gauge",
        "Deliveries kept in the database, by state.",
        [Sample(count, {"state": state.value}) for state, count in vitals.deliveries.items()],
    )
    yield _one(
        "kabar_dead_letters", "gauge", "Messages that were refused for good.", vitals.deliveries[DeliveryState.DEAD]
    )
    yield _one(
        "kabar_outbox_oldest_age_seconds",
        "gauge",
        "Age of the oldest message that is owed to a chat that is not paused; 0: none is.",
        0 if vitals.oldest_pending is None else vitals.oldest_pending.total_seconds(),
    )
    yield _one("kabar_update_queue", "gauge", "Messages of people that have not been handled yet.", vitals.updates)


def _one(name: str, kind: Literal["counter", "gauge"], help_text: str, value: float | None) -> Family:
    return Family(name, kind, help_text, () if value is None else [Sample(value, {})])
