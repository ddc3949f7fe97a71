"""The ids that chats had before.

Everything is stored under the current id of its chat: ids pass through `current_ids` or `current_id` before they are
written, and a new alias moves all rows of the old id. An alias always leads to the current id in one step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batches import batched
from bot.store.outbox.moves import move_deliveries
from bot.store.schema import (
    access_requests,
    added_feeds,
    added_topics,
    changes,
    chat_aliases,
    chats,
    drafts,
    editors,
    expectations,
    introductions,
    mutes,
    settings,
    votes,
)
from bot.store.statements import insert
from bot.store.topic_revisions import note_moved

A_CHAT = bindparam("a_chat", type_=String())
"""The chat of statements that are built once: to build one for every message and button takes longer than to run it."""


async def current_ids(connection: AsyncConnection, chat_ids: Collection[str]) -> Mapping[str, str]:
    """The current id of each of these chats, by the id that was given."""
    current = {chat: chat for chat in chat_ids}
    for batch in batched(chat_ids):
        rows = await connection.execute(select(chat_aliases).where(chat_aliases.c.old.in_(batch)))
        current.update({row.old: row.new for row in rows})
    return current


def current_id(chat: str | BindParameter[str]) -> ColumnElement[str]:
    """The current id of one chat as an expression inside another statement, which saves a query of its own."""
    known = select(chat_aliases.c.new).where(chat_aliases.c.old == chat).scalar_subquery()
    return func.coalesce(known, literal(chat) if isinstance(chat, str) else chat)


async def add_alias(connection: AsyncConnection, old: str, new: str) -> None:
    """From now on `old` is an earlier id of the chat `new`. An alias that contradicts this one is removed."""
    current = (await current_ids(connection, (new,)))[new]
    if current == old:  # there is an alias in the other direction: the newer one counts
        await connection.execute(delete(chat_aliases).where(chat_aliases.c.old == new))
        current = new
    if current == old:
        return
    statement = insert(chat_aliases).values(old=old, new=current)
    await connection.execute(statement.on_conflict_do_update(index_elements=["old"], set_={"new": current}))
    await connection.execute(update(chat_aliases).where(chat_aliases.c.new == old).values(new=current))
    await _move_chat(connection, old, current)
    await _move_introductions(connection, old, current)
    await _move_conversations(connection, old, current)
    await _move_votes(connection, old, current)
    await note_moved(connection, old, current)
    await _move_settings(connection, old, current)
    await move_deliveries(connection, old, current)


async def _move_chat(connection: AsyncConnection, old: str, new: str) -> None:
    """Move the settings of the chat, unless the new id has its own."""
    before = (await connection.execute(select(chats).where(chats.c.chat == old))).one_or_none()
    if before is None:
        return
    there = await connection.scalar(select(exists().where(chats.c.chat == new)))
    if not there:
        await connection.execute(update(chats).where(chats.c.chat == old).values(chat=new))
        return
    await connection.execute(
        update(chats)
        .where(chats.c.chat == new)
        .values(
            approved=chats.c.approved | before.approved,
            language=func.coalesce(chats.c.language, before.language),
            timezone=func.coalesce(chats.c.timezone, before.timezone),
            preferences=func.coalesce(chats.c.preferences, before.preferences),
            paused_until=func.coalesce(chats.c.paused_until, literal(before.paused_until, chats.c.paused_until.type)),
        )
    )
    await connection.execute(delete(chats).where(chats.c.chat == old))


async def _move_conversations(connection: AsyncConnection, old: str, new: str) -> None:
    """Move topics, feeds, editors, requests, drafts and mutes. Rows that the new id has already stay."""
    keyed: tuple[tuple[Table, tuple[str, ...]], ...] = (
        (access_requests, ()),
        (editors, ("user_id",)),
        (expectations, ("user_id",)),
        (mutes, ("thread", "article_id")),
    )
    for table, keys in keyed:
        there = table.alias("there")
        same = [there.c[name] == table.c[name] for name in keys]
        clash = exists().where(and_(there.c.chat == new, *same))
        await connection.execute(delete(table).where(table.c.chat == old, clash))
    for table in (added_topics, drafts, changes, *(table for table, _ in keyed)):
        await connection.execute(update(table).where(table.c.chat == old).values(chat=new))
    feeds = added_feeds.c
    await connection.execute(update(added_feeds).where(feeds.owner == f"chat:{old}").values(owner=f"chat:{new}"))


async def _move_votes(connection: AsyncConnection, old: str, new: str) -> None:
    """Move votes: their voter begins with the id of the group. Of two votes, the one under the new id stays."""
    place = len(old) + 1
    here = func.substr(votes.c.voter, 1, place) == f"{old}/"
    moved = literal(new).concat(func.substr(votes.c.voter, place))
    there = votes.alias("there")
    same = [there.c[name] == votes.c[name] for name in ("topic_id", "article_id")]
    await connection.execute(delete(votes).where(here, exists().where(and_(there.c.voter == moved, *same))))
    await connection.execute(update(votes).where(here).values(voter=moved))


async def _move_settings(connection: AsyncConnection, old: str, new: str) -> None:
    """Move key values of a chat or of one of its threads: their names end with its id, as `…:-100` or `…:-100/42`."""
    name = settings.c.name
    similar = await connection.scalars(select(name).where(name.contains(f":{old}", autoescape=True)))
    rows = [row for row in similar if row.endswith(f":{old}") or f":{old}/" in row]
    names = {row: row.replace(f":{old}", f":{new}", 1) for row in rows}
    there = set(await connection.scalars(select(name).where(name.in_(names.values()))))
    for before, after in names.items():
        if after in there:
            await connection.execute(delete(settings).where(name == before))
        else:
            await connection.execute(update(settings).where(name == before).values(name=after))


async def _move_introductions(connection: AsyncConnection, old: str, new: str) -> None:
    """Move introductions of topics; the earlier one counts where both ids have one."""
    columns = introductions.c
    moved = select(columns.topic_id, literal(new), columns.thread, columns.introduced_at).where(columns.chat == old)
    statement = insert(introductions).from_select(["topic_id", "chat", "thread", "introduced_at"], moved)
    other = statement.excluded.introduced_at
    earlier = case((columns.introduced_at < other, columns.introduced_at), else_=other)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["topic_id", "chat", "thread"], set_={"introduced_at": earlier})
    )
    await connection.execute(delete(introductions).where(columns.chat == old))
