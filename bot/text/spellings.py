"""Splits text into words as queries search them, with the other spellings under which a word can be looked up.

A word of a query finds itself with or without a hyphen (`anti-korupsi`, `F16`), with full stops (`K.P.K.`), behind a
currency (`Rp1,5`), with an umlaut or two letters for it, and in Arabic and Hebrew behind a one-letter word. Folding and
the splitting of scripts without spaces are those of `bot.text.tokens`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.model import Language
from bot.text.folding import words_with_two_letters
from bot.text.tokens import ELIDING_LANGUAGES, LETTER, LONGEST_WORD, UNSPACED, fold, grams, without_ending

CLAUSE_MARK = "\x01"
"""Stands between two clauses in a text that is split into words; a control character, which no clean text has."""
CLAUSE_END = "."
"""What `spellings` makes of it; no word looks like it."""
_JOINT = r"(?:(?<=\d)[.,](?=\d)|'|-+)"
_CHUNK = re.compile(rf"{CLAUSE_MARK}|\w{LETTER}*(?:{_JOINT}{LETTER}+)*")
"""Words joined by hyphens and apostrophes; a number keeps its separators."""
_ASCII_CHUNK = re.compile(rf"{CLAUSE_MARK}|[a-z0-9]+(?:{_JOINT}[a-z0-9]+)*")
"""The same for text without other letters: faster."""
_OTHER_LETTERS = re.compile("[^\x00-\x7f\u00a0-\u00a9\u00ab-\u00b1\u00bb\u2010-\u203e\u20a0-\u20cf]")
"""Anything but ASCII and frequent signs: quotation marks, dashes, bullets, currencies."""
_NUMBER_OR_LETTERS = re.compile(r"\d[\d.,]*|[^\d]+")
_DOTTED = re.compile(r"(?<![\w.])[^\W\d_](?:\.[^\W\d_])+\b\.?")
_DOLLARS_OF = re.compile(r"(?<=\$)[a-z]{1,3}(?=\d)")
"""The country of a currency between its sign and the amount (`$US90`), which is no mention of the country."""
_LETTER_BEHIND_DOT = re.compile(r"\.[^\W\d_]\b")
"""Found much sooner than `_DOTTED`."""
_GROUPED = re.compile(r"([1-9]\d{0,2})((?:\.\d{3})+|(?:,\d{3})+)(?:[.,](\d+))?")
"""A number whose thousands are separated. `1.234` is taken for one, as in most of the languages that are read."""

_ZWNJ = re.compile("(?<=[\u0620-\u06ff])\u200c(?=[\u0620-\u06ff])")
"""In Persian it joins the parts of a compound, for which others put a blank or nothing."""
_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
IDEOGRAPHIC = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_MIDDLE_DOT = re.compile("[\u00b7\u2022\u2027\u2219\u22c5\u30fb]")
_KATAKANA_DOT = re.compile("(?<=[\u30a1-\u30fa\u30fc]) ?\u00b7 ?(?=[\u30a1-\u30fa\u30fc])")
_LOOSE_BLANK = re.compile(rf"(?<=[{IDEOGRAPHIC}]) (?=[{IDEOGRAPHIC}\w])|(?<=\w) (?=[{IDEOGRAPHIC}])")
"""A blank that the layout of Chinese and Japanese puts between characters, or between them and Latin letters."""
_HAS_IDEOGRAPH = re.compile(f"[{IDEOGRAPHIC}]")
_BLANKS = re.compile("  +")


@dataclass(frozen=True, slots=True)
class Spellings:
    """The words of a text in order, in two spellings, and further ones of single words."""

    parts: tuple[str, ...]
    """Compounds are split: `anti korupsi`, `f 16`."""
    compact: tuple[str, ...]
    """Letters joined by a hyphen are one word: `antikorupsi`, `f 16`."""
    others: frozenset[str]


def folded_line(text: str) -> str:
    """The folded text as it is searched by characters: single blanks, none that only the layout of Chinese puts in."""
    line = fold(text)
    if "  " in line:
        line = _BLANKS.sub(" ", line)
    if line.isascii() or not _HAS_IDEOGRAPH.search(line):
        return line
    line = _MIDDLE_DOT.sub("\u00b7", line)
    return _LOOSE_BLANK.sub("", _KATAKANA_DOT.sub("", line))


def spellings(text: str, language: Language) -> Spellings:
    """The folded words of a text. The time is linear in the text."""
    found = _Words(language)
    line = folded_line(_ZWNJ.sub("-", text) if "\u200c" in text else text).replace("_", " ")
    if "$" in line:
        line = _DOLLARS_OF.sub("", line)
    if _LETTER_BEHIND_DOT.search(line):
        line = _DOTTED.sub(lambda match: match[0].replace(".", "") + " ", line)
    if _OTHER_LETTERS.search(line):
        found.read(_CHUNK.findall(_UNSPACED_RUN.sub(r" \g<0> ", line)))
    else:
        found.read(_ASCII_CHUNK.findall(line))
    if expanded := words_with_two_letters(text):
        found.others.update(spellings(expanded, language).parts)
    return Spellings(tuple(found.parts), tuple(found.compact), frozenset(found.others))


class _Words:
    """Collects the words of one text."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.parts: list[str] = []
        self.compact: list[str] = []
        self.others: set[str] = set()

    def read(self, chunks: list[str]) -> None:
        for chunk in chunks:
            if chunk.isalpha() and chunk.isascii():  # most words
                if len(chunk) <= LONGEST_WORD:
                    self.parts.append(chunk)
                    self.compact.append(chunk)
            elif chunk == CLAUSE_MARK:
                self.parts.append(CLAUSE_END)
                self.compact.append(CLAUSE_END)
            elif _UNSPACED_RUN.match(chunk):
                pairs = grams(chunk)
                self.parts.extend(pairs)
                self.compact.extend(pairs)
            else:
                self._add_compound(
                    [word for part in chunk.split("-") if part for word in self._without_apostrophe(part)]
                )

    def _without_apostrophe(self, word: str) -> Iterator[str]:
        if "'" not in word:
            yield word
        elif self._language in ELIDING_LANGUAGES:
            *elided, last = word.split("'")
            yield from (piece for piece in elided if len(piece) > 1)
            yield last
        else:
            plain = without_ending(word, self._language).replace("'", "")
            whole = word.replace("'", "")
            if whole != plain and len(whole) <= LONGEST_WORD:
                self.others.add(whole)
            yield plain

    def _add_compound(self, words: list[str]) -> None:
        joined: list[str] = []
        for word in words:
            if joined and joined[-1][-1:].isalpha() and word[:1].isalpha():
                joined[-1] += word
            else:
                joined.append(word)
        for word in words:
            self.parts.extend(self._numbers_apart(word))
        for word in joined:
            self.compact.extend(self._numbers_apart(word))
        for first, second in pairwise(words):
            if not (first[-1:].isdigit() and second[:1].isdigit()) and len(first + second) <= LONGEST_WORD:
                self.others.add(first + second)

    def _numbers_apart(self, word: str) -> Iterator[str]:
        """Letters and numbers one by one: `covid19`, `rp1,5`."""
        if len(word) > LONGEST_WORD:
            return
        pieces = _NUMBER_OR_LETTERS.findall(word)
        if len(pieces) > 1:
            self.others.add(word)
        for piece in pieces:
            yield number_form(piece) if piece[0].isdigit() else piece


def number_form(number: str) -> str:
    """A number without separators of thousands and with a decimal point: `10.000` and `10,000` are `10000`."""
    if number.isdigit():
        return number
    grouped = _GROUPED.fullmatch(number)
    if grouped is not None:
        whole = grouped[1] + re.sub("[.,]", "", grouped[2])
        return f"{whole}.{grouped[3]}" if grouped[3] else whole
    return number.replace(",", ".")
