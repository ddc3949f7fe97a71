"""What Kabar says: the words of the two languages, and that the catalogues and the program agree."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.model import Language
from bot.wording.wording import Wording

PROJECT = Path(__file__).parents[3]
LANGUAGES = ("id", "en")
ID, EN = Wording(Language("id")), Wording(Language("en"))
NOW = datetime(2024, 10, 28, 8, 0, tzinfo=UTC)


def catalogue(language: str) -> Catalog:
    with (PROJECT / "bot" / "wording" / "locale" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def ids_of(language: str) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in catalogue(language) if message.id}


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def said(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """The ids that a module says: literal first arguments of `.say`, the first two of `.say_many`, and remarks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            wanted = {"say": 1, "say_many": 2}.get(node.func.attr, 0)
            literals = [part.value for part in node.args[:wanted] if isinstance(part, ast.Constant)]
            if wanted and len(literals) == wanted:
                yield tuple(str(literal) for literal in literals)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"QueryError", "Remark"}:
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            yield from ((text,) for text in texts if text)


def ids_in_program() -> set[tuple[str, ...]]:
    modules = sorted((PROJECT / "bot").rglob("*.py"))
    return {msgid for module in modules for msgid in said(ast.parse(module.read_text(encoding="utf-8")))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_what_the_program_says_and_no_more(language: str) -> None:
    in_program, in_catalogue = ids_in_program(), ids_of(language)
    assert len(in_program) > 10
    missing, unused = sorted(in_program - in_catalogue), sorted(in_catalogue - in_program)
    assert not missing, f"missing in bot/wording/locale/{language}.po: {missing}"
    assert not unused, f"said nowhere, remove from bot/wording/locale/{language}.po: {unused}"


def test_english_is_said_as_the_program_has_it() -> None:
    """Where the two differ, who looks for a sentence that they have read does not find it."""
    singular = [message for message in catalogue("en") if message.id and not message.pluralizable]
    assert not [message.id for message in singular if message.string != message.id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_worded_and_its_places_agree(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        plural_places = places(forms(message.id)[-1])
        for number, wording in enumerate(forms(message.string)):
            assert wording.strip(), message.id
            said_without = {"n"} if message.pluralizable and number == 0 else set()  # `the last day`
            assert plural_places - said_without <= places(wording) <= plural_places, message.id
        assert not [1 for wording in forms(message.string) for name in places(wording) if not name.isidentifier()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_a_form_for_every_number(language: str) -> None:
    po = catalogue(language)
    plural = [message for message in po if isinstance(message.id, tuple)]
    assert plural
    assert all(len(forms(message.string)) == po.num_plurals for message in plural)


def test_each_reader_is_addressed_in_their_language() -> None:
    assert ID.say("yesterday {clock}", clock="{x} <b>") == "kemarin {x} <b>"
    assert EN.say("yesterday {clock}", clock="{x} <b>") == "yesterday {x} <b>"
    assert Wording(Language("de")).say("yesterday {clock}", clock="1") == "yesterday 1"


def test_plurals_follow_the_language() -> None:
    def more(wording: Wording, n: int) -> str:
        return wording.say_many("and {n} more watch", "and {n} more watches", n)

    assert [more(EN, n) for n in (1, 2)] == ["and 1 more watch", "and 2 more watches"]
    assert [more(ID, n) for n in (1, 2)] == ["dan 1 pantauan lagi", "dan 2 pantauan lagi"]
    assert more(Wording(Language("fr")), 0) == "and 0 more watches"


@pytest.mark.parametrize(
    ("wording", "moment", "zone", "expected"),
    [
        (ID, datetime(2024, 10, 28, 7, 5, tzinfo=UTC), "Asia/Jakarta", "hari ini 14.05 WIB"),
        (EN, datetime(2024, 10, 28, 7, 5, tzinfo=UTC), "Asia/Jakarta", "today 14:05 WIB"),
        (ID, datetime(2024, 10, 28, 7, 5, tzinfo=UTC), "Asia/Makassar", "hari ini 15.05 WITA"),
        (ID, datetime(2024, 10, 28, 7, 5, tzinfo=UTC), "Asia/Jayapura", "hari ini 16.05 WIT"),
        (ID, datetime(2024, 10, 27, 16, 59, tzinfo=UTC), "Asia/Jakarta", "kemarin 23.59 WIB"),
        (EN, datetime(2024, 10, 27, 17, 0, tzinfo=UTC), "Asia/Jakarta", "today 00:00 WIB"),
        (ID, datetime(2024, 10, 28, 17, 0, tzinfo=UTC), "Asia/Jakarta", "besok 00.00 WIB"),
        (EN, datetime(2024, 10, 29, 16, 59, tzinfo=UTC), "Asia/Jakarta", "tomorrow 23:59 WIB"),
        (EN, datetime(2024, 10, 29, 17, 0, tzinfo=UTC), "Asia/Jakarta", "30 Oct 2024, 00:00 WIB"),
        (ID, datetime(2023, 8, 17, 3, 0, tzinfo=UTC), "Asia/Jakarta", "17 Agu 2023 10.00 WIB"),
        (EN, datetime(2023, 8, 17, 3, 0, tzinfo=UTC), "Asia/Jakarta", "17 Aug 2023, 10:00 WIB"),
        (EN, datetime(2024, 7, 1, 3, 0, tzinfo=UTC), "Europe/Berlin", "1 Jul 2024, 05:00 CEST"),
        (EN, datetime(2024, 7, 1, 3, 0, tzinfo=UTC), "America/Sao_Paulo", "1 Jul 2024, 00:00 UTC-3"),
        (EN, datetime(2024, 7, 1, 3, 0, tzinfo=UTC), "Asia/Kathmandu", "1 Jul 2024, 08:45 UTC+5:45"),
        (Wording(Language("fr")), datetime(2024, 7, 1, 3, 0, tzinfo=UTC), "UTC", "1 Jul 2024, 03:00 UTC"),
    ],
)
def test_times_as_people_say_them(wording: Wording, moment: datetime, zone: str, expected: str) -> None:
    assert wording.time(moment, ZoneInfo(zone), now=NOW) == expected


def test_a_time_of_day_as_people_write_it() -> None:
    assert (ID.clock(time(7, 5)), EN.clock(time(19))) == ("07.05", "19:00")
