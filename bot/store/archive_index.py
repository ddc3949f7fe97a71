"""The index of the archive, which finds articles by their words without reading them.

The words of an article are those that queries search (`SearchText`), in all their spellings, and their forms are
indexed beside them. So the index finds all articles that a query may match. Forms begin with a mark that no word
contains.

Where the spellings change, a migration empties the index of words. Articles are then indexed again, newest first; what
is known of them without their words (`article_index`) stays.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.features.similarity import passage_digest
from bot.matching.search_text import SearchText
from bot.matching.word_forms import word_form
from bot.model import Article, ArticleId, Scope
from bot.store.batches import batched
from bot.store.full_text import add_words, remove_words
from bot.store.schema import article_index, indexed_words
from bot.store.statements import insert
from bot.text.spellings import number_form
from bot.text.tokens import STEMMED_LANGUAGES

_FORM: Final = "\ue000"
"""The mark of a form: a character for private use, which no word contains."""

_LEVEL: Final = 6


async def index_articles(connection: AsyncConnection, articles: Sequence[Article]) -> None:
    """Index archived articles whose words are not indexed yet."""
    if not articles:
        return
    # This takes a millisecond for each article, and up to a second for a text that was made to be slow.
    lines = await asyncio.to_thread(lambda: [_line(article) for article in articles])
    rows = [
        {
            "article_id": article.id,
            "first_seen_at": article.first_seen_at,
            "feed_id": article.feed_id,
            "language": article.language,
            "digest": passage_digest(article.title, article.text),
        }
        for article in articles
    ]
    await connection.execute(insert(article_index).on_conflict_do_nothing(index_elements=["article_id"]), rows)
    numbers = await _numbers(connection, [article.id for article in articles])
    numbered = [(numbers[article.id], line) for article, line in zip(articles, lines, strict=True)]
    await connection.execute(
        insert(indexed_words),
        [{"number": number, "words": zlib.compress(line.encode(), _LEVEL)} for number, line in numbered],
    )
    await add_words(connection, numbered)


async def forget_index(connection: AsyncConnection, ids: Collection[ArticleId]) -> None:
    """Remove articles from the index; those that are not in it are skipped."""
    for batch in batched(ids):
        rows = (
            await connection.execute(
                select(indexed_words.c.number, indexed_words.c.words)
                .join(article_index, article_index.c.number == indexed_words.c.number)
                .where(article_index.c.article_id.in_(batch))
            )
        ).all()
        await remove_words(connection, [(number, zlib.decompress(packed).decode()) for number, packed in rows])
        await connection.execute(delete(indexed_words).where(indexed_words.c.number.in_([row.number for row in rows])))
        numbers = list((await _numbers(connection, batch)).values())
        await connection.execute(delete(article_index).where(article_index.c.number.in_(numbers)))


def keys_of(words: Iterable[str]) -> frozenset[str]:
    """The index keys of all articles, in any language, that contain one of these words in any of its forms."""
    found = {number_form(word) if word[:1].isdigit() else word for word in words}
    forms = {word_form(word, language) for word in found for language in STEMMED_LANGUAGES}
    return frozenset(found | forms | {_FORM + form for form in forms})


def within(statement: Select[Any], scope: Scope) -> Select[Any]:
    """Restrict a statement that selects from the index to a part of the archive."""
    known = article_index.c
    statement = statement.where(known.first_seen_at >= scope.since)
    if scope.languages is not None:
        statement = statement.where(known.language.in_(sorted(scope.languages)))
    if scope.feeds is not None:
        statement = statement.where(or_(known.feed_id.is_(None), known.feed_id.in_(sorted(scope.feeds))))
    return statement


def _line(article: Article) -> str:
    return " ".join(sorted(_keys(article)))


def _keys(article: Article) -> set[str]:
    """The words of an article, and their forms except those that are words of the article themselves."""
    text = SearchText(article)
    return {*text.vocabulary, *(_FORM + form for form in text.forms - text.vocabulary)}


async def _numbers(connection: AsyncConnection, ids: Collection[ArticleId]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in batched(ids):
        rows = await connection.execute(
            select(article_index.c.article_id, article_index.c.number).where(article_index.c.article_id.in_(batch))
        )
        found.update({row.article_id: row.number for row in rows})
    return found
