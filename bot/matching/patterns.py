"""Regular expressions in queries, with RE2 (https://github.com/google/re2/wiki/Syntax).

The time is linear in the text for every pattern. Python's `re` backtracks, so a user's pattern could block the process
(ReDoS: https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

_ESCAPES = re.compile(r"\\[pP]\{[^}]*\}|\\.|\(\?P?<\w*>", re.DOTALL)
_CAPITALS = re.compile("[A-Z\u0410-\u042f]{2}|[A-Z]-[A-Z]")
_FIRST_BOUNDARY = re.compile(r"\A\\b(?=[^\x00-\x7f])")
_LAST_BOUNDARY = re.compile(r"(?<=[^\x00-\x7f])\\b\Z")
"""RE2's `\\b` knows letters of ASCII alone. At the ends of an expression it is replaced where another letter stands."""
_MEMORY = 1 << 20
_AT_ONCE = 200
"""The most patterns in one filter, and below it their most characters: RE2 limits the automaton of literals to 8 MB."""
_CHARACTERS = 5_000


class _Compiled(Protocol):
    def search(self, text: str) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled regular expression: `pattern` as RE2 has it, and whether its capitals are found as capitals only."""

    pattern: str
    heeds_case: bool
    _compiled: _Compiled

    def search(self, text: str) -> object | None:
        """A match somewhere in the text, or None."""
        return self._compiled.search(text)


class BadPatternError(ValueError):
    """The expression cannot be compiled; the message is that of RE2."""


class _Filter(Protocol):
    """RE2's FilteredRE2: finds patterns by the literals that a matching text must have."""

    def Match(self, text: str, potential: bool) -> list[int] | None: ...  # noqa: N802 -- the library's


def compile_pattern(written: str) -> Pattern:
    r"""Compile an expression. Raises BadPatternError.

    Case matters where the expression has an acronym (two capitals side by side) or a range of capitals: `/\bUS\b/` does
    not find `us`. Otherwise `/gempa/` and `/Gempa/` find `GEMPA`. `(?i)` and `(?-i)` in the expression decide it, too.
    """
    import re2  # noqa: PLC0415 -- a native library, and few queries have patterns

    pattern = _LAST_BOUNDARY.sub(r"(?:[^\\pL\\pN_]|$)", _FIRST_BOUNDARY.sub(r"(?:^|[^\\pL\\pN_])", written))
    heeds_case = "(?i" not in written and _CAPITALS.search(_ESCAPES.sub("", written)) is not None
    try:
        compiled: _Compiled = re2.compile(pattern, _options(case_sensitive=heeds_case))
    except re2.error as error:
        reason = error.args[0] if error.args else "it cannot be read"
        raise BadPatternError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason) from error
    except UnicodeEncodeError as error:
        raise BadPatternError("it has half a character") from error
    return Pattern(pattern, heeds_case, compiled)


class PatternIndex:
    """Finds which of many patterns may match a text, by the literals in it, in one pass."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._filters: list[tuple[_Filter, int]] = []
        self._unfiltered: list[int] = []
        start = 0
        while start < len(patterns):
            end = start + 1
            length = len(patterns[start])
            while end < min(len(patterns), start + _AT_ONCE) and length + len(patterns[end]) <= _CHARACTERS:
                length += len(patterns[end])
                end += 1
            if (made := _filter(patterns[start:end])) is None:
                self._unfiltered.extend(range(start, end))
            else:
                self._filters.append((made, start))
            start = end

    def candidates(self, text: str) -> list[int]:
        """The numbers of the patterns that may match somewhere in the text."""
        found = list(self._unfiltered)
        for one, start in self._filters:
            found.extend(start + number for number in one.Match(text, True) or ())
        return found


def _filter(patterns: Sequence[str]) -> _Filter | None:
    """A filter for these patterns; None where they have too many literals for RE2."""
    import re2  # noqa: PLC0415 -- as above

    made = re2.Filter()
    try:
        for pattern in patterns:
            made.Add(pattern, _options(case_sensitive=False))
        made.Compile()
    except re2.error:
        return None
    kept: _Filter = made
    return kept


def _options(*, case_sensitive: bool) -> object:
    import re2  # noqa: PLC0415 -- as above

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = case_sensitive
    options.max_mem = _MEMORY
    return options
