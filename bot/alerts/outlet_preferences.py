"""Which of several articles on a story a chat is shown: one in a language it reads, of an outlet it prefers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from bot.model import UNDETERMINED, Alert, Chat, Language, Version
from bot.text.clean import clean_text, clean_title
from bot.text.tokens import fold

MOST_OUTLETS = 10
"""The most outlets that a chat can name as preferred."""

_LONGEST_NAME = 60
"""Characters of an outlet's name; many titles of feeds continue with a slogan."""

_BETWEEN = re.compile("[,;\n\u060c\u061b\u3001\uff0c\uff1b]")
"""Separators of a list: commas and semicolons of several scripts (Arabic, CJK, full-width) and line ends."""

_ADDRESS = re.compile(r"^www\.|(?:\.(?:com|co|net|org|info|news|go|or|web))?(?:\.[a-z]{2})?$|\.com$")
"""Parts of an outlet's name that come from its web address: `www.`, `.com`, `.co.id`."""


@dataclass(frozen=True, slots=True)
class OutletPreferences:
    """The languages and outlets that a chat prefers."""

    reads: tuple[Language, ...] = ()
    """Languages that are read there; empty: not set, all are equal."""
    outlets: tuple[str, ...] = ()
    """Names of preferred outlets, the best first."""

    @classmethod
    def of(cls, chat: Chat | None, language: Language) -> Self:
        """The preferences of a chat. Where it has set no languages: the one it is written to in, else `language`."""
        if chat is None:
            return cls((language,))
        return cls(chat.preferences.reads or (chat.language or language,), chat.preferences.outlets)

    def prefers(self, one: Alert | Version, other: Alert | Version) -> bool:
        """Whether `one` is better than `other` for this chat; False where they are equal."""
        return self.rank(one) < self.rank(other)

    def rank(self, version: Alert | Version) -> tuple[bool, int]:
        """A sort key, the best version first. A language that is read matters more than a preferred outlet."""
        known = version.language in self.reads or version.language == UNDETERMINED or not self.reads
        return not known, self._place(version.source)

    def likes(self, source: str) -> bool:
        """Whether the outlet is one of the preferred ones."""
        return self._place(source) < len(self.outlets)

    def _place(self, source: str) -> int:
        """The rank of an outlet. A preferred name may be part of the outlet's name: `BBC` of `BBC News`."""
        name = f" {fold(source)} "
        return next(
            (place for place, liked in enumerate(self.outlets) if f" {fold(liked)} " in name), len(self.outlets)
        )


def outlet_name(text: str) -> str:
    """An outlet's name as typed, in one line and cut after a word; empty where no letter or digit is left."""
    name = clean_title(text)
    if len(name) > _LONGEST_NAME:
        name = name[: _LONGEST_NAME + 1].rpartition(" ")[0].rstrip()
    return name if any(map(str.isalnum, fold(name))) else ""


def read_outlets(text: str) -> tuple[str, ...]:
    """Names of outlets as people type them (`BBC, Antara`), in that order, without repetitions, at most ten."""
    return distinct_names(outlet_name(part) for part in _BETWEEN.split(clean_text(text)))[:MOST_OUTLETS]


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names without empty ones and without those that are equal to an earlier one after folding."""
    known: dict[str, str] = {}
    for name in names:
        if name:
            known.setdefault(fold(name), name)
    return tuple(known.values())


def outlet_key(source: str) -> str:
    """A key that is the same for the names that feeds give one outlet: `KOMPAS`, `Kompas.com`, `www.kompas.com`."""
    name = " ".join(fold(clean_title(source)).split())
    return (_ADDRESS.sub("", name) if "." in name else name) or name


@dataclass(frozen=True, slots=True)
class OutletVersions:
    """What one outlet has on a story: its newest article, and how many it has."""

    newest: Version
    articles: int


def by_outlet(versions: Iterable[Version]) -> tuple[OutletVersions, ...]:
    """The versions by outlet, the outlet that was heard last at the end. `versions`: in the order they came."""
    outlets: dict[str, OutletVersions] = {}
    for version in versions:
        before = outlets.pop(key := outlet_key(version.source), None)
        outlets[key] = OutletVersions(version, 1 + (before.articles if before else 0))
    return tuple(outlets.values())


def of_other_outlets(alert: Alert) -> tuple[Version, ...]:
    """The newest version of each outlet besides that of the leading article."""
    own = outlet_key(alert.source)
    return tuple(one.newest for one in by_outlet(alert.also) if outlet_key(one.newest.source) != own)


def version_of(alert: Alert) -> Version:
    """The leading article of an alert as a version."""
    return Version(alert.article_id, alert.title, alert.link, alert.source, alert.language, alert.published_at)


def sort_by_preference(outlets: Sequence[OutletVersions], preferences: OutletPreferences) -> tuple[OutletVersions, ...]:
    """The outlets sorted by preference, the best first; equal ones keep their order."""
    return tuple(sorted(outlets, key=lambda outlet: preferences.rank(outlet.newest)))
