"""The evidence for a match: what an article shares with the nearest example, in the words of the article."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.features.numbers import read_numbers
from bot.matching.query_parts import Hits
from bot.matching.sides import Side
from bot.model import Article, Evidence, Example
from bot.text.masked_urls import masked_text
from bot.text.sentences import sentences
from bot.text.tokens import fold, is_stop_word, stem, words

PASTED = "message"
"""The origin of an example that somebody pasted or forwarded as a message."""

_CALLED = 12
"""Words of a text that serve as its name where it has no title."""

_READ = 20_000
"""Characters of the article that are read."""
_TERMS = 6
_NAMES = 6
_NUMBERS = 4
_LONGEST_NAME = 4
_LONGEST_SENTENCE = 400
_FEWEST_WORDS = 4
_SENTENCES = 40
"""Sentences from the beginning of the article, of which the best is chosen."""
_LEAST_SHARE = 0.004
"""The least product of weights of a shared key that is shown."""

_WORD = re.compile(r"[^\W\d_](?:[\w'’]*\w)?")
_NUMBER = re.compile(r"\d{1,20}(?:[.,  '’]\d+)*(?: ?[^\W\d_]{2,10})?")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the article as a name and as a term, with its position."""

    start: int
    end: int
    name: str
    """The folded word; empty if it has no capital."""
    term: str
    """The stem; empty for a function word."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    length: int
    terms: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class ArticleReading:
    """An article tokenized once for all topics that it may match."""

    article: Article

    @cached_property
    def text(self) -> str:
        return f"{self.article.title}\n{self.article.text}"[:_READ]

    @cached_property
    def tokens(self) -> tuple[_Token, ...]:
        known: dict[str, tuple[str, str]] = {}
        found = []
        for match in _WORD.finditer(self.text):
            written = match[0]
            if written not in known:
                known[written] = self._read(written)
            found.append(_Token(match.start(), match.end(), *known[written]))
        return tuple(found)

    @cached_property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """(value, as written) of each number."""
        found = []
        for match in _NUMBER.finditer(self.text):
            alone = match[0].partition(" ")[0].rstrip(".,")
            for value in read_numbers(match[0]):
                found.append((value, alone if value in read_numbers(alone) else match[0].rstrip(".,")))
        return tuple(found)

    @cached_property
    def sentences(self) -> tuple[_Sentence, ...]:
        language = self.article.language
        found = []
        for sentence in sentences(self.article.text[:_READ], language)[:_SENTENCES]:
            tokens = words(sentence, language)
            if len(tokens) >= _FEWEST_WORDS and len(sentence) <= _LONGEST_SENTENCE:
                terms = frozenset(stem(token, language) for token in tokens)
                found.append(_Sentence(sentence, len(tokens), terms, frozenset(tokens)))
        return tuple(found)

    def _read(self, written: str) -> tuple[str, str]:
        """A word as a name and as a term."""
        language = self.article.language
        folded = fold(written).removesuffix("'s").replace("'", "")
        term = "" if is_stop_word(folded, language) else stem(folded, language)
        return folded if written[0].isupper() else "", term


def example_evidence(
    reading: ArticleReading, side: Side, example: Side, nearest: Example, similarity: float | None, hits: Hits
) -> Evidence:
    """The evidence from the example that the article resembles most (`nearest`), whose features are `example`."""
    names, taken = _names(reading, _shared(side.spaces[1], example.spaces[1]))
    return Evidence(
        terms=_terms(reading, _shared(side.spaces[0], example.spaces[0]), taken),
        names=names,
        numbers=_numbers(reading, side.spaces[2].keys() & example.spaces[2].keys()),
        nearest_example=example_label(nearest),
        similarity=None if similarity is None else round(similarity, 4),
        sentence=_best_sentence(reading, example),
        query=hits,
    )


def example_label(example: Example) -> str:
    """How people know an example: by its title, else its file or page (without keys); a message by its first words."""
    if example.title or example.origin != PASTED:
        return example.title or masked_text(example.origin)
    return " ".join(example.text[:300].split()[:_CALLED])


def distinctive_words(article: Article, side: Side, known: Sequence[Side]) -> tuple[str, ...]:
    """Names and terms with the greatest weights in an article that none of `known` has, as the article writes them."""
    reading = ArticleReading(article)
    terms, names = (_new_keys(side.spaces[space], [one.spaces[space] for one in known]) for space in (0, 1))
    new_names, taken = _names(reading, names[:_NAMES])
    return (*new_names, *_terms(reading, terms[:_TERMS], taken))[:_TERMS]


def _new_keys(weights: Mapping[str, float], known: Sequence[Mapping[str, float]]) -> list[str]:
    """Keys that none of `known` has, the greatest weights first."""
    new = [key for key in weights if not any(key in other for other in known)]
    return sorted(new, key=lambda key: (-weights[key], key))


def _shared(article: Mapping[str, float], example: Mapping[str, float]) -> tuple[str, ...]:
    """Shared keys whose product of weights is at least `_LEAST_SHARE`, the greatest first."""
    products = {key: weight * example[key] for key, weight in article.items() if key in example}
    kept = [key for key, product in products.items() if product >= _LEAST_SHARE]
    return tuple(sorted(kept, key=lambda key: (-products[key], key)))


def _names(reading: ArticleReading, shared: Collection[str]) -> tuple[tuple[str, ...], frozenset[int]]:
    """Shared names, with adjacent words joined, and the positions of all words of names."""
    rank = {word: place for place, word in enumerate(shared)}
    runs: list[list[_Token]] = []
    for token in reading.tokens:
        if token.name not in rank:
            continue
        last = runs[-1] if runs else []
        if last and len(last) < _LONGEST_NAME and reading.text[last[-1].end : token.start] in (" ", "-"):
            last.append(token)
        else:
            runs.append([token])
    runs.sort(key=lambda run: (min(rank[token.name] for token in run), -len(run)))
    chosen: list[str] = []
    listed: set[str] = set()
    for run in runs:
        # A name is listed once, in its longest form.
        if not {token.name for token in run} <= listed:
            listed.update(token.name for token in run)
            chosen.append(re.sub(r"['’]s$", "", reading.text[run[0].start : run[-1].end]))
    return tuple(chosen[:_NAMES]), frozenset(token.start for run in runs for token in run)


def _terms(reading: ArticleReading, shared: Collection[str], taken: Collection[int]) -> tuple[str, ...]:
    """Shared terms in the form in which the article first writes them, without those listed as names."""
    if any(_UNSPACED.match(term) for term in shared):
        return _stretches(reading.text, frozenset(shared))
    wanted = frozenset(shared)
    written: dict[str, str] = {}
    as_names = set()
    for token in reading.tokens:
        if token.term in wanted:
            written.setdefault(token.term, reading.text[token.start : token.end])
            if token.start in taken:
                as_names.add(token.term)
    return tuple(written[term] for term in shared if term in written and term not in as_names)[:_TERMS]


def _stretches(text: str, shared: Collection[str]) -> tuple[str, ...]:
    """For scripts without spaces: the longest runs of text all of whose pairs of characters are shared."""
    found: set[str] = set()
    start = 0
    for place in range(len(text)):
        if text[place : place + 2] not in shared:
            if place > start:
                found.add(text[start : place + 1])
            start = place + 1
    chosen: list[str] = []
    for stretch in sorted(found, key=lambda stretch: (-len(stretch), stretch)):
        if not any(stretch in other for other in chosen):
            chosen.append(stretch)
        if len(chosen) == _TERMS:
            break
    return tuple(chosen)


def _numbers(reading: ArticleReading, shared: Collection[str]) -> tuple[str, ...]:
    written: dict[str, str] = {}
    for value, spelling in reading.numbers:
        if value in shared:
            written.setdefault(value, spelling)
    return tuple(written.values())[:_NUMBERS]


def _best_sentence(reading: ArticleReading, example: Side) -> str | None:
    """The sentence with the greatest weights of the example, long ones discounted; the title if there is no text."""
    best, chosen = 0.0, None
    terms, names = example.spaces[0], example.spaces[1]
    for place, sentence in enumerate(reading.sentences):
        weight = sum(terms.get(term, 0.0) for term in sentence.terms)
        weight += sum(names.get(name, 0.0) for name in sentence.names)
        # The constant makes the first sentences win where nothing is shared, as between languages.
        score = (weight + 0.05) / (sentence.length + 8) ** 0.5 * (1.1 if place < 3 else 1.0)
        if score > best:
            best, chosen = score, sentence.text
    return chosen or reading.article.title or None
