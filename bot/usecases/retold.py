"""Which of the articles looked back on are one, so that they count as one alert: in whatever order they are read."""

from __future__ import annotations

from bot.model import Article, ArticleId, StoryId
from bot.stories.duplicates import DuplicateIndex, fingerprint


class Stories:
    """The stories of articles: those that the archive knows, joined where an article repeats another."""

    def __init__(self) -> None:
        self._index = DuplicateIndex()
        self._of: dict[ArticleId, StoryId] = {}
        self._joined: dict[StoryId, StoryId] = {}

    def place(self, article: Article) -> StoryId:
        """The story of an article; `name` says in the end what it has come to be called."""
        print_ = fingerprint(article.title, article.text, article.language)
        same = self._index.find(print_)
        story = article.story_id or (self._of[same] if same else StoryId(article.id))
        if same:
            self._join(self._of[same], story)
        self._index.add(article.id, print_)
        self._of[article.id] = story
        return story

    def name(self, story: StoryId) -> StoryId:
        """What a story is called after all that was read."""
        while story in self._joined:
            story = self._joined[story]
        return story

    def _join(self, one: StoryId, other: StoryId) -> None:
        one, other = self.name(one), self.name(other)
        if one != other:
            self._joined[one] = other
