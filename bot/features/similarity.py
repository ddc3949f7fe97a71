"""Which text of an article is embedded, and how similar two embeddings are.

An article has two embeddings, stored as one row: of its opening, and of its heading, which says in a line what is new
and so distinguishes similar events. Raw embeddings of unrelated news are close together and closer within a language;
subtracting the mean vector of each language removes both. Then directions in which all news varies, or in which
translations of one text differ, are shortened (whitening: Su et al., "Whitening Sentence Representations for Better
Semantics and Faster Retrieval", 2021, https://arxiv.org/abs/2103.15316). The figures in `data/` are made by
`tests.benchmarks.refit_means` from public data. Embeddings are computed by `bot.ports.Embedder`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.model import Language
from bot.text.clean import clean_text, clean_title

N = TypeVar("N", bound=np.generic)

DIMENSIONS = 384
"""The dimensions of multilingual-e5-small (https://huggingface.co/intfloat/multilingual-e5-small), whose means are
shipped; embeddings with other dimensions are only normalized."""

PASSAGE_WORDS = 90
"""On ECB+, the least tracking cost by similarity alone is 0.146 with 30 words, 0.104 with 60, 0.066 with 90 and 0.065
with 150; the work grows with the number of words."""

HEADING_WORDS = 25
"""The limit for a first sentence that replaces a missing title."""

_LONGEST_HEADING = 240
"""Characters of such a heading where no sentence ends."""

_SAMPLE = 500
_CHARACTERS = 6_000
"""Characters of a text that are read; 90 words are never longer."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SENTENCE = re.compile(r"\S[^\n]{15,240}?(?:[.!?…](?=\s|[\"”’»)]\s)|(?=\n))|\S[^\n]{7,120}?[。！？]")
PIECE = re.compile(f"[{_UNSPACED}]{{1,2}}|[^\\s{_UNSPACED}]{{1,16}}")
"""A word: two characters of a script without spaces, or up to sixteen of another script."""


def passage(title: str, text: str) -> str:
    """The text of an article that is embedded, in two lines: its opening (the title and the text, together about 90
    words) and its heading.

    Scripts without spaces are counted by characters. The same article always gives the same passage.
    """
    heading = " ".join(clean_title(title).split())
    body = clean_text(text[:_CHARACTERS], limit=_CHARACTERS)
    if heading and body.startswith(heading):
        body = body[len(heading) :].lstrip(" .\n")
    stop = "." if heading and body and heading[-1].isalnum() else ""
    opening = _cut(" ".join(f"{heading}{stop} {body}".split()), PASSAGE_WORDS)
    return f"{opening}\n{_cut(heading_of(heading, opening), HEADING_WORDS)}"


def heading_of(title: str, text: str) -> str:
    """The title, or the first sentence where there is none."""
    if title:
        return title
    found = _SENTENCE.match(text)
    return text[:_LONGEST_HEADING] if found is None else found[0]


def _cut(line: str, words: int) -> str:
    end = 0
    for count, piece in enumerate(PIECE.finditer(line), start=1):
        end = piece.end()
        if count == words:
            break
    return line[:end]


def passage_digest(title: str, text: str) -> str:
    """The key under which the embedding of an article is stored."""
    return digest_of_text(passage(title, text))


def digest_of_text(text: str) -> str:
    """The key under which the embedding of a text is stored."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def _means() -> Mapping[str, NDArray[np.float32]]:
    """Mean row by language, shape (2 * DIMENSIONS,); `*` is the mean over all of them."""
    with (files("bot.features") / "data" / "language_means.npz").open("rb") as source:
        figures = np.load(source, allow_pickle=False)
        return {language: figures[language].astype(np.float32) for language in figures.files}


@cache
def _clarities() -> Mapping[str, float]:
    content = (files("bot.features") / "data" / "language_clarity.json").read_text("utf-8")
    clarities: dict[str, float] = json.loads(content)
    return clarities


def clarity(language: Language) -> float:
    """The factor by which an aligned cosine of two English texts shrinks when one of them is translated; 1 for English.

    For two other languages the lesser of the two factors holds (measured on NTREX: German and Spanish 0.90, Russian and
    Chinese 0.69, Korean and Chinese 0.59). Languages that were not measured have the median.
    """
    return _clarities().get(language, _clarities()["*"])


@cache
def _whitening() -> NDArray[np.float32]:
    """The whitening matrix, symmetric, shape (DIMENSIONS, DIMENSIONS)."""
    with (files("bot.features") / "data" / "whitening.npy").open("rb") as source:
        return np.asarray(np.load(source, allow_pickle=False), np.float32)


def aligned(vectors: NDArray[np.float32], languages: Sequence[Language]) -> NDArray[np.float32]:
    """Rows whose halves can be compared by their dot product across languages.

    Args:
        vectors: raw embeddings, shape (n, 2 * dimensions).
        languages: one for each row.

    The mean of its language (the overall mean for a language without one) is subtracted from each half, which is then
    whitened and normalized to length 1. Where dimensions are not `DIMENSIONS`, it is only normalized. A half of zeros
    stays zero.
    """
    rows: NDArray[np.float32] = np.array(vectors, dtype=np.float32, ndmin=2)
    halves = unit_rows(rows.reshape(-1, rows.shape[1] // 2)) if rows.shape[1] else rows
    if halves.shape[1] != DIMENSIONS or not len(languages):
        return halves.reshape(rows.shape)
    means = _means()
    moved = halves - np.stack([means.get(language, means["*"]) for language in languages]).reshape(halves.shape)
    kept = np.where(halves.any(axis=1, keepdims=True), moved, np.float32(0))
    return unit_rows(kept @ _whitening()).reshape(rows.shape)


class RoughCosines:
    """Approximate cosines of many openings with a few aligned ones, exact enough for ranking.

    Whitening all rows would be a hundred times the work, so its effect on their length is estimated from the first
    ones.
    """

    def __init__(self, known: NDArray[np.float32]) -> None:
        """`known`: aligned openings, shape (m, dimensions)."""
        self._is_known = known.shape[1] == DIMENSIONS
        self._ends = known @ _whitening() if self._is_known else known
        self._shorter: float | None = None

    def of(self, raw: NDArray[np.float32], languages: Sequence[Language]) -> NDArray[np.float32]:
        """Cosines, shape (n, m), of raw openings (n, dimensions) in these languages with the known ones."""
        lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", raw, raw)), np.float32(1e-9))[:, None]
        count = len(self._ends)
        if not self._is_known or not len(raw):
            return np.asarray(raw @ self._ends.T / lengths, np.float32)
        place = {language: number for number, language in enumerate(dict.fromkeys(languages))}
        spoken = np.fromiter((place[language] for language in languages), np.intp, len(raw))
        means = np.stack([openings(_means().get(language, _means()["*"])) for language in place])
        if self._shorter is None:
            some = raw[:_SAMPLE] / lengths[:_SAMPLE] - means[spoken[:_SAMPLE]]
            self._shorter = max(
                1e-9, float(np.linalg.norm(some @ _whitening())) / max(1e-9, float(np.linalg.norm(some)))
            )
        # One matrix product for all languages, because many small products spend their time in overhead.
        products = raw @ np.concatenate([self._ends, means]).T / lengths
        along = products[np.arange(len(raw)), count + spoken]
        rest = np.sqrt(np.maximum(1 - 2 * along + np.einsum("ij,ij->i", means, means)[spoken], np.float32(1e-9)))
        moved = products[:, :count] - (means @ self._ends.T)[spoken]
        return np.asarray(moved / (rest * np.float32(self._shorter))[:, None], np.float32)


def openings(rows: NDArray[N]) -> NDArray[N]:
    """The half of each row that is the embedding of the opening."""
    return rows[..., : rows.shape[-1] // 2]


def headings(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The half of each row that is the embedding of the heading."""
    return rows[..., rows.shape[-1] // 2 :]


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows with length 1; rows that are zero or not finite become zero."""
    finite = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, np.float32(0))
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    return np.asarray(finite / np.where(lengths > 1e-9, lengths, np.float32(1)), dtype=np.float32)
