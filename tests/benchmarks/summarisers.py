"""What summaries are compared with: the first sentences, and sumy's methods on our sentences and words.

All are given the sentences of the text without what the outlet put there for itself (`bot.text.boilerplate`), as Kabar
sees them: what is compared is the choice. sumy's words are stemmed and without stop words, as ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from bot.model import Language
from bot.text.boilerplate import strip_boilerplate
from bot.text.function_words import function_words
from bot.text.sentences import sentences
from bot.text.tokens import fold, stem, words

SENTENCES = 3
LEAD = f"lead-{SENTENCES}"
LONG_LEAD = "lead, 55 words"
_ENOUGH = 55
"""Words after which a summary of Kabar gets no further sentence: so that its length is not all that is better."""


class _Summariser(Protocol):
    def __call__(self, document: object, count: int) -> Sequence[object]: ...


class _Tokenizer:
    """In the place of sumy's, which needs data of NLTK."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return words(sentence, self._language)


def sentences_of(text: str, language: Language) -> tuple[str, ...]:
    """Those that have words."""
    return tuple(each for each in sentences(strip_boilerplate(text, language), language) if words(each, language))


def others(found: Sequence[str], language: Language) -> Mapping[str, tuple[str, ...]]:
    """The sentences that each method chooses, in the order of the article."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # noqa: PLC0415 -- half a second

    document = ObjectDocumentModel([Paragraph([Sentence(text, _Tokenizer(language)) for text in found])])
    chosen = {name: method(document, SENTENCES) for name, method in _summarisers(language).items()}
    lead = {LEAD: tuple(found[:SENTENCES]), LONG_LEAD: _until_enough(found, language)}
    return {**lead, **{name: tuple(map(str, texts)) for name, texts in chosen.items()}}


def _until_enough(found: Sequence[str], language: Language) -> tuple[str, ...]:
    told: list[str] = []
    for sentence in found:
        if len(words(" ".join(told), language)) < _ENOUGH:
            told.append(sentence)
    return tuple(told)


@cache
def _summarisers(language: Language) -> Mapping[str, _Summariser]:
    from sumy.summarizers.lex_rank import LexRankSummarizer  # noqa: PLC0415 -- as above
    from sumy.summarizers.lsa import LsaSummarizer  # noqa: PLC0415
    from sumy.summarizers.sum_basic import SumBasicSummarizer  # noqa: PLC0415
    from sumy.summarizers.text_rank import TextRankSummarizer  # noqa: PLC0415

    methods = {
        "TextRank": TextRankSummarizer,
        "LexRank": LexRankSummarizer,
        "SumBasic": SumBasicSummarizer,
        "LSA": LsaSummarizer,
    }
    made = {}
    for name, method in methods.items():
        summariser = method(lambda word: stem(word, language))
        summariser.stop_words = frozenset(map(fold, function_words(language)))
        made[name] = summariser
    return made
