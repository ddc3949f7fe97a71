"""The summary of a story: sentences of several articles, none of which repeats another.

A sentence of the leading article comes first; then the sentences of all articles with the best scores that are new
compared with the chosen ones (maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998,
https://doi.org/10.1145/290941.291025). Two sentences repeat each other if they share most of their terms, where terms
that are everywhere in the story count little. A sentence with another figure is no repetition: outlets contradict each
other, and each sentence names its source.

All sentences are in one language, since readers should not have to switch, and repetitions across languages could not
be recognized without translating.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from bot.features.numbers import read_dates, read_numbers
from bot.model import Article, ArticleId, Language
from bot.summaries.extract import eligible_sentences, shorten, summarize
from bot.summaries.sentence import ArticleSentence, can_open, read_sentences, refers_back, terms_of
from bot.summaries.worth import sentence_scores
from bot.text.tokens import stem, words

_ARTICLES = 16
"""The most articles of a story that are read: the leading one and the last others, which know most."""
_SENTENCES = 3
_OTHERS_LIMIT = 6_000
"""Characters read of the others: what they add is in their first paragraphs."""

_SAME = 0.5
"""From this share of the shorter sentence on, the other one repeats it."""
# The rest was chosen on summaries of one half of the stories of ECB+ (`tests.benchmarks.on_story_summaries` reports the
# other half), in the unit of `bot.summaries.worth`, where an article's first sentence scores about 4 and its tenth 1.
_REPEATING = 15.0
"""Subtracted from a sentence that repeats a chosen one completely."""
_AGREED = 3.0
"""Added for terms that all articles have."""
_AGREED_FIGURE = 3.0
"""Added for a figure that all articles have, or for several that some have."""
_OTHER_LEAD = 1.5
"""Subtracted from the first sentence of another article: it mostly says what the leading article's says."""


@dataclass(frozen=True, slots=True)
class SourcedSentence:
    """A sentence and the article that it is from."""

    text: str
    article_id: ArticleId
    source: str
    """The outlet's name for people; may be empty."""
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
    articles: Sequence[Article], reads: Sequence[Language], focus: Sequence[str] = (), count: int | None = None
) -> tuple[SourcedSentence, ...]:
    """A few sentences of the story, the first from the leading article; those of one article in its order.

    For one article, or if only one is in the language, the result is that of `bot.summaries.extract.summarize`. A
    bounded part of a bounded number of articles is read.

    Args:
        articles: the articles of one story: the leading one, then the others in the order they came.
        reads: languages of the reader. Articles in the language of the first article in one of these are used; if there
            is none, those in the language of the leading one.
        focus: folded words (as `bot.text.tokens.words` gives) of the reader's topic.
        count: the most sentences. Without it three, and of one article as many as `bot.summaries.extract` finds.
    """
    usable = in_reader_language(articles, reads)
    if not usable or count == 0:
        return ()
    leading, *others = usable
    if not others:
        found = summarize(leading.title, leading.text, leading.language, focus, count)
        return tuple(_sourced(text, leading) for text in found)
    read = [leading, *others[1 - _ARTICLES :]]
    chosen = _choose(_candidates(read, focus), leading.language, count or _SENTENCES)
    return tuple(_sourced(each.sentence.text, read[each.article]) for each in sorted(chosen, key=lambda one: one.place))


def in_reader_language(articles: Sequence[Article], reads: Sequence[Language]) -> tuple[Article, ...]:
    """The articles in one language that the reader reads, in order; if there is none, in the language of the first."""
    language = next((article.language for article in articles if article.language in reads), None)
    if language is None and articles:
        language = articles[0].language
    return tuple(article for article in articles if article.language == language)


def _candidates(read: Sequence[Article], focus: Sequence[str]) -> list[_Candidate]:
    """The sentences of all articles that can follow the leading title and are understood by themselves."""
    language = read[0].language
    watched = frozenset(stem(word, language) for word in focus)
    shown = _heading(read[0])
    found: list[_Candidate] = []
    for number, article in enumerate(read):
        sentences = read_sentences(article.text if number == 0 else article.text[:_OTHERS_LIMIT], language)
        worth = sentence_scores(sentences, _heading(article), watched)
        able = eligible_sentences(sentences, shown) or ([] if number else sentences)
        found += [
            _Candidate(number, each, worth[each.position], _figures(each.text, language))
            for each in able
            if number == 0 or each.position == 0 or not refers_back(each.text, language)
        ]
    return found


def _heading(article: Article) -> frozenset[str]:
    return terms_of(words(article.title, article.language), article.language)


def _figures(text: str, language: Language) -> frozenset[str]:
    """The figures of a sentence without dates: `Monday` and `10 June` may be the same day."""
    _, undated = read_dates(text, language)
    return read_numbers(undated)


class _Story:
    """The terms and figures of all sentences of a story, and how much each counts."""

    def __init__(self, candidates: Sequence[_Candidate]) -> None:
        counts = Counter(term for each in candidates for term in each.sentence.terms)
        by_article: dict[int, set[str]] = {}
        by_figures: dict[int, set[str]] = {}
        for each in candidates:
            by_article.setdefault(each.article, set()).update(each.sentence.terms)
            by_figures.setdefault(each.article, set()).update(each.figures)
        having = Counter(term for terms in by_article.values() for term in terms)
        self._weights = {term: log(1 + len(candidates) / count) for term, count in counts.items()}
        counted = Counter(figure for figures in by_figures.values() for figure in figures)
        self._agreed_figures = {figure: (count - 1) / max(1, len(by_article) - 1) for figure, count in counted.items()}
        self._agreed = {term: (count - 1) / max(1, len(by_article) - 1) for term, count in having.items()}

    def worth(self, candidate: _Candidate) -> float:
        """The score of a sentence: within its article, and by how many articles agree with it."""
        terms = candidate.sentence.terms
        agreed = sum(self._agreed[term] for term in terms) / len(terms)
        figures = sum(self._agreed_figures[figure] for figure in candidate.figures)
        again = candidate.article > 0 and candidate.sentence.position == 0
        return candidate.worth + _AGREED * agreed + _AGREED_FIGURE * min(1.0, figures) - _OTHER_LEAD * again

    def likeness(self, one: _Candidate, other: _Candidate) -> float:
        """The weighted share of the shorter sentence's terms that the other one has, 0..1."""
        shared = one.sentence.terms & other.sentence.terms
        shorter = min(self._weight(one.sentence.terms), self._weight(other.sentence.terms))
        return self._weight(shared) / shorter

    def _weight(self, terms: Iterable[str]) -> float:
        return sum(self._weights[term] for term in terms)


def _choose(candidates: Sequence[_Candidate], language: Language, count: int) -> list[_Candidate]:
    story = _Story(candidates)
    worth = {each.place: story.worth(each) for each in candidates}
    likeness = dict.fromkeys(worth, 0.0)
    leading = [each for each in candidates if each.article == 0 and can_open(each.sentence, language)]
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
    """Whether it repeats a chosen sentence and has no other figure."""
    return likeness >= _SAME and candidate.figures <= chosen.figures


def _sourced(text: str, article: Article) -> SourcedSentence:
    return SourcedSentence(shorten(text), article.id, article.source, article.language)
