"""Which of several articles on a story a reader is shown: one they can read, of the outlets they like. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from bot.model import UNDETERMINED, Alert, Chat, Language, Version
from bot.text.clean import clean_text, clean_title
from bot.text.tokens import fold

MOST_OUTLETS = 10
"""That a chat likes."""

_LONGEST_NAME = 60
"""Characters: feeds have titles that go on with a slogan."""

_BETWEEN = re.compile("[,;\n\u060c\u061b\u3001\uff0c\uff1b]")
"""Commas, semicolons and the like of several scripts, and the ends of lines."""

_ADDRESS = re.compile(r"^www\.|(?:\.(?:com|co|net|org|info|news|go|or|web))?(?:\.[a-z]{2})?$|\.com$")
"""What names of outlets have before and behind the name where they are addresses."""


@dataclass(frozen=True, slots=True)
class OutletPreferences:
    """What a chat would rather read."""

    reads: tuple[Language, ...] = ()
    """Languages; empty: it has not said, and all are alike."""
    outlets: tuple[str, ...] = ()
    """Names of outlets, the best first."""

    @classmethod
    def of(cls, chat: Chat | None, language: Language) -> Self:
        """Of a chat that has said nothing: the language that it is written to in; `language`: where it chose none."""
        if chat is None:
            return cls((language,))
        return cls(chat.preferences.reads or (chat.language or language,), chat.preferences.outlets)

    def prefers(self, one: Alert | Version, other: Alert | Version) -> bool:
        """Whether one article is better than another for this chat; of equals the first stays."""
        return self.rank(one) < self.rank(other)

    def rank(self, version: Alert | Version) -> tuple[bool, int]:
        """Least is best: a language that is read goes before an outlet that is liked."""
        known = version.language in self.reads or version.language == UNDETERMINED or not self.reads
        return not known, self._place(version.source)

    def likes(self, source: str) -> bool:
        """Whether the outlet is one of those that were named."""
        return self._place(source) < len(self.outlets)

    def _place(self, source: str) -> int:
        """A name may be a part of the outlet's: `BBC` of `BBC News`."""
        name = f" {fold(source)} "
        return next(
            (place for place, liked in enumerate(self.outlets) if f" {fold(liked)} " in name), len(self.outlets)
        )


def outlet_name(text: str) -> str:
    """An outlet as a chat may name it: on a line, cut after a word; "" where nothing is left to compare it by."""
    name = clean_title(text)
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME + 1].rpartition(" ")[0].rstrip()
    return name if any(map(str.isalnum, fold(name))) else ""


def read_outlets(text: str) -> tuple[str, ...]:
    """`BBC, Antara`: names as people type them, in their order, each once; the first ten of more."""
    return once(outlet_name(part) for part in _BETWEEN.split(clean_text(text)))[:MOST_OUTLETS]


def once(names: Iterable[str]) -> tuple[str, ...]:
    """Without those that compare as one before them, and without empty ones."""
    known: dict[str, str] = {}
    for name in names:
        if name:
            known.setdefault(fold(name), name)
    return tuple(known.values())


def outlet_of(source: str) -> str:
    """What the names have in common that feeds give one outlet: `KOMPAS`, `Kompas.com` and `www.kompas.com`."""
    name = " ".join(fold(clean_title(source)).split())
    return (_ADDRESS.sub("", name) if "." in name else name) or name


def version_of(alert: Alert) -> Version:
    """The leading article of an alert."""
    return Version(alert.article_id, alert.title, alert.link, alert.source, alert.language, alert.published_at)


def ordered(versions: Sequence[Version], taste: OutletPreferences) -> tuple[Version, ...]:
    """The best first; of equals in the order they came."""
    return tuple(sorted(versions, key=taste.rank))
