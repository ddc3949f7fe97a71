"""The summary of a story: sentences of several articles, none of which says again what another has said.

The article that is shown comes first; then what is worth most of all of them and is new beside what was chosen (MMR,
Carbonell and Goldstein 1998). Two sentences say the same where they share most of what they say, words that the whole
story is full of counting little; but one with another figure is no repeat: outlets contradict each other, and each
sentence has its source.

All sentences are in one language: a reader is not led through three, and what is said again in another language could
not be told without translating.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from bot.features.numbers import read_dates, read_numbers
from bot.model import Article, ArticleId, Language
from bot.summaries.extract import shorten, summarize, tellable
from bot.summaries.sentence import ArticleSentence, leans, read_sentences, terms_of
from bot.summaries.worth import worths
from bot.text.tokens import stem, words

_ARTICLES = 16
"""Read of a story: the one that is shown and the last of the others, which know most."""
_OTHERS_LIMIT = 6_000
"""Characters read of the others: what they add stands in their first paragraphs, or is no news."""

_SAME = 0.5
"""Share of what the shorter of two sentences says, from which the other says it too."""
# The rest was chosen by summaries of half of ECB+'s stories (`tests.benchmarks.on_story_summaries` reports the others),
# in the unit of `bot.summaries.worth`, where an article's first sentence is worth about 4 and its tenth 1.
_REPEATING = 15.0
"""Cost of saying all again."""
_AGREED = 3.0
"""Worth of words that all articles have."""
_AGREED_FIGURE = 3.0
"""Worth of a figure that all articles have, or of several that some have."""
_OTHER_LEAD = 1.5
"""Cost of another article's first sentence: it tells what the first of all has told."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A sentence and where it stands."""

    text: str
    article_id: ArticleId
    source: str
    """The outlet, for people; may be empty."""
    language: Language


@dataclass(frozen=True, slots=True)
class _Candidate:
    article: int
    sentence: ArticleSentence
    worth: float
    figures: frozenset[str]

    @property
    def place(self) -> tuple[int, int]:
        return self.article, self.sentence.position


def summarize_story(
    articles: Sequence[Article], reads: Sequence[Language], focus: Sequence[str] = (), count: int = 3
) -> tuple[Sourced, ...]:
    """Up to `count` sentences of the story, the first from the article that leads; those of one article in its order.

    Of one article, or where only one can be read, the same as `bot.summaries.extract.summarize` gives. Reads a bounded
    part of each of a bounded number of articles.

    Args:
        articles: of one story, the one that is shown first, the others by when they came.
        reads: languages of the reader. Articles are taken that are in the language of the first article in one of
            these; where there is none, in that of the very first.
        focus: folded words (as `bot.text.tokens.words` gives) that the reader's topic is about.
        count: how many sentences at most.
    """
    told = readable(articles, reads)
    if not told or count < 1:
        return ()
    leading, *others = told
    if not others:
        found = summarize(leading.title, leading.text, leading.language, focus, count)
        return tuple(_sourced(text, leading) for text in found)
    read = [leading, *others[1 - _ARTICLES :]]
    chosen = _choose(_candidates(read, focus), leading.language, count)
    return tuple(_sourced(each.sentence.text, read[each.article]) for each in sorted(chosen, key=lambda one: one.place))


def readable(articles: Sequence[Article], reads: Sequence[Language]) -> tuple[Article, ...]:
    """Those in one language that the reader reads, in order; where there is none, in the language of the first."""
    language = next((article.language for article in articles if article.language in reads), None)
    if language is None and articles:
        language = articles[0].language
    return tuple(article for article in articles if article.language == language)


def _candidates(read: Sequence[Article], focus: Sequence[str]) -> list[_Candidate]:
    """Of all articles what can stand beside the title that is shown, and by itself."""
    language = read[0].language
    watched = frozenset(stem(word, language) for word in focus)
    shown = _heading(read[0])
    found: list[_Candidate] = []
    for number, article in enumerate(read):
        sentences = read_sentences(article.text if number == 0 else article.text[:_OTHERS_LIMIT], language)
        worth = worths(sentences, _heading(article), watched)
        able = tellable(sentences, shown) or ([] if number else sentences)
        found += [
            _Candidate(number, each, worth[each.position], _figures(each.text, language))
            for each in able
            if number == 0 or each.position == 0 or not leans(each.text, language)
        ]
    return found


def _heading(article: Article) -> frozenset[str]:
    return terms_of(words(article.title, article.language), article.language)


def _figures(text: str, language: Language) -> frozenset[str]:
    """Without dates: `Monday` and `10 June` are told of the same fact."""
    _, undated = read_dates(text, language)
    return read_numbers(undated)


class _Story:
    """What its sentences say of it, and so how much each of their terms tells."""

    def __init__(self, candidates: Sequence[_Candidate]) -> None:
        told = Counter(term for each in candidates for term in each.sentence.terms)
        by_article: dict[int, set[str]] = {}
        by_figures: dict[int, set[str]] = {}
        for each in candidates:
            by_article.setdefault(each.article, set()).update(each.sentence.terms)
            by_figures.setdefault(each.article, set()).update(each.figures)
        having = Counter(term for terms in by_article.values() for term in terms)
        self._weights = {term: log(1 + len(candidates) / count) for term, count in told.items()}
        counted = Counter(figure for figures in by_figures.values() for figure in figures)
        self._agreed_figures = {figure: (count - 1) / max(1, len(by_article) - 1) for figure, count in counted.items()}
        self._agreed = {term: (count - 1) / max(1, len(by_article) - 1) for term, count in having.items()}

    def worth(self, candidate: _Candidate) -> float:
        """Within its article, and by what the articles agree on."""
        terms = candidate.sentence.terms
        agreed = sum(self._agreed[term] for term in terms) / len(terms)
        figures = sum(self._agreed_figures[figure] for figure in candidate.figures)
        again = candidate.article > 0 and candidate.sentence.position == 0
        return candidate.worth + _AGREED * agreed + _AGREED_FIGURE * min(1.0, figures) - _OTHER_LEAD * again

    def likeness(self, one: _Candidate, other: _Candidate) -> float:
        """How much of what the shorter of two says the other says too, 0 to 1."""
        shared = one.sentence.terms & other.sentence.terms
        shorter = min(self._weight(one.sentence.terms), self._weight(other.sentence.terms))
        return self._weight(shared) / shorter

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(self._weights[term] for term in terms)


def _choose(candidates: Sequence[_Candidate], language: Language, count: int) -> list[_Candidate]:
    story = _Story(candidates)
    worth = {each.place: story.worth(each) for each in candidates}
    likeness = dict.fromkeys(worth, 0.0)
    leading = [
        each
        for each in candidates
        if each.article == 0 and not (each.sentence.position and leans(each.sentence.text, language))
    ]
    left = list(candidates)
    chosen: list[_Candidate] = []
    while left and len(chosen) < count:
        best = max(
            (leading if not chosen and leading else left),
            key=lambda each: worth[each.place] - _REPEATING * likeness[each.place],
        )
        chosen.append(best)
        kept = []
        for each in left:
            alike = story.likeness(each, best)
            likeness[each.place] = max(likeness[each.place], alike)
            if each is not best and not _repeats(each, best, alike):
                kept.append(each)
        left = kept
    return chosen


def _repeats(candidate: _Candidate, chosen: _Candidate, likeness: float) -> bool:
    """Whether it says what was chosen and has no figure of its own."""
    return likeness >= _SAME and candidate.figures <= chosen.figures


def _sourced(text: str, article: Article) -> Sourced:
    return Sourced(shorten(text), article.id, article.source, article.language)
