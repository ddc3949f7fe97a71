"""Learns which lines of texts are the furniture of their site: those that articles on different matters share.

Such are placeholders of videos, notes on a company below its press releases, invitations. Their wording need not be
known: a line is furniture because it stands in articles whose titles have nothing in common.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.features.relevance import content_words, is_about
from bot.model import Article, ArticleId

_REMEMBERED: Final = 300
"""Articles whose lines are compared with those of new ones."""
_MOST_LINES: Final = 400
"""Lines of furniture that are kept, and of an article that are looked at."""
_SHORTEST: Final = 20
"""Characters: shorter lines are headings and labels, which many articles share by chance."""
_ARTICLES: Final = 3
"""Articles on different matters that must share a line."""
_ARTICLES_ALIKE: Final = 2
"""The same where nothing is left of their texts without the lines that they share."""
_TELLING: Final = 3.0
"""The IDF from which on a word that two titles share means that they are on one matter."""

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of an article."""

    article: Article
    title: Mapping[str, float]
    lines: Mapping[str, str]
    """Its lines by their keys."""


class Furniture:
    """The furniture of one feed. `known` are the keys of lines that were learned before, in the order of learning."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = dict.fromkeys(known)
        self._before = len(self._known)
        self._seen: dict[ArticleId, _Seen] = {}

    @property
    def has_learned(self) -> bool:
        """Whether there are lines that were not known before."""
        return len(self._known) > self._before

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all lines of furniture, those learned last at the end."""
        return tuple(self._known)[-_MOST_LINES:]

    def learn(self, articles: Sequence[Article]) -> None:
        """Compare articles with one another and with those before. The versions of an article count as one."""
        for one in articles:
            before = self._seen.pop(one.id, None)
            lines = {**(before.lines if before else {}), **_lines(one.text)}
            self._seen[one.id] = _Seen(one, content_words(one.title, one.language), lines)
        for oldest in list(self._seen)[:-_REMEMBERED]:
            del self._seen[oldest]
        sharing: defaultdict[str, list[_Seen]] = defaultdict(list)
        for seen in self._seen.values():
            for key in seen.lines:
                sharing[key].append(seen)
        shared = {key: some for key, some in sharing.items() if len(some) >= _ARTICLES_ALIKE and key not in self._known}
        common = shared.keys() | self._known.keys()
        for key, some in shared.items():
            if _is_furniture(key, some, common):
                self._known[key] = None

    def strip(self, article: Article) -> Article:
        """The article without furniture; it may have no text left."""
        if not self._known:
            return article
        kept = [line for line in article.text.split("\n") if _key(line) not in self._known]
        text = "\n".join(kept)
        return article if text == article.text else replace(article, text=text)


def _is_furniture(key: str, sharing: list[_Seen], shared: Collection[str]) -> bool:
    """Whether enough articles on different matters share the line."""
    line = sharing[0].lines[key]
    own = content_words(line, sharing[0].article.language).keys()
    apart: list[set[str]] = []
    alone = True
    for seen in sharing:
        telling = {word for word, idf in seen.title.items() if idf >= _TELLING and word not in own}
        if telling and not any(telling & other for other in apart):
            apart.append(telling)
            is_whole_text = all(one in shared for one in seen.lines)
            alone = alone and is_whole_text and not is_about(line, seen.article.title, "", seen.article.language)
    return len(apart) >= (_ARTICLES_ALIKE if alone else _ARTICLES)


def _lines(text: str) -> Mapping[str, str]:
    lines = (line for line in text.split("\n", _MOST_LINES)[:_MOST_LINES] if len(line) >= _SHORTEST)
    return {_key(line): line for line in lines}


def _key(line: str) -> str:
    """The key of a line: a digest of its words."""
    words = " ".join(_WORD.findall(line.casefold()))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
