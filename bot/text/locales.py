"""What the CLDR and gettext know of languages, through Babel: catalogues, names of months and of languages."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from types import MappingProxyType

from bot.model import Language

FALLBACK = Language("en")
_IN_USE = {("id", "zh"): "Mandarin", ("id", "fa"): "Persia"}
"""Names that people use and the CLDR does not give."""


@cache
def _catalogue_sources() -> Mapping[str, bytes]:
    entries = (files("bot.wording") / "locale").iterdir()
    return {entry.name.removesuffix(".po"): entry.read_bytes() for entry in entries if entry.name.endswith(".po")}


def spoken(language: Language) -> Language:
    """The language itself if Kabar has its words, else English."""
    return language if language in _catalogue_sources() else FALLBACK


@cache
def catalogue(language: Language) -> GNUTranslations:
    """The catalogue `locale/LANGUAGE.po` of a spoken language, its plural rule included."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- needed only once something is said
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- loaded when something is said

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(_catalogue_sources()[language]), locale=str(language)))
    compiled.seek(0)
    return GNUTranslations(compiled)


def load_catalogues() -> None:
    """Read all of them now: a tenth of a second that nobody who asks something should wait for."""
    for name in _catalogue_sources():
        catalogue(Language(name))


@cache
def months(language: Language) -> tuple[str, ...]:
    """January to December in a spoken language, short."""
    from babel.dates import get_month_names  # noqa: PLC0415 -- loaded when something is said

    names = get_month_names("abbreviated", locale=str(language))
    return tuple(names[month] for month in range(1, 13))


@cache
def language_names(reader: Language) -> Mapping[str, str]:
    """What a spoken language calls languages, by code."""
    from babel import Locale  # noqa: PLC0415 -- loaded when something is said

    own = {code: name for (of, code), name in _IN_USE.items() if of == reader}
    return MappingProxyType({**Locale(str(reader)).languages, **own})


@cache
def territory_names(language: Language) -> Mapping[str, str]:
    """What a language calls countries and parts of the world, by code; empty for one that the CLDR does not know."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 -- loaded when something is said

    try:
        return MappingProxyType(dict(Locale(str(language)).territories))
    except (UnknownLocaleError, ValueError):
        return MappingProxyType({})
