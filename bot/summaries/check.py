"""Checks that a summary written by a language model says only what the articles say, and that it is a summary at all.

The model has read untrusted text, which may have contained instructions (prompt injection: OWASP LLM01,
https://genai.owasp.org/llmrisk/llm01-prompt-injection/). So nothing is taken on trust: every number (`figures`) and
every name (`named_entities`) has to be in an article, quotations have to be there word for word, and most words as well
where an article is in the summary's language. Whatever could lead the reader somewhere (`tone`: a link, a telephone
number, a request) is refused even if an article has it, and so is what cannot be checked: a language whose number words
are not known. A refusal costs little, because the extractive summary is shown instead; so in doubt it is refused.

It does not detect two true facts that are combined wrongly in words of the articles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Article, Language
from bot.summaries.figures import READ_IN_WORDS, read_figures, unknown_figures
from bot.summaries.named_entities import READ, read_known_names, unknown_names
from bot.summaries.sentence import terms_of
from bot.summaries.tone import ADDRESS, ASIDE, MARKUP, REQUEST
from bot.text.language import detect
from bot.text.sentences import sentences
from bot.text.tokens import words

MOST_CHARACTERS = 600
MOST_SENTENCES = 3
"""The longest summary that is asked for and accepted."""

_LEAST_KNOWN = 0.6
"""The least share of a summary's terms that articles in its language have."""
_SHORTEST_SPEECH = 3
"""A quotation of at least so many words has to be in an article; fewer words may be a title or a name."""

_HIDDEN = frozenset(["Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"])
_ALIKE = {Language("id"), Language("ms")}
"""Indonesian and Malay: in short texts only a word or two tell them apart."""
_SPEECH = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]{12,}’')


class FaultKind(StrEnum):
    """Why a summary is refused."""

    EMPTY = "empty"
    LONG = "long"
    UNCHECKABLE = "uncheckable"
    LANGUAGE = "language"
    INVISIBLE = "invisible"
    MARKUP = "markup"
    ADDRESS = "address"
    ASIDE = "aside"
    REQUEST = "request"
    NUMBER = "number"
    NAME = "name"
    SPEECH = "speech"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a summary, with the words that show it (for the log; they are untrusted)."""

    kind: FaultKind
    written: str = ""


def faults(summary: str, articles: Sequence[Article], language: Language) -> tuple[Fault, ...]:
    """All faults of a summary in `language` of these articles; empty: the summary may be shown.

    Args:
        articles: the articles that the model was given.
    """
    found = _unreadable(summary, articles, language)
    if found is not None:
        return (found,)
    return (
        *_faults_of_shape(summary, language),
        *_faults_of_tone(summary),
        *_unsaid(summary, articles, language),
        *_faults_of_words(summary, articles, language),
    )


def _unreadable(summary: str, articles: Sequence[Article], language: Language) -> Fault | None:
    """The fault for which a summary is not checked any further; the other checks may take long."""
    if not any(sign.isalpha() for sign in summary[: 2 * MOST_CHARACTERS]):
        return Fault(FaultKind.EMPTY)
    if len(summary) > MOST_CHARACTERS:
        return Fault(FaultKind.LONG, f"{len(summary)} characters")
    if language not in READ_IN_WORDS or not articles:
        return Fault(FaultKind.UNCHECKABLE, language if articles else "no articles")
    return None


def _faults_of_shape(summary: str, language: Language) -> Iterator[Fault]:
    count = len(sentences(summary, language))
    if count > MOST_SENTENCES:
        yield Fault(FaultKind.LONG, f"{count} sentences")
    if hidden := [f"U+{ord(sign):04X}" for sign in summary if unicodedata.category(sign) in _HIDDEN and sign != "\n"]:
        yield Fault(FaultKind.INVISIBLE, " ".join(hidden[:5]))
    spoken = detect(summary, language)
    if spoken != language and {spoken, language} != _ALIKE:
        yield Fault(FaultKind.LANGUAGE, spoken)


def _faults_of_tone(summary: str) -> Iterator[Fault]:
    """Text that only a machine, a web page or somebody who wants something of the reader writes."""
    unquoted = _SPEECH.sub(" ", summary)
    for kind, pattern, text in (
        (FaultKind.MARKUP, MARKUP, summary),
        (FaultKind.ADDRESS, ADDRESS, summary),
        (FaultKind.ASIDE, ASIDE, unquoted),
        (FaultKind.REQUEST, REQUEST, unquoted),
    ):
        if found := pattern.search(text):
            yield Fault(kind, found[0].strip())


def _unsaid(summary: str, articles: Sequence[Article], language: Language) -> Iterator[Fault]:
    known = [
        read_figures(
            f"{article.title}\n{article.text[:READ]}",
            article.language,
            [article.published_at.date()] if article.published_at else [],
        )
        for article in articles
    ]
    yield from (Fault(FaultKind.NUMBER, each) for each in unknown_figures(summary, language, known))
    yield from (Fault(FaultKind.NAME, each) for each in unknown_names(summary, read_known_names(articles, language)))


def _faults_of_words(summary: str, articles: Sequence[Article], language: Language) -> Iterator[Fault]:
    """Quotations that are in no article, and a text that is about something else."""
    read = [(words(f"{each.title}\n{each.text[:READ]}", each.language), each.language) for each in articles]
    lines = [f" {' '.join(found)} " for found, _ in read]
    for speech in _SPEECH.findall(summary):
        said = words(speech, language)
        if len(said) >= _SHORTEST_SPEECH and not any(f" {' '.join(said)} " in line for line in lines):
            yield Fault(FaultKind.SPEECH, speech)
    known = {term for found, spoken in read if spoken == language for term in terms_of(found, language)}
    claimed = terms_of(words(summary, language), language)
    if known and len(claimed & known) < _LEAST_KNOWN * len(claimed):
        yield Fault(FaultKind.UNRELATED, f"{len(claimed & known)} of {len(claimed)} words are theirs")
