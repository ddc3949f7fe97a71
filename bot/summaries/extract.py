"""Extractive summaries: a few of an article's own sentences, weighted to what the reader watches.

News puts what matters first: on IndoSum the first three sentences are hard to beat. So position
leads, and is corrected by how central a sentence's words are to the article (SumBasic's idea,
Nenkova and Vanderwende 2005) and how much it says of the focus; a sentence that says what the title
or a chosen sentence says already is passed over (MMR, Carbonell and Goldstein 1998).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from bot.model import Language
from bot.text.boilerplate import strip_boilerplate
from bot.text.sentences import sentences
from bot.text.tokens import is_stop_word, words

SENTENCE_LIMIT = 300
"""Characters of one sentence in a summary."""

_TEXT_LIMIT = 40_000
"""Characters of an article that are read: far more than any news report has."""

_SENTENCES_LIMIT = 200
_TOO_LONG = 2_000
"""Characters beyond which a "sentence" is a list or a text without punctuation."""

_POSITION, _CENTRALITY, _FOCUS = 1.2, 0.3, 1.2
_LEANING_COST, _QUOTE_COST, _SHORT_COST = 0.35, 0.4, 0.2
_SAID_BY_TITLE, _SAME_AS_CHOSEN = 0.75, 0.7

_OPENING, _CLOSING = "\"“„«「『‘'", "\"”“»」』’'"
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|『[^』]*』')
_CLAUSE_ENDS = re.compile(r"[,;:](?=\s)|\s[–—-](?=\s)|[，；、：。]")
_LETTERS = re.compile(r"[^\W\d_]")

_LEANING = {
    "id": re.compile(
        r"(?:ia|dia|mereka|beliau|hal|itu|ini|namun|tetapi|sementara|selain|sebelumnya"
        r"|menurut (?:dia|mereka)|menurutnya|\w+ (?:itu|ini|tersebut))\b",
        re.I,
    ),
    "en": re.compile(r"(?:s?he|they|it|his|her|their|this|that|these|those|but|however|meanwhile|also|and|so)\b", re.I),
}
"""First words of sentences that lean on the one before them."""

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Sentence:
    position: int
    text: str
    terms: frozenset[str]
    """Its words but for stop words."""


def summarize(title: str, text: str, language: Language, focus: Sequence[str] = (), count: int = 3) -> tuple[str, ...]:
    """Up to `count` sentences of the text, in its order, none longer than `SENTENCE_LIMIT`.

    Empty for an empty text. Reads at most the first 40,000 characters, so time is bounded.

    Args:
        title: what the reader sees anyway; sentences that only repeat it are left out.
        text: clean plain text; boilerplate is removed here.
        focus: folded words (as `bot.text.tokens.words` gives) that the reader's topic is about.
        count: how many sentences at most.
    """
    found = _candidates(strip_boilerplate(text[:_TEXT_LIMIT], language), language)
    if len(text) > _TEXT_LIMIT and len(found) > 1:
        found.pop()  # cut in its middle
    if not found:
        return ()
    heading = _terms(title, language)
    telling = [
        sentence
        for sentence in found
        if not _is_bare_quote(sentence.text) and len(sentence.terms & heading) < _SAID_BY_TITLE * len(sentence.terms)
    ]
    chosen = _choose(telling or found, _scores(found, frozenset(focus)), language, count)
    return tuple(shorten(sentence.text) for sentence in sorted(chosen, key=lambda each: each.position))


def _choose(found: Sequence[_Sentence], scores: Mapping[int, float], language: Language, count: int) -> list[_Sentence]:
    """The best sentences that do not say the same; one that leans on its predecessor fares better beside it."""
    leaning = _LEANING.get(language, _NEVER)
    costs = {sentence.position: _LEANING_COST * bool(leaning.match(sentence.text)) for sentence in found}
    costs[0] = 0.0
    chosen: list[_Sentence] = []
    left = list(found)
    while left and len(chosen) < count:
        placed = {sentence.position for sentence in chosen}
        best = max(
            left, key=lambda each: scores[each.position] - costs[each.position] * (each.position - 1 not in placed)
        )
        chosen.append(best)
        left = [sentence for sentence in left if _overlap(sentence.terms, best.terms) < _SAME_AS_CHOSEN]
    return chosen


def shorten(sentence: str, limit: int = SENTENCE_LIMIT) -> str:
    """The sentence, or its beginning up to a clause (else a word) and `…` where it is longer than `limit`."""
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


def _candidates(text: str, language: Language) -> list[_Sentence]:
    found: list[_Sentence] = []
    for sentence in _first_sentences(text, language):
        terms = _terms(sentence, language)
        if terms and _LETTERS.search(sentence):
            found.append(_Sentence(len(found), sentence, terms))
    return found


def _first_sentences(text: str, language: Language) -> Iterator[str]:
    for sentence in sentences(text, language)[:_SENTENCES_LIMIT]:
        line = " ".join(sentence[:_TOO_LONG].split())
        if line:
            yield line


def _terms(text: str, language: Language) -> frozenset[str]:
    return frozenset(token for token in words(text, language) if not is_stop_word(token, language))


def _scores(found: Sequence[_Sentence], focus: frozenset[str]) -> dict[int, float]:
    """How much each sentence, by position, belongs into the summary."""
    frequency = Counter(term for sentence in found for term in sentence.terms)
    central = {
        sentence.position: sum(frequency[term] for term in sentence.terms) / sqrt(len(sentence.terms))
        for sentence in found
    }
    most_central = max(central.values())
    hits = {sentence.position: len(sentence.terms & focus) for sentence in found}
    most_hits = max(hits.values()) or 1
    scores: dict[int, float] = {}
    for sentence in found:
        place = sentence.position
        score = _POSITION / (1 + place / 2)
        score += _CENTRALITY * central[place] / most_central
        score += _FOCUS * hits[place] / most_hits if focus else 0.0
        score -= _QUOTE_COST * (sentence.text[0] in _OPENING)
        score -= _SHORT_COST * (len(sentence.terms) < 4)
        scores[place] = score
    return scores


def _is_bare_quote(sentence: str) -> bool:
    """Whether it is speech that does not say who speaks."""
    if sentence[0] not in _OPENING:
        return False
    rest = _QUOTED.sub("", sentence)
    return rest == sentence or len(_LETTERS.findall(rest)) < 4


def _overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """How much of the smaller set the two share."""
    smaller = min(len(some), len(others))
    return len(some & others) / smaller if smaller else 0.0
