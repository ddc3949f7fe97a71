"""Extractive summaries: a few of an article's own sentences, weighted towards what the reader watches.

`bot.summaries.worth` scores the sentences. Here they are chosen so that none repeats the title or a chosen sentence
(maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998, https://doi.org/10.1145/290941.291025), and cut to a
length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from math import inf

from bot.model import Language
from bot.summaries.sentence import ArticleSentence, can_open, overlap, read_sentences, refers_back, terms_of
from bot.summaries.worth import sentence_scores
from bot.text.tokens import stem, words

SENTENCE_LIMIT = 350
"""The most characters of one sentence in a summary."""

_MOST_SENTENCES = 4
_ENOUGH, _TOO_MUCH = 55, 85
"""Words of a summary: from `_ENOUGH` on it gets no further sentence, and none that would bring it above `_TOO_MUCH`.
People write 59 words, give or take 5, of an article of IndoSum. Chosen on the half on which weights are fitted."""

SAID_BY_TITLE = 0.75
_SAME_AS_CHOSEN = 0.7
_LEANING_COST = 0.5

_CLAUSE_ENDS = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|[，；、：。]")


def summarize(
    title: str, text: str, language: Language, focus: Sequence[str] = (), count: int | None = None
) -> tuple[str, ...]:
    """A few sentences of the text, in its order, none longer than `SENTENCE_LIMIT`; empty for an empty text.

    The first one is understood by itself, if any is: it is no quotation and refers to nothing before it.

    Only the first 40,000 characters are read, so the time is bounded.

    Args:
        title: shown to the reader anyway; sentences that only repeat it are left out.
        text: clean plain text; boilerplate is removed here.
        focus: folded words (as `bot.text.tokens.words` gives) of the reader's topic.
        count: the most sentences. Without it, up to four that together have about 60 words.
    """
    found = read_sentences(text, language)
    heading = terms_of(words(title, language), language)
    worth = sentence_scores(found, heading, frozenset(stem(word, language) for word in focus))
    chosen = _choose_opened(eligible_sentences(found, heading) or found, worth, language, count)
    return tuple(shorten(sentence.text) for sentence in sorted(chosen, key=lambda each: each.position))


def eligible_sentences(found: Sequence[ArticleSentence], heading: frozenset[str]) -> list[ArticleSentence]:
    """The sentences that say more than the title and are not only a quotation without its speaker.

    Those that would have to be cut are among them only if all would.
    """
    able = [
        sentence
        for sentence in found
        if not sentence.is_bare_quote and len(sentence.terms & heading) < SAID_BY_TITLE * len(sentence.terms)
    ]
    return [sentence for sentence in able if len(sentence.text) <= SENTENCE_LIMIT] or able


def _choose_opened(
    able: Sequence[ArticleSentence], worth: Sequence[float], language: Language, count: int | None
) -> list[ArticleSentence]:
    """The best sentences of which the first one is understood by itself, if any is."""
    left = list(able)
    chosen = unopened = _choose(left, worth, language, count)
    while chosen:
        first = min(chosen, key=lambda each: each.position)
        if can_open(first, language):
            return chosen
        left.remove(first)
        chosen = _choose(left, worth, language, count)
    return unopened


def _choose(
    found: Sequence[ArticleSentence], worth: Sequence[float], language: Language, count: int | None
) -> list[ArticleSentence]:
    """The best sentences that do not repeat each other. One that needs its predecessor scores better beside it."""
    most, enough, too_much = (_MOST_SENTENCES, _ENOUGH, _TOO_MUCH) if count is None else (count, inf, inf)
    leaning = {each.position for each in found if each.position and refers_back(each.text, language)}
    chosen: list[ArticleSentence] = []
    left = list(found)
    told = 0.0
    while left and len(chosen) < most and told < enough:
        alone = leaning - {sentence.position + 1 for sentence in chosen}
        best = max(left, key=lambda each: worth[each.position] - _LEANING_COST * (each.position in alone))
        chosen.append(best)
        told += best.reading
        left = [
            sentence
            for sentence in left
            if overlap(sentence.terms, best.terms) < _SAME_AS_CHOSEN and told + sentence.reading <= too_much
        ]
    return chosen


def shorten(sentence: str, limit: int = SENTENCE_LIMIT) -> str:
    """The sentence; if longer than `limit`, its beginning up to the end of a clause (else of a word) and `…`."""
    if len(sentence) <= limit:
        return sentence
    room = limit - 2  # for the ellipsis and a closing quote
    ends = [end.start() for end in _CLAUSE_ENDS.finditer(sentence, limit // 2, room)]
    cut = ends[-1] if ends else sentence.rfind(" ", limit // 2, room)
    if cut < 0:
        cut = room
        while cut > limit // 2 and unicodedata.combining(sentence[cut]):
            cut -= 1
    head = sentence[:cut].rstrip(" ,;:–—-，；、：") + "…"
    if head.count("“") > head.count("”"):
        return head + "”"
    return head + '"' if head.count('"') % 2 else head
