"""The same article again, and articles that only look alike."""

import json
from pathlib import Path

import pytest

from bot.model import ArticleId, Language
from bot.stories.duplicates import DuplicateIndex, Fingerprint, fingerprint, is_same, resemblance
from tests.speed import usual_seconds

ID, EN = Language("id"), Language("en")
SHARED = Path(__file__).parents[4] / "shared" / "data"

TITLE = "Ferry rescued off Lombok after engine fire"
TEXT = """A ferry with 214 people on board was towed to the port of Lembar on Sunday after a fire in its engine room.
Nobody was hurt, the search and rescue agency of Mataram said, though several passengers were treated for smoke.
The ship had left Padang Bai at seven in the morning and was within sight of the coast of Lombok when smoke rose.
Fishermen from two villages took the first passengers off before the navy arrived with two patrol boats.
The captain told reporters that a fuel pipe had burst and that the crew closed the room within a minute.
Investigators of the ministry of transport will look at the ship, which is 31 years old, on Monday.
Its owner has suspended the line until then and promised to give back the price of all tickets."""


def test_the_same_text_under_another_title_is_the_same_article() -> None:
    assert is_same(fingerprint(TITLE, TEXT, EN), fingerprint("214 safe as ship catches fire", TEXT, EN))


def test_an_article_with_a_paragraph_added_is_the_same() -> None:
    longer = (
        TEXT + "\nA second ship of the same owner ran aground in March, and the agency had warned it about old pipes."
    )
    assert is_same(fingerprint(TITLE, TEXT, EN), fingerprint(TITLE, longer, EN))


def test_case_accents_and_punctuation_do_not_matter() -> None:
    assert is_same(fingerprint(TITLE, TEXT, EN), fingerprint(TITLE, TEXT.upper().replace(",", " –"), EN))


def test_another_report_on_the_same_event_is_another_article() -> None:
    other = """Smoke over the strait: more than two hundred passengers of a ferry had a bad fright on Sunday morning.
A pipe broke below deck and the engine caught fire when the boat from Bali was almost in Lembar.
Villagers in small boats were first to help. The navy towed the ferry in. The agency in Mataram counts no injured."""
    assert not is_same(fingerprint(TITLE, TEXT, EN), fingerprint(TITLE, other, EN))


def test_reports_after_one_pattern_on_two_days_are_two_articles() -> None:
    def prices(day: str, *figures: str) -> Fingerprint:
        lines = "\n".join(
            f"Harga emas ukuran {size} di butik emas Jakarta pada hari ini tercatat {figure}."
            for size, figure in zip(("satu gram", "dua gram", "lima gram", "sepuluh gram"), figures, strict=True)
        )
        text = f"Harga emas batangan hari ini, {day} Juni 2025, berubah dari hari kemarin.\n{lines}"
        return fingerprint(f"Harga Emas Hari Ini {day} Juni 2025", text, ID)

    monday = prices("16", "Rp1.968.000", "Rp3.876.000", "Rp9.615.000", "Rp19.175.000")
    friday = prices("20", "Rp1.936.000", "Rp3.812.000", "Rp9.455.000", "Rp18.855.000")
    assert resemblance(monday, friday) > 0.4
    assert not is_same(monday, friday)


def test_titles_that_name_different_figures_keep_like_texts_apart() -> None:
    edited = TEXT.replace("Fishermen from two villages", "Divers of the harbour office").replace("on Monday", "soon")
    first, second = (fingerprint(f"Day {day} of the search", text, EN) for day, text in ((2, TEXT), (3, edited)))
    assert 0.5 < resemblance(first, second) < 0.9
    assert not is_same(first, second)
    assert is_same(first, fingerprint("Day 2 of the search", edited, EN))


@pytest.mark.parametrize("text", ["", "Breaking news", "Read more on our site, every day of the week."])
def test_texts_too_short_to_tell_are_never_the_same(text: str) -> None:
    assert not is_same(fingerprint("Live", text, EN), fingerprint("Live", text, EN))


@pytest.mark.parametrize("lines", [3, 4])
def test_an_article_that_was_cut_short_is_the_same(lines: int) -> None:
    cut = "\n".join(TEXT.splitlines()[:lines])
    assert is_same(fingerprint(TITLE, TEXT, EN), fingerprint("Ferry towed to port", cut, EN))


def test_a_round_up_that_has_most_of_a_report_in_it_is_another_article() -> None:
    def sentences(name: str, count: int) -> str:
        return " ".join(f"{name}{number} saw the {name} of {number + 40} go by." for number in range(count))

    report = sentences("ferry", 30)
    others = "".join(sentences(name, 30) for name in ("rates", "votes", "stars"))
    assert not is_same(
        fingerprint("Ferry safe", report, EN),
        fingerprint("Three things to know today", sentences("ferry", 26) + others, EN),
    )


def test_short_reports_after_one_pattern_are_two_articles() -> None:
    def lead(magnitude: str) -> Fingerprint:
        text = f"Gempa bumi bermagnitudo {magnitude} mengguncang wilayah Lombok pada Senin pagi, kata BMKG kepada pers."
        return fingerprint("Gempa mengguncang Lombok", text, ID)

    assert not is_same(lead("5,2"), lead("6,1"))
    assert is_same(lead("5,2"), lead("5,2"))


def test_resemblance_is_about_the_share_of_text_in_common() -> None:
    half = "\n".join(TEXT.splitlines()[:4])
    assert resemblance(fingerprint("", TEXT, EN), fingerprint("", TEXT, EN)) == 1
    assert 0.4 < resemblance(fingerprint("", TEXT, EN), fingerprint("", half, EN)) < 0.75


def test_the_index_finds_the_article_that_is_repeated_and_no_other() -> None:
    index = DuplicateIndex()
    index.add(ArticleId("ferry"), fingerprint(TITLE, TEXT, EN))
    index.add(ArticleId("other"), fingerprint("T", " ".join(f"word{number} and" for number in range(60)), EN))
    assert index.find(fingerprint("Else", TEXT + " The end.", EN)) == "ferry"
    assert index.find(fingerprint("Else", " ".join(f"term{number} or" for number in range(60)), EN)) is None


def test_the_index_forgets_the_oldest_and_what_it_is_told_to() -> None:
    texts = [" ".join(f"w{number}x{place}" for place in range(40)) for number in range(4)]
    prints = [fingerprint("", text, EN) for text in texts]
    index = DuplicateIndex(limit=3)
    for number, each in enumerate(prints):
        index.add(ArticleId(str(number)), each)
    index.forget(ArticleId("2"))
    assert [index.find(each) for each in prints] == [None, "1", None, "3"]


def test_an_article_that_changed_is_known_by_its_new_text_only() -> None:
    index = DuplicateIndex(limit=3)
    index.add(ArticleId("a"), fingerprint("", TEXT, EN))
    new = " ".join(f"term{number} or" for number in range(60))
    index.add(ArticleId("a"), fingerprint("", new, EN))
    assert index.find(fingerprint("", TEXT, EN)) is None
    assert index.find(fingerprint("", new, EN)) == "a"


@pytest.mark.parametrize("piece", ["kata ", "字", "a", "\ud800", "1 "])
def test_ten_megabytes_take_no_time(piece: str) -> None:
    text = piece * (10_000_000 // len(piece.encode("utf-8", "surrogatepass")))
    assert fingerprint("", text, ID).shingles < 10
    assert usual_seconds(lambda: fingerprint("", text, ID)) < 2


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")
def test_articles_before_and_after_an_edit_are_the_same() -> None:
    pairs = [json.loads(line) for line in (SHARED / "rescraped_pairs.jsonl").read_text("utf-8").splitlines()]
    found = [
        is_same(*(fingerprint(pair[side]["title"], pair[side]["text"], ID) for side in ("a", "b"))) for pair in pairs
    ]
    assert found == [True] * 15


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is not here")
def test_every_exact_copy_among_a_thousand_articles_is_found() -> None:
    rows = [json.loads(line) for line in (SHARED / "bbc.jsonl").read_text("utf-8").splitlines()]
    index, seen, missed, found = DuplicateIndex(), set[str](), 0, 0
    for row in rows:
        each = fingerprint(row["title"], row["text"], EN)
        repeated = index.find(each) is not None
        found += repeated
        missed += row["text"] in seen and not repeated
        seen.add(row["text"])
        index.add(ArticleId(row["id"]), each)
    assert missed == 0
    assert found <= 46  # 37 exact copies, 8 edits and one follow-up built on the report before


def test_a_text_that_is_not_about_its_titles_makes_no_copies() -> None:
    text = "Press the button to start. " + " ".join(f"The {word} screen turns to you." for word in SCREENS)
    bridge, panda = fingerprint("Old bridge collapses in Lusi", text, EN), fingerprint("Baby panda is born", text, EN)
    assert not is_same(bridge, panda)
    assert is_same(bridge, fingerprint("Old bridge collapses in Lusi valley", text, EN))


SCREENS = [f"{name}{number}" for name in ("wide", "dark", "round") for number in range(12)]
