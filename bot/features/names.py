"""Finds words of names of people, places and organizations: capitalized words and acronyms.

A capital at the beginning of a sentence, or in a headline that capitalizes every word, proves nothing by itself. Names
are kept word by word, because outlets write them at different lengths (`Presiden Rusia Vladimir Putin`, `Putin`). In
scripts without capitals no names are found; similarity there rests on the embeddings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum

from bot.features.background import Background
from bot.features.numbers import CALENDAR_WORDS
from bot.model import Language
from bot.text.tokens import fold, is_stop_word

_WORD = re.compile(r"[^\W\d_](?:[\w'’]*\w)?")
_BEFORE_CAPITAL = re.compile(r" [^\W\d_a-zß-öø-ÿа-яё]\w")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
ENDS_SENTENCE = re.compile(r"[.!?:;…\n\"“”«»„()\[\]–—|•*]|(?:^|\s)['‘]")
"""Between two words: the next one has its capital for that."""
SUM = re.compile(r"(?:rp|idr|usd|eur|sgd|myr|rm)\d*")
"""A currency, also with its sum (`rp8` in `Rp8.000`): written with a capital, but no name."""
_RARE = 8.0
"""From this IDF on, a capitalized word is a name in any position."""
_UNCOMMON = 3.0
"""From this IDF on, it is a name at the beginning of a sentence if another capital follows."""
_TELLING = 1.0
"""Below this IDF a word is too common to be a name (`Pemerintah`, `Government`)."""
_CASELESS = "ar fa ur ps he yi hi bn ta te ml kn mr gu pa ne si th lo km my zh ja ko am ti ka"
_WITHOUT_CAPITALS = frozenset(_CASELESS.split())
"""Languages in which the few capitals of a text are those of foreign acronyms."""
_NOUNS_HAVE_CAPITALS = frozenset(["de", "lb"])
_RARE_NOUN = 7.0
_MOST = 300


def read_names(title: str, text: str, language: Language, words: Background) -> Mapping[str, int]:
    """Folded words of names, with how often each occurs as a name."""
    if language in _WITHOUT_CAPITALS:
        return {}
    acronyms = {_folded(match[0]) for match in _ACRONYM.finditer(text)}
    certain: Counter[str] = Counter()
    leading: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    counters = {_Place.WITHIN: certain, _Place.LEADING: leading, _Place.FIRST: doubtful}
    for word, place in _capitalised(text, language):
        counters[place][word] += 1
    headline_case = _is_title_case(title)
    for word, place in _capitalised(title, language):
        (doubtful if headline_case else counters[place])[word] += 1
    candidates = sorted({*certain, *leading, *doubtful})
    rarity = dict(zip(candidates, words.idf(candidates).tolist(), strict=True))
    least = _RARE_NOUN if language in _NOUNS_HAVE_CAPITALS else _TELLING

    def is_name(word: str) -> bool:
        needed = _TELLING if word in certain else _UNCOMMON if word in leading else _RARE
        rare: bool = rarity[word] >= max(needed, _TELLING if word in acronyms else least)
        return rare

    found = Counter({word: certain[word] + leading[word] + doubtful[word] for word in candidates if is_name(word)})
    return dict(found.most_common(_MOST))


class _Place(Enum):
    WITHIN = 0
    """Within a sentence, where only a name has a capital."""
    LEADING = 1
    """First in a sentence and followed by another capital: `Mark Rutte said`."""
    FIRST = 2


def _capitalised(text: str, language: Language) -> Iterator[tuple[str, _Place]]:
    """Each capitalized word, folded, and its position."""
    end = -1
    for match in _WORD.finditer(text):
        gap = "\n" if end < 0 else text[end : match.start()]
        end = match.end()
        written = match[0]
        if not written[0].isupper():
            continue
        acronym = len(written) > 1 and written.isupper()
        word = _folded(written)
        if not word or word in CALENDAR_WORDS or (is_stop_word(word, language) and not acronym):
            continue
        if acronym or ENDS_SENTENCE.search(gap) is None:
            yield word, _Place.WITHIN
        else:
            yield word, _Place.LEADING if _BEFORE_CAPITAL.match(text, end) else _Place.FIRST


def _folded(written: str) -> str:
    return fold(written).removesuffix("'s").replace("'", "")


def _is_title_case(title: str) -> bool:
    """Whether the headline capitalizes every word."""
    long_words: list[str] = [word for word in _WORD.findall(title) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in long_words)
    return capitals > 0.7 * len(long_words)
