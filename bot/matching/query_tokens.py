"""Cuts a query into its tokens: words, phrases, patterns, fields, operators and parentheses, with their positions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from bot.errors import QueryError
from bot.text.spellings import IDEOGRAPHIC

LONGEST = 4_000
"""The most characters of a query."""


class Kind(Enum):
    """What a token is."""

    WORD = 1
    PHRASE = 2
    PATTERN = 3
    FIELD = 4
    AND = 5
    OR = 6
    NOT = 7
    PLUS = 8
    COMMA = 9
    OPEN = 10
    CLOSE = 11


@dataclass(frozen=True, slots=True)
class Token:
    """A token. `text` is it as written; `value` is without quotes, slashes or the colon, with its escapes."""

    kind: Kind
    position: int
    text: str
    value: str = ""
    apart: int | None = None


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""The characters of ASCII as Chinese and Japanese keyboards type them; one for one, so positions are unchanged."""
_QUOTES = '"“”„‟«»＂'
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
"""What phones and other keyboards type for the hyphen that excludes."""
_DASH_SET = frozenset(_DASHES)
_SINGLES: dict[str, Kind] = {
    **dict.fromkeys("(（", Kind.OPEN),
    **dict.fromkeys(")）", Kind.CLOSE),
    **dict.fromkeys(",;，；、،؛", Kind.COMMA),
}
_MISPLACED = frozenset("~^:：[{<>")
_ENDS_WORD = frozenset([*_QUOTES, *_SINGLES, "|", "^"])
_OPERATORS = {
    **dict.fromkeys(["AND", "And", "and", "DAN", "dan"], Kind.AND),
    **dict.fromkeys(["OR", "Or", "or", "ATAU", "Atau", "atau"], Kind.OR),
    **dict.fromkeys(["NOT", "Not", "not", "BUKAN", "Bukan", "bukan"], Kind.NOT),
}
"""In English and Indonesian; `Dan` with one capital is a name."""
_FORMER_OPERATORS = frozenset(["AND", "OR", "NOT"])
_NEAR = re.compile(r"NEAR(?:/\d+)?")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,9}://\S*", re.IGNORECASE)
_FIELD = re.compile(r"([^\W\d]\w*)[:：]")
_WITHIN_HEBREW = re.compile('(?<=[\u05d0-\u05ea])["\u201d](?=[\u05d0-\u05ea])')
_BETWEEN_IDEOGRAPHS = re.compile(rf"(?<=[{IDEOGRAPHIC}])(?:AND|OR|NOT)(?=[{IDEOGRAPHIC}])")
_PREFIX = re.compile(r"\w\*(?!\w)")
_NUMBER = re.compile(r"\d*(?:\.\d*)?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_AFTER_PATTERN = re.compile(r"[\s),;]|$")
_SINGLE_QUOTED = re.compile(r"['‘`][^\s'’`].*?[^\s]['’`](?=[\s)]|$)")


def tokens_of(text: str, *, formerly: bool = False) -> list[Token]:
    """The tokens of a query. Raises QueryError with the position of what cannot be read.

    `formerly`: as before operators in small letters, commas and dashes had a meaning, for queries that were saved then.
    """
    if len(text) > LONGEST:
        raise QueryError(
            "the query is longer than {most} characters", LONGEST, "Make several queries of it.", most=LONGEST
        )
    if not text.strip():
        raise QueryError("the query is empty", 0)
    return _Scanner(text.translate(_FULL_WIDTH), formerly=formerly).scan()


class _Scanner:
    def __init__(self, text: str, *, formerly: bool) -> None:
        self._text = text
        self._formerly = formerly
        self._place = 0
        self._tokens: list[Token] = []

    def scan(self) -> list[Token]:
        while self._place < len(self._text):
            sign = self._text[self._place]
            if sign.isspace() or (self._formerly and _SINGLES.get(sign) is Kind.COMMA):
                self._place += 1
            else:
                self._token()
        return self._tokens

    def _token(self) -> None:
        start, sign = self._place, self._text[self._place]
        if sign in _SINGLES:
            self._add(_SINGLES[sign], start + 1)
        elif sign in _QUOTES:
            self._phrase()
        elif sign == "/":
            self._pattern()
        elif sign == "|" or self._text.startswith("&&", start):
            self._add(
                Kind.OR if sign == "|" else Kind.AND,
                start + (2 if self._text[start : start + 2] in ("||", "&&") else 1),
            )
        elif sign in _DASH_SET or sign in "!+":
            self._sign(sign)
        elif sign in _MISPLACED:
            self._refuse_misplaced(sign)
        elif not self._formerly and _SINGLE_QUOTED.match(self._text, start):
            raise QueryError("“{word}” cannot stand here", start, 'A phrase stands in double quotes: "a b".', word=sign)
        else:
            self._word_or_field()

    def _refuse_misplaced(self, sign: str) -> NoReturn:
        if sign in "~^":
            raise QueryError("“{sign}” must follow a phrase in quotes directly", self._place, sign=sign)
        if sign in ":：":
            raise QueryError("a colon stands only after a field's name", self._place, 'Put it in quotes: "a:b".')
        if sign in "[{":
            raise QueryError("ranges are not searched", self._place)
        raise QueryError(
            "ranges are not searched", self._place, "Leave out the {sign} or write it in quotes.", sign=sign
        )

    def _add(self, kind: Kind, end: int, value: str = "", apart: int | None = None) -> None:
        self._tokens.append(Token(kind, self._place, self._text[self._place : end], value, apart))
        self._place = end

    def _sign(self, sign: str) -> None:
        """A sign before what it excludes or requires. By itself it is refused: `Jakarta - Bandung` excludes nothing."""
        end = self._place + 1
        while sign in _DASH_SET and self._text[end : end + 1] in _DASH_SET:
            end += 1
        following = self._text[end : end + 1]
        is_alone = not following or following.isspace() or _SINGLES.get(following, Kind.OPEN) is not Kind.OPEN
        if is_alone and not self._formerly:
            raise QueryError(
                "“{sign}” stands by itself",
                self._place,
                "To exclude a word, write -word without a blank between them. Otherwise leave the sign out.",
                sign=sign,
            )
        self._add(Kind.PLUS if sign == "+" else Kind.NOT, end)

    def _phrase(self) -> None:
        end = self._closing(_QUOTES)
        if end is None:
            raise QueryError("this quotation mark is never closed", self._place)
        inside = self._text[self._place + 1 : end - 1]
        if _PREFIX.search(inside) and not self._formerly:
            raise QueryError(
                "a * does not work inside quotes",
                self._place,
                "Write the words without quotes, for example {words}.",
                words=inside,
            )
        value = _ESCAPED.sub(r"\1", inside)
        apart = None
        if self._text[end : end + 1] == "~":
            number = _NUMBER.match(self._text, end + 1)
            written = number[0] if number else ""
            if not written.isdecimal():
                raise QueryError("a number after ~ or ^ cannot be read", end)
            apart, end = int(written), end + 1 + len(written)
        self._refuse_boost(end)
        self._add(Kind.PHRASE, end, value, apart)

    def _pattern(self) -> None:
        end = self._closing("/")
        if end is None:
            raise QueryError("this pattern is never closed", self._place, r"Write \/ for a / that begins no pattern.")
        if not _AFTER_PATTERN.match(self._text, end):
            raise QueryError("a pattern ends here, and a word goes on", end - 1, r"Write \/ for a / inside it.")
        self._add(Kind.PATTERN, end, self._text[self._place + 1 : end - 1].replace("\\/", "/"))

    def _closing(self, signs: str) -> int | None:
        """The position behind the sign that closes what begins here; None if there is none."""
        place = self._place + 1
        while place < len(self._text):
            if self._text[place] == "\\":
                place += 1
            elif self._text[place] in signs and not _WITHIN_HEBREW.match(self._text, place):
                return place + 1
            place += 1
        return None

    def _word_or_field(self) -> None:
        address = _ADDRESS.match(self._text, self._place)
        if address:
            raise QueryError(
                "an address must be in quotes",
                self._place,
                'Write url:"{address}" for that.',
                address=address[0].rstrip(")"),
            )
        field = _FIELD.match(self._text, self._place)
        if field:
            self._add(Kind.FIELD, field.end(), field[1])
            return
        end = self._word_end()
        written = self._text[self._place : end]
        if "~" in written:
            raise QueryError(
                "a word cannot be searched by likeness (~)", self._place, 'After quotes it works: "north korea"~3.'
            )
        self._refuse_boost(end)
        if written in (_FORMER_OPERATORS if self._formerly else _OPERATORS):
            self._add(_OPERATORS[written], end)
        elif _NEAR.fullmatch(written) and not self._formerly:
            raise QueryError(
                "“{word}” cannot stand here", self._place, 'Write "a b"~3 for words near one another.', word=written
            )
        elif written == "&":
            raise QueryError(
                "“{plain}” has no letters or digits to search for",
                self._place,
                "Write {operator}.",
                plain=written,
                operator="AND",
            )
        else:
            self._add(Kind.WORD, end, written)

    def _word_end(self) -> int:
        """The end of a word: a blank, a quotation mark, a parenthesis, a comma between letters."""
        place = self._place
        while place < len(self._text):
            sign = self._text[place]
            if sign == "\\":
                place += 2
                continue
            if sign.isspace() or self._text.startswith("&&", place):
                break
            if sign in _ENDS_WORD and not self._is_within_word(place):
                break
            if (operator := _BETWEEN_IDEOGRAPHS.match(self._text, place)) is not None:
                return operator.end() if place == self._place else place
            place += 1
        return min(place, len(self._text))

    def _is_within_word(self, place: int) -> bool:
        """Whether a sign that ends words is part of one: the comma of a number, the quotation mark of `צה"ל`."""
        if self._text[place] == ",":
            return self._text[place - 1].isdigit() and self._text[place + 1 : place + 2].isdigit()
        return _WITHIN_HEBREW.match(self._text, place) is not None

    def _refuse_boost(self, end: int) -> None:
        if self._text[end : end + 1] == "^":
            raise QueryError("a part cannot weigh more than another (^)", self._place, "Leave out the ^.")
