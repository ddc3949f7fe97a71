"""Language data of the CLDR (https://cldr.unicode.org/) and our gettext catalogues, read through Babel."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.model import Language

if TYPE_CHECKING:
    from babel import Locale

FALLBACK = Language("en")
_IN_USE = {("id", "zh"): "Mandarin", ("id", "fa"): "Persia"}
"""Names of languages that people use and the CLDR does not have."""


@cache
def _catalogue_sources() -> Mapping[str, bytes]:
    entries = (files("bot.wording") / "locale").iterdir()
    return {entry.name.removesuffix(".po"): entry.read_bytes() for entry in entries if entry.name.endswith(".po")}


def spoken(language: Language) -> Language:
    """The language itself if Kabar has a catalogue for it, else English."""
    return language if language in _catalogue_sources() else FALLBACK


@cache
def catalogue(language: Language) -> GNUTranslations:
    """The catalogue `locale/LANGUAGE.po` of a language of `spoken`, compiled in memory with its plural rule."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- needed only once something is said
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- loaded when something is said

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(_catalogue_sources()[language]), locale=str(language)))
    compiled.seek(0)
    return GNUTranslations(compiled)


def load_catalogues() -> None:
    """Load all catalogues now. It takes a tenth of a second, which the first reader should not wait for."""
    for name in _catalogue_sources():
        catalogue(Language(name))


@cache
def months(language: Language) -> tuple[str, ...]:
    """The abbreviated names of the months, January first, in a language of `spoken`."""
    from babel.dates import get_month_names  # noqa: PLC0415 -- loaded when something is said

    names = get_month_names("abbreviated", locale=str(language))
    return tuple(names[month] for month in range(1, 13))


@cache
def month_abbreviations(language: Language) -> frozenset[str]:
    """The abbreviated names of the months in lower case, without full stops; empty for a language of no locale."""
    return _abbreviated("months", language)


@cache
def day_abbreviations(language: Language) -> frozenset[str]:
    """The abbreviated names of the days of the week, likewise."""
    return _abbreviated("days", language)


@cache
def day_names(language: Language) -> tuple[str, ...]:
    """The names of the days of the week as written within a sentence, Monday first; empty likewise."""
    locale = _locale(language)
    return () if locale is None else tuple(locale.days["format"]["wide"][number] for number in range(7))


def _locale(language: Language) -> Locale | None:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 -- loaded when needed

    try:
        return Locale(str(language))
    except (UnknownLocaleError, ValueError):
        return None


def _abbreviated(kind: str, language: Language) -> frozenset[str]:
    locale = _locale(language)
    if locale is None:
        return frozenset()
    forms = getattr(locale, kind)
    names = (name for context in ("format", "stand-alone") for name in forms[context]["abbreviated"].values())
    return frozenset(name.lower().rstrip(".") for name in names)


@cache
def language_names(reader: Language) -> Mapping[str, str]:
    """The names of languages by code, in a language of `spoken`."""
    from babel import Locale  # noqa: PLC0415 -- loaded when something is said

    own = {code: name for (of, code), name in _IN_USE.items() if of == reader}
    return MappingProxyType({**Locale(str(reader)).languages, **own})


@cache
def territory_names(language: Language) -> Mapping[str, str]:
    """The names of countries and regions by code; empty for a language that the CLDR does not have."""
    locale = _locale(language)
    return MappingProxyType({} if locale is None else dict(locale.territories))
