"""Whether a text is about what a title or a lead says: the share of their content words that the text has too.

Words are weighted by how rare they are, so that `video` or `Monday` in common mean little. A text in another script
than the title cannot be compared with it and passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from bot.features.background import background
from bot.model import Language
from bot.text.tokens import STEMMED_LANGUAGES, is_stop_word, stem, words

_ENOUGH: Final = 0.2
_READ: Final = 1_500
"""Characters of a lead that are compared."""
_FEWEST: Final = 2
"""Content words that a title or a lead must have to be compared with a text."""
_RARE: Final = 4.0
"""The IDF that at least one of these words must have."""
_PREFIX: Final = 5
"""Letters that are compared of a word in a language without a stemmer."""
_ARTICLES: Final = ("وال", "بال", "لل", "ال")
"""Arabic writes the article, and prepositions before it, together with the noun."""


def is_about(text: str, title: str, lead: str, language: Language) -> bool:
    """Whether the text is about the title or about the lead; True where both say too little to tell."""
    found = frozenset(_compared(word, language) for word in words(text, language))
    wanted = (content_words(title, language), content_words(lead[:_READ], language))
    shares = [_share(one, found) for one in wanted if _can_be_compared(one)]
    return not shares or max(shares) >= _ENOUGH or _writing(title + lead) != _writing(text)


def _can_be_compared(weights: Mapping[str, float]) -> bool:
    """Whether there are enough words and one of them is rare: `What we know so far` may stand over any article."""
    return len(weights) >= _FEWEST and max(weights.values()) >= _RARE


def content_words(text: str, language: Language) -> Mapping[str, float]:
    """The content words of a text, in the form that is compared, with their IDF."""
    telling = [word for word in dict.fromkeys(words(text, language)) if not is_stop_word(word, language)]
    weights: dict[str, float] = {}
    for word, idf in zip(telling, background(language).idf(telling).tolist(), strict=True):
        if idf > 0 and not word.isdigit():
            weights.setdefault(_compared(word, language), idf)
    return weights


def _share(wanted: Mapping[str, float], found: AbstractSet[str]) -> float:
    return sum(weight for key, weight in wanted.items() if key in found) / (sum(wanted.values()) or 1)


def _compared(word: str, language: Language) -> str:
    if language in STEMMED_LANGUAGES:
        return stem(word, language)
    for article in _ARTICLES:
        if word.startswith(article) and len(word) > len(article) + 2:
            return word[len(article) :][:_PREFIX]
    return word[:_PREFIX]


def _writing(text: str) -> str:
    """A letter for the script that most of a text is in: Latin, of a script without spaces, or another one."""
    letters = [character for character in text[:_READ] if character.isalpha()]
    blocks = [_block(ord(letter)) for letter in letters]
    return max(dict.fromkeys(blocks), key=blocks.count, default="")


def _block(code: int) -> str:
    if code < 0x250:
        return "Latin"
    return "CJK" if code >= 0x3000 else f"{code // 0x100}"
