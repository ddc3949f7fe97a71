"""What is asked again and again is found by an index: no table is read from end to end, and nothing is sorted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import FeedId, TopicId
from bot.store import Store, UnitOfWork
from bot.store.schema import metadata
from tests.contract.store.samples import MINUTE, NOW

QUESTIONS: dict[str, Callable[[UnitOfWork], Awaitable[object]]] = {
    "the next chat": lambda unit: unit.outbox.next_due(console=False),
    "chats to send to": lambda unit: unit.outbox.claim_chats(9, NOW, NOW + MINUTE, by="one", console=False),
    "the oldest message": lambda unit: unit.outbox.waiting_since(console=False),
    "the last message": lambda unit: unit.outbox.last_sent(),
    "the pace of a chat": lambda unit: unit.outbox.sent_to("1", 19),
    "feeds that are due": lambda unit: unit.feeds.due(NOW, 9, is_failing=False),
    "feeds that are due behind others": lambda unit: unit.feeds.due(
        NOW, 9, is_failing=True, since=NOW, besides={FeedId("a")}
    ),
    "what a topic judged last": lambda unit: unit.matches.near(TopicId("t"), 9),
    "what was voted against": lambda unit: unit.votes.disliked(TopicId("t")),
    "the next feed": lambda unit: unit.feeds.earliest_due(),
    "topics that changed": lambda unit: unit.topics.changed_since(1),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_it_is_found_by_an_index(store: Store, kind: str, question: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_others: object) -> None:
        asked.append((statement, parameters))

    async with store.write() as unit:
        connection = unit.outbox.connection
        engine = connection.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            await QUESTIONS[question](unit)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert asked
        explain = _explain_on_server if kind == "server" else _explain_in_file
        for statement, parameters in asked:
            assert not await explain(connection, statement, parameters), statement


async def _explain_in_file(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    """The steps that read a whole table or sort."""
    plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    steps = [str(row.detail) for row in plan]
    whole = {f"SCAN {table}" for table in metadata.tables}
    return [step for step in steps if step in whole or "TEMP B-TREE" in step]


async def _explain_on_server(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    """The same. Of small tables it would read the whole all the same, so that is made dear."""
    for way in ("seqscan", "sort"):
        await connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    if not statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")) or isinstance(parameters, list):
        return []
    plan = [str(row[0]) for row in await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    return [step for step in plan if "Seq Scan" in step or "Sort" in step]
