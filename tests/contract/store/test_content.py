"""What a delivery says survives the database exactly."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import StoreError
from bot.model import Alert, AlertId, Content, Digest, DigestItem, Evidence, Notice, Rise, Sentence, TopicReason
from bot.store.codec import decode, decode_content, encode, encode_content
from tests.contract.store.samples import alert

ANY_TEXT = st.text(st.characters(), max_size=40)  # lone surrogates and control characters too
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NUMBERS = st.floats(allow_nan=False)
EVIDENCE = st.builds(
    Evidence,
    *[st.lists(ANY_TEXT, max_size=3).map(tuple)] * 3,
    nearest_example=st.none() | ANY_TEXT,
    similarity=st.none() | NUMBERS,
    sentence=st.none() | ANY_TEXT,
    query=st.lists(ANY_TEXT, max_size=2).map(tuple),
)
TIMES = st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=ZONES)  # noqa: DTZ001 -- bounds are naive
REASONS = st.builds(TopicReason, ANY_TEXT, ANY_TEXT, NUMBERS, EVIDENCE)
ALERTS = st.builds(
    Alert,
    id=ANY_TEXT,
    article_id=ANY_TEXT,
    title=ANY_TEXT,
    link=st.none() | ANY_TEXT,
    source=ANY_TEXT,
    language=ANY_TEXT,
    published_at=st.none() | TIMES,
    first_seen_at=TIMES,
    summary=st.lists(st.builds(Sentence, ANY_TEXT, ANY_TEXT), max_size=3).map(tuple),
    reasons=st.lists(REASONS, max_size=2).map(tuple),
    earlier=st.booleans(),
    image=st.none() | ANY_TEXT,
    feed_id=st.none() | ANY_TEXT,
)
ITEMS = st.builds(
    DigestItem,
    ANY_TEXT,
    ANY_TEXT,
    st.none() | ANY_TEXT,
    ANY_TEXT,
    st.none() | TIMES,
    st.lists(ANY_TEXT, max_size=2).map(tuple),
)
CONTENT = st.one_of(
    ALERTS,
    st.builds(Digest, ANY_TEXT, ANY_TEXT, st.lists(ITEMS, max_size=3).map(tuple)),
    st.builds(
        Rise,
        ANY_TEXT,
        ANY_TEXT,
        ANY_TEXT,
        st.integers(0, 9999),
        st.lists(st.none() | st.integers(0, 9999), max_size=4).map(tuple),
        st.floats(0, 1e4),
        TIMES,
    ),
    st.builds(Notice, ANY_TEXT, ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3)),
)


@given(CONTENT)
@settings(max_examples=200, deadline=None)
def test_content_survives(content: Content) -> None:
    stored = encode_content(content)
    assert stored.isascii()
    assert decode_content(stored) == content


@given(EVIDENCE)
@settings(max_examples=100, deadline=None)
def test_evidence_survives(evidence: Evidence) -> None:
    assert decode(encode(evidence), Evidence) == evidence


def test_times_come_back_in_utc() -> None:
    again = decode_content(encode_content(alert()))
    assert isinstance(again, Alert)
    assert again.first_seen_at.utcoffset() == timedelta(0)
    assert again == alert()


def test_fields_of_a_later_version_are_ignored_and_missing_ones_have_their_default() -> None:
    def with_later_fields(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: with_later_fields(inner) for key, inner in value.items()} | {"mood": {"x": [1]}}
        return [with_later_fields(inner) for inner in value] if isinstance(value, list) else value

    fields = json.loads(encode_content(alert()))
    assert decode_content(json.dumps(with_later_fields(fields))) == alert()
    del fields["image"], fields["reasons"][0]["evidence"]["similarity"]
    again = decode_content(json.dumps(fields))
    assert isinstance(again, Alert)
    assert again.image is None
    assert again.reasons[0].evidence.similarity is None


@pytest.mark.parametrize("stored", ['{"type":"poll","id":"x"}', '{"type":"digest","id":"x"}', '{"id":"x"}'])
def test_content_of_an_unknown_kind_is_an_error_that_says_so(stored: str) -> None:
    with pytest.raises(StoreError, match="newer Kabar"):
        decode_content(stored)


def test_a_notice_without_values() -> None:
    assert decode_content('{"type":"notice","id":"n","code":"hello"}') == Notice(AlertId("n"), "hello")
