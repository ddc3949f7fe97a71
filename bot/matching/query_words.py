"""The words of a phrase in all the ways in which a text may spell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.model import UNDETERMINED, Language
from bot.text.folding import APOSTROPHES, with_two_letters
from bot.text.spellings import CLAUSE_END, folded_line, spellings
from bot.text.tokens import ELIDING_LANGUAGES, ENDING_LANGUAGES, LETTER

_ELIDING = Language("fr")
_OTHER_LANGUAGES = (_ELIDING, *sorted(ENDING_LANGUAGES))
"""Languages that split words at apostrophes in their own way; one of those that elide stands for all."""
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_SIGN = rf"(?:(?!{LETTER})\S)"
_SIGNS = re.compile(_SIGN)
_BETWEEN_WORDS = re.compile(rf"{_SIGN}+(?:\s+|$)|\s+{_SIGN}+|(?:(?![.,'`’-]){_SIGN})+")
"""Signs where a sentence or a member of a list may end; not those within a number, a name or an abbreviation."""


@dataclass(frozen=True, slots=True)
class WordSequence:
    """Words one after the other, as they are looked for in a line of `FieldText.lines`."""

    words: tuple[str, ...]
    line: str
    """The words with blanks around them; empty where a clause may end between some of them."""
    pattern: re.Pattern[str] | None
    """Finds them where a clause may end."""

    def stands_in(self, line: str) -> bool:
        """Whether the words stand in a line, none of them beyond the end of a clause."""
        return self.line in line if self.pattern is None else self.pattern.search(line) is not None


def _sequence(clauses: list[tuple[str, ...]]) -> WordSequence:
    """Between two clauses, a text may or may not end a sentence or a member of a list."""
    words = tuple(word for clause in clauses for word in clause)
    if len(clauses) == 1:
        return WordSequence(words, f" {' '.join(words)} ", None)
    between = rf" (?:{re.escape(CLAUSE_END)} )*"
    return WordSequence(words, "", re.compile(f" {between.join(re.escape(' '.join(clause)) for clause in clauses)} "))


@lru_cache(maxsize=20_000)
def sequences(phrase: str, language: Language) -> tuple[WordSequence, ...]:
    """The words of a phrase, as an article in this language may have them; none if it has no words."""
    found: dict[tuple[tuple[str, ...], ...], None] = {}
    for text in dict.fromkeys([phrase, with_two_letters(phrase)]):
        for clauses in ([text], _BETWEEN_WORDS.split(text)):
            read = [spellings(clause, language) for clause in clauses]
            for spelled in ([one.parts for one in read], [one.compact for one in read]):
                if any(spelled):
                    found[tuple(words for words in spelled if words)] = None
    return tuple(_sequence(list(clauses)) for clauses in found)


def all_sequences(phrase: str) -> tuple[WordSequence, ...]:
    """The same for articles in any language."""
    languages = (UNDETERMINED, *(() if is_split_alike(phrase) else _OTHER_LANGUAGES))
    return tuple(dict.fromkeys(one for language in languages for one in sequences(phrase, language)))


@lru_cache(maxsize=1_000)
def literal(phrase: str) -> re.Pattern[str] | None:
    """Finds a phrase with signs literally in `FieldText.folded_line`; None for one without signs."""
    if not _SIGNS.search(phrase):
        return None
    return re.compile(rf"(?<!\w){re.escape(folded_line(phrase).strip())}(?!\w)")


def sequences_in(phrase: str, language: Language) -> tuple[WordSequence, ...]:
    """`sequences` for an article in any language; few readings are kept, as most languages split words alike."""
    if language in ELIDING_LANGUAGES:
        language = _ELIDING
    elif language not in ENDING_LANGUAGES:
        language = UNDETERMINED
    return sequences(phrase, language)


def is_split_alike(phrase: str) -> bool:
    """Whether a phrase has the same words in all languages, as it has no apostrophe."""
    return _APOSTROPHE.search(phrase) is None
