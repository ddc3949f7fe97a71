"""Topics and preferences to JSON and back, by the rules of `content`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.model import (
    Delivering,
    Destination,
    Example,
    Language,
    Preferences,
    Preview,
    QuietHours,
    Sensitivity,
    SensitivityName,
    Topic,
    TopicId,
)
from bot.store.content_codec import dump, optional_time, time_text

_Fields = Mapping[str, Any]


def encode_topic(topic: Topic) -> str:
    """All of a topic but its owner, which is a column of its own."""
    return dump(
        {
            "id": topic.id,
            "name": topic.name,
            "examples": [_example_fields(example) for example in topic.examples],
            "counterexamples": [_example_fields(example) for example in topic.counterexamples],
            "query": topic.query,
            "require": topic.require,
            "exclude": topic.exclude,
            "sensitivity": topic.sensitivity,
            "languages": list(topic.languages),
            "feeds": list(topic.feeds),
            "destinations": [[to.chat, to.thread] for to in topic.destinations],
            "delivering": topic.delivering,
            "digest_times": [at.isoformat() for at in topic.digest_times],
            "paused": topic.paused,
            "review": topic.review,
        }
    )


def decode_topic(text: str, owner: str) -> Topic:
    """The topic that `encode_topic` wrote."""
    fields: _Fields = json.loads(text)
    return Topic(
        id=TopicId(fields["id"]),
        name=fields["name"],
        examples=tuple(_example(example) for example in fields.get("examples", ())),
        counterexamples=tuple(_example(example) for example in fields.get("counterexamples", ())),
        query=fields.get("query", ""),
        require=fields.get("require", ""),
        exclude=fields.get("exclude", ""),
        sensitivity=_sensitivity(fields.get("sensitivity", SensitivityName.BALANCED)),
        languages=tuple(Language(code) for code in fields.get("languages", ())),
        feeds=tuple(fields.get("feeds", ())),
        destinations=tuple(Destination(chat, thread) for chat, thread in fields.get("destinations", ())),
        delivering=Delivering(fields.get("delivering", Delivering.INSTANT)),
        digest_times=tuple(time.fromisoformat(at) for at in fields.get("digest_times", ())),
        owner=owner,
        paused=fields.get("paused", False),
        review=fields.get("review", False),
    )


def encode_preferences(preferences: Preferences) -> str | None:
    """None for those of somebody who has chosen nothing."""
    if preferences == Preferences():
        return None
    quiet = preferences.quiet
    return dump(
        {
            "reads": list(preferences.reads),
            "outlets": list(preferences.outlets),
            "quiet": None if quiet is None else [quiet.begins.isoformat(), quiet.ends.isoformat()],
            "digest_times": [moment.isoformat() for moment in preferences.digest_times],
            "weekly": preferences.weekly,
            "preview": preferences.preview,
        }
    )


def decode_preferences(text: str | None) -> Preferences:
    """The preferences that `encode_preferences` wrote."""
    if text is None:
        return Preferences()
    fields: _Fields = json.loads(text)
    quiet = fields.get("quiet")
    return Preferences(
        reads=tuple(Language(code) for code in fields.get("reads", ())),
        outlets=tuple(fields.get("outlets", ())),
        quiet=None if quiet is None else QuietHours(*map(time.fromisoformat, quiet)),
        digest_times=tuple(time.fromisoformat(moment) for moment in fields.get("digest_times", ())),
        weekly=fields.get("weekly", True),
        preview=Preview(fields.get("preview", Preview.BELOW)),
    )


def _example_fields(example: Example) -> dict[str, object]:
    return {
        "origin": example.origin,
        "title": example.title,
        "text": example.text,
        "language": example.language,
        "published_at": time_text(example.published_at),
    }


def _example(fields: _Fields) -> Example:
    return Example(
        origin=fields["origin"],
        title=fields["title"],
        text=fields["text"],
        language=Language(fields["language"]),
        published_at=optional_time(fields.get("published_at")),
    )


def _sensitivity(value: str | float) -> Sensitivity:
    return SensitivityName(value) if isinstance(value, str) else float(value)
