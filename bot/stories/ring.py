"""A ring buffer for the last articles of a stream, with columns of features that grow up to a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bot.model import ArticleId

_FIRST = 256
"""Initial places; they are doubled whenever all are taken."""


class Ring:
    """Numbers articles in the order they come, and never again; beyond `limit` the oldest has to be freed first.

    Other indexes keep only the number of an article. It has a place in the columns as long as the article is here.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = min(_FIRST, limit)
        self._ids: dict[int, ArticleId] = {}
        """Articles by number, oldest first."""
        self._numbers: dict[ArticleId, int] = {}
        self._next = 0
        self._columns: dict[str, NDArray[Any]] = {}
        self._at = np.full(self._size, -1, np.int64)
        """The number of the article at each place; -1 for an empty place."""

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[ArticleId]:
        return iter(self._ids.values())

    def column(self, name: str, dtype: DTypeLike, width: int | None = None) -> None:
        """Declare a column with `width` values at each place; declaring it again clears it."""
        shape = (self._size,) if width is None else (self._size, width)
        self._columns[name] = np.zeros(shape, dtype)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column, shape (places,) or (places, width). It is replaced when the ring grows, so do not keep it."""
        return self._columns[name]

    @property
    def size(self) -> int:
        """The number of places."""
        return self._size

    def place(self, number: int) -> int:
        return number % self._size

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return numbers % self._size

    def numbers(self) -> NDArray[np.int64]:
        """The numbers of all articles, ascending."""
        return np.fromiter(self._ids, np.int64, len(self._ids))

    def numbers_at(self, places: NDArray[np.intp]) -> NDArray[np.int64]:
        """The numbers at these places; -1 where a place is empty."""
        return self._at[places]

    def are_here(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each number is still that of an article here."""
        return np.asarray(self._at[numbers % self._size] == numbers)

    def number(self, article_id: ArticleId) -> int | None:
        return self._numbers.get(article_id)

    def article(self, number: int) -> ArticleId:
        return self._ids[number]

    def oldest(self) -> ArticleId | None:
        return next(iter(self), None)

    @property
    def is_full(self) -> bool:
        """Whether the oldest article has to be freed before the next one is added."""
        return self._size == self._limit and self.must_grow

    @property
    def must_grow(self) -> bool:
        """Whether the place of the next article is taken."""
        return bool(self._at[self._next % self._size] >= 0)

    def take(self, article_id: ArticleId) -> int:
        """Add an article and return its number. The columns keep old values at its place until they are written."""
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
        """Remove an article and return the number it had; None where it is not here."""
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
