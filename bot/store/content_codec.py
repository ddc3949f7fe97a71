"""Frozen values to JSON and back: what deliveries, matches and feeds keep in one column.

A value carries a tag (`"type"`) and its fields by name. Unknown fields are ignored and missing ones take
their default, so that a database can be read by the version before and the version after. ASCII only:
any text round-trips, also what is not valid Unicode.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import StoreError
from bot.model import (
    UNDETERMINED,
    Alert,
    AlertId,
    ArticleId,
    Content,
    Destination,
    Digest,
    DigestItem,
    Evidence,
    Facts,
    FeedId,
    Language,
    Notice,
    Review,
    Rise,
    Sentence,
    TopicId,
    TopicReason,
    Update,
    Version,
)

_Fields = Mapping[str, Any]

_FACTS = ("names", "numbers", "phases", "languages")


def encode_content(content: Content) -> str:
    """The content of a delivery as JSON."""
    match content:
        case Alert():
            return dump({"type": "alert", **_alert_fields(content)})
        case Digest():
            items = [_item_fields(item) for item in content.items]
            return dump({"type": "digest", "id": content.id, "why": content.why, "items": items})
        case Notice():
            return dump({"type": "notice", "id": content.id, "code": content.code, "values": dict(content.values)})
        case Review(alert=alert, destination=to):
            told = {"id": content.id, "alert": _alert_fields(alert), "chat": to.chat, "thread": to.thread}
            return dump({"type": "review", **told})
        case Rise():
            return dump({"type": "rise", **_rise_fields(content)})


def decode_content(text: str) -> Content:
    """The content of a delivery. StoreError where it is not one that this version knows."""
    fields: _Fields = json.loads(text)
    try:
        match fields["type"]:
            case "alert":
                return _alert(fields)
            case "digest":
                items = tuple(_item(item) for item in fields["items"])
                return Digest(id=AlertId(fields["id"]), why=fields["why"], items=items)
            case "notice":
                return Notice(id=AlertId(fields["id"]), code=fields["code"], values=dict(fields.get("values", {})))
            case "review":
                to = Destination(fields["chat"], fields["thread"])
                return Review(AlertId(fields["id"]), _alert(fields["alert"]), to)
            case "rise":
                return _rise(fields)
            case unknown:
                raise StoreError(f"A delivery of the unknown type {unknown!r} is stored; a newer Kabar wrote it.")
    except KeyError as error:
        raise StoreError(f"A stored delivery lacks {error}; a newer Kabar wrote it.") from error


def encode_evidence(evidence: Evidence) -> str:
    """The evidence of a match as JSON."""
    return dump(_evidence_fields(evidence))


def decode_evidence(text: str) -> Evidence:
    """The evidence of a match."""
    return _evidence(json.loads(text))


def encode_names(names: Sequence[str]) -> str:
    """A list of short texts (tags) as JSON."""
    return dump(list(names))


def decode_names(text: str) -> tuple[str, ...]:
    """A list of short texts (tags)."""
    return tuple(json.loads(text))


def dump(value: object) -> str:
    """A value as compact JSON, ASCII only."""
    return json.dumps(value, separators=(",", ":"))


def _alert_fields(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.id,
        "article_id": alert.article_id,
        "title": alert.title,
        "link": alert.link,
        "source": alert.source,
        "language": alert.language,
        "published_at": time_text(alert.published_at),
        "first_seen_at": time_text(alert.first_seen_at),
        "summary": [{"text": one.text, "source": one.source} for one in alert.summary],
        "written": alert.written,
        "written_from": alert.written_from,
        "reasons": [_reason_fields(reason) for reason in alert.reasons],
        "earlier": alert.earlier,
        "image": alert.image,
        "feed_id": alert.feed_id,
        "also": [_version_fields(version) for version in alert.also],
        "facts": {name: sorted(getattr(alert.facts, name)) for name in _FACTS},
        "heard_at": time_text(alert.heard_at),
        "update": None if alert.update is None else _update_fields(alert.update),
        "late": alert.late,
    }


def _alert(fields: _Fields) -> Alert:
    feed_id = fields.get("feed_id")
    return Alert(
        id=AlertId(fields["id"]),
        article_id=ArticleId(fields["article_id"]),
        title=fields["title"],
        link=fields["link"],
        source=fields["source"],
        language=Language(fields["language"]),
        published_at=optional_time(fields["published_at"]),
        first_seen_at=_time(fields["first_seen_at"]),
        summary=tuple(_sentence(one) for one in fields["summary"]),
        written=fields.get("written", ""),
        written_from=fields.get("written_from", 0),
        reasons=tuple(_reason(reason) for reason in fields["reasons"]),
        earlier=fields.get("earlier", False),
        image=fields.get("image"),
        feed_id=None if feed_id is None else FeedId(feed_id),
        also=tuple(_version(version) for version in fields.get("also", ())),
        facts=Facts(**{name: frozenset(fields.get("facts", {}).get(name, ())) for name in _FACTS}),
        heard_at=optional_time(fields.get("heard_at")),
        update=None if fields.get("update") is None else _update(fields["update"]),
        late=fields.get("late", False),
    )


def _sentence(stored: str | _Fields) -> Sentence:
    """The versions before knew no source."""
    return Sentence(stored) if isinstance(stored, str) else Sentence(stored["text"], stored.get("source", ""))


def _version_fields(version: Version) -> dict[str, object]:
    return {
        "article_id": version.article_id,
        "title": version.title,
        "link": version.link,
        "source": version.source,
        "language": version.language,
        "published_at": time_text(version.published_at),
    }


def _version(fields: _Fields) -> Version:
    return Version(
        article_id=ArticleId(fields["article_id"]),
        title=fields["title"],
        link=fields["link"],
        source=fields["source"],
        language=Language(fields["language"]),
        published_at=optional_time(fields["published_at"]),
    )


def _update_fields(update: Update) -> dict[str, object]:
    return {
        "numbers": list(update.numbers),
        "names": list(update.names),
        "phase": update.phase,
        "topics": list(update.topics),
        "lull": None if update.lull is None else update.lull.total_seconds(),
    }


def _update(fields: _Fields) -> Update:
    lull = fields.get("lull")
    return Update(
        numbers=tuple(fields.get("numbers", ())),
        names=tuple(fields.get("names", ())),
        phase=fields.get("phase", ""),
        topics=tuple(fields.get("topics", ())),
        lull=None if lull is None else timedelta(seconds=lull),
    )


def _reason_fields(reason: TopicReason) -> dict[str, object]:
    return {
        "topic_id": reason.topic_id,
        "topic_name": reason.topic_name,
        "score": reason.score,
        "evidence": _evidence_fields(reason.evidence),
    }


def _reason(fields: _Fields) -> TopicReason:
    return TopicReason(
        topic_id=TopicId(fields["topic_id"]),
        topic_name=fields["topic_name"],
        score=fields["score"],
        evidence=_evidence(fields["evidence"]),
    )


def _evidence_fields(evidence: Evidence) -> dict[str, object]:
    return {
        "terms": list(evidence.terms),
        "names": list(evidence.names),
        "numbers": list(evidence.numbers),
        "nearest_example": evidence.nearest_example,
        "similarity": evidence.similarity,
        "sentence": evidence.sentence,
        "query": list(evidence.query),
    }


def _evidence(fields: _Fields) -> Evidence:
    return Evidence(
        terms=tuple(fields.get("terms", ())),
        names=tuple(fields.get("names", ())),
        numbers=tuple(fields.get("numbers", ())),
        nearest_example=fields.get("nearest_example"),
        similarity=fields.get("similarity"),
        sentence=fields.get("sentence"),
        query=tuple(fields.get("query", ())),
    )


def _item_fields(item: DigestItem) -> dict[str, object]:
    return {
        "alert_id": item.alert_id,
        "title": item.title,
        "link": item.link,
        "source": item.source,
        "published_at": time_text(item.published_at),
        "topic_names": list(item.topic_names),
        "language": item.language,
        "also": [_version_fields(version) for version in item.also],
        "is_update": item.is_update,
    }


def _item(fields: _Fields) -> DigestItem:
    return DigestItem(
        alert_id=AlertId(fields["alert_id"]),
        title=fields["title"],
        link=fields["link"],
        source=fields["source"],
        published_at=optional_time(fields["published_at"]),
        topic_names=tuple(fields["topic_names"]),
        language=Language(fields.get("language", UNDETERMINED)),
        also=tuple(_version(version) for version in fields.get("also", ())),
        is_update=fields.get("is_update", False),
    )


def _rise_fields(rise: Rise) -> dict[str, object]:
    return {
        "id": rise.id,
        "topic_id": rise.topic_id,
        "topic_name": rise.topic_name,
        "today": rise.today,
        "days": list(rise.days),
        "habit": rise.habit,
        "until": time_text(rise.until),
    }


def _rise(fields: _Fields) -> Rise:
    return Rise(
        id=AlertId(fields["id"]),
        topic_id=TopicId(fields["topic_id"]),
        topic_name=fields["topic_name"],
        today=fields["today"],
        days=tuple(fields["days"]),
        habit=fields["habit"],
        until=_time(fields["until"]),
    )


def time_text(moment: datetime | None) -> str | None:
    """A moment as text, in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def optional_time(text: str | None) -> datetime | None:
    """The moment that `time_text` wrote."""
    return None if text is None else _time(text)
