"""Request and response of an OpenAI-compatible `/v1/embeddings`, with checks for every kind of bad response. Pure.

The API reference (platform.openai.com/docs/api-reference/embeddings/create): `{"model", "input": [texts],
"encoding_format": "float"}` is answered by `{"data": [{"index", "embedding": [numbers]}, …]}`, in any order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import DIMENSIONS, unit_rows
from bot.model import FetchFailed

PREFIX = "query: "
"""The prefix that the local model puts before each text; the means of the languages were measured with it."""

_MEANINGS: Mapping[int, str] = {
    400: "it does not accept the question (is embedding.model its name there?)",
    401: "it asks for a key (KABAR_EMBEDDING_KEY)",
    403: "it refuses the key (KABAR_EMBEDDING_KEY)",
    404: "it has no such address or model (embedding.url, embedding.model)",
    413: "the question is too long for it",
    422: "it does not accept the question (is embedding.model its name there?)",
    429: "it asks to be asked less often",
}
"""The bodies of error responses are not shown: they are untrusted text, and some servers quote the key in them."""


_NO_NUMBERS = "its vectors hold no usable numbers"


@dataclass(frozen=True, slots=True)
class UnusableVectors:
    """Why a response gave no vectors, in one line."""

    reason: str
    is_other_model: bool = False
    """The endpoint works, but serves another model."""
    retry_after: timedelta | None = None


def question_of(model: str, texts: Sequence[str]) -> bytes:
    """The body of the request. `texts` are the parts that the local model sees, without the prefix."""
    asked = {"model": model, "input": [PREFIX + text for text in texts], "encoding_format": "float"}
    return json.dumps(asked, ensure_ascii=False).encode()


def refusal_of(failure: FetchFailed) -> UnusableVectors:
    """An HTTP failure, explained for the operator who configured the endpoint."""
    meaning = _MEANINGS.get(failure.status or 0)
    if meaning is None:
        return UnusableVectors(failure.reason, retry_after=failure.retry_after)
    return UnusableVectors(f"it answered {failure.status}: {meaning}", retry_after=failure.retry_after)


def read_answer(body: bytes, count: int) -> NDArray[np.float32] | UnusableVectors:
    """The vectors of the response in the order of the request: shape (count, 384), with rows of length 1."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return UnusableVectors("what it answers is not JSON")
    items = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        return UnusableVectors("its answer holds no vectors")
    if len(items) != count:
        return UnusableVectors(f"it gave {len(items)} vectors for {count} texts")
    rows: dict[int, list[float]] = {}
    for position, item in enumerate(items):
        row = item.get("embedding") if isinstance(item, dict) else None
        if not isinstance(row, list) or not all(type(number) in (float, int) for number in row):
            return UnusableVectors("its answer holds something else than vectors")
        index = item.get("index", position)
        if type(index) is not int or not 0 <= index < count or index in rows:
            return UnusableVectors("it does not say which vector belongs to which text")
        rows[index] = row
    return _matrix([rows[index] for index in range(count)])


def _matrix(rows: Sequence[Sequence[float]]) -> NDArray[np.float32] | UnusableVectors:
    for row in rows:
        if len(row) != DIMENSIONS:
            reason = f"its vectors have {len(row)} numbers, those of multilingual-e5-small {DIMENSIONS}"
            return UnusableVectors(reason, is_other_model=True)
    try:
        with np.errstate(over="ignore"):
            vectors = unit_rows(np.array(rows, dtype=np.float64).astype(np.float32))
    except OverflowError:  # an integer with hundreds of digits, which JSON allows (RFC 8259 section 6)
        return UnusableVectors(_NO_NUMBERS)
    lengths = np.linalg.norm(vectors, axis=1)  # not 1 for NaN, for all zeros, and for numbers beyond float32
    return vectors if np.abs(lengths - 1).max() < 1e-3 else UnusableVectors(_NO_NUMBERS)
