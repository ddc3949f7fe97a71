"""Converts a query's syntax tree into its parts; what Kabar does not support is refused with its position."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import QueryError
from bot.matching.patterns import BadPatternError, compile_pattern
from bot.matching.query_parts import (
    All,
    Beginning,
    Conditions,
    Matching,
    Near,
    Part,
    Phrase,
    Some,
    Stretch,
    Whole,
    Without,
    Word,
)
from bot.matching.query_tokens import Kind
from bot.matching.query_tree import Both, Either, Leaf, Not, Tree
from bot.matching.query_words import all_sequences, sequences
from bot.matching.rarity import rarest
from bot.matching.search_text import EVERYWHERE, Field
from bot.model import UNDETERMINED
from bot.text.clean import clean_text
from bot.text.spellings import folded_line, spellings
from bot.text.tokens import fold

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_CHARACTER_PAIR = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}")
_SOUTH_EAST_ASIAN = re.compile("[\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3]+")
_LETTER, _MARK = "\u0e01", "\u0e31"
_WILDCARD = re.compile(r"(?<!\\)(?:\\\\)*[*?]")
_SIGNED = re.compile(r"[^\W_]+(?:\+\+|\+|#)(?![^\W\d])|(?<!\S)\.[^\W\d_]\w*")
_ACRONYM = re.compile(r"(?<![\w'-])(?:[^\W\d_]{2,4}|[^\W\d_](?:\.[^\W\d_]){1,3}\.?)(?![\w'-])")
_SHORTEST_BEGINNING = 2
_FURTHEST = 100


class QueryTreeReader:
    """Converts one syntax tree. `heeds_case` is false where the whole query is in capitals, as with a caps lock."""

    def __init__(self, *, heeds_case: bool) -> None:
        self._heeds_case = heeds_case
        self.in_capitals: list[str] = []
        """The words that are found in capitals only, as written."""

    def read(self, tree: Tree) -> Part:
        """The part for a tree. Raises QueryError."""
        match tree:
            case Leaf():
                return self._leaf(tree)
            case Not(part=part):
                return Without(self.read(part))
            case Both(parts=parts):
                return All(tuple(map(self.read, parts)))
            case Either(parts=parts):
                return Some(tuple(map(self.read, parts)))

    def _leaf(self, leaf: Leaf) -> Part:
        fields = _fields(leaf)
        written = leaf.text if fields == EVERYWHERE else f"{fields[0]}:{leaf.text}"
        asked = _Asked(leaf, written, fields)
        if leaf.kind is Kind.PATTERN:
            return self._pattern(asked)
        if leaf.kind is Kind.WORD and _WILDCARD.search(leaf.value):
            return _beginning(asked)
        if leaf.apart is not None:
            return _near(asked, leaf.apart)
        return self._text(asked)

    def _text(self, asked: _Asked) -> Part:
        """The part for a word or a phrase."""
        written, fields, plain = asked.written, asked.fields, asked.plain
        if fields == (Field.LANG,):
            return Whole(written, fields, value=fold(plain).partition("-")[0])
        if fields == (Field.URL,):
            return Stretch(written, fields, characters=" ".join(fold(plain).split()))
        if _UNSPACED.search(plain):
            return _stretch(asked)
        spelled = sequences(plain, UNDETERMINED)
        if not spelled:
            raise asked.has_nothing()
        signed = frozenset(_SIGNED.findall(fold(plain)))
        conditions = Conditions(self._capitals(asked), signed, plainly=plain.isascii())
        phrase = Phrase(written, fields, plain, conditions)
        single = tuple(dict.fromkeys(one.words[0] for one in spelled if len(one.words) == 1))
        if asked.leaf.kind is Kind.PHRASE or not single:
            return phrase
        word = Word(written, fields, single, conditions)
        is_one_word = all(one.words in {(word,) for word in single} for one in all_sequences(plain))
        return word if is_one_word else Some((word, phrase))

    def _capitals(self, asked: _Asked) -> frozenset[str]:
        """The words that must be in capitals: acronyms of up to four letters among words that are not."""
        if not self._heeds_case:
            return frozenset()
        plain = asked.plain
        acronyms = [one for one in _ACRONYM.findall(plain) if one.isupper()]
        if plain == plain.upper() and plain.strip() != "".join(acronyms):
            return frozenset()  # `"NEW YORK"`, `MH370`
        self.in_capitals.extend(acronyms)
        return frozenset(word for one in acronyms for word in spellings(one, UNDETERMINED).parts)

    def _pattern(self, asked: _Asked) -> Part:
        leaf = asked.leaf
        try:
            pattern = compile_pattern(leaf.value)
        except BadPatternError as error:
            raise QueryError("this pattern is wrong: {reason}", leaf.position, reason=error) from error
        if pattern.search("") is not None:
            raise QueryError("this pattern would find everything", leaf.position)
        if pattern.heeds_case:
            self.in_capitals.append(leaf.text)
        return Matching(asked.written, asked.fields, pattern=pattern)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A leaf, how it is shown, and the fields in which it is looked for."""

    leaf: Leaf
    written: str
    fields: tuple[Field, ...]

    @property
    def plain(self) -> str:
        """The text to look for, without invisible characters."""
        value = self.leaf.value
        return clean_text(value if self.leaf.kind is Kind.PHRASE else _ESCAPED.sub(r"\1", value)).replace("\n", " ")

    def has_nothing(self) -> QueryError:
        return QueryError(
            "“{plain}” has no letters or digits to search for", self.leaf.position, plain=self.plain or self.leaf.value
        )


def _fields(leaf: Leaf) -> tuple[Field, ...]:
    if leaf.field is None:
        return EVERYWHERE
    name = leaf.field.lower()
    if name not in set(Field):
        raise QueryError(
            "there is no field “{field}:”",
            leaf.field_position,
            'Fields are {known} (a colon in words needs quotes: "a:b").',
            field=leaf.field,
            known=", ".join(f"{known}:" for known in Field),
        )
    return (Field(name),)


def _beginning(asked: _Asked) -> Part:
    value, position = asked.leaf.value, asked.leaf.position
    wildcard = _WILDCARD.search(value)
    assert wildcard is not None  # noqa: S101 -- the caller has checked it
    place = position + wildcard.end() - 1
    if not value.strip("*?"):
        raise QueryError("a * by itself would find everything", position)
    if value[wildcard.end() - 1] == "?" or wildcard.end() != len(value):
        raise QueryError("a * stands only at the end of a word, and ? stands for itself in quotes", place)
    if asked.fields in ((Field.LANG,), (Field.URL,)):
        raise QueryError("this field is searched without a *", place)
    plain = asked.plain.removesuffix("*")
    if _UNSPACED.search(plain):
        return _stretch(asked)
    known = spellings(plain, UNDETERMINED)
    whole = fold(plain)
    words = known.parts if len(known.parts) == 1 else tuple(word for word in known.others if word == whole)
    if len(words) != 1 or len(words[0]) < _SHORTEST_BEGINNING:
        raise QueryError("at least {least} letters stand before a *", position, least=_SHORTEST_BEGINNING)
    return Beginning(asked.written, asked.fields, beginning=words[0])


def _near(asked: _Asked, apart: int) -> Part:
    leaf = asked.leaf
    if not 0 <= apart <= _FURTHEST:
        raise QueryError("words can be 0 to {most} apart", leaf.position, most=_FURTHEST)
    if asked.fields in ((Field.LANG,), (Field.URL,)):
        raise QueryError("this field is searched without ~", leaf.position)
    if not spellings(asked.plain, UNDETERMINED).parts:
        raise asked.has_nothing()
    return Near(asked.written, asked.fields, asked.plain, Conditions(), apart=apart)


def _stretch(asked: _Asked) -> Part:
    plain = asked.plain.removesuffix("*")
    # In Thai and similar scripts a mark after the last character changes the last pair.
    inner = frozenset(spellings(f"{_LETTER}{plain}{_MARK}", UNDETERMINED).parts)
    pairs = [
        token
        for token in spellings(plain, UNDETERMINED).parts
        if _CHARACTER_PAIR.fullmatch(token) or (token in inner and _SOUTH_EAST_ASIAN.fullmatch(token))
    ]
    return Stretch(
        asked.written,
        asked.fields,
        characters=folded_line(plain).strip(),
        pair=rarest(tuple(pairs)) if pairs else "",
        is_line=True,
    )
