"""Alerts as JSON Lines on a stream: what scripts read instead of a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from bot.model import (
    Alert,
    Chat,
    Delivery,
    Destination,
    Digest,
    DigestItem,
    Evidence,
    RetryLater,
    Rise,
    SendOutcome,
    Sent,
    Update,
    Version,
)


class JsonLinesMessenger:
    """Implements `bot.ports.Messenger`: a line an alert, those of a digest too, and a rise. Notices are for people."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    async def send(self, delivery: Delivery, chat: Chat) -> SendOutcome:  # noqa: ARG002 -- the same line for every chat
        try:
            match delivery.content:
                case Alert() as alert:
                    write_json(self._stream, alert_line(alert, delivery.destination))
                case Digest(items=items):
                    for item in items:
                        write_json(self._stream, item_line(item, delivery.destination))
                case Rise() as rise:
                    write_json(self._stream, rise_line(rise, delivery.destination))
        except BrokenPipeError:  # nobody reads the stream any more
            raise
        except OSError as error:
            return RetryLater(f"standard output cannot be written: {error.strerror}")
        return Sent(None)


def write_json(stream: BinaryIO, value: Mapping[str, object]) -> None:
    """One line of JSON; readable Unicode, whatever the terminal's locale."""
    stream.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    stream.flush()


def moment(value: datetime | None) -> str | None:
    """ISO 8601, UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def evidence_line(evidence: Evidence) -> dict[str, object]:
    """What is absent is null."""
    return {
        "terms": list(evidence.terms) or None,
        "names": list(evidence.names) or None,
        "numbers": list(evidence.numbers) or None,
        "nearest_example": evidence.nearest_example,
        "similarity": None if evidence.similarity is None else round(evidence.similarity, 4),
        "sentence": evidence.sentence,
        "query": list(evidence.query) or None,
    }


def item_line(item: DigestItem, destination: Destination) -> dict[str, object]:
    """An alert that came in a digest: what a digest knows of it, the rest is null."""
    return {
        "id": item.alert_id,
        "article": None,
        "title": item.title,
        "link": item.link,
        "source": item.source,
        "language": item.language,
        "published": moment(item.published_at),
        "first_seen": None,
        "earlier": False,
        "summary": None,
        "topics": [{"id": None, "name": name, "score": None, "evidence": None} for name in item.topic_names],
        "also": [_version_line(version) for version in item.also],
        "update": {} if item.is_update else None,
        "destination": str(destination),
    }


def rise_line(rise: Rise, destination: Destination) -> dict[str, object]:
    """A topic that is rising. `days`: articles in each 24 hours before the last, oldest first."""
    return {
        "rise": rise.id,
        "topic": {"id": rise.topic_id, "name": rise.topic_name},
        "articles": rise.today,
        "usual": round(rise.habit, 2),
        "days": list(rise.days),
        "until": moment(rise.until),
        "destination": str(destination),
    }


def alert_line(alert: Alert, destination: Destination) -> dict[str, object]:
    return {
        "id": alert.id,
        "article": alert.article_id,
        "title": alert.title,
        "link": alert.link,
        "source": alert.source,
        "language": alert.language,
        "published": moment(alert.published_at),
        "first_seen": moment(alert.first_seen_at),
        "earlier": alert.earlier,
        "summary": [one.text for one in alert.summary],
        "topics": [
            {
                "id": reason.topic_id,
                "name": reason.topic_name,
                "score": round(reason.score, 4),
                "evidence": evidence_line(reason.evidence),
            }
            for reason in alert.reasons
        ],
        "also": [_version_line(version) for version in alert.also],
        "update": None if alert.update is None else _update_line(alert.update),
        "destination": str(destination),
    }


def _version_line(version: Version) -> dict[str, object]:
    """Another outlet's article on the story."""
    return {
        "article": version.article_id,
        "title": version.title,
        "link": version.link,
        "source": version.source,
        "language": version.language,
        "published": moment(version.published_at),
    }


def _update_line(update: Update) -> dict[str, object]:
    """What is new in a story that was told before; what a digest tells of it is an empty object."""
    return {
        "numbers": list(update.numbers),
        "names": list(update.names),
        "phase": update.phase or None,
        "topics": list(update.topics),
        "days_quiet": None if update.lull is None else update.lull.days,
    }
