"""Alerts as JSON Lines (https://jsonlines.org) on a stream, for scripts instead of people.

The keys are a public interface: they may be added to, but not renamed.
"""

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
    """Implements `bot.ports.Messenger`: one line per alert, per item of a digest and per rise.

    Notices are meant for people and are not written.
    """

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
        except BrokenPipeError:  # the reader of the pipe has exited, as in `kabar poll --json | head`
            raise
        except OSError as error:
            return RetryLater(f"standard output cannot be written: {error.strerror}")
        return Sent(None)


def write_json(stream: BinaryIO, value: Mapping[str, object]) -> None:
    """Write one line of JSON in UTF-8, whatever the locale of the terminal (RFC 8259 section 8.1)."""
    stream.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    stream.flush()


def moment(value: datetime | None) -> str | None:
    """The time in UTC as in RFC 3339, with `Z` instead of `+00:00`."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def evidence_line(evidence: Evidence) -> dict[str, object]:
    """Evidence as a JSON object; a kind of evidence that the match does not have is null."""
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
    """An alert from a digest. A digest stores only part of an alert, so the other keys are null."""
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
    """A topic with unusually many articles. `days`: the counts of the 24-hour periods before the last, oldest first."""
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
    """Another article on the same story."""
    return {
        "article": version.article_id,
        "title": version.title,
        "link": version.link,
        "source": version.source,
        "language": version.language,
        "published": moment(version.published_at),
    }


def _update_line(update: Update) -> dict[str, object]:
    """What is new in a story that an earlier alert was about. In a digest this is an empty object."""
    return {
        "numbers": list(update.numbers),
        "names": list(update.names),
        "phase": update.phase or None,
        "topics": list(update.topics),
        "days_quiet": None if update.lull is None else update.lull.days,
    }
