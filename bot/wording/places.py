"""Finds time zones by the names of cities, however they are typed. Offline: the tz database and our list `CITIES`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from bot.text.clean import normalized
from bot.wording.cities import CITIES

LIKELY = 6
"""The most places that are suggested where no place has exactly the name."""

_REGIONS = frozenset(("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
                      "Indian", "Pacific"))  # fmt: skip
_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORTEST = 3
"""A name with fewer letters is not matched as the beginning of longer names."""


@dataclass(frozen=True, slots=True)
class ZonedPlace:
    """A place and the name of its time zone in the tz database."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class PlaceMatches:
    """The places that a typed name may mean."""

    place: ZonedPlace | None
    """The only place with exactly this name; None where there is no such place, or several."""
    likely: tuple[ZonedPlace, ...] = ()
    """The places to choose from where `place` is None: of the same name, else of similar ones; one for each zone."""


def find_place(text: str) -> PlaceMatches:
    """The place that a typed name means; case, accents and spaces do not matter. The first call takes 50 ms."""
    key = _key(text)
    places = _places()
    if not key:
        return PlaceMatches(None)
    same = places.get(key, ())
    if len(same) == 1:
        return PlaceMatches(same[0])
    prefixed = sorted((name for name in places if name.startswith(key)), key=len) if len(key) >= _SHORTEST else []
    close = get_close_matches(key, places, n=LIKELY, cutoff=0.75)
    similar = [place for name in (*prefixed, *close) for place in places[name]]
    by_zone = {place.zone: place for place in reversed(same or similar)}
    return PlaceMatches(None, tuple(reversed(by_zone.values()))[:LIKELY])


@cache
def known_zones() -> frozenset[str]:
    """The names of time zones that a chat may have."""
    return frozenset(available_timezones())


@cache
def _places() -> Mapping[str, tuple[ZonedPlace, ...]]:
    """Places by key. A name that cities in several zones have leads to one place for each zone."""
    places: dict[str, tuple[ZonedPlace, ...]] = {_key(place.name): (place,) for place in _zones()}
    for place in _cities():
        others = [other for other in places.get(_key(place.name), ()) if other.zone != place.zone]
        places[_key(place.name)] = (*others, place)
    return MappingProxyType(places)


def _zones() -> Iterator[ZonedPlace]:
    """The zones by full name and by their city. Where two zones have the same city, the one with the longer name wins.

    The shorter name is then a former one: `America/Buenos_Aires`, `America/Argentina/Buenos_Aires` ("backward" file of
    the tz database, https://www.iana.org/time-zones).
    """
    zones = sorted(known_zones(), key=lambda zone: (len(zone), zone))
    named = [zone for zone in zones if zone.partition("/")[0] in _REGIONS]
    yield from (ZonedPlace(zone, zone) for zone in named)
    yield from (ZonedPlace(zone.rsplit("/", 1)[-1].replace("_", " "), zone) for zone in named)


def _cities() -> Iterator[ZonedPlace]:
    zones = known_zones()
    for zone, names in CITIES.items():
        if zone in zones:
            yield from (ZonedPlace(name, zone) for name in names.split(", "))


def _key(text: str) -> str:
    """What names are compared by: letters and digits only, without accents, case-folded (Unicode UAX #15, NFKD)."""
    plain = "".join(char for char in normalized(text[:100], "NFKD") if not "\u0300" <= char <= "\u036f")
    return _NOT_LETTERS.sub("", plain.casefold())
