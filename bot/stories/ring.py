"""Places for the last articles of a stream: columns that grow with what is in them, up to a limit, and no further."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bot.model import ArticleId

_FIRST = 256
"""Places at the beginning; doubled whenever they are taken."""


class Ring:
    """Articles are numbered in the order they come, and never renumbered; beyond `limit` the oldest gives its place up.

    A number is what other indexes keep of an article; it has a place in the columns for as long as the article is here.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = min(_FIRST, limit)
        self._ids: dict[int, ArticleId] = {}
        """By number, oldest first."""
        self._numbers: dict[ArticleId, int] = {}
        self._next = 0
        self._columns: dict[str, NDArray[Any]] = {}
        self._at = np.full(self._size, -1, np.int64)
        """The number at each place; -1: none."""

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[ArticleId]:
        return iter(self._ids.values())

    def column(self, name: str, dtype: DTypeLike, width: int | None = None) -> None:
        """Declare a column, of `width` values a place; one declared before loses what is in it."""
        shape = (self._size,) if width is None else (self._size, width)
        self._columns[name] = np.zeros(shape, dtype)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column as it is now, shape (places,) or (places, width); not to be kept over `take`."""
        return self._columns[name]

    @property
    def size(self) -> int:
        """Places there are now."""
        return self._size

    def place(self, number: int) -> int:
        return number % self._size

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return numbers % self._size

    def numbers(self) -> NDArray[np.int64]:
        """All, ascending."""
        return np.fromiter(self._ids, np.int64, len(self._ids))

    def numbers_at(self, places: NDArray[np.intp]) -> NDArray[np.int64]:
        """-1 where a place is empty."""
        return self._at[places]

    def are_here(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these numbers are still somebody's."""
        return np.asarray(self._at[numbers % self._size] == numbers)

    def number(self, article_id: ArticleId) -> int | None:
        return self._numbers.get(article_id)

    def article(self, number: int) -> ArticleId:
        return self._ids[number]

    def oldest(self) -> ArticleId | None:
        return next(iter(self), None)

    @property
    def is_full(self) -> bool:
        """Whether the next article needs the place of the oldest."""
        return self._size == self._limit and self.must_grow

    @property
    def must_grow(self) -> bool:
        """Whether there is no place for the next article as long as the oldest is here."""
        return bool(self._at[self._next % self._size] >= 0)

    def take(self, article_id: ArticleId) -> int:
        """The number of a new article. What stood in its place stays in the columns until it is written over."""
        while self.must_grow:
            if self._size == self._limit:
                raise IndexError("the oldest has to go first")
            self._grow()
        number = self._next
        self._next += 1
        self._ids[number] = article_id
        self._numbers[article_id] = number
        self._at[number % self._size] = number
        return number

    def free(self, article_id: ArticleId) -> int | None:
        """Give the place of an article up; the number it had."""
        number = self._numbers.pop(article_id, None)
        if number is not None:
            del self._ids[number]
            self._at[number % self._size] = -1
        return number

    def _grow(self) -> None:
        old, new = self._size, min(2 * self._size, self._limit)
        here = self.numbers()
        for name, column in self._columns.items():
            grown = np.zeros((new, *column.shape[1:]), column.dtype)
            grown[here % new] = column[here % old]
            self._columns[name] = grown
        self._at = np.full(new, -1, np.int64)
        self._at[here % new] = here
        self._size = new
