"""Queries by the words that they need: one article's words lead to the few queries that it may hit."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping

from bot.matching.query_parts import Needed
from bot.matching.search_text import SearchText, word_form
from bot.model import Language

_LANGUAGES_KEPT = 8
"""Forms of words are looked up by language; the one not used for longest goes."""

Places = Mapping[str, list[int]]


class NeededIndex:
    """Places of queries by `Needed`."""

    def __init__(self, queries: Iterable[tuple[int, Needed | None]]) -> None:
        self._always: list[int] = []
        self._tokens: defaultdict[str, list[int]] = defaultdict(list)
        self._words: defaultdict[str, list[int]] = defaultdict(list)
        self._beginnings: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._by_form: OrderedDict[Language, Places] = OrderedDict()
        for place, needed in queries:
            if needed is None:
                self._always.append(place)
                continue
            for word in needed.tokens:
                self._tokens[word].append(place)
            for word in needed.words:
                self._words[word].append(place)
            for word in needed.beginnings:
                self._beginnings[len(word)][word].append(place)

    @property
    def always(self) -> tuple[int, ...]:
        """Queries that may hit whatever the words are."""
        return tuple(self._always)

    def candidates(self, text: SearchText) -> list[int]:
        """Places of the queries that may hit, ascending."""
        return sorted({*self._always, *self.by_words(text)})

    def by_words(self, text: SearchText) -> set[int]:
        """Places of the queries of whose needed words the article has one."""
        vocabulary = text.title.vocabulary | text.body.vocabulary
        found: set[int] = set()
        for place_list in _looked_up(self._tokens, vocabulary):
            found.update(place_list)
        if self._words:
            forms = text.title.forms | text.body.forms
            for place_list in _looked_up(self._forms_in(text.article.language), forms):
                found.update(place_list)
        for length, beginnings in self._beginnings.items():
            for place_list in _looked_up(beginnings, {word[:length] for word in vocabulary}):
                found.update(place_list)
        return found

    def _forms_in(self, language: Language) -> Places:
        known = self._by_form.pop(language, None)
        if known is None:
            by_form: defaultdict[str, list[int]] = defaultdict(list)
            for word, places in self._words.items():
                by_form[word_form(word, language)].extend(places)
            known = dict(by_form)
        self._by_form[language] = known
        if len(self._by_form) > _LANGUAGES_KEPT:
            self._by_form.popitem(last=False)
        return known


def _looked_up(places: Places, keys: Iterable[str]) -> list[list[int]]:
    return [places[key] for key in keys if key in places]
