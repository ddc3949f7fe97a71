"""What is asked again and again is found by an index: no table is read from end to end, and nothing is sorted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from bot.store import Store, UnitOfWork
from bot.store.schema import metadata
from tests.contract.store.samples import MINUTE, NOW

QUESTIONS: dict[str, Callable[[UnitOfWork], Awaitable[object]]] = {
    "the next chat": lambda unit: unit.outbox.next_due(console=False),
    "chats to send to": lambda unit: unit.outbox.claim_chats(9, NOW, NOW + MINUTE, by="one", console=False),
    "the oldest message": lambda unit: unit.outbox.waiting_since(console=False),
    "the last message": lambda unit: unit.outbox.last_sent(),
    "the pace of a chat": lambda unit: unit.outbox.sent_to("1", 19),
    "feeds that are due": lambda unit: unit.feeds.due(NOW, 9),
    "the next feed": lambda unit: unit.feeds.earliest_due(),
    "topics that changed": lambda unit: unit.topics.changed_since(1),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_it_is_found_by_an_index(store: Store, question: str) -> None:
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
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [str(row.detail) for row in plan]
            read_whole = [table for table in metadata.tables for step in steps if step == f"SCAN {table}"]
            assert not read_whole, statement
            assert not [step for step in steps if "TEMP B-TREE" in step], statement
