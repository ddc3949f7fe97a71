"""Values to JSON and back: what deliveries, matches, topics, chats and key values keep in one column.

Fields are stored under their names, and unknown fields are ignored while missing ones take their default: a database
can be read by the version before and the version after. ASCII only, so that any text comes back exactly, also one
that is not valid Unicode.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, Final, TypeVar, get_type_hints

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from bot.alerts.trend_alerts import TopicTrend
from bot.errors import StoreError
from bot.feeds.feed_health import Health
from bot.feeds.incidents import Incident
from bot.model import (
    Alert,
    AlertId,
    Content,
    Destination,
    Digest,
    Evidence,
    Notice,
    Preferences,
    QuietHours,
    Review,
    Rise,
    Sensitivity,
    SensitivityName,
    Sentence,
    Topic,
)

T = TypeVar("T")

_Fields = Mapping[str, Any]

_TAGS: Final = {Alert: "alert", Digest: "digest", Notice: "notice", Review: "review", Rise: "rise"}
"""The tag in JSON for each kind of content."""

_LISTS: Final = (Destination, QuietHours, Incident)
"""Small values that are stored as a list of their fields, without names."""

PUBLIC_IN_JSON: Final = '"public":true'
"""Stands in the preferences of a chat of the public alone: within a text of theirs, quotation marks are escaped."""

_BEHIND_WRITTEN: Final = ("reasons", "earlier", "image", "feed_id", "also", "facts", "heard_at", "update", "late")
"""The fields of an alert that stand behind its written summary in JSON."""


def encode(value: object) -> str:
    """A value as compact JSON."""
    return json.dumps(converter.unstructure(value), separators=(",", ":"))


def decode(text: str, kind: type[T]) -> T:
    """The value of this type that `encode` wrote."""
    return converter.structure(json.loads(text), kind)


def encode_content(content: Content) -> str:
    """The content of a delivery as JSON, with a tag that says which kind of content it is."""
    return json.dumps({"type": _TAGS[type(content)], **converter.unstructure(content)}, separators=(",", ":"))


def decode_content(text: str) -> Content:
    """The content of a delivery. StoreError where its kind is unknown or a field is missing: a newer Kabar wrote it."""
    fields: _Fields = json.loads(text)
    try:
        for kind, tag in _TAGS.items():
            if fields["type"] == tag:
                return converter.structure(fields, kind)
    except KeyError as error:
        raise StoreError(f"A stored delivery lacks {error}; a newer Kabar wrote it.") from error
    raise StoreError(f"A delivery of the unknown type {fields['type']!r} is stored; a newer Kabar wrote it.")


def decode_topic(text: str, owner: str) -> Topic:
    """The topic that `encode` wrote. Its owner is not part of the JSON, but a column of its own."""
    return replace(decode(text, Topic), owner=owner)


def encode_preferences(preferences: Preferences) -> str | None:
    """A chat's preferences as JSON; None for a chat that has chosen nothing."""
    return None if preferences == Preferences() else encode(preferences)


def decode_preferences(text: str | None) -> Preferences:
    """The preferences that `encode_preferences` wrote."""
    return Preferences() if text is None else decode(text, Preferences)


def _configured() -> Converter:
    made = Converter(detailed_validation=False, unstruct_collection_overrides={Set: sorted})
    made.register_unstructure_hook(datetime, lambda moment: moment.astimezone(UTC).isoformat())
    made.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text).astimezone(UTC))
    made.register_unstructure_hook(time, time.isoformat)
    made.register_structure_hook(time, lambda text, _: time.fromisoformat(text))
    made.register_unstructure_hook(timedelta, timedelta.total_seconds)
    made.register_structure_hook(timedelta, lambda seconds, _: timedelta(seconds=seconds))
    made.register_unstructure_hook(Health, lambda health: health.name)
    made.register_structure_hook(Health, lambda name, _: Health[name])
    made.register_structure_hook(Sensitivity, _sensitivity)
    for kind in _LISTS:
        _store_as_list(made, kind)
    made.register_unstructure_hook(  # before `Alert`, which has it
        Evidence,
        make_dict_unstructure_fn(
            Evidence, made, alone=override(omit_if_default=True), neighbours=override(omit_if_default=True)
        ),
    )
    made.register_unstructure_hook(
        TopicTrend, make_dict_unstructure_fn(TopicTrend, made, rising=override(omit_if_default=True))
    )
    made.register_unstructure_hook(
        Preferences, make_dict_unstructure_fn(Preferences, made, public=override(omit_if_default=True))
    )
    made.register_unstructure_hook(
        Digest, make_dict_unstructure_fn(Digest, made, limits=override(omit_if_default=True))
    )
    made.register_unstructure_hook(Alert, _alert_fields(made))
    made.register_unstructure_hook(Review, partial(_review_fields, made))
    made.register_structure_hook(Review, partial(_review, made))
    made.register_unstructure_hook(Topic, make_dict_unstructure_fn(Topic, made, owner=override(omit=True)))
    made.register_structure_hook(Sentence, _sentence(made))
    return made


def _store_as_list(made: Converter, kind: type[Any]) -> None:
    types = get_type_hints(kind)

    def value_of(stored: Sequence[Any], _: object) -> Any:
        return kind(*(made.structure(part, type_) for part, type_ in zip(stored, types.values(), strict=True)))

    made.register_unstructure_hook(kind, lambda value: [made.unstructure(getattr(value, name)) for name in types])
    made.register_structure_hook(kind, value_of)


def _sensitivity(stored: str | float, _: object) -> Sensitivity:
    return SensitivityName(stored) if isinstance(stored, str) else float(stored)


def _sentence(made: Converter) -> Callable[[str | _Fields, type[Sentence]], Sentence]:
    with_source = make_dict_structure_fn(Sentence, made)
    # Earlier versions stored the text alone.
    return lambda stored, kind: Sentence(stored) if isinstance(stored, str) else with_source(stored, kind)


def _alert_fields(made: Converter) -> Callable[[Alert], dict[str, Any]]:
    by_name = make_dict_unstructure_fn(Alert, made)

    def in_order(alert: Alert) -> dict[str, Any]:
        fields = by_name(alert)
        for name in _BEHIND_WRITTEN:
            fields[name] = fields.pop(name)
        return fields

    return in_order


def _review_fields(made: Converter, review: Review) -> dict[str, Any]:
    to = review.destination
    return {"id": review.id, "alert": made.unstructure(review.alert), "chat": to.chat, "thread": to.thread}


def _review(made: Converter, fields: _Fields, _: object) -> Review:
    to = Destination(fields["chat"], fields["thread"])
    return Review(AlertId(fields["id"]), made.structure(fields["alert"], Alert), to)


converter: Final = _configured()
"""For values whose JSON has a form of its own: `json.dumps(converter.unstructure(value))`."""
