"""Texts that databases have choked on elsewhere: they are stored by both kinds, or replaced by what can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Scope, Wanted
from bot.store import Store
from tests.contract.store.samples import NOW, article

STRANGE = {
    "a zero byte": "Banjir\0 di Demak",
    "half a character": "Banjir \ud83d di Demak",
    "a word of 5,000 letters": "banjir " + "x" * 5_000,
    "200,000 different words": "banjir " + " ".join(f"kata{number}" for number in range(200_000)),
    "quotes and backslashes": r"""banjir ' '' " \ \' \\' & | ! ( ) :* <-> %s :name $1""",
}


@pytest.mark.parametrize("what", STRANGE)
async def test_an_article_with_it_is_kept_and_found(store: Store, what: str) -> None:
    strange = replace(article("strange"), text=STRANGE[what])
    async with store.write() as unit:
        await unit.articles.add([strange, article("usual")])
    async with store.read() as unit:
        assert len(await unit.articles.get([strange.id])) == 1
        assert len(await unit.articles.find([Wanted(frozenset({"banjir"}))], Scope(NOW))) >= 1
