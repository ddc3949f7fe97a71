"""What of an article is embedded, and how alike two embeddings are.

Raw embeddings of unrelated news lie close together and favour their own language: subtracting the
mean vector of each language (`data/language_means.npz`, made by `tests.benchmarks.refit_means`
from public data) takes both away. Computing an embedding is the business of `bot.ports.Embedder`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.model import Language
from bot.text.clean import clean_text, clean_title

DIMENSIONS = 384
"""Of multilingual-e5-small, whose means are shipped; other vectors are centred by none."""

PASSAGE_WORDS = 90
"""On ECB+, the least tracking cost by similarity alone is 0.146 with 30 words, 0.104 with 60, 0.066 with 90, 0.065 with
150; the work grows with the words."""

_CHARACTERS = 6_000
"""Looked at; no 90 words are longer."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(f"[{_UNSPACED}]{{1,2}}|[^\\s{_UNSPACED}]{{1,16}}")
"""A word: two characters of a script without spaces, or up to sixteen of another."""


def passage(title: str, text: str) -> str:
    """What of an article is embedded: its title and, in all, about its first 90 words, on one line.

    Scripts without spaces count by characters. The same article always gives the same passage.
    """
    heading = clean_title(title)
    body = clean_text(text[:_CHARACTERS], limit=_CHARACTERS)
    if heading and body.startswith(heading):
        body = body[len(heading) :].lstrip(" .\n")
    if heading and body and heading[-1].isalnum():
        heading += "."
    whole = " ".join(f"{heading} {body}".split())
    end = 0
    for count, piece in enumerate(_PIECE.finditer(whole), start=1):
        end = piece.end()
        if count == PASSAGE_WORDS:
            break
    return whole[:end]


def passage_digest(title: str, text: str) -> str:
    """The name under which the embedding of an article is kept."""
    return digest_of_text(passage(title, text))


def digest_of_text(text: str) -> str:
    """The name under which the embedding of a text is kept."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _means() -> Mapping[str, NDArray[np.float32]]:
    """Mean vector by language; `*` is the mean over all of them."""
    with (files("bot.features") / "data" / "language_means.npz").open("rb") as source:
        figures = np.load(source, allow_pickle=False)
        return {language: figures[language].astype(np.float32) for language in figures.files}


@cache
def _clarities() -> Mapping[str, float]:
    content = (files("bot.features") / "data" / "language_clarity.json").read_text("utf-8")
    clarities: dict[str, float] = json.loads(content)
    return clarities


def clarity(language: Language) -> float:
    """What is left of a centred cosine between two English texts when one of them is translated; 1 for English.

    Between two other languages the lesser of the two holds (measured on NTREX: German and Spanish 0.90, Russian and
    Chinese 0.69, Korean and Chinese 0.59). Languages that were not measured have the median.
    """
    return _clarities().get(language, _clarities()["*"])


def centre(vectors: NDArray[np.float32], languages: Sequence[Language]) -> NDArray[np.float32]:
    """Rows less the mean of their language, at length 1 again.

    `vectors` has shape (n, dimensions), `languages` one entry a row. A language without a mean of its own
    is centred by the mean of all; vectors of another size than `DIMENSIONS` are only brought to length 1.
    A row of zeros stays one.
    """
    rows = unit_rows(np.array(vectors, dtype=np.float32, ndmin=2))
    if rows.shape[1] != DIMENSIONS or not len(languages):
        return rows
    means = _means()
    centred = rows - np.stack([means.get(language, means["*"]) for language in languages])
    return unit_rows(np.where(rows.any(axis=1, keepdims=True), centred, np.float32(0)))


def centred_cosines(raw: NDArray[np.float32], language: Language, centred: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosines of many raw vectors of one language, as `centre` would make them, with some that are centred already.

    `raw` has shape (n, dimensions), `centred` (m, dimensions); the result (n, m). Nothing of the size of `raw` is made.
    """
    lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", raw, raw)), np.float32(1e-9))[:, None]
    products = raw @ centred.T / lengths
    if raw.shape[1] != DIMENSIONS:
        return np.asarray(products, np.float32)
    mean = _means().get(language, _means()["*"])
    along = raw @ mean / lengths[:, 0]
    rest = np.sqrt(np.maximum(1 - 2 * along + mean @ mean, np.float32(1e-9)))
    return np.asarray((products - mean @ centred.T) / rest[:, None], np.float32)


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row at length 1; rows that are zero or not finite become zeros."""
    finite = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, np.float32(0))
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    return np.asarray(finite / np.where(lengths > 1e-9, lengths, np.float32(1)), dtype=np.float32)
