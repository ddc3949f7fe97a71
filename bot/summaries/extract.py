"""Extractive summaries: a few of an article's own sentences, weighted towards what the reader watches.

`bot.summaries.worth` scores the sentences. Here they are chosen so that none repeats the title or a chosen sentence
(maximal marginal relevance: Carbonell and Goldstein, SIGIR 1998, https://doi.org/10.1145/290941.291025), and cut to a
length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.model import Language
from bot.summaries.sentence import ArticleSentence, overlap, read_sentences, refers_back, terms_of
from bot.summaries.worth import sentence_scores
from bot.text.tokens import stem, words

SENTENCE_LIMIT = 300
"""The most characters of one sentence in a summary."""

SAID_BY_TITLE = 0.75
_SAME_AS_CHOSEN = 0.7
_LEANING_COST = 0.5

_CLAUSE_ENDS = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|[，；、：。]")


def summarize(title: str, text: str, language: Language, focus: Sequence[str] = (), count: int = 3) -> tuple[str, ...]:
    """Up to `count` sentences of the text, in its order, none longer than `SENTENCE_LIMIT`; empty for an empty text.

    Only the first 40,000 characters are read, so the time is bounded.

    Args:
        title: shown to the reader anyway; sentences that only repeat it are left out.
        text: clean plain text; boilerplate is removed here.
        focus: folded words (as `bot.text.tokens.words` gives) of the reader's topic.
        count: the most sentences.
    """
    found = read_sentences(text, language)
    heading = terms_of(words(title, language), language)
    worth = sentence_scores(found, heading, frozenset(stem(word, language) for word in focus))
    chosen = _choose(eligible_sentences(found, heading) or found, worth, language, count)
    return tuple(shorten(sentence.text) for sentence in sorted(chosen, key=lambda each: each.position))


def eligible_sentences(found: Sequence[ArticleSentence], heading: frozenset[str]) -> list[ArticleSentence]:
    """The sentences that say more than the title and are not only a quotation without its speaker."""
    return [
        sentence
        for sentence in found
        if not sentence.is_bare_quote and len(sentence.terms & heading) < SAID_BY_TITLE * len(sentence.terms)
    ]


def _choose(
    found: Sequence[ArticleSentence], worth: Sequence[float], language: Language, count: int
) -> list[ArticleSentence]:
    """The best sentences that do not repeat each other. One that needs its predecessor scores better beside it."""
    leaning = {each.position for each in found if each.position and refers_back(each.text, language)}
    chosen: list[ArticleSentence] = []
    left = list(found)
    while left and len(chosen) < count:
        alone = leaning - {sentence.position + 1 for sentence in chosen}
        best = max(left, key=lambda each: worth[each.position] - _LEANING_COST * (each.position in alone))
        chosen.append(best)
        left = [sentence for sentence in left if overlap(sentence.terms, best.terms) < _SAME_AS_CHOSEN]
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
