"""IndoSum (Kurniawan and Louvan 2018) and BBC News Summary, as `tests.benchmarks.summaries` and its refit read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.model import Language
from tests.benchmarks.data import path_of


@dataclass(frozen=True, slots=True)
class Summed:
    """An article and what was written of it."""

    id: str
    title: str
    """IndoSum has none: made of its address, lower-case and sometimes cut."""
    text: str
    language: Language
    summary: str
    picked: tuple[str, ...] = ()
    """IndoSum: its sentences that come closest to the summary, as its authors say (`gold_labels`)."""


def read_indosum(folder: Path) -> list[Summed]:
    """900 Indonesian articles with summaries by people. Raises DataAbsentError."""
    return [
        Summed(
            row["id"], row["title_from_slug"], row["text"], Language("id"), row["summary"],
            _picked(row["paragraph_sentences"], row["gold_labels"]),
        )
        for row in _rows(folder, "indosum")
    ]  # fmt: skip


def read_bbc(folder: Path) -> list[Summed]:
    """1,136 English articles; each summary is about a third of its sentences, in no order. Raises DataAbsentError."""
    return [
        Summed(row["id"], row["title"], row["text"], Language("en"), row["summary"]) for row in _rows(folder, "bbc")
    ]


def is_for_fitting(name: str) -> bool:
    """Half of a set, for good: by the names of what is in it."""
    return not hashlib.blake2b(name.encode(), digest_size=1).digest()[0] % 2


def fitting_half(items: Sequence[Summed]) -> list[Summed]:
    return [item for item in items if is_for_fitting(item.id)]


def other_half(items: Sequence[Summed]) -> list[Summed]:
    return [item for item in items if not is_for_fitting(item.id)]


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    with path_of(folder, name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _picked(paragraphs: Sequence[Sequence[str]], labels: Sequence[Sequence[bool]]) -> tuple[str, ...]:
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph]
    chosen = [label for paragraph in labels for label in paragraph]
    return tuple(sentence for sentence, label in zip(sentences, chosen, strict=True) if label)
