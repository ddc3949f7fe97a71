"""Articles of a file: matched against topics for `kabar match`, grouped for `kabar stories`. Without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.articles.furniture import Furniture
from bot.features.document import describe
from bot.matching.index import TopicIndex
from bot.model import UNDETERMINED, Article, ArticleId, Match, StoryId, Topic
from bot.ports import Embedder
from bot.stories.clusters import StoryStream
from bot.text.tokens import words
from bot.usecases.ingest.neighbours import Known, weigh_in_order
from bot.usecases.ingest.score_articles import Judged, document_of, embed_articles
from bot.usecases.topics.examples import new_examples
from bot.usecases.topics.profiles import profile_topics

_OPERATORS = frozenset({"and", "or", "not"})

_MOST_FOCUS_WORDS = 40


async def index_topics(topics: Sequence[Topic], embedder: Embedder) -> TopicIndex:
    """The index of topics against which articles are matched; their examples are embedded now."""
    return TopicIndex(await profile_topics(topics, partial(new_examples, embedder)))


async def match_articles(index: TopicIndex, embedder: Embedder, articles: Sequence[Article]) -> tuple[Match, ...]:
    """A match for each article and topic, in this order, whether it counts as matched or not.

    If any topic has examples, every article is embedded, even one that cannot match: its similarity is printed.
    """
    documents = [document_of(article) for article in articles]
    embeds = any(profile.topic.examples for profile in index.profiles)
    vectors = await embed_articles(embedder, articles) if embeds else [None] * len(articles)
    return tuple(
        match
        for article, document, vector in zip(articles, documents, vectors, strict=True)
        for match in index.judge_each(article, document, vector, frozenset())
    )


class MatchStream:
    """Judges articles in their order as `kabar run` would: what was judged before counts, too."""

    def __init__(self, index: TopicIndex, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder
        self._known: Known = {}

    async def match(self, articles: Sequence[Article]) -> tuple[Match, ...]:
        """A match for each article and topic, in this order."""
        vectors = await embed_articles(self._embedder, articles)
        judged = []
        for article, vector in zip(articles, vectors, strict=True):
            document = document_of(article)
            matches = self._index.judge_each(article, document, vector, frozenset())
            judged.append(Judged(article, document, vector, matches))
        weighed = weigh_in_order(judged, self._index, self._known)
        return tuple(match for item in weighed for match in item.matches)


def focus_of(topic: Topic) -> tuple[str, ...]:
    """The words that a summary for the topic prefers: the heaviest of its examples, and the words of its query."""
    weights: dict[str, float] = {}
    for example in topic.examples:
        document = describe(example.title, example.text, example.language, example.published_at)
        for word, weight in (*document.names.items(), *document.terms.items()):
            weights[word] = weights.get(word, 0.0) + weight
    for word in words(topic.query, UNDETERMINED):
        if word not in _OPERATORS:
            weights[word] = weights.get(word, 0.0) + 1.0
    return tuple(sorted(weights, key=lambda word: -weights[word])[:_MOST_FOCUS_WORDS])


@dataclass(frozen=True, slots=True)
class Placed:
    """The story of an article in the stream, and the article of which it is a duplicate."""

    article_id: ArticleId
    story: StoryId
    duplicate_of: ArticleId | None


class Grouper:
    """Groups a stream of articles and remembers the story of each."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._stream = StoryStream()
        self._furniture = Furniture()
        self._placed: list[Placed] = []
        self._merged: dict[StoryId, StoryId] = {}

    async def add(self, articles: Sequence[Article]) -> None:
        """Group the next articles of the stream, without the lines that articles on different matters share."""
        self._furniture.learn(articles)
        articles = [self._furniture.strip(article) for article in articles]
        vectors = await embed_articles(self._embedder, articles)
        for article, vector in zip(articles, vectors, strict=True):
            placement = self._stream.place(article, document_of(article), vector)
            self._placed.append(Placed(article.id, placement.story, placement.duplicate_of))
            self._merged.pop(placement.story, None)  # another article with this id has begun it again
            self._merged.update(dict.fromkeys(placement.merged, placement.story))

    def placements(self) -> tuple[Placed, ...]:
        """All articles in the order of the stream. A story that was merged has the id of the one that it became."""
        return tuple(replace(placed, story=self._current(placed.story)) for placed in self._placed)

    def _current(self, story: StoryId) -> StoryId:
        while story in self._merged:
            story = self._merged[story]
        return story
