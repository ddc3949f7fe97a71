"""Question and answer of an OpenAI-compatible `/v1/embeddings`, and every way in which an answer can be wrong. Pure.

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
"""What the local model puts before each text, and its means are measured with."""

_MEANINGS: Mapping[int, str] = {
    400: "it does not accept the question (is embedding.model its name there?)",
    401: "it asks for a key (KABAR_EMBEDDING_KEY)",
    403: "it refuses the key (KABAR_EMBEDDING_KEY)",
    404: "it has no such address or model (embedding.url, embedding.model)",
    413: "the question is too long for it",
    422: "it does not accept the question (is embedding.model its name there?)",
    429: "it asks to be asked less often",
}
"""Error bodies are not repeated: they are foreign, and some quote the key."""


_NO_NUMBERS = "its vectors hold no usable numbers"


@dataclass(frozen=True, slots=True)
class UnusableVectors:
    """Why there are no vectors, in one line."""

    reason: str
    is_other_model: bool = False
    """The endpoint works, but what it serves is of no use."""
    retry_after: timedelta | None = None


def question_of(model: str, texts: Sequence[str]) -> bytes:
    """`texts` as the local model is shown them, without their prefix."""
    asked = {"model": model, "input": [PREFIX + text for text in texts], "encoding_format": "float"}
    return json.dumps(asked, ensure_ascii=False).encode()


def refusal_of(failure: FetchFailed) -> UnusableVectors:
    """An HTTP failure, said for whoever configured the endpoint."""
    meaning = _MEANINGS.get(failure.status or 0)
    if meaning is None:
        return UnusableVectors(failure.reason, retry_after=failure.retry_after)
    return UnusableVectors(f"it answered {failure.status}: {meaning}", retry_after=failure.retry_after)


def read_answer(body: bytes, count: int) -> NDArray[np.float32] | UnusableVectors:
    """Shape (count, 384) with rows of length 1, in the order of the question."""
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
    except OverflowError:  # an integer of hundreds of digits
        return UnusableVectors(_NO_NUMBERS)
    lengths = np.linalg.norm(vectors, axis=1)  # of NaN, of nothing but zeros, of numbers beyond float32: not 1
    return vectors if np.abs(lengths - 1).max() < 1e-3 else UnusableVectors(_NO_NUMBERS)
