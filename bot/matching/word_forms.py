"""The forms of words: which inflected forms a word of a query finds in the language of an article."""

from __future__ import annotations

import re
from functools import lru_cache
from os.path import commonprefix

from bot.features.background import RAREST, background
from bot.model import Language
from bot.text.tokens import stem

_MALAY = frozenset([Language("id"), Language("ms")])
_POSSESSIVE = re.compile(r"(?<=\w{3})nya$")
_PARTICLE = re.compile(r"(?<=\w{4})(?:lah|kah|pun)$")
_COMMON = 6.0
"""Up to this IDF a word without its particle is a known word: `presidenlah` is `presiden`, `Ramallah` a word itself."""
_ASKED = frozenset(["bertanya", "ditanya", "menanya", "penanya", "tertanya"])
"""Forms of `tanya`, whose ending is no possessive."""
_PREFIXES = {
    Language("ar"): re.compile("[وف]?(?:ل(ل)|[بكل])(?=\\w{3})|[وف]()(?=\\w{3})"),
    Language("he"): re.compile("(?:[ושכ]?[הבלמ]|[ושכ])()(?=\\w{3})"),
}
"""`and`, `to`, `in` and the like as prefixes; in Arabic, `to the` takes the first letter of the article `ال`."""
PREFIXED_LANGUAGES = frozenset(_PREFIXES)
_LONG_NAME = 5
"""From this length on, what stands behind a prefix may be a name that no frequency list has."""
_ENGLISH = Language("en")
_ENGLISH_INFLECTION = re.compile(r"[bdfglmnprt]?(?:ing|ed)|e?s|[edy]|")
_INFLECTION = 2
"""Letters of an inflection; a longer ending makes another word (`Bildung` of `Bild`, `publication` of `public`)."""
_LONG_INFLECTION = 3
_MANY_CASES = frozenset(map(Language, ("fi", "hu", "ru")))


@lru_cache(maxsize=20_000)
def word_form(word: str, language: Language) -> str:
    """The form that the inflected forms of a word with one meaning share: its stem, if only an inflection is removed.

    Stemmers remove more: `important` becomes `import`, `international` `intern`. Where a stemmer removes more than an
    inflection, only as much is removed as is one (`elections`, not `election`). In Indonesian `nya` is removed, and a
    particle (`presidenlah`) where the frequency list of the language has the rest and not the whole: its stemmer
    reduces `berita` to `ita`, other endings are parts of names and words (`Maluku`, `Ramallah`, `masalah`), and
    prefixes change the meaning.
    """
    if language in _MALAY:
        return word if word in _ASKED else _without_particle(_POSSESSIVE.sub("", word))
    shortest = stem(word, language)
    if shortest == word or _is_inflected(word, shortest, language):
        return shortest
    bases = [word[:-3] + "y"] if language == _ENGLISH and word.endswith("ies") else []
    bases += [word[:-letters] for letters in range(_LONG_INFLECTION, 0, -1)]
    return next(
        (one for one in bases if _is_inflected(word, one, language) and stem(one, language) == shortest),
        word,
    )


def _without_particle(word: str) -> str:
    base = _PARTICLE.sub("", word)
    if base == word:
        return word
    whole, rest = background(Language("id")).idf((word, base)).tolist()
    return base if whole >= RAREST and rest <= _COMMON else word


def without_prefix(word: str, language: Language) -> str:
    """An Arabic or Hebrew word without the words of one letter that are written together with it: `وغزة`, `بغزة`.

    They are removed where the rest is more frequent than the whole, so `والد` (father) stays.
    """
    prefix = _PREFIXES[language].match(word)
    if prefix is None:
        return word
    base = ("ال" if prefix[1] else "") + word[prefix.end() :]
    whole, rest = background(language).idf((word, base)).tolist()
    return base if rest < whole or (whole >= RAREST and len(base) >= _LONG_NAME) else word


def _is_inflected(word: str, base: str, language: Language) -> bool:
    """Whether a word is its base with an inflection (or the base with another last letter)."""
    ending = word[len(commonprefix([word, base])) :]  # noqa: RUF071 -- no paths: characters are meant
    if language == _ENGLISH:
        return ending == "ies" or _ENGLISH_INFLECTION.fullmatch(ending) is not None
    return len(ending) <= (_LONG_INFLECTION if language in _MANY_CASES else _INFLECTION)
