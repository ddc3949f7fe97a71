"""Time zones by the names of cities, however they are typed: no network, the tz database and a list of our own."""

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
"""Places that are suggested where nothing has exactly the name."""

_REGIONS = frozenset(("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe",
                      "Indian", "Pacific"))  # fmt: skip
_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORTEST = 3
"""Letters from which a name is taken as the beginning of others."""


@dataclass(frozen=True, slots=True)
class ZonedPlace:
    """A place and the zone that its clocks are in."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class PlaceMatches:
    """What a name may mean."""

    place: ZonedPlace | None
    """The one of exactly this name."""
    likely: tuple[ZonedPlace, ...] = ()
    """Else the several of this name, or those of similar ones: one a zone, best first."""


def find_place(text: str) -> PlaceMatches:
    """The place that somebody names; case, accents and spaces do not matter. The first call takes 50 ms."""
    key = _key(text)
    places = _places()
    if not key:
        return PlaceMatches(None)
    same = places.get(key, ())
    if len(same) == 1:
        return PlaceMatches(same[0])
    begun = sorted((name for name in places if name.startswith(key)), key=len) if len(key) >= _SHORTEST else []
    close = get_close_matches(key, places, n=LIKELY, cutoff=0.75)
    similar = [place for name in (*begun, *close) for place in places[name]]
    by_zone = {place.zone: place for place in reversed(same or similar)}
    return PlaceMatches(None, tuple(reversed(by_zone.values()))[:LIKELY])


@cache
def known_zones() -> frozenset[str]:
    """Names that a chat's time zone may have."""
    return frozenset(available_timezones())


@cache
def _places() -> Mapping[str, tuple[ZonedPlace, ...]]:
    """By key; a name that several cities bear has a place for each of their zones."""
    places: dict[str, tuple[ZonedPlace, ...]] = {_key(place.name): (place,) for place in _zones()}
    for place in _cities():
        others = [other for other in places.get(_key(place.name), ()) if other.zone != place.zone]
        places[_key(place.name)] = (*others, place)
    return MappingProxyType(places)


def _zones() -> Iterator[ZonedPlace]:
    """By full name, then by their city; of two with one city that is the longer name: the shorter is a former one."""
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
    """What is compared: letters and digits alone, without accents, in lower case."""
    plain = "".join(char for char in normalized(text[:100], "NFKD") if not "\u0300" <= char <= "\u036f")
    return _NOT_LETTERS.sub("", plain.casefold())
