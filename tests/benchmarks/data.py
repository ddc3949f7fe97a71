"""The news data that benchmarks read in place: `../shared/data` beside the project, or another folder. Never copied."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.model import Language

DEFAULT_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"


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
    watched: bool = False
    """indonews: it mentions what the seed topic is about, by rules on its title."""

    def short(self, words: int = 35) -> Item:
        """As a feed gives it: the title and the first words."""
        return Item(
            self.id,
            self.title,
            " ".join(self.text.split()[:words]),
            self.language,
            self.published_at,
            self.story,
            self.topic,
            self.watched,
        )


def read_items(folder: Path, name: str) -> list[Item]:
    """All articles of `name`.jsonl. Raises DataAbsentError."""
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise DataAbsentError(f"{path} is not there: give the folder of the data with --data FOLDER")
    with path.open(encoding="utf-8") as lines:
        return [_item(json.loads(line)) for line in lines if line.strip()]


def _item(row: dict[str, object]) -> Item:
    return Item(
        id=str(row["id"]),
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        language=Language(str(row.get("lang") or "und").partition("-")[0]),
        published_at=_moment(row.get("published")),
        story=str(row.get("story") or ""),
        topic=str(row.get("topic") or ""),
        watched=bool(row.get("silver_mentions")),
    )


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
