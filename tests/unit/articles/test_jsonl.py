"""Articles of a JSON Lines file are cleaned as entries of a feed are."""

from __future__ import annotations

import json

from bot.articles.jsonl import read_articles
from bot.model import Article


def test_an_article_of_a_file_loses_its_links_to_other_articles() -> None:
    text = (
        "Pompa baru memindahkan sepuluh ribu liter per menit.\nBaca juga: Kapal Tenggelam di Selat Bali\n"
        "Dua pompa lagi menyusul.\nTerpopuler\n1. Harga Cabai Naik\n2. Ikuti kanal kami"
    )
    (article,) = read_articles([json.dumps({"id": 1, "title": "Pompa baru", "text": text, "lang": "id"}).encode()])
    assert isinstance(article, Article)
    assert article.text == "Pompa baru memindahkan sepuluh ribu liter per menit.\nDua pompa lagi menyusul."
