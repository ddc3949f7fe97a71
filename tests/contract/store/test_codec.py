"""JSON that earlier versions have stored: it is read, and what is read is written again byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

from bot.alerts.alarms import ReportedAlarms
from bot.alerts.trend_alerts import TopicTrend
from bot.feeds.incidents import ReportedIncidents
from bot.model import (
    Alert,
    AlertId,
    ArticleId,
    Destination,
    Evidence,
    Example,
    Facts,
    FeedId,
    Language,
    Notice,
    Preferences,
    Preview,
    QuietHours,
    Review,
    Sentence,
    TopicId,
    TopicReason,
    Update,
    Version,
)
from bot.store.codec import (
    converter,
    decode,
    decode_content,
    decode_preferences,
    decode_topic,
    encode,
    encode_content,
    encode_preferences,
)
from bot.usecases.feeds.discover import FoundFeed
from bot.usecases.search import KeptSearch

STORED_BEFORE: Final = [
    line.split(" ", 1) for line in (Path(__file__).parent / "stored_before.txt").read_text("utf-8").splitlines()
]
"""A kind and a text on each line: random values of every kind, as the version with hand-written codecs stored them."""

NOON: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)


def spaced(value: object) -> str:
    return json.dumps(converter.unstructure(value))


AGAIN: Final[dict[str, Callable[[str], str | None]]] = {
    "content": lambda stored: encode_content(decode_content(stored)),
    "evidence": lambda stored: encode(decode(stored, Evidence)),
    "topic": lambda stored: encode(decode_topic(stored, "chat:7")),
    "preferences": lambda stored: encode_preferences(decode_preferences(stored)),
    "names": lambda stored: encode(decode(stored, tuple[str, ...])),
    "trends": lambda stored: spaced(decode(stored, dict[TopicId, TopicTrend])),
    "incidents": lambda stored: spaced(decode(stored, ReportedIncidents)),
    "alarms": lambda stored: spaced(decode(stored, ReportedAlarms)),
    "search": lambda stored: spaced(decode(stored, KeptSearch)),
    "found-feeds": lambda stored: spaced(decode(stored, tuple[FoundFeed, ...])),
    "pages": lambda stored: json.dumps(converter.unstructure(decode(stored, dict[str, Example])), ensure_ascii=False),
}
"""How a stored text of each kind is read and written again."""


@pytest.mark.parametrize("kind", AGAIN)
def test_what_the_version_before_stored_is_written_again_byte_for_byte(kind: str) -> None:
    stored = [text for one, text in STORED_BEFORE if one == kind]
    assert stored
    assert [AGAIN[kind](text) for text in stored] == stored


def test_every_kind_of_stored_text_is_known_here() -> None:
    assert {kind for kind, _ in STORED_BEFORE} == set(AGAIN)


def test_an_alert_is_stored_as_it_always_was() -> None:
    alert = Alert(
        id=AlertId("a1"),
        article_id=ArticleId("x"),
        title="Judul 北",
        link=None,
        source="Antara",
        language=Language("id"),
        published_at=NOON,
        first_seen_at=NOON,
        summary=(Sentence("Satu."),),
        reasons=(TopicReason(TopicId("nato"), "NATO", 0.5, Evidence(terms=("Korut",))),),
        feed_id=FeedId("antara"),
        also=(Version(ArticleId("y"), "Title", "https://a.example", "BBC", Language("en")),),
        facts=Facts(names=frozenset("cab")),
        update=Update(names=("Rutte",), lull=timedelta(hours=1)),
    )
    fields = (
        '"id":"a1","article_id":"x","title":"Judul \\u5317","link":null,"source":"Antara","language":"id",'
        '"published_at":"2026-03-04T12:00:00+00:00","first_seen_at":"2026-03-04T12:00:00+00:00",'
        '"summary":[{"text":"Satu.","source":""}],"written":"","written_from":0,'
        '"reasons":[{"topic_id":"nato","topic_name":"NATO","score":0.5,"evidence":{"terms":["Korut"],"names":[],'
        '"numbers":[],"nearest_example":null,"similarity":null,"sentence":null,"query":[]}}],'
        '"earlier":false,"image":null,"feed_id":"antara",'
        '"also":[{"article_id":"y","title":"Title","link":"https://a.example","source":"BBC","language":"en",'
        '"published_at":null}],"facts":{"names":["a","b","c"],"numbers":[],"phases":[],"languages":[]},'
        '"heard_at":null,"update":{"numbers":[],"names":["Rutte"],"phase":"","topics":[],"lull":3600.0},"late":false'
    )
    review = Review(AlertId("r:a1"), alert, Destination("@kanal", 4))
    assert encode_content(alert) == f'{{"type":"alert",{fields}}}'
    assert encode_content(review) == (
        f'{{"type":"review","id":"r:a1","alert":{{{fields}}},"chat":"@kanal","thread":4}}'
    )
    assert decode_content(encode_content(alert)) == alert
    assert decode_content(encode_content(review)) == review


def test_preferences_are_stored_as_they_always_were() -> None:
    chosen = Preferences((Language("id"),), quiet=QuietHours(time(22), time(6, 30)), preview=Preview.ABOVE)
    stored = (
        '{"reads":["id"],"outlets":[],"quiet":["22:00:00","06:30:00"],"digest_times":[],"weekly":true,'
        '"preview":"above"}'
    )
    assert encode_preferences(chosen) == stored
    assert decode_preferences(stored) == chosen
    assert encode_preferences(Preferences()) is None
    assert decode_preferences(None) == Preferences()


def test_a_notice_may_hold_any_mapping() -> None:
    notice = Notice(AlertId("n"), "hello", MappingProxyType({"name": "Ö"}))
    assert encode_content(notice) == '{"type":"notice","id":"n","code":"hello","values":{"name":"\\u00d6"}}'


def test_rows_of_the_first_versions_are_read() -> None:
    """Sentences had no source, and alerts neither other versions nor facts."""
    stored: dict[str, Any] = {
        "type": "alert",
        "id": "a1",
        "article_id": "x",
        "title": "T",
        "link": None,
        "source": "Antara",
        "language": "id",
        "published_at": None,
        "first_seen_at": "2026-03-04T13:00:00+01:00",
        "summary": ["Satu.", {"text": "Dua."}],
        "reasons": [{"topic_id": "nato", "topic_name": "NATO", "score": 1, "evidence": {}}],
    }
    assert decode_content(json.dumps(stored)) == Alert(
        AlertId("a1"),
        ArticleId("x"),
        "T",
        None,
        "Antara",
        Language("id"),
        None,
        NOON,
        (Sentence("Satu."), Sentence("Dua.")),
        (TopicReason(TopicId("nato"), "NATO", 1.0, Evidence()),),
    )
    topic = decode_topic('{"id":"a","name":"A","sensitivity":0.25,"mood":1}', "chat:7")
    assert (topic.name, topic.owner, topic.sensitivity, topic.destinations) == ("A", "chat:7", 0.25, ())
    assert decode_preferences('{"weekly":false}') == Preferences(weekly=False)


@pytest.mark.parametrize("stored", ["", "{", "nonsense"])
def test_what_is_no_json_is_an_error(stored: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        decode_content(stored)
