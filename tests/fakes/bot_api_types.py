"""aiogram's types of the Bot API, each put together when it is first needed: for all of them that takes seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from pydantic import BaseModel, ConfigDict, create_model

_rebuild: Any = BaseModel.__dict__["model_rebuild"].__func__


@contextmanager
def _later() -> Iterator[Mapping[str, Any]]:
    """Types are left as they are; gives the names that they will need."""
    names: dict[str, Any] = {}

    def remember(_type: type[BaseModel], /, *, _types_namespace: Mapping[str, Any], **_more: Any) -> None:
        names.update(_types_namespace)

    with patch.object(BaseModel, "model_rebuild", classmethod(remember)):
        yield MappingProxyType(names)


with _later() as _names:
    from aiogram import methods
    from aiogram.types import TelegramObject, Update


def _now(kind: type[BaseModel], /, **more: Any) -> bool | None:
    """What pydantic does at a type's first use, with the names of the others."""
    known = {**_names, **(more.pop("_types_namespace", None) or {})}
    built: bool | None = _rebuild(kind, _types_namespace=known, **more)
    return built


for _base in (TelegramObject, methods.TelegramMethod):
    _base.model_rebuild = classmethod(_now)  # type: ignore[method-assign, assignment]


@cache
def answer_with(result: Any) -> type[BaseModel]:
    """The type of an answer whose `result` has that type."""
    answer = create_model("Answer", __config__=ConfigDict(defer_build=True), result=(result, ...))
    answer.model_rebuild(_types_namespace=dict(_names))
    return answer


__all__ = ["Update", "answer_with", "methods"]
