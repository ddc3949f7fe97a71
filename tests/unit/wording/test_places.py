"""Cities by the names that people type."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from bot.wording.cities import CITIES
from bot.wording.places import find_place


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Medan", "Asia/Jakarta"),
        ("surabaya", "Asia/Jakarta"),
        ("  BANDUNG ", "Asia/Jakarta"),
        ("Pontianak", "Asia/Pontianak"),
        ("Denpasar", "Asia/Makassar"),
        ("bali", "Asia/Makassar"),
        ("Makassar", "Asia/Makassar"),
        ("labuanbajo", "Asia/Makassar"),
        ("Ambon", "Asia/Jayapura"),
        ("wit", "Asia/Jayapura"),
        ("Tokyo", "Asia/Tokyo"),
        ("Mekkah", "Asia/Riyadh"),
        ("mecca", "Asia/Riyadh"),
        ("Den Haag", "Europe/Amsterdam"),
        ("the hague", "Europe/Amsterdam"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao-paulo", "America/Sao_Paulo"),
        ("Köln", "Europe/Berlin"),
        ("koln", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_a_city_has_its_zone(text: str, zone: str) -> None:
    place = find_place(text).place
    assert place is not None
    assert place.zone == zone


def test_a_name_that_several_cities_bear_is_asked_about() -> None:
    found = find_place("San José")
    assert found.place is None
    assert {place.zone for place in found.likely} == {"America/Costa_Rica", "America/Los_Angeles"}


def test_a_misspelt_or_unfinished_name_leads_to_likely_ones() -> None:
    assert find_place("Surabya").likely[0].name == "Surabaya"
    assert find_place("Lond").likely[0].name == "London"
    zones = [place.zone for place in find_place("San").likely]
    assert len(zones) == len(set(zones)) > 3


@pytest.mark.parametrize("text", ["", "?", "xyzzy", "🙂", "a" * 100_000, "\x00", "é" * 5000])
def test_what_is_no_city_leads_nowhere(text: str) -> None:
    found = find_place(text)
    assert (found.place, found.likely) == (None, ())


def test_every_city_of_ours_is_in_a_zone_that_exists_and_is_found() -> None:
    assert set(CITIES) <= available_timezones()
    for zone, names in CITIES.items():
        for name in names.split(", "):
            found = find_place(name)
            assert zone in {place.zone for place in (found.place, *found.likely) if place}, name
