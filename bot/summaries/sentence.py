"""The sentences of an article and their properties, as far as each can be judged by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import Language
from bot.text.boilerplate import strip_boilerplate
from bot.text.datelines import without_dateline
from bot.text.sentences import sentences
from bot.text.tokens import is_stop_word, stem, words

TEXT_LIMIT = 40_000
"""Characters of an article that are read: far more than a news report has."""

_SENTENCES_LIMIT = 200
_HEAD = 4
"""Sentences before which a dateline may stand."""
_TOO_LONG = 2_000
"""A "sentence" with more characters is a list or a text without punctuation."""

_MARKS = '"“”„«»「」『』'
_OPENING = "\"“„«「『‘'"
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|『[^』]*』')
_LONGEST_TITLE = 5
"""Words of a quotation that is the name of something."""
_LETTERS = re.compile(r"[^\W\d_]")

_LEANING = {
    "id": re.compile(
        r"(?!(?:hari|pagi|siang|sore|malam|pekan|minggu|bulan|tahun|saat|musim|kali|lalu) (?:ini|lintas)\b)"
        r"(?:(?:ia|dia|mereka|beliau|hal|itu|ini|namun|tetapi|tapi|sementara|sedangkan|selain|sebelumnya|kemudian|lalu|apalagi"
        r"|akibatnya|artinya|bahkan|begitu|demikian|karenanya|hasilnya|padahal|sebab|sebaliknya|selanjutnya|setelah itu"
        r"|menurut (?:dia|mereka)|menurutnya|(?:oleh )?karena itu|untuk itu|meski(?:pun)? (?:demikian|begitu)"
        r"|dengan (?:demikian|begitu)|di sisi lain|dalam kesempatan (?:itu|yang sama)"
        r"|(?:\w+ )?\w+ (?:itu|ini|tersebut))\b"
        r"|(?:\S+ ){0,4}(?<!yang )(?<!dan )(?<!satu )(?<!ada )(?<!siapa )(?<!apa )(?:juga|pun)\b)",
        re.I,
    ),
    "en": re.compile(
        r"(?:(?:s?he|they|it|his|her|their|its|this|that|these|those|but|however|meanwhile|also|and|so|then|besides|instead"
        r"|moreover|nevertheless|therefore|still|yet|otherwise|in addition|as a result)\b|(?:\S+ ){0,3}also\b)",
        re.I,
    ),
}
"""Words that begin sentences which refer to the one before them, and `also` among the first ones."""

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class ArticleSentence:
    """A sentence of an article, in one line."""

    position: int
    text: str
    terms: frozenset[str]
    """Its folded and stemmed words without stop words; never empty."""
    length: int
    """Its number of words; in scripts without spaces, of pairs of characters."""

    @property
    def reading(self) -> float:
        """How long it is in words, also in scripts without spaces, which have about two characters a word."""
        return max(self.text.count(" ") + 1, self.length / 2)

    @property
    def opens_with_speech(self) -> bool:
        return self.text[0] in _OPENING

    @property
    def has_speech(self) -> bool:
        """Whether it has a quotation, or the beginning, middle or end of one that was split into sentences."""
        return any(mark in self.text for mark in _MARKS)

    @property
    def begins_in_speech(self) -> bool:
        """Whether somebody is quoted before it is said who speaks. A title in quotation marks is no speech."""
        if not self.opens_with_speech:
            return False
        quoted = _QUOTED.match(self.text)
        return quoted is None or quoted[0].count(" ") >= _LONGEST_TITLE

    @property
    def is_bare_quote(self) -> bool:
        """Whether it is a quotation without its speaker."""
        if not self.opens_with_speech:
            return False
        rest = _QUOTED.sub("", self.text)
        return rest == self.text or len(_LETTERS.findall(rest)) < 4


def read_sentences(text: str, language: Language) -> list[ArticleSentence]:
    """The sentences of the first 40,000 characters of a clean text, without boilerplate and those without any term."""
    found: list[ArticleSentence] = []
    for line in _lines(strip_boilerplate(text[:TEXT_LIMIT], language), language):
        if len(found) < _HEAD:
            line = without_dateline(line)  # noqa: PLW2901 -- after a headline in the same paragraph
        tokens = words(line, language)
        terms = terms_of(tokens, language)
        if terms and _LETTERS.search(line):
            found.append(ArticleSentence(len(found), line, terms, len(tokens)))
    if len(text) > TEXT_LIMIT and len(found) > 1:
        found.pop()  # the last one is cut off
    return found


def terms_of(tokens: tuple[str, ...], language: Language) -> frozenset[str]:
    """The terms of folded words (as `bot.text.tokens.words` gives): their stems without stop words."""
    return frozenset(stem(token, language) for token in tokens if not is_stop_word(token, language))


def refers_back(sentence: str, language: Language) -> bool:
    """Whether a sentence begins with words that refer to the one before it: `He said`, `Hal itu`."""
    return _LEANING.get(language, _NEVER).match(sentence) is not None


def can_open(sentence: ArticleSentence, language: Language) -> bool:
    """Whether a sentence is understood by who has read nothing before it: no quotation, no `He`, no `However`."""
    return not sentence.begins_in_speech and not refers_back(sentence.text, language)


def overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """The share of the smaller set that is in both (overlap coefficient)."""
    smaller = min(len(some), len(others))
    return len(some & others) / smaller if smaller else 0.0


def _lines(text: str, language: Language) -> Iterator[str]:
    for sentence in sentences(text, language)[:_SENTENCES_LIMIT]:
        line = " ".join(sentence[:_TOO_LONG].split())
        if line:
            yield line
