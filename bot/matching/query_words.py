"""The words of a phrase in all the ways in which a text may spell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.search_text import CLAUSE_END
from bot.model import UNDETERMINED, Language
from bot.text.folding import APOSTROPHES, with_two_letters
from bot.text.spellings import folded_line, spellings
from bot.text.tokens import ELIDING_LANGUAGES, ENDING_LANGUAGES, LETTER

_OTHER_LANGUAGES = (Language("fr"), *sorted(ENDING_LANGUAGES))
"""Languages that split words at apostrophes in their own way; one of those that elide stands for all."""
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_SIGN = rf"(?:(?!{LETTER})\S)"
_SIGNS = re.compile(_SIGN)
_BETWEEN_WORDS = re.compile(rf"{_SIGN}+(?:\s+|$)|\s+{_SIGN}+|(?:(?![.,'`’-]){_SIGN})+")
"""Signs where a sentence or a member of a list may end; not those within a number, a name or an abbreviation."""


@dataclass(frozen=True, slots=True)
class WordSequence:
    """Words one after the other. Between two `clauses`, a text may or may not end a sentence or a member of a list."""

    clauses: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for clause in self.clauses for word in clause)

    def stands_in(self, line: str) -> bool:
        """Whether the words stand in a line of `FieldText.lines`, none of them beyond the end of a clause."""
        joined = [" ".join(clause) for clause in self.clauses]
        if len(joined) == 1:
            return f" {joined[0]} " in line
        return _pattern(tuple(joined)).search(line) is not None


@lru_cache(maxsize=1_000)
def _pattern(clauses: tuple[str, ...]) -> re.Pattern[str]:
    between = rf" (?:{re.escape(CLAUSE_END)} )*"
    return re.compile(f" {between.join(map(re.escape, clauses))} ")


@lru_cache(maxsize=20_000)
def sequences(phrase: str, language: Language) -> tuple[WordSequence, ...]:
    """The words of a phrase, as an article in this language may have them; none if it has no words."""
    found: dict[WordSequence, None] = {}
    for text in dict.fromkeys([phrase, with_two_letters(phrase)]):
        for clauses in ([text], _BETWEEN_WORDS.split(text)):
            read = [spellings(clause, language) for clause in clauses]
            for spelled in ([one.parts for one in read], [one.compact for one in read]):
                if any(spelled):
                    found[WordSequence(tuple(words for words in spelled if words))] = None
    return tuple(found)


def all_sequences(phrase: str) -> tuple[WordSequence, ...]:
    """The same for articles in any language."""
    languages = (UNDETERMINED, *(_OTHER_LANGUAGES if _APOSTROPHE.search(phrase) else ()))
    return tuple(dict.fromkeys(one for language in languages for one in sequences(phrase, language)))


@lru_cache(maxsize=1_000)
def literal(phrase: str) -> re.Pattern[str] | None:
    """Finds a phrase with signs literally in `FieldText.folded_line`; None for one without signs."""
    if not _SIGNS.search(phrase):
        return None
    return re.compile(rf"(?<!\w){re.escape(folded_line(phrase).strip())}(?!\w)")


def words_language(language: Language) -> Language:
    """The language whose words an article's language has, so that few readings of a phrase are kept."""
    if language in ELIDING_LANGUAGES:
        return Language("fr")
    return language if language in ENDING_LANGUAGES else UNDETERMINED
