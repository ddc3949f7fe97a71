"""Articles read from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import ExampleError, example_from_page, example_from_text, read_example
from bot.model import Extracted, Language

ROOT = Path(__file__).resolve().parents[3]
BODY = "Pemerintah daerah mengumumkan rencana baru untuk pasar tradisional di kota itu pada hari Selasa."


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("Pasar Lama Akan Direnovasi", "Pasar Lama Akan Direnovasi"),
        ("Mengapa pasar sepi?", "Mengapa pasar sepi?"),
        ("Pasar sepi, pedagang mengeluh.", ""),
        ("BRUSSELS, KOMPAS.TV - Pihak NATO mengungkapkan hal itu", ""),
        ("JAKARTA – Pasar lama akan direnovasi", ""),
        ("Pasar Lama - dan Baru", "Pasar Lama - dan Baru"),
        ("kata " * 60, ""),
    ],
)
def test_first_line_is_a_title_if_it_looks_like_one(first: str, title: str) -> None:
    example = example_from_text(f"{first}\n\n{BODY}\n", "x.txt")
    assert example.title == title
    assert BODY in example.text


def test_single_line_is_text() -> None:
    example = example_from_text("Pasar Lama Akan Direnovasi", "x.txt")
    assert (example.title, example.text) == ("", "Pasar Lama Akan Direnovasi")


def test_seed_is_read_without_its_noise() -> None:
    example = read_example(ROOT / "seeds/tentara-korea-utara.txt", "seed")
    assert (example.title, example.language) == ("", "id")
    for noise in ("Baca Juga", "Taiwan", "Sumber", "WhatsApp", "KOMPAS.TV"):
        assert noise not in example.text
    assert "3.000 tentara Korea Utara" in example.text


def test_saved_web_page_gives_its_article(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    paragraphs = "".join(f"<p>{BODY} Bagian {number} menjelaskan biaya dan jadwalnya.</p>" for number in range(6))
    page.write_text(
        f"<!doctype html><html lang='id'><head><meta charset='iso-8859-1'><title>Pasar Lama</title></head>"
        f"<body><nav><a href='/'>Beranda</a></nav><article><h1>Pasar Lama</h1>{paragraphs}"
        "<p>Café</p></article></body></html>",
        "utf-8",
    )
    example = read_example(page, "page.html")
    assert example.title == "Pasar Lama"
    assert "Bagian 3" in example.text
    assert "Beranda" not in example.text
    assert "Ã" not in example.text


def test_page_without_an_article_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><body></body></html>", "utf-8")
    with pytest.raises(ExampleError, match="no article was found"):
        read_example(page, "page.html")


def test_fetched_page_becomes_an_example() -> None:
    text = "Die Stadt will den alten Markt erneuern. Die Händler fürchten höhere Mieten.\nLesen Sie auch: Wetter"
    example = example_from_page(Extracted("Alter Markt", text, Language("de")), "https://x.example/")
    assert (example.origin, example.title, example.language) == ("https://x.example/", "Alter Markt", "de")
    assert example.text.startswith("Die Stadt")


@pytest.mark.parametrize("content", ["", "\n \n", "\0\0", "— … !"])
def test_nothing_is_no_example(content: str) -> None:
    with pytest.raises(ExampleError, match="no text"):
        example_from_text(content, "x")
