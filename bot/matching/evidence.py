"""The evidence for a match: what an article shares with the nearest example, in the words of the article."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from bot.features.background import background
from bot.features.numbers import CALENDAR_WORDS
from bot.matching.query_parts import Hits
from bot.matching.shared_names import shared_names
from bot.matching.sides import NAMES, NUMBERS, TERMS, Side
from bot.matching.unspaced_words import unspaced_words
from bot.matching.written_figures import shared_figures
from bot.matching.written_names import READ, Token, WrittenText
from bot.model import Article, Evidence, Example
from bot.text.masked_urls import masked_text
from bot.text.news_words import REPORTING_WORDS, TITLES, ZONES
from bot.text.sentences import sentences
from bot.text.tokens import UNSPACED, stem, words

PASTED = "message"
"""The origin of an example that somebody pasted or forwarded as a message."""

_CALLED = 12
"""Words of a text that serve as its name where it has no title."""

_MOST = 5
"""Names, words and figures that are shown, of each."""
_DISTINCTIVE = 6
_LONGEST_SENTENCE = 400
_FEWEST_WORDS = 4
_SENTENCES = 40
"""Sentences from the beginning of the article, of which the best is chosen."""
_LEAST_SHARE = 0.004
"""The least product of weights of a shared key that is shown."""
_SHORTEST_TERM = 3
_NOUNS_HAVE_CAPITALS = frozenset(["de", "lb"])

_SAYING_NOTHING = REPORTING_WORDS | CALENDAR_WORDS | ZONES
_GLUED = re.compile("[a-z][A-Z]")
"""Two words between which the blank was lost."""
_JOINED_BEFORE = re.compile(r"(?<![\w.,])(?:[^\W\d_]{2,}[-\u2010\u2011])+$")
_JOINED_BEHIND = re.compile(r"(?:[-\u2010\u2011][^\W_]{2,})+")
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    length: int
    terms: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class ArticleReading:
    """An article read once for all topics that it may match."""

    article: Article
    side: Side

    @cached_property
    def written(self) -> WrittenText:
        article = self.article
        return WrittenText(article.title, article.text, article.language, self.side.spaces[NAMES])

    @cached_property
    def unstemmed(self) -> WrittenText:
        """For comparing with a text in another language."""
        article = self.article
        return WrittenText(article.title, article.text, article.language, self.side.spaces[NAMES], stemmed=False)

    @cached_property
    def sentences(self) -> tuple[_Sentence, ...]:
        language = self.article.language
        found = []
        for sentence in sentences(self.article.text[:READ], language)[:_SENTENCES]:
            tokens = words(sentence, language)
            if len(tokens) >= _FEWEST_WORDS and len(sentence) <= _LONGEST_SENTENCE:
                terms = frozenset(stem(token, language) for token in tokens)
                found.append(_Sentence(sentence, len(tokens), terms, frozenset(tokens)))
        return tuple(found)


def example_evidence(
    reading: ArticleReading, example: Side, nearest: Example, similarity: float | None, hits: Hits
) -> Evidence:
    """The evidence from the example that the article resembles most (`nearest`), whose features are `example`."""
    side = reading.side
    stemmed = nearest.language == reading.article.language
    article = reading.written if stemmed else reading.unstemmed
    other = _example_text(nearest, frozenset(example.spaces[NAMES]), stemmed)
    names = shared_names(
        article, other, _shared(_by_key(side.spaces[NAMES], article), _by_key(example.spaces[NAMES], other)), _MOST
    )
    numbers = _products(side.spaces[NUMBERS], example.spaces[NUMBERS])
    figures = shared_figures(article, other, numbers, names.places, _MOST)
    return Evidence(
        terms=_terms(reading.written, other, side.spaces[TERMS], example.spaces[TERMS], (*names.written, *figures)),
        names=names.written,
        numbers=figures,
        nearest_example=example_label(nearest),
        similarity=None if similarity is None else round(similarity, 4),
        sentence=_best_sentence(reading, example),
        query=hits,
    )


@lru_cache(maxsize=16)
def _example_text(example: Example, name_words: frozenset[str], stemmed: bool) -> WrittenText:
    """An example as a text. The last ones are kept, since what is in the news matches the same examples."""
    return WrittenText(example.title, example.text, example.language, name_words, stemmed=stemmed)


def example_label(example: Example) -> str:
    """How people know an example: by its title, else its file or page (without keys); a message by its first words."""
    if example.title or example.origin != PASTED:
        return example.title or masked_text(example.origin)
    return " ".join(example.text[:300].split()[:_CALLED])


def distinctive_words(article: Article, side: Side, known: Sequence[Side]) -> tuple[str, ...]:
    """Names and terms with the greatest weights in an article that none of `known` has, as the article writes them."""
    written = ArticleReading(article, side).written
    terms, names = (_new_keys(side.spaces[space], [one.spaces[space] for one in known]) for space in (TERMS, NAMES))
    new = shared_names(written, written, _by_key(names, written), _DISTINCTIVE).written
    return (*new, *_terms(written, written, terms, terms, new))[:_DISTINCTIVE]


def _new_keys(weights: Mapping[str, float], known: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """Keys that none of `known` has."""
    return {key: weight for key, weight in weights.items() if not any(key in other for other in known)}


def _by_key(weights: Mapping[str, float], text: WrittenText) -> Mapping[str, float]:
    """The weights of words of names by what their forms have in common."""
    found: dict[str, float] = {}
    for word, weight in weights.items():
        key = text.key_of(word)
        if weight > found.get(key, 0.0):
            found[key] = weight
    return found


def _products(article: Mapping[str, float], example: Mapping[str, float]) -> Mapping[str, float]:
    return {key: weight * example[key] for key, weight in article.items() if key in example}


def _shared(article: Mapping[str, float], example: Mapping[str, float]) -> Mapping[str, float]:
    """Shared keys with the product of their weights where it is at least `_LEAST_SHARE`."""
    return {key: product for key, product in _products(article, example).items() if product >= _LEAST_SHARE}


def _terms(
    article: WrittenText,
    example: WrittenText,
    weights: Mapping[str, float],
    others: Mapping[str, float],
    said: Collection[str],
) -> tuple[str, ...]:
    """Shared words in the form in which the article first writes them, without those that are `said` already."""
    shared = _shared(weights, others)
    if any(_UNSPACED.match(term) for term in shared):
        common = weights.keys() & others.keys()
        return tuple(unspaced_words(article.text, example.text, shared, common, _MOST))
    told = {stem(word, article.language) for one in said for word in words(one, article.language)}
    forms: dict[str, list[Token]] = {}
    for token in article.tokens:
        if token.key in shared:
            forms.setdefault(token.key, []).append(token)
    within_names = {token.start for name in article.names if len(name.words) > 1 for token in name.words}
    heaviest = sorted(forms.keys() - told, key=lambda key: (-shared[key], key))
    loose = (key for key in heaviest if not all(token.start in within_names for token in forms[key]))
    words_shown = (word for key in loose if (word := _as_word(forms[key], article, example)) is not None)
    kept = tuple(islice({_whole_word(word, article.text): word for word in words_shown}.items(), _MOST))
    rarity = background(article.language).idf([word.folded for _, word in kept]).tolist()
    ordered = sorted(zip(rarity, kept, strict=True), key=lambda one: -one[0])
    return tuple(written for _, (written, _) in ordered)


def _as_word(forms: Sequence[Token], text: WrittenText, example: WrittenText) -> Token | None:
    """The first form of a word that is shown; None for a part of a name, and for what news of any kind has."""
    first = forms[0]
    if _GLUED.search(first.written):
        return None
    if len(first.folded) < _SHORTEST_TERM or any(one.is_stop or one.folded in _SAYING_NOTHING for one in forms):
        return None
    if text.language in _NOUNS_HAVE_CAPITALS:
        return None if first.folded in text.name_words or first.folded in TITLES else first
    great = [token for token in forms if token.is_capitalized]
    is_certain = first.key in text.certain or first.key in example.certain or first.folded in text.name_words
    if is_certain and 2 * len(great) > len(forms):
        return None
    chosen = next((token for token in forms if not token.is_capitalized), first)
    return None if chosen.is_capitalized and chosen.folded in TITLES else chosen


def _whole_word(token: Token, text: str) -> str:
    """The word with what is joined to it by hyphens, without a genitive."""
    before = _JOINED_BEFORE.search(text, max(0, token.start - 40), token.start)
    behind = _JOINED_BEHIND.match(text, token.end)
    whole = text[before.start() if before else token.start : behind.end() if behind else token.end]
    return whole.removesuffix("'s").removesuffix("’s")


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
