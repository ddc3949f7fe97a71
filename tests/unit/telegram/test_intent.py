"""What somebody wants watched, judged by what they sent."""

from __future__ import annotations

import pytest

from bot.telegram.intent import DocumentShown, LinkShown, Shown, TextShown, WordsShown, shown_by
from bot.telegram.transport.incoming import Attachment, Material

LINK = "https://kompas.example/a"
ARTICLE = "Gempa bumi mengguncang Cianjur dan merusak ribuan rumah warga di sana. " * 5
FILE = Attachment("f", "a.txt", "text/plain", 10)


@pytest.mark.parametrize(
    ("material", "expected"),
    [
        (Material(), None),
        (Material(LINK, (LINK,)), LinkShown(LINK, LINK)),
        (Material(f"baca ini {LINK}", (LINK,)), LinkShown(LINK, f"baca ini {LINK}")),
        (Material(f"Judul\n{LINK}", (LINK,), is_forward=True), LinkShown(LINK, f"Judul\n{LINK}")),
        (Material(f"{ARTICLE}\n{LINK}", (LINK,)), TextShown(f"{ARTICLE}\n{LINK}")),
        (Material("Gempa di Cianjur.", is_forward=True), TextShown("Gempa di Cianjur.")),
        (Material("gempa\n AND  Cianjur"), WordsShown("gempa AND Cianjur")),
        (Material(f'gempa AND url:"{LINK}"', (LINK,)), WordsShown(f'gempa AND url:"{LINK}"')),
        (Material("キーウ攻撃" * 70), TextShown("キーウ攻撃" * 70)),  # no blanks, and long all the same
        (Material("keterangan", document=FILE), DocumentShown(FILE)),
    ],
)
def test_what_a_message_shows(material: Material, expected: Shown | None) -> None:
    assert shown_by(material) == expected
