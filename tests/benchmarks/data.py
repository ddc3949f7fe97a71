"""The news data that benchmarks read in place: `../shared/data` beside the project, or another folder. Never copied."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.model import Language

DEFAULT_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"


_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(f"[{_UNSPACED}]{{1,2}}|[^\\s{_UNSPACED}]+")
"""Two characters count as a word in scripts without spaces."""


_NTREX_STORIES = Path(__file__).with_name("ntrex_stories.json")


class DataAbsentError(Exception):
    """The folder has no such file; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """An article of a data set; what the set does not know is empty."""

    id: str
    title: str
    text: str
    language: Language
    published_at: datetime | None = None
    story: str = ""
    """ECB+: the event. Other sets: empty."""
    topic: str = ""
    """ECB+: the number that two similar events share."""
    tag: str = ""
    """The language as the set writes it: `zh-TW`."""
    source: str = ""
    """indonews: the outlet's host."""
    url: str = ""
    stories: tuple[str, ...] = ()
    """indonews: what it is on, by rules on its title."""
    watched: bool = False
    """indonews: it mentions what the seed topic is about, by rules on its title."""

    def short(self, words: int = 35) -> Item:
        """As a feed gives it: the title and the first words."""
        ends = [found.end() for found in islice(_WORD.finditer(self.text), words)]
        return replace(self, text=" ".join(self.text[: ends[-1] if ends else 0].split()))


def read_items(folder: Path, name: str) -> list[Item]:
    """All articles of `name`.jsonl. Raises DataAbsentError."""
    with path_of(folder, name).open(encoding="utf-8") as lines:
        return [_item(json.loads(line)) for line in lines if line.strip()]


def path_of(folder: Path, name: str) -> Path:
    """Of one set. Raises DataAbsentError."""
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise DataAbsentError(f"{path} is not there: give the folder of the data with --data FOLDER")
    return path


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, and whether people say that they are one."""

    a: Item
    b: Item
    same: bool = True


def read_pairs(folder: Path, name: str) -> list[Pair]:
    """Of tgcontest_pairs on one story or not, of rescraped_pairs before and after an edit. Raises DataAbsentError."""
    with path_of(folder, name).open(encoding="utf-8") as lines:
        return [_pair(number, json.loads(line)) for number, line in enumerate(lines) if line.strip()]


def _pair(number: int, row: dict[str, Any]) -> Pair:
    language = row.get("lang", "id")
    a, b = (_item({"id": f"{number}{side}", "lang": language, **row[side]}) for side in ("a", "b"))
    return Pair(a, b, row.get("same", True))


def digest_of(folder: Path) -> str:
    """Of the data read: figures are comparable only on the same. Raises DataAbsentError."""
    digest = hashlib.blake2b(digest_size=16)
    names = ("agnews", "bbc", "ecbplus", "indonews", "indosum", "ntrex", "rescraped_pairs", "tgcontest_pairs")
    for name in names:
        digest.update(path_of(folder, name).read_bytes())
    return digest.hexdigest()


def of_one_story(items: Sequence[Item]) -> NDArray[np.bool_]:
    """Which NTREX documents are the same, or on one story as a person says who has read them: shape (items, items)."""
    stories: list[list[str]] = json.loads(_NTREX_STORIES.read_text("utf-8"))
    story_of = {document: documents[0] for documents in stories for document in documents}
    names = np.array([story_of.get(item.id, item.id) for item in items])
    return np.asarray(names[:, None] == names[None])


def _item(row: dict[str, object]) -> Item:
    return Item(
        id=str(row["id"]),
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        language=Language(str(row.get("lang") or "und").partition("-")[0]),
        published_at=_moment(row.get("published")),
        story=str(row.get("story") or ""),
        topic=str(row.get("topic") or ""),
        tag=str(row.get("lang") or ""),
        source=str(row.get("source") or ""),
        url=str(row.get("url") or ""),
        stories=_texts(row.get("silver_story")),
        watched=bool(row.get("silver_mentions")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
