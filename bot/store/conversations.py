"""Dialogues that are under way: drafts of topics, and answers that the bot waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, Draft, DraftId, Expectation, MessageId
from bot.store.aliases import current_id
from bot.store.codec import decode_topic, encode
from bot.store.schema import drafts, expectations
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class ConversationStore:
    """Dialogues that are under way. They survive a restart."""

    connection: AsyncConnection

    async def add_draft(self, draft: Draft) -> DraftId:
        """Add a draft and return its id; `draft.id` is ignored."""
        result = await self.connection.execute(
            insert(drafts).values(
                chat=current_id(draft.destination.chat),
                thread=draft.destination.thread,
                user_id=draft.user_id,
                message_id=draft.message_id,
                topic=encode(draft.topic),
                created_at=draft.created_at,
            )
        )
        (number,) = cast("tuple[int]", result.inserted_primary_key)
        return DraftId(number)

    async def draft(self, draft_id: DraftId) -> Draft | None:
        """The draft with this id."""
        row = (await self.connection.execute(select(drafts).where(drafts.c.id == draft_id))).one_or_none()
        if row is None:
            return None
        return Draft(
            id=DraftId(row.id),
            destination=Destination(row.chat, row.thread),
            user_id=row.user_id,
            topic=decode_topic(row.topic, f"chat:{row.chat}"),
            created_at=row.created_at,
            message_id=None if row.message_id is None else MessageId(row.message_id),
        )

    async def save_draft(self, draft: Draft) -> None:
        """Update the topic of a draft, and the message that shows it."""
        await self.connection.execute(
            update(drafts).where(drafts.c.id == draft.id).values(message_id=draft.message_id, topic=encode(draft.topic))
        )

    async def remove_draft(self, draft_id: DraftId) -> bool:
        """Remove a draft. False if there is none with this id."""
        return (await self.connection.execute(delete(drafts).where(drafts.c.id == draft_id))).rowcount == 1

    async def expect(self, expectation: Expectation) -> None:
        """Wait for an answer. It replaces what the bot waited for from this person in this chat before."""
        values = {"what": expectation.what, "about": expectation.about, "until": expectation.until}
        statement = insert(expectations).values(
            chat=current_id(expectation.chat), user_id=expectation.user_id, **values
        )
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["chat", "user_id"], set_=values))

    async def expected(self, chat: str, user_id: int, now: datetime) -> Expectation | None:
        """What the bot waits for from this person in this chat; None if nothing, or if its time is over."""
        here = current_id(chat)
        columns = expectations.c
        row = (
            await self.connection.execute(
                select(expectations).where(columns.chat == here, columns.user_id == user_id, columns.until >= now)
            )
        ).one_or_none()
        return None if row is None else Expectation(row.chat, row.user_id, row.what, row.about, row.until)

    async def forget_expectation(self, chat: str, user_id: int) -> None:
        """Stop waiting for an answer from this person in this chat."""
        here = current_id(chat)
        await self.connection.execute(
            delete(expectations).where(expectations.c.chat == here, expectations.c.user_id == user_id)
        )
