"""Articles of a file against topics, without a database: what `kabar match` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.features.document import describe
from bot.matching.index import TopicIndex
from bot.model import UNDETERMINED, Article, Match, Topic
from bot.ports import Embedder
from bot.text.tokens import words
from bot.usecases.ingest.score_articles import document_of, embed_articles
from bot.usecases.topics.profiles import Vectors, new_vectors, profile_topics

NO_FEED: frozenset[str] = frozenset()
"""Articles of a file come from no feed."""

OPERATORS = frozenset({"and", "or", "not"})

FOCUS = 40
"""Words that a summary leans on."""


class Matcher:
    """Judges articles against fixed topics; a result depends on nothing but the article and the topic."""

    def __init__(self, index: TopicIndex, embedder: Embedder, *, embeds: bool) -> None:
        """`embeds`: every article, also one that cannot match: its score and similarity are shown all the same."""
        self._index = index
        self._embedder = embedder
        self._embeds = embeds

    @classmethod
    async def of(cls, topics: Sequence[Topic], embedder: Embedder) -> Matcher:
        """A matcher for these topics, their examples embedded now."""

        async def vectors_of(passages: Mapping[str, str]) -> Vectors:
            return await new_vectors(embedder, passages)

        index = TopicIndex(await profile_topics(topics, vectors_of))
        return cls(index, embedder, embeds=any(topic.examples for topic in topics))

    async def judge(self, articles: Sequence[Article]) -> tuple[Match, ...]:
        """A match for each article and topic, in that order, whether it matched or not."""
        judged: list[Match] = []
        documents = [document_of(article) for article in articles]
        vectors = await embed_articles(self._embedder, articles) if self._embeds else [None] * len(articles)
        for article, document, vector in zip(articles, documents, vectors, strict=True):
            judged.extend(self._index.judge_each(article, document, vector, NO_FEED))
        return tuple(judged)


def focus_of(topic: Topic) -> tuple[str, ...]:
    """The words that a topic is about: the weightiest terms and names of its examples, and the words of its query."""
    weights: dict[str, float] = {}
    for example in topic.examples:
        document = describe(example.title, example.text, example.language, example.published_at)
        for word, weight in (*document.names.items(), *document.terms.items()):
            weights[word] = weights.get(word, 0.0) + weight
    for word in words(topic.query, UNDETERMINED):
        if word not in OPERATORS:
            weights[word] = weights.get(word, 0.0) + 1.0
    return tuple(sorted(weights, key=lambda word: -weights[word])[:FOCUS])
